"""Whom notices name, how long they may stand, what must come down, what is sealed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, insert, select, update

from core.adapters.storage.engine import insert_new
from core.adapters.storage.loans_tables import clearings, named, seals, terms
from core.adapters.storage.log import read_subject
from core.domain.incidents import State
from core.domain.loans import Clearing, Naming, Seal, Term
from core.domain.notices import NoticeId, Subject


class SqlLoans:
    """The port Loans on one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def name(self, naming: Naming) -> None:
        """Remember whom a revision names; once it was lent it stays so."""
        self._connection.execute(insert_new(self._connection, named), naming.model_dump())
        if naming.lent:
            same = (named.c.person_hash == naming.person_hash) & (named.c.notice_id == naming.notice_id)
            self._connection.execute(update(named).where(same, named.c.revision == naming.revision).values(lent=True))

    def naming(self, person_hash: str) -> Sequence[Naming]:
        """Every revision of any notice that names this person, by notice and number."""
        return self._namings(select(named).where(named.c.person_hash == person_hash))

    def named_by(self, notice_id: NoticeId) -> Sequence[Naming]:
        """Everybody whom this notice's revisions name, by number."""
        return self._namings(select(named).where(named.c.notice_id == notice_id))

    def _namings(self, query: Select[Any]) -> Sequence[Naming]:
        rows = self._connection.execute(query.order_by(named.c.notice_id, named.c.revision, named.c.person_hash))
        return [
            Naming(person_hash=row.person_hash, notice_id=NoticeId(row.notice_id), revision=row.revision, lent=row.lent)
            for row in rows
        ]

    def lend(self, term: Term) -> None:
        """The notice may stand so long; in the place of the term before."""
        self.end(term.notice_id)
        self._connection.execute(insert(terms), term.model_dump() | {"state": term.state.value})

    def term(self, notice_id: NoticeId) -> Term | None:
        """How long this notice may stand; None for what has no term."""
        row = self._connection.execute(select(terms).where(terms.c.notice_id == notice_id)).one_or_none()
        return None if row is None else _term(row)

    def ending(self, until: datetime) -> Sequence[Term]:
        """Terms that end then or before, the first to end first."""
        soon = select(terms).where(terms.c.ends_at <= until).order_by(terms.c.ends_at, terms.c.notice_id)
        return [_term(row) for row in self._connection.execute(soon)]

    def end(self, notice_id: NoticeId) -> None:
        """It has no term any more; none there is no error."""
        self._connection.execute(delete(terms).where(terms.c.notice_id == notice_id))

    def clear(self, clearing: Clearing) -> None:
        """What names this person must come down; a later record of the same incident takes the earlier's place."""
        self.cleared(clearing.subject)
        row = clearing.model_dump() | {"subject": str(clearing.subject), "state": clearing.state.value}
        self._connection.execute(insert(clearings), row)

    def to_clear(self, limit: int) -> Sequence[Clearing]:
        """What was asked for and is not done, oldest first; locked until this transaction's end."""
        asked = select(clearings).order_by(clearings.c.asked_at, clearings.c.subject).limit(limit)
        return [
            Clearing(
                subject=read_subject(row.subject),
                state=State(row.state),
                person_hash=row.person_hash,
                whoever=row.whoever,
                asked_at=row.asked_at,
            )
            for row in self._connection.execute(asked.with_for_update(skip_locked=True))
        ]

    def cleared(self, subject: Subject) -> None:
        """It is owed: nothing more is to be looked for."""
        self._connection.execute(delete(clearings).where(clearings.c.subject == str(subject)))

    def seal(self, seal: Seal) -> None:
        """Keep a seal, or how it stands now."""
        self._connection.execute(delete(seals).where(seals.c.subject == str(seal.subject)))
        row = {
            "subject": str(seal.subject),
            "order_ref": seal.order,
            "said_by": seal.by,
            "said_at": seal.at,
            "destroyed": seal.destroyed,
        }
        self._connection.execute(insert(seals), row)

    def sealed(self, subject: Subject) -> Seal | None:
        """The seal of this incident."""
        row = self._connection.execute(select(seals).where(seals.c.subject == str(subject))).one_or_none()
        return None if row is None else _seal(row)

    def seals(self, *, open_only: bool = False) -> Sequence[Seal]:
        """All seals, oldest first; `open_only`: those whose key is still there."""
        wanted = select(seals).order_by(seals.c.said_at, seals.c.subject)
        if open_only:
            wanted = wanted.where(seals.c.destroyed.is_(False))
        return [_seal(row) for row in self._connection.execute(wanted)]


def _term(row: Row[Any]) -> Term:
    return Term(
        notice_id=NoticeId(row.notice_id),
        state=State(row.state),
        ends_at=row.ends_at,
        confirmed_by=row.confirmed_by,
    )


def _seal(row: Row[Any]) -> Seal:
    return Seal(
        subject=read_subject(row.subject),
        order=row.order_ref,
        by=row.said_by,
        at=row.said_at,
        destroyed=row.destroyed,
    )
