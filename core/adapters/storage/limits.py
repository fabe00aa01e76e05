"""Limits that platforms named, how accounts fare, and what was spent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Insert, bindparam, delete, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from core.adapters.storage.engine import database_now
from core.adapters.storage.limits_tables import bookings, health, limits, spending
from core.adapters.storage.outbox_claim import BLOCKED, MET
from core.adapters.storage.outbox_rows import PAUSED, TAKES_BACK
from core.adapters.storage.straight import Straight
from core.adapters.storage.tables import IS_DUE, accounts, deliveries
from core.domain.accounts import AccountState
from core.domain.lines import Account, AccountId
from core.domain.notices import Urgency
from core.ports.channel import LimitKind, LimitSeen
from core.ports.limits import OTHERS, Health, KeptLimit, Posted, Ready, Spent

_KEPT = select(limits).where(limits.c.resets_at > bindparam("now")).order_by(limits.c.holder, limits.c.name)
_KEPT_OF = Straight(_KEPT.where(limits.c.holder.in_([bindparam("account"), bindparam("channel")])))
_HEALTH = Straight(select(health).order_by(health.c.account))
_SPENT = select(spending).where(spending.c.month == bindparam("month")).order_by(spending.c.account)
_POSTED = (
    select(
        bookings.c.account,
        func.count().label("number"),
        func.min(bookings.c.booked_at, type_=bookings.c.booked_at.type).label("first_at"),
    )
    .where(bookings.c.booked_at > bindparam("since"), bookings.c.publishes)
    .group_by(bookings.c.account)
    .order_by(bookings.c.account)
)
_MINE = bookings.c.account == bindparam("account")
_POSTED_OF = Straight(
    select(
        *(
            column.filter(whose).label(f"{name}{number}")
            for number, whose in enumerate((_MINE, ~_MINE))
            for name, column in (
                ("count", func.count()),
                ("first", func.min(bookings.c.booked_at, type_=bookings.c.booked_at.type)),
            )
        )
    ).where(bookings.c.booked_at > bindparam("since"), bookings.c.publishes)
)
_LOW = (
    select(limits.c.low_since, limits.c.resets_at)
    .where(limits.c.holder == bindparam("holder"), limits.c.name == bindparam("name"))
    .with_for_update()
)


def _keeping(made: postgresql.Insert | sqlite.Insert) -> Insert:
    other = {column.name: made.excluded[column.name] for column in limits.c if not column.primary_key}
    return made.on_conflict_do_update(index_elements=[limits.c.holder, limits.c.name], set_=other)


def _booking(made: postgresql.Insert | sqlite.Insert) -> Insert:
    return made.on_conflict_do_nothing().returning(bookings.c.attempt_id)


def _adding(made: postgresql.Insert | sqlite.Insert) -> Insert:
    more = {name: spending.c[name] + made.excluded[name] for name in ("micros", "reads")}
    return made.on_conflict_do_update(index_elements=[spending.c.month, spending.c.account], set_=more)


_KEEP = {"sqlite": _keeping(sqlite.insert(limits)), "postgresql": _keeping(postgresql.insert(limits))}
_BOOK = Straight(_booking(sqlite.insert(bookings)), _booking(postgresql.insert(bookings)))
_ADD = Straight(_adding(sqlite.insert(spending)), _adding(postgresql.insert(spending)))
"""Every post asks and books: these are built once."""


def _limit(row: Any) -> KeptLimit:
    seen = LimitSeen.model_construct(  # of our own keeping: no need to check it again
        name=row.name,
        kind=LimitKind(row.kind),
        shared=row.shared,
        limit=row.allows,
        remaining=row.remaining,
        resets_at=row.resets_at,
    )
    account = None if row.shared else AccountId(row.holder)
    return KeptLimit.model_construct(channel=row.channel, account=account, seen=seen, low_since=row.low_since)


class SqlLimits:
    """The port Limits on one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._health: Sequence[Health] | None = None
        """Read once in a transaction: most of them ask several times."""

    def keep(self, account: Account, seen: LimitSeen, low: bool, now: datetime) -> None:
        """Keep it in place of what was said before; while it stays low in one window, `low_since` stays as it was."""
        holder = account.channel if seen.shared else account.id
        since = None
        if low:
            before = self._connection.execute(_LOW, {"holder": holder, "name": seen.name}).one_or_none()
            goes_on = before is not None and before.low_since is not None and before.resets_at > now
            since = before.low_since if before is not None and goes_on else now
        row = {
            "holder": holder,
            "name": seen.name,
            "channel": account.channel,
            "kind": seen.kind.value,
            "shared": seen.shared,
            "allows": seen.limit,
            "remaining": seen.remaining,
            "resets_at": seen.resets_at,
            "low_since": since,
        }
        self._connection.execute(_KEEP[self._connection.dialect.name], row)

    def kept(self, now: datetime, of: Account | None = None) -> Sequence[KeptLimit]:
        """Limits whose window does not reopen before `now`; those alone that `of` draws on."""
        if of is None:
            rows: Sequence[Any] = self._connection.execute(_KEPT, {"now": now}).all()
        else:
            rows = _KEPT_OF.ask(self._connection, {"now": now, "account": of.id, "channel": of.channel})
        return [_limit(row) for row in rows]

    def health(self) -> Sequence[Health]:
        """Accounts whose last call failed."""
        if self._health is None:
            self._health = self._read_health()
        return self._health

    def _read_health(self) -> Sequence[Health]:
        return [
            Health(
                account=AccountId(row.account),
                failures=row.failures,
                failing_since=row.failing_since,
                rests_until=row.rests_until,
            )
            for row in _HEALTH.ask(self._connection, {})
        ]

    def fared(self, fares: Health) -> None:
        """Keep how an account fares; without failures it is forgotten."""
        self._health = None
        self._connection.execute(delete(health).where(health.c.account == fares.account))
        if fares.failures:
            self._connection.execute(insert(health).values(**fares.model_dump()))

    def book(
        self, attempt_id: int, account: AccountId, month: str, amount: int, publishes: bool, now: datetime
    ) -> None:
        """Keep the attempt's price and add it to the month's; a second time changes nothing."""
        row = {
            "attempt_id": attempt_id,
            "account": account,
            "month": month,
            "micros": amount,
            "publishes": publishes,
            "booked_at": now,
        }
        if _BOOK.ask(self._connection, row):
            self._add(month, account, amount, 0)

    def give_back(self, attempt_id: int) -> None:
        """Take the attempt's price out of its month again."""
        gone = delete(bookings).where(bookings.c.attempt_id == attempt_id)
        row = self._connection.execute(gone.returning(bookings.c.month, bookings.c.account, bookings.c.micros)).first()
        if row is not None:
            self._add(row.month, row.account, -row.micros, 0)

    def book_reads(self, account: AccountId, month: str, amount: int) -> None:
        """Reading cost this much."""
        self._add(month, account, amount, amount)

    def spent(self, month: str) -> Sequence[Spent]:
        """What each account spent in a month."""
        return [
            Spent(account=AccountId(row.account), micros=row.micros, reads=row.reads)
            for row in self._connection.execute(_SPENT, {"month": month}).all()
        ]

    def posted(self, since: datetime, of: AccountId | None = None) -> Sequence[Posted]:
        """What each account published after `since`; with `of` what that one did, and the others together."""
        if of is not None:
            [row] = _POSTED_OF.ask(self._connection, {"since": since, "account": of})
            both = ((of, row.count0, row.first0), (OTHERS, row.count1, row.first1))
            return [
                Posted.model_construct(account=name, count=count, first_at=first)
                for name, count, first in both
                if count
            ]
        return [
            Posted.model_construct(account=AccountId(row.account), count=row.number, first_at=row.first_at)
            for row in self._connection.execute(_POSTED, {"since": since}).all()
        ]

    def ready(self, among: Sequence[AccountId]) -> Sequence[Ready]:
        """What of these accounts is due, has what it needs and waits for no other post."""
        not_ready = select(accounts.c.account).where(accounts.c.state != AccountState.READY.value)
        could_go = (
            IS_DUE
            & (deliveries.c.due_at <= database_now(self._connection))
            & deliveries.c.account.in_(among)
            & deliveries.c.account.not_in(not_ready)
            & ~TAKES_BACK
            & ~PAUSED
            & MET
            & ~BLOCKED
        )
        query = select(deliveries.c.account, deliveries.c.urgency, func.count().label("number")).where(could_go)
        grouped = query.group_by(deliveries.c.account, deliveries.c.urgency)
        return [
            Ready(account=AccountId(row.account), urgency=Urgency(row.urgency), count=row.number)
            for row in self._connection.execute(grouped.order_by(deliveries.c.account, deliveries.c.urgency))
        ]

    def _add(self, month: str, account: str, amount: int, reads: int) -> None:
        more = {"month": month, "account": account, "micros": amount, "reads": reads}
        _ADD.tell(self._connection, more)
