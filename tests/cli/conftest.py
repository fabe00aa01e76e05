"""A stranger's folder with the example fleet in it, and a command line to call there."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bots.fleet import fleet
from core.cli.app import run
from core.settings.load import SHIPPED
from core.wiring import Wiring

ROOT = SHIPPED.parent


@dataclass(frozen=True)
class Called:
    """What a call gave back."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output, which must be one JSON value and nothing else."""
        return json.loads(self.out)

    def one_line(self, code: int = 1) -> str:
        """The single line of an error: on standard error, nothing beside it, no traceback."""
        assert self.code == code, self
        assert self.out == ""
        lines = self.err.splitlines()
        assert len(lines) == 1, self.err
        assert "Traceback" not in self.err
        return lines[0]


@dataclass
class Fleet:
    """The example fleet in a folder of its own: lines.yaml, its inboxes, its state, the caller's home."""

    folder: Path
    capture: pytest.CaptureFixture[str]
    environ: dict[str, str] = field(default_factory=dict)

    @property
    def config(self) -> Path:
        return self.folder / "lines.yaml"

    @property
    def state(self) -> Path:
        return self.folder / "state"

    def bend(self, *changes: tuple[str, str]) -> None:
        """Replace words of lines.yaml."""
        text = self.config.read_text("utf-8")
        for old, new in changes:
            assert old in text, f"the example fleet no longer says {old!r}"
            text = text.replace(old, new, 1)
        self.config.write_text(text, "utf-8")

    def __call__(self, *argv: str | Path, stdin: str | None = None, **environ: str) -> Called:
        """Call the command line in this process."""
        self.capture.readouterr()
        around = {**self.environ, **environ}
        with _typed(stdin):
            code = run(Wiring(fleet, around), ["-c", str(self.config), *map(str, argv)], around)
        out, err = self.capture.readouterr()
        return Called(code, out, err)

    def outside(self, *argv: str | Path, **environ: str) -> Called:
        """Call run_fleet.py in a process of its own."""
        around = {**os.environ, **self.environ, **environ}
        call = [sys.executable, str(ROOT / "run_fleet.py"), "-c", str(self.config), *map(str, argv)]
        done = subprocess.run(call, env=around, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
        return Called(done.returncode, done.stdout, done.stderr)

    def log_in(self, name: str, *roles: str) -> None:
        """Add a person and act as them from here on."""
        asked = [word for role in roles for word in ("--role", role)]
        added = self("people", "add", name, *asked)
        assert added.code == 0, added.err
        self.environ["SUBWAY_FLEET_TOKEN"] = added.out.strip()

    def add(self, *flags: str) -> dict[str, Any]:
        """Add an incident; what it says about it."""
        added = self("incident", "add", *flags, "--json")
        assert added.code == 0, added.err
        said: dict[str, Any] = added.json[0]
        return said


@contextmanager
def _typed(text: str | None) -> Iterator[None]:
    before, sys.stdin = sys.stdin, io.TextIOWrapper(io.BytesIO((text or "").encode()), "utf-8")
    try:
        yield
    finally:
        sys.stdin = before


@pytest.fixture
def example(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Fleet:
    for inbox in ("bureau", "export"):
        (tmp_path / "inbox" / inbox).mkdir(parents=True)
    shutil.copy(SHIPPED / "example" / "lines.yaml", tmp_path / "lines.yaml")
    made = Fleet(tmp_path, capsys)
    made.bend(("state: ../../state/example", "state: state"))
    made.environ = {"XDG_CONFIG_HOME": str(tmp_path / "home")}
    return made


@pytest.fixture
def desk(example: Fleet) -> Fleet:
    """The same with an operator who is an officer too, logged in."""
    example.log_in("ann", "operator", "officer")
    return example
