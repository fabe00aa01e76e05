"""What the inside needs to keep of what is said: notices with their revisions, and what waits for a digest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from core.domain.lines import LineId
from core.domain.notices import DigestItem, Notice, NoticeId, Revision, Speaker, Subject
from core.domain.rulings import Ruling


class Notices(Protocol):
    """Notices, their revisions and rulings."""

    def find(self, subject: Subject, speaker: Speaker) -> Notice | None:
        """The notice of this subject and speaker."""

    def get(self, notice_id: NoticeId) -> Notice | None:
        """One notice."""

    def by_reference(self, reference: str) -> Notice | None:
        """The notice that bears this public reference."""

    def create(self, notice: Notice) -> None:
        """Keep a new notice."""

    def revisions(self, notice_id: NoticeId) -> Sequence[Revision]:
        """All revisions, first to last."""

    def add_revision(self, revision: Revision, ruling: Ruling, policy_hash: str) -> None:
        """Keep a revision with its ruling."""

    def widen(self, notice_id: NoticeId, number: int, lines: Sequence[LineId]) -> None:
        """A bot spoke late: the revision's lines become these (lead unchanged, first)."""

    def ruling(self, notice_id: NoticeId, number: int) -> Ruling:
        """The ruling of a revision. Raises KeyError."""

    def policy_of(self, notice_id: NoticeId, number: int) -> str:
        """The hash of the policy that ruled on a revision. Raises KeyError."""

    def count_alone(self, line: LineId, day: date, add: int = 0) -> int:
        """How many notices the line's handle said alone on that day, after adding `add`."""


class Digests(Protocol):
    """What waits for a line's digest."""

    def add(self, line: LineId, day: date, item: DigestItem, *, said: bool = False) -> None:
        """Put an incident into the day's digest of a line; `said`: it stands in one already, that waits for no hour."""

    def days(self, up_to: date | None) -> Sequence[tuple[LineId, date]]:
        """(line, day) pairs with items not said yet whose day is `up_to` or earlier; all when None."""

    def items(self, line: LineId, day: date) -> Sequence[DigestItem]:
        """Items of a day's digest that were not said yet, oldest first."""

    def said(self, line: LineId, day: date) -> None:
        """The items were put into a digest notice."""

    def said_in(self, entry_seq: int) -> Sequence[tuple[LineId, date]]:
        """(line, day) of the digests that said this entry."""

    def drop(self, entry_seq: int) -> bool:
        """Take an incident out of every digest that was not said yet; True when it stood in one."""
