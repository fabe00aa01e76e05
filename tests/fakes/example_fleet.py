"""The example agency in a folder of a test's own, its catalogues signed by an obviously made-up reader."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

from core.domain.staff import Actor, Role
from core.settings.catalogue_files import sign_catalogue
from core.settings.load import SHIPPED, load_settings

READER = "Nobody Real, made-up reader of the tests"
SIGNER = Actor(id="made-up-reviewer", roles=frozenset({Role.REVIEWER}), via="cli")

LINES = """\
version: 1
agency: example
state: state
pages: {{port: 0}}
policy: {{pack: strict, daily_limit: {daily_limit}, twin_window: 30m, {policy}}}
channels:
  x: {x}
delivery: {delivery}
defaults:
  languages: [{languages}]
  also: [{also}]
  accounts:
    local: {{mode: {local}}}
    x: {{mode: {mode}}}
sources: {sources}
lines:
  Green: {{name: Green Line, routes: [GB, GC, GD, GE], colour: "#00704A", symbol: G, handle: ExampleGreen, {green}}}
  Red: {{name: Red Line, routes: [Red], colour: "#B3131B", symbol: R, handle: ExampleRed}}
  Blue: {{name: Blue Line, routes: [Blue], colour: "#1D4F91", symbol: B, handle: ExampleBlue}}
"""


def write_fleet(
    folder: Path,
    *,
    mode: str = "live",
    languages: str = "en",
    daily_limit: int = 50,
    sources: str = "[]",
    delivery: str = "{lease_seconds: 30, grace_seconds: 30}",
    x: str = "{limit: 280}",
    local: str = "live",
    signed: bool = True,
    policy: str = "",
    also: str = "",
    green: str = "",
) -> Path:
    """Write lines.yaml and the agency beside it; the file's path. `mode` is that of every account on X."""
    shutil.copytree(SHIPPED / "example", folder / "agencies" / "example", dirs_exist_ok=True)
    path = folder / "lines.yaml"
    asked = {"languages": languages, "mode": mode, "daily_limit": daily_limit, "sources": sources}
    asked |= {"policy": policy, "also": also, "green": green}
    path.write_text(LINES.format(**asked, delivery=delivery, x=x, local=local), encoding="utf-8")
    if signed:
        for language in languages.split(", "):
            sign_catalogue(SIGNER, load_settings(path, {}), language, READER, date(2030, 1, 1))
    return path
