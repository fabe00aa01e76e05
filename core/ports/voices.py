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

    def place(self, alert: Subject, stations: Sequence[str], seq: int, at: datetime) -> None:
        """Keep where and when the agency says that police are in something; a station once for each alert."""

    def alerts_at(self, stations: Sequence[str], since: datetime, until: datetime) -> Sequence[tuple[Subject, int]]:
        """Such alerts at any of these stations, with the entry that first said so."""

    def incidents_at(self, keys: Sequence[str], since: datetime, until: datetime) -> Sequence[tuple[Subject, int]]:
        """Incidents at any of these places (`place_key`) that happened between these times, with their newest entry."""

    def offer(self, one: OneEvent) -> bool:
        """Keep that the two may be one event; False where that was offered before, whatever the answer."""

    def offers(self) -> Sequence[OneEvent]:
        """What nobody answered yet, oldest first."""

    def settle(self, alert: Subject, incident: Subject, same: bool, by: str, at: datetime) -> None:
        """An officer's answer. Raises KeyError for two that were not offered."""

    def between(self, alert: Subject, incident: Subject) -> Sequence[OneEvent]:
        """The offer of these two, if there is one."""

    def settled(self, since: datetime) -> Sequence[OneEvent]:
        """What was answered since then, either way, in the order in which it was offered."""

    def same_as(self, subject: Subject) -> Sequence[OneEvent]:
        """What an officer said to be one event with this, the earliest first."""
