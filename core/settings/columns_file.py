"""Reads a column map of an agency (agencies/NAME/columns/MAP.yaml)."""

from __future__ import annotations

from pathlib import Path

from core.domain.columns import ColumnMap
from core.settings.explain import read_as
from core.settings.mistakes import Mistakes
from core.settings.yaml_file import read_yaml


def read_columns(file: Path, mistakes: Mistakes) -> ColumnMap | None:
    """The map of one file, or None; every fault is noted with its place."""
    read = read_yaml(file, mistakes)
    return read_as(ColumnMap, read, mistakes) if read else None


def load_columns(path: Path) -> ColumnMap:
    """The map of one file. Raises ValueError: one line per mistake, with file, line and what to write instead."""
    mistakes = Mistakes()
    columns = read_columns(path, mistakes)
    if columns is None or mistakes.found:
        raise ValueError("\n".join(str(mistake) for mistake in sorted(set(mistakes.found))))
    return columns
