"""What the inside needs of a store to mute for a while: silences, calm, and what they hold."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from core.domain.lines import LineId
from core.domain.notices import Subject
from core.domain.silences import Calm, Matchers, Silence


class Silences(Protocol):
    """Who muted what and until when, and which entries of the log that holds. Why lies in the vault."""

    def add(self, matchers: Matchers, starts: datetime, ends: datetime, by: str, at: datetime, why: str) -> Silence:
        """Keep a new silence. Raises ValueError where it would end before it starts."""

    def get(self, silence_id: int) -> Silence | None:
        """One silence."""

    def why(self, silence_id: int) -> str | None:
        """The words to it; None when they were erased. Raises KeyError."""

    def known(self, limit: int) -> Sequence[Silence]:
        """All silences, those that were ended too, newest first."""

    def going_on(self, now: datetime) -> Sequence[Silence]:
        """Silences that hold now or begin later, first to end first."""

    def end(self, silence_id: int, by: str, at: datetime) -> bool:
        """A person ends it; False when it was over already. Raises KeyError."""

    def calm(self, calm: Calm) -> None:
        """Keep it in place of an earlier one of the same scope."""

    def calms(self, now: datetime) -> Sequence[Calm]:
        """Where it is calm now, by scope."""

    def calm_off(self, line: LineId | None) -> bool:
        """End a calm; False when there was none."""

    def hold(self, entry_seq: int, by: str) -> None:
        """This entry is held by a silence, a calm or an inhibitor of this key."""

    def held_by(self, by: str) -> Sequence[int]:
        """Entries that this holds, oldest first."""

    def release(self, entry_seq: int) -> bool:
        """It is held no more; False when it wasn't."""

    def inhibits(self, subject: Subject) -> None:
        """An alert was said that may make others noise."""

    def inhibitors(self) -> Sequence[Subject]:
        """Alerts that were said and may."""

    def inhibits_no_more(self, subject: Subject) -> None:
        """It stands no more."""
