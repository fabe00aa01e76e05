"""Calling a person: what is wrong, why, and what to do."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from core.domain.lines import Frozen


class CallUrgency(StrEnum):
    """How soon somebody should act."""

    NOW = "now"
    TODAY = "today"


class Call(Frozen):
    """One trouble, told to somebody who may have been asleep. It names nobody who is spoken about."""

    key: str
    """The same for the same trouble, so that a pager can put its rings together."""
    what: str
    why: str
    to_do: str
    urgency: CallUrgency


class NotRung(Exception):
    """Nobody was reached, or nobody knows; the message is one line without secrets. It is tried again later."""


class Pager(Protocol):
    """One way to reach whoever is on call. Blocks for at most its own time limits."""

    name: str

    def ring(self, call: Call) -> None:
        """Tell it. Ringing twice is better than never. Raises NotRung and nothing else."""
