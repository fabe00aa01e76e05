"""The fleet: one bot per line of lines.yaml."""

from __future__ import annotations

from collections.abc import Iterable

from bots.line_bot import LineBot
from core.domain.lines import Line


def fleet(lines: Iterable[Line]) -> tuple[LineBot, ...]:
    """One LineBot per line, in the order of lines.yaml."""
    return tuple(LineBot(line) for line in lines)
