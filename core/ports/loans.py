"""What the inside needs of a store to lend notices about persons, and to take them down when that is over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from core.domain.loans import Clearing, Naming, Seal, Term
from core.domain.notices import NoticeId, Subject


class Loans(Protocol):
    """Whom notices name, how long they may stand, what must come down, what is sealed."""

    def name(self, naming: Naming) -> None:
        """Remember whom a revision names; once it was lent it stays so."""

    def naming(self, person_hash: str) -> Sequence[Naming]:
        """Every revision of any notice that names this person, by notice and number."""

    def named_by(self, notice_id: NoticeId) -> Sequence[Naming]:
        """Everybody whom this notice's revisions name, by number."""

    def lend(self, term: Term) -> None:
        """The notice may stand so long; in the place of the term before."""

    def term(self, notice_id: NoticeId) -> Term | None:
        """How long this notice may stand; None for what has no term."""

    def ending(self, until: datetime) -> Sequence[Term]:
        """Terms that end then or before, the first to end first."""

    def end(self, notice_id: NoticeId) -> None:
        """It has no term any more; none there is no error."""

    def clear(self, clearing: Clearing) -> None:
        """What names this person must come down; a later record of the same incident takes the earlier's place."""

    def to_clear(self, limit: int) -> Sequence[Clearing]:
        """What was asked for and is not done, oldest first; locked until this transaction's end."""

    def cleared(self, subject: Subject) -> None:
        """It is owed: nothing more is to be looked for."""

    def seal(self, seal: Seal) -> None:
        """Keep a seal, or how it stands now."""

    def sealed(self, subject: Subject) -> Seal | None:
        """The seal of this incident."""

    def seals(self, *, open_only: bool = False) -> Sequence[Seal]:
        """All seals, oldest first; `open_only`: those whose key is still there."""
