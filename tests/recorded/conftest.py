"""Says where the recorded data lies: the one place that names the folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

VARIABLE = "SUBWAY_FLEET_RECORDED"
BESIDE_THE_PROJECT = Path(__file__).resolve().parents[2] / ".." / "shared" / "data"


@pytest.fixture(scope="session")
def recorded() -> Path:
    """The recorded data's folder; without it the test is skipped, but where everything is proven (CI) it fails."""
    root = Path(os.environ.get(VARIABLE) or BESIDE_THE_PROJECT).resolve()
    if root.is_dir():
        return root
    reason = f"no recorded data: set {VARIABLE} to its folder"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
