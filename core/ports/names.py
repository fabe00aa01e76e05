"""What the inside needs of a store to remember what officers said of places."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from core.domain.answers import PlaceAnswer
from core.domain.notices import Subject


class Names(Protocol):
    """Officers' answers to "which line", the names that are remembered from them, and what stands on each."""

    def add(self, answer: PlaceAnswer, name_key: str | None) -> None:
        """Keep an answer; with a key it decides that name from now on. Raises ValueError when another one does."""

    def get(self, answer_id: str) -> PlaceAnswer:
        """One answer, also one that was taken back. Raises KeyError."""

    def remembered(self, name_key: str) -> PlaceAnswer | None:
        """The answer that decides this name, unless it was taken back."""

    def all_remembered(self) -> Sequence[PlaceAnswer]:
        """Every name that is remembered, oldest first."""

    def used(self, answer_id: str, subject: Subject, seq: int) -> None:
        """An entry of the log stands on this answer; again changes nothing."""

    def stand_on(self, answer_id: str) -> Sequence[Subject]:
        """The incidents of which an entry was placed by this answer, in the order in which they first were."""

    def take_back(self, answer_id: str, by: str, at: datetime) -> None:
        """It decides nothing from now on. Raises KeyError when there is none, or it was taken back before."""
