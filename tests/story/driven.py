"""Drives the real command line in processes of its own, and waits for what they say, never for time."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from queue import Empty, Queue
from types import TracebackType
from typing import Self

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 120.0
"""Seconds after which a process that says nothing is taken to hang; no test measures time by it."""


class Driven:
    """`run_fleet.py -c FILE …` with a home of its own; `environ` is added to its environment."""

    def __init__(self, config: Path, environ: Mapping[str, str] | None = None) -> None:
        self.config = config
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("SUBWAY_FLEET_")}
        own = {"XDG_CONFIG_HOME": str(config.parent / "home"), "PYTHONUNBUFFERED": "1"}
        self.environ = {**inherited, **own, **(environ or {})}

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, str(ROOT / "run_fleet.py"), "-c", str(self.config), *arguments]

    def call(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """One command to its end."""
        return subprocess.run(
            self.command(*arguments),
            env=self.environ,
            cwd=self.config.parent,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )

    def must(self, *arguments: str) -> str:
        """One command that has to succeed; what it said."""
        done = self.call(*arguments)
        assert done.returncode == 0, f"{arguments}: {done.stdout}{done.stderr}"
        return done.stdout

    def start(self, *arguments: str) -> Started:
        """A command that stays."""
        return Started(
            subprocess.Popen(
                self.command(*arguments),
                env=self.environ,
                cwd=self.config.parent,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
        )

    def join_staff(self, name: str = "made-up-chief") -> None:
        """Add the first operator and go on as that person."""
        self.environ["SUBWAY_FLEET_TOKEN"] = self.must("people", "add", name, "--role", "operator").strip()


class Started:
    """A running command and its lines."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._lines: Queue[str | None] = Queue()
        self.said: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.said.append(line.rstrip("\n"))
            self._lines.put(line)
        self._lines.put(None)

    def wait_for_lines(self, number: int, holding: str = "", patience: float = PATIENCE) -> int:
        """Wait until so many further lines that hold a text were said, or the process ended or fell silent; how many
        came."""
        seen = 0
        while seen < number:
            try:
                line = self._lines.get(timeout=patience)
            except Empty:
                break
            if line is None:
                self._lines.put(None)
                break
            seen += holding in line
        return seen

    def kill(self) -> None:
        """SIGKILL: nothing is settled, nothing is said."""
        self._process.kill()
        self._end()

    def terminate(self) -> None:
        """SIGTERM."""
        self._process.terminate()

    def ended(self) -> int:
        """Wait for the end; the exit code."""
        return self._end()

    def _end(self) -> int:
        code = self._process.wait(timeout=PATIENCE)
        self._reader.join(PATIENCE)
        return code
