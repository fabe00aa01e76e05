"""The port for patterns: incidents that may belong to one, and which belong to which."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from core.domain.log import LogEntry


class Patterns(Protocol):
    """References of incidents, grouped. Nothing here identifies anybody."""

    def begins(self, day: date) -> bool:
        """True the first time that this day is asked about."""

    def candidates(self, since: datetime) -> Sequence[LogEntry]:
        """The newest entry of each incident that happened since then and is not known as another one, by time."""

    def of(self, line: str, family: str, incidents: Sequence[str]) -> str | None:
        """The newest pattern of this line and family to which any of these incidents belongs."""

    def counting(self, incident: str) -> Sequence[str]:
        """The patterns to which this incident belongs."""

    def keep(self, pattern: str, line: str, family: str, incidents: Sequence[str]) -> None:
        """These incidents belong to it from now on; those that did still do."""
