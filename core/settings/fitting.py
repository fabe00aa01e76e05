"""Which column map of an agency reads a file: the named one, or the one that fits its header."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

from core.domain.columns import ColumnMap
from core.settings.columns_file import load_columns


def fitting_columns(folder: Path, name: str | None, header: Sequence[str]) -> ColumnMap:
    """The map called `name`, or, without a name, the one that all needed columns of `header` fit and that feeds most
    fields from it. Raises ValueError naming the maps there are."""
    there = {file.stem: file for file in sorted(folder.glob("*.yaml"))}
    if name is not None:
        if name not in there:
            near = get_close_matches(name, there, n=1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(there) or 'none'}"
            raise ValueError(f"there is no column map {name!r}: {hint}")
        return load_columns(there[name])
    maps = [load_columns(file) for file in there.values()]
    fitting = [columns for columns in maps if _fits(columns, header)]
    if not fitting:
        raise ValueError(f"no column map fits it; name one with --columns ({', '.join(there) or 'there are none'})")
    return max(fitting, key=lambda columns: len(_fed(columns, header)))


def _names(columns: ColumnMap, header: Sequence[str]) -> frozenset[str]:
    return frozenset(cell.upper() if columns.case_insensitive else cell for cell in header)


def _fed(columns: ColumnMap, header: Sequence[str]) -> frozenset[str]:
    wanted = (column.upper() if columns.case_insensitive else column for column in columns.fed_by())
    return frozenset(wanted) & _names(columns, header)


def _fits(columns: ColumnMap, header: Sequence[str]) -> bool:
    names = _names(columns, header)
    return all(
        any((column.upper() if columns.case_insensitive else column) in names for column in choice)
        for choice in columns.needed()
    )
