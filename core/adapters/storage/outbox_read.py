"""What stands in the outbox, and when something may next be done."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select

from core.adapters.storage.engine import database_now
from core.adapters.storage.outbox_rows import PAUSED, REACHABLE, OutboxPart
from core.adapters.storage.tables import (
    IS_ATTEMPTING,
    IS_DEFERRED,
    IS_DUE,
    IS_LEASED,
    IS_OPEN,
    IS_UNKNOWN,
    IS_WAITING,
    accounts,
    attempts,
    deliveries,
    literally,
)
from core.domain.deliveries import Delivery, DeliveryKey, DeliveryState, Receipt
from core.domain.lines import AccountId
from core.domain.notices import NoticeId
from core.ports.store_rows import OutboxCount

_READY = deliveries.c.account.not_in(select(accounts.c.account).where(accounts.c.state.not_in(REACHABLE)))
_MAY_GO = and_(_READY, ~PAUSED)
_OPEN = {DeliveryState.ATTEMPTING, DeliveryState.UNKNOWN, DeliveryState.WAITING}


def _waits_for_person() -> Select[tuple[str]]:
    """Keys of what only a person can set going again: what waits, is paused or stands on an account that is not
    ready, what follows on the same notice and account, and whatever needs one of these."""
    first = select(deliveries.c.key, deliveries.c.notice_id, deliveries.c.account).where(
        or_(IS_WAITING, and_(IS_DUE, ~_MAY_GO), and_(IS_UNKNOWN, ~_READY))
    )
    stuck = first.cte("stuck", recursive=True)
    follows = or_(
        deliveries.c.needs == stuck.c.key,
        and_(deliveries.c.notice_id == stuck.c.notice_id, deliveries.c.account == stuck.c.account),
    )
    more = select(deliveries.c.key, deliveries.c.notice_id, deliveries.c.account).join(stuck, follows).where(IS_DUE)
    stuck = stuck.union(more)
    return select(stuck.c.key)


class Readings(OutboxPart):
    """Questions that change nothing."""

    def receipt(self, key: DeliveryKey) -> Receipt | None:
        """The receipt of one delivery."""
        return self._receipts([str(key)]).get(str(key))

    def of_notice(self, notice_id: NoticeId) -> Sequence[Delivery]:
        """All deliveries of a notice in order."""
        query = select(deliveries).where(deliveries.c.notice_id == notice_id)
        return self._deliveries(query.order_by(deliveries.c.revision, deliveries.c.id))

    def counts(self) -> Sequence[OutboxCount]:
        """How many deliveries stand in which state on which account; reads the whole outbox, for reports only."""
        query = select(deliveries.c.account, deliveries.c.state, func.count().label("number"))
        grouped = query.group_by(deliveries.c.account, deliveries.c.state)
        rows = self._connection.execute(grouped.order_by(deliveries.c.account, deliveries.c.state))
        return [
            OutboxCount(account=AccountId(row.account), state=DeliveryState(row.state), count=row.number)
            for row in rows
        ]

    def recent(self, limit: int) -> Sequence[Delivery]:
        """Delivered ones, latest receipt first."""
        query = select(deliveries).where(literally(deliveries.c.state, "delivered"))
        return self._deliveries(query.order_by(deliveries.c.receipt_at.desc(), deliveries.c.id.desc()).limit(limit))

    def in_states(self, states: Sequence[DeliveryState], limit: int) -> Sequence[Delivery]:
        """Deliveries in these states, oldest first."""
        query = select(deliveries).where(deliveries.c.state.in_([state.value for state in states]))
        if set(states) <= _OPEN:
            query = query.where(IS_OPEN)
        return self._deliveries(query.order_by(deliveries.c.id).limit(limit))

    def quiet(self) -> bool:
        """True when nothing is due, leased, attempting or unknown, save what only a person can set going."""
        if self._any(IS_ATTEMPTING):
            return False
        moving = [state for state in (IS_DUE, IS_UNKNOWN) if self._any(state)]
        if moving and not self._any(IS_WAITING) and not any(self._any(state & ~_MAY_GO) for state in moving):
            return False
        return not any(self._any(state & deliveries.c.key.not_in(_waits_for_person())) for state in moving)

    def seconds_to_next(self) -> float | None:
        """Seconds until the next deferred delivery, lease end or look-up may be taken; None when nothing waits."""
        clock = database_now(self._connection)
        grace = deliveries.c.grace_seconds * 1_000_000.0
        rests = func.coalesce(attempts.c.looked_at + grace, clock)
        deferred = select(func.min(deliveries.c.due_at)).where(IS_DEFERRED, deliveries.c.due_at > clock, _MAY_GO)
        leased = select(func.min(deliveries.c.lease_until)).where(
            IS_LEASED, or_(~IS_DUE, deliveries.c.lease_until > clock)
        )
        looks = (
            select(func.min(rests))
            .join_from(deliveries, attempts, attempts.c.id == deliveries.c.attempt_id)
            .where(IS_UNKNOWN, ~IS_LEASED)
        )
        times = [self._connection.execute(query).scalar_one() for query in (deferred, leased, looks)]
        known = [float(time) for time in times if time is not None]
        return max(0.0, (min(known) - clock) / 1_000_000) if known else None

    def _any(self, condition: ColumnElement[bool]) -> bool:
        query = select(exists().where(condition))
        return bool(self._connection.execute(query).scalar_one())
