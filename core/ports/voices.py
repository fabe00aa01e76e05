"""What the inside needs of a store for two voices on one handle."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from core.domain.lines import LineId
from core.domain.notices import Subject
from core.domain.voices import OneEvent


class Voices(Protocol):
    """The agency's share of each handle's day, and which notices are of one event."""

    def agency_said(self, line: LineId, day: date, add: int = 0) -> int:
        """How many notices the agency began on the line's handle on that day, after adding `add`."""

    def offer(self, one: OneEvent) -> bool:
        """Keep that the two may be one event; False where that was offered before, whatever the answer."""

    def offers(self) -> Sequence[OneEvent]:
        """What nobody answered yet, oldest first."""

    def settle(self, alert: Subject, incident: Subject, same: bool, by: str, at: datetime) -> None:
        """An officer's answer. Raises KeyError for two that were not offered."""

    def same_as(self, subject: Subject) -> Sequence[OneEvent]:
        """What an officer said to be one event with this, the earliest first."""
