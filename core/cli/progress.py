"""Progress of long work on standard error: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from types import TracebackType

import click

PLAIN_EVERY_SECONDS = 10.0
_DRAW_EVERY_SECONDS = 0.1


class Progress:
    """`with Progress("reading", total) as p: p.add(3)`; without a total it counts."""

    def __init__(
        self,
        what: str,
        total: int | None = None,
        quiet: bool = False,
        terminal: bool | None = None,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._what = what
        self._total = total
        self._done = 0
        self._terminal = sys.stderr.isatty() if terminal is None else terminal
        self._seconds = seconds
        self._quiet = quiet
        self._said = seconds()
        self._drawn = False

    def __enter__(self) -> Progress:
        return self

    def add(self, count: int = 1) -> None:
        """So much more is done."""
        self._done += count
        pause = _DRAW_EVERY_SECONDS if self._terminal else PLAIN_EVERY_SECONDS
        now = self._seconds()
        if not self._quiet and now - self._said >= pause:
            self._said = now
            self._say()

    def _line(self) -> str:
        if not self._total:
            return f"{self._what}: {self._done:,}"
        share = min(self._done / self._total, 1.0)
        if not self._terminal:
            return f"{self._what}: {self._done:,} of {self._total:,} ({share:.0%})"
        bar = "#" * int(share * 30)
        return f"{self._what} [{bar:<30}] {share:4.0%}"

    def _say(self) -> None:
        if self._terminal:
            click.echo(f"\r\033[K{self._line()}", err=True, nl=False)
            self._drawn = True
        else:
            click.echo(self._line(), err=True)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._drawn:
            click.echo("\r\033[K", err=True, nl=False)
