"""Pairs of incidents that may be the same event."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, and_, insert, or_, select, update

from core.adapters.storage.log import read_subject
from core.adapters.storage.tables import twins
from core.domain.notices import Subject
from core.ports.store_rows import TwinOffer

IS_OFFERED = twins.c.same.is_(None) & twins.c.settled_at.is_(None)
"""It waits for an officer: neither answered, nor closed with what was taken back."""


class SqlTwins:
    """The port Twins on one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def offer(self, later: Subject, earlier: Subject, at: datetime) -> None:
        """Offer a pair once, in whichever order it comes again."""
        one, other = str(later), str(earlier)
        pair = or_(
            and_(twins.c.later == one, twins.c.earlier == other),
            and_(twins.c.later == other, twins.c.earlier == one),
        )
        if self._connection.execute(select(twins.c.later).where(pair)).first() is None:
            self._connection.execute(insert(twins), {"later": one, "earlier": other, "offered_at": at})

    def settle(self, later: Subject, earlier: Subject, same: bool, by: str, at: datetime) -> None:
        """An officer's answer. Raises KeyError when the pair was not offered."""
        pair = (twins.c.later == str(later)) & (twins.c.earlier == str(earlier))
        answer = update(twins).where(pair).values(same=same, settled_by=by, settled_at=at)
        if self._connection.execute(answer).rowcount == 0:
            raise KeyError(f"{later} was not offered as {earlier}")

    def close(self, later: Subject, by: str, at: datetime) -> int:
        """Nobody is asked any more."""
        closed = update(twins).where(twins.c.later == str(later), IS_OFFERED).values(settled_by=by, settled_at=at)
        return self._connection.execute(closed).rowcount

    def reopen(self, later: Subject) -> int:
        """What was closed and never answered is asked once more."""
        unanswered = (twins.c.later == str(later)) & twins.c.same.is_(None) & twins.c.settled_at.is_not(None)
        asked = update(twins).where(unanswered).values(settled_by=None, settled_at=None)
        return self._connection.execute(asked).rowcount

    def open_offers(self, subject: Subject | None = None) -> Sequence[TwinOffer]:
        """Offers that wait for an answer, oldest first."""
        query = select(twins).where(IS_OFFERED).order_by(twins.c.offered_at, twins.c.later)
        if subject is not None:
            query = query.where(or_(twins.c.later == str(subject), twins.c.earlier == str(subject)))
        return [
            TwinOffer(later=read_subject(row.later), earlier=read_subject(row.earlier), at=row.offered_at)
            for row in self._connection.execute(query)
        ]

    def merged_into(self, subject: Subject) -> Subject | None:
        """The incident that this one was merged into."""
        query = select(twins.c.earlier).where(twins.c.later == str(subject), twins.c.same.is_(True))
        found = self._connection.execute(query.order_by(twins.c.settled_at.desc())).scalars().first()
        return None if found is None else read_subject(found)

    def merged_with(self, subject: Subject) -> Sequence[Subject]:
        """All incidents that people said to be the same as this one, however many steps apart; without itself."""
        found, asked = {str(subject)}, [str(subject)]
        while asked:
            here = or_(twins.c.later.in_(asked), twins.c.earlier.in_(asked))
            pairs = self._connection.execute(select(twins.c.later, twins.c.earlier).where(here, twins.c.same.is_(True)))
            asked = sorted({one for pair in pairs for one in pair} - found)
            found |= set(asked)
        return [read_subject(one) for one in sorted(found - {str(subject)})]
