"""Limits that platforms named, how accounts fare, and what was spent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from core.adapters.storage.engine import add_new, database_now, insert_new
from core.adapters.storage.limits_tables import bookings, health, limits, spending
from core.adapters.storage.outbox_claim import BLOCKED, MET
from core.adapters.storage.outbox_rows import PAUSED, TAKES_BACK
from core.adapters.storage.tables import IS_DUE, accounts, deliveries
from core.domain.accounts import AccountState
from core.domain.lines import Account, AccountId
from core.domain.notices import Urgency
from core.ports.channel import LimitKind, LimitSeen
from core.ports.limits import Health, KeptLimit, Posted, Ready, Spent


def _limit(row: Row[Any]) -> KeptLimit:
    seen = LimitSeen(
        name=row.name,
        kind=LimitKind(row.kind),
        shared=row.shared,
        limit=row.allows,
        remaining=row.remaining,
        resets_at=row.resets_at,
    )
    account = None if row.shared else AccountId(row.holder)
    return KeptLimit(channel=row.channel, account=account, seen=seen, low_since=row.low_since)


class SqlLimits:
    """The port Limits on one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def keep(self, account: Account, seen: LimitSeen, low: bool, now: datetime) -> None:
        """Keep it in place of what was said before; while it stays low in one window, `low_since` stays as it was."""
        holder = account.channel if seen.shared else account.id
        this = (limits.c.holder == holder) & (limits.c.name == seen.name)
        before = self._connection.execute(select(limits).where(this).with_for_update()).one_or_none()
        since = None
        if low:
            goes_on = before is not None and before.low_since is not None and before.resets_at > now
            since = before.low_since if before is not None and goes_on else now
        values = {
            "channel": account.channel,
            "kind": seen.kind.value,
            "shared": seen.shared,
            "allows": seen.limit,
            "remaining": seen.remaining,
            "resets_at": seen.resets_at,
            "low_since": since,
        }
        if not add_new(self._connection, limits, {"holder": holder, "name": seen.name, **values}):
            self._connection.execute(update(limits).where(this).values(**values))

    def kept(self, now: datetime) -> Sequence[KeptLimit]:
        """Limits whose window does not reopen before `now`."""
        query = select(limits).where(limits.c.resets_at > now).order_by(limits.c.holder, limits.c.name)
        return [_limit(row) for row in self._connection.execute(query)]

    def health(self) -> Sequence[Health]:
        """Accounts whose last call failed."""
        return [
            Health(
                account=AccountId(row.account),
                failures=row.failures,
                failing_since=row.failing_since,
                rests_until=row.rests_until,
            )
            for row in self._connection.execute(select(health).order_by(health.c.account))
        ]

    def fared(self, fares: Health) -> None:
        """Keep how an account fares; without failures it is forgotten."""
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
        if add_new(self._connection, bookings, row):
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
        query = select(spending).where(spending.c.month == month).order_by(spending.c.account)
        return [
            Spent(account=AccountId(row.account), micros=row.micros, reads=row.reads)
            for row in self._connection.execute(query)
        ]

    def posted(self, since: datetime) -> Sequence[Posted]:
        """What each account published after `since`."""
        counted = select(
            bookings.c.account,
            func.count().label("number"),
            func.min(bookings.c.booked_at, type_=bookings.c.booked_at.type).label("first_at"),
        )
        query = counted.where(bookings.c.booked_at > since, bookings.c.publishes).group_by(bookings.c.account)
        return [
            Posted(account=AccountId(row.account), count=row.number, first_at=row.first_at)
            for row in self._connection.execute(query.order_by(bookings.c.account))
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
        new = insert_new(self._connection, spending)
        self._connection.execute(new, {"month": month, "account": account, "micros": 0, "reads": 0})
        this = (spending.c.month == month) & (spending.c.account == account)
        more = {"micros": spending.c.micros + amount, "reads": spending.c.reads + reads}
        self._connection.execute(update(spending).where(this).values(**more))
