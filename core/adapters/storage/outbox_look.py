"""Attempts whose end was not seen: leased, looked up, and brought to an end."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import and_, func, or_, select, update

from core.adapters.storage.engine import database_now
from core.adapters.storage.outbox_rows import FREE, OutboxPart, read_attempt
from core.adapters.storage.tables import IS_OPEN, attempts, deliveries, literally
from core.domain.deliveries import Attempt, Delivery, DeliveryState
from core.domain.notices import NoticeId

_UNSEEN = IS_OPEN & or_(literally(deliveries.c.state, "unknown"), literally(deliveries.c.state, "attempting"))


class LookUps(OutboxPart):
    """From *unknown* back to certainty."""

    def unsettled(
        self, owner: str, lease_seconds: float, grace_seconds: float, limit: int
    ) -> Sequence[tuple[Delivery, Attempt]]:
        """Lease attempts whose end was not seen. Whoever leases one owns it: a late settlement of the first owner
        is fenced from then on."""
        clock = database_now(self._connection)
        rested = or_(attempts.c.looked_at.is_(None), attempts.c.looked_at <= clock - round(grace_seconds * 1_000_000))
        unheld = or_(deliveries.c.lease_until.is_(None), deliveries.c.lease_until <= clock)
        found = (
            select(deliveries.c.id, deliveries.c.attempt_id)
            .join(attempts, attempts.c.id == deliveries.c.attempt_id)
            .where(_UNSEEN, unheld, rested)
            .order_by(deliveries.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True, of=deliveries)
        )
        rows = self._connection.execute(found).all()
        if not rows:
            return []
        ids = [row.id for row in rows]
        lease = {"lease_owner": owner, "lease_until": clock + round(lease_seconds * 1_000_000)}
        taken = {"state": DeliveryState.UNKNOWN.value, "grace_seconds": grace_seconds, **lease}
        self._connection.execute(update(deliveries).where(deliveries.c.id.in_(ids)).values(**taken))
        mine = attempts.c.id.in_([row.attempt_id for row in rows])
        self._connection.execute(update(attempts).where(mine).values(owner=owner))
        tries = {row.delivery_id: read_attempt(row) for row in self._connection.execute(select(attempts).where(mine))}
        leased = self._deliveries(select(deliveries).where(deliveries.c.id.in_(ids)).order_by(deliveries.c.id))
        return [(delivery, tries[delivery.id]) for delivery in self._with_pictures(leased)]

    def looked(self, attempt: Attempt, conclusive: bool) -> Attempt:
        """A look-up did not find the post: count it, let it rest, give the lease back. A fenced one counts nothing.
        Raises KeyError when there is no such attempt."""
        row = self._held_attempt(attempt)
        this = attempts.c.id == attempt.id
        if row is not None and row.state == DeliveryState.UNKNOWN.value:
            seen = {"looks": attempts.c.looks + int(conclusive), "looked_at": database_now(self._connection)}
            self._connection.execute(update(attempts).where(this).values(**seen))
            self._change(row.id, **FREE)
        stands = self._connection.execute(select(attempts).where(this)).one_or_none()
        if stands is None:
            raise KeyError(attempt.id)
        return read_attempt(stands)

    def surely_absent(self, attempt: Attempt) -> bool:
        """The post is surely not there: due again. False when fenced."""
        row = self._held_attempt(attempt)
        if row is None:
            return False
        clock = database_now(self._connection)
        ended = {"ended_at": clock, "outcome": "absent"}
        self._connection.execute(update(attempts).where(attempts.c.id == attempt.id).values(**ended))
        self._due_again(row.id, due_at=clock)
        return True

    def unclear_refusals(self, attempt: Attempt) -> int:
        """How many attempts of its delivery, this one too, the platform refused in words that may mean it stands."""
        refused = select(func.count()).where(
            attempts.c.delivery_id == attempt.delivery_id,
            attempts.c.why.is_not(None),
            or_(attempts.c.id == attempt.id, attempts.c.outcome == "absent"),
        )
        return int(self._connection.execute(refused).scalar_one())

    def look_again(self, notice_id: NoticeId) -> int:
        """What of this notice waits for a person is looked up once more. How many."""
        waits = and_(deliveries.c.notice_id == notice_id, deliveries.c.state == DeliveryState.WAITING.value)
        opened = update(deliveries).where(waits).values(state=DeliveryState.UNKNOWN.value, **FREE)
        ids = list(self._connection.execute(opened.returning(deliveries.c.attempt_id)).scalars())
        self._connection.execute(update(attempts).where(attempts.c.id.in_(ids)).values(looked_at=None, why=None))
        return len(ids)

    def wait_for_person(self, attempt: Attempt, why: str) -> bool:
        """Looking up can't settle it: a person must. False when fenced."""
        row = self._held_attempt(attempt)
        if row is None:
            return False
        self._change(row.id, state=DeliveryState.WAITING.value, why=why, **FREE)
        return True
