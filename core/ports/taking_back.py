"""What the inside needs of a store to take back and to pause."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from core.domain.notices import NoticeId
from core.domain.taking_back import Pause, Retraction


class Retractions(Protocol):
    """Notices that were taken back."""

    def add(self, retraction: Retraction) -> bool:
        """Keep it; False when this notice was taken back before (the first reason stands)."""

    def get(self, notice_id: NoticeId) -> Retraction | None:
        """The retraction of this notice."""

    def lift(self, notice_id: NoticeId) -> None:
        """It was put up again: it counts as taken back no more. Raises KeyError."""

    def made_for(self, notice_id: NoticeId) -> Sequence[Retraction]:
        """Everything that was taken back when this notice was named, itself first."""


class Pauses(Protocol):
    """What is paused. The outbox writes no attempt on a paused account, in the same transaction, save one that takes
    back (and not even that where the pause says so)."""

    def add(self, pauses: Sequence[Pause]) -> None:
        """Keep them in place of what was paused under the same scope. Waits until no attempt is being written."""

    def remove(self, scope: str) -> int:
        """End what was paused under this scope; how many rows."""

    def rows(self) -> Sequence[Pause]:
        """All that is paused, by scope."""
