"""A fleet of the example agency, X practising; and one whose accounts on the odd platform are live and connected."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flow.stage import Stage, on_stage


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with on_stage(tmp_path, mode="off") as made:
        yield made


@pytest.fixture
def live(tmp_path: Path) -> Iterator[Stage]:
    """Live on the odd platform, beside the local timeline."""
    with on_stage(tmp_path) as made:
        made.connect()
        yield made
