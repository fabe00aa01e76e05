"""Two look-ups may not lie closer together than a call may last, once something goes out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from core.settings.load import check_settings
from tests.fakes.example_fleet import write_fleet

SHORT = "{lease_seconds: 30, grace_seconds: 5}"


def mistakes(folder: Path, **how: Any) -> list[str]:
    return [str(mistake) for mistake in check_settings(write_fleet(folder, signed=False, **how), {})]


def test_a_grace_shorter_than_a_call_is_a_mistake_once_an_account_is_live(tmp_path: Path) -> None:
    (said,) = mistakes(tmp_path, mode="live", delivery=SHORT)
    assert "a call to x may last 25 s: a post could be said twice" in said
    assert "lines.yaml:8" in said


@pytest.mark.parametrize(
    "how",
    [
        {"mode": "practice", "delivery": SHORT},
        {"mode": "live", "delivery": SHORT, "x": "{limit: 280, connect_limit: 1s, answer_limit: 4s}"},
        {"mode": "live", "delivery": "{grace_seconds: 25}"},
    ],
)
def test_else_it_is_none(tmp_path: Path, how: dict[str, str]) -> None:
    assert mistakes(tmp_path, **how) == []
