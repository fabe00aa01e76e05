"""Adding deliveries and leasing those that are due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, and_, bindparam, exists, insert, or_, select, update
from sqlalchemy.sql.dml import ReturningUpdate

from core.adapters.storage.engine import database_now, take_turn
from core.adapters.storage.locks import CLAIM
from core.adapters.storage.log import read_subject
from core.adapters.storage.outbox_rows import FREE, PAUSED, REACHABLE, TAKES_BACK, OutboxPart, chunks, ending
from core.adapters.storage.tables import IS_DUE, IS_LEASED, accounts, notices, one_of, ticks
from core.adapters.storage.tables import deliveries as owed
from core.domain.deliveries import Act, Delivery, DeliveryState, NewDelivery
from core.domain.holding import HeldBack
from core.domain.notices import Urgency

_other = owed.alias("other")
_needed = owed.alias("needed")
_OPEN = (DeliveryState.ATTEMPTING.value, DeliveryState.UNKNOWN.value)
_REMOVES = owed.c.act == Act.REMOVE.value
_EARLIER = or_(
    _other.c.revision < owed.c.revision,
    and_(_other.c.revision == owed.c.revision, _other.c.id < owed.c.id),
)
_TURN_BEFORE = and_(
    # Removals wait for no post. A correction waits for no post of the revision it corrects, only for its own parts.
    ~_REMOVES,
    _other.c.act != Act.REMOVE.value,
    one_of(_other.c.state, DeliveryState.DUE.value, DeliveryState.WAITING.value),
    _EARLIER,
    or_(owed.c.urgency != int(Urgency.TAKING_BACK), _other.c.urgency == int(Urgency.TAKING_BACK)),
)
BLOCKED = exists().where(
    _other.c.notice_id == owed.c.notice_id,
    _other.c.account == owed.c.account,
    _other.c.id != owed.c.id,
    or_(and_(~_REMOVES, one_of(_other.c.state, *_OPEN)), _TURN_BEFORE),
)
"""Another delivery of the same notice on that account is in the air, or has its turn before this one. A removal waits
for nothing but the receipt of what it removes."""
MET = or_(
    owed.c.needs.is_(None),
    exists().where(
        _needed.c.key == owed.c.needs,
        or_(
            _needed.c.state == DeliveryState.DELIVERED.value,
            and_(_needed.c.state == DeliveryState.PRACTISED.value, owed.c.practice),
        ),
    ),
)
"""What it needs is there."""
_TURN = (owed.c.urgency, owed.c.said_at, owed.c.revision, owed.c.id)
_theirs = owed.alias("theirs")
_CLOCK: BindParameter[int] = bindparam("clock")
_NOW: BindParameter[datetime] = bindparam("now")
_NOT_READY = select(accounts.c.account).where(~one_of(accounts.c.state, *REACHABLE))
_HELD_BY_OTHERS = select(_theirs.c.account).where(
    _theirs.c.lease_owner.is_not(None), _theirs.c.lease_owner != bindparam("owner"), _theirs.c.lease_until > _CLOCK
)
_UNTOUCHED = or_(owed.c.lease_owner.is_(None), owed.c.lease_until <= _CLOCK)
_MAY_GO = and_(
    IS_DUE,
    owed.c.due_at <= _CLOCK,
    _UNTOUCHED,
    or_(owed.c.expires_at > _NOW, TAKES_BACK),
    owed.c.account.not_in(_NOT_READY),
    owed.c.account.not_in(_HELD_BY_OTHERS),
    ~PAUSED,
)
_READY = and_(_MAY_GO, MET, ~BLOCKED)
_EXPIRE = ending(and_(owed.c.expires_at <= _NOW, _UNTOUCHED, ~TAKES_BACK))


def _turn(*only: ColumnElement[bool]) -> Select[tuple[str]]:
    """The account whose turn it is."""
    return select(owed.c.account).where(_READY, *only).order_by(*_TURN).limit(1)


def _leasing(*only: ColumnElement[bool]) -> ReturningUpdate[Any]:
    """Leases the first of what may go."""
    chosen = (
        select(owed.c.id)
        .where(_READY, *only)
        .order_by(*_TURN)
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True, of=owed)
    )
    lease: dict[str, BindParameter[Any]] = {"lease_owner": bindparam("owner"), "lease_until": bindparam("until")}
    return update(owed).where(owed.c.id.in_(chosen)).values(**lease).returning(*owed.c)


_OF_ONE = owed.c.account == bindparam("one")
_TURN_NOW, _LEASING, _LEASING_OF_ONE = _turn(), _leasing(), _leasing(_OF_ONE)
"""Built once, for a claim that nothing else bounds."""


def _row(new: NewDelivery, post_ref: str | None) -> dict[str, Any]:
    return {
        "key": str(new.key),
        "notice_id": new.key.notice_id,
        "revision": new.key.revision,
        "account": new.key.account,
        "language": new.key.language,
        "act": new.key.act.value,
        "part": new.key.part,
        "urgency": int(new.urgency),
        "needs": None if new.needs is None else str(new.needs),
        "reply_to": None if new.reply_to is None else new.reply_to.model_dump_json(),
        "post_ref": post_ref,
        "reference": new.reference,
        "said_at": new.said_at,
        "expires_at": new.expires_at,
        "practice": new.practice,
        "state": DeliveryState.DUE.value,
        "due_at": 0,
        "attempts": 0,
        "grace_seconds": 0.0,
    }


def _not_held(held: Sequence[HeldBack]) -> list[ColumnElement[bool]]:
    """One condition for each urgency from which something is kept back; what takes back always goes."""
    accounts_from = {one.urgency: [other.account for other in held if other.urgency is one.urgency] for one in held}
    return [
        or_(owed.c.account.not_in(these), owed.c.urgency < int(urgency), TAKES_BACK)
        for urgency, these in accounts_from.items()
    ]


class Claims(OutboxPart):
    """From *owed* to *leased*."""

    def add(
        self,
        deliveries: Sequence[NewDelivery],
        now: datetime,  # noqa: ARG002 - the port's shape
        after_seconds: float = 0,
        *,
        apart: bool = False,
    ) -> int:
        """Keep deliveries under their keys, due `after_seconds` from now; the number that was new.

        The words go into the vault under the notice's subject, so that erasing an incident erases what was said of it;
        with `apart` under the notice: "withdrawn" is still to be said of what was erased.
        """
        known = self._known([str(new.key) for new in deliveries])
        rows: dict[str, dict[str, Any]] = {}
        due_at = database_now(self._connection) + round(after_seconds * 1_000_000) if after_seconds > 0 else 0
        for new in deliveries:
            if str(new.key) not in known and str(new.key) not in rows:
                words = None if new.post is None else new.post.model_dump_json().encode()
                ref = None if words is None else self._put(new.key.notice_id, words, apart=apart)
                rows[str(new.key)] = _row(new, ref) | {"due_at": due_at}
        if rows:
            self._connection.execute(insert(owed), list(rows.values()))
        return len(rows)

    def claim(
        self,
        owner: str,
        now: datetime,
        lease_seconds: float,
        limit: int,
        taking_back: bool = False,
        held: Sequence[HeldBack] = (),
        one_account: bool = False,
    ) -> Sequence[Delivery]:
        """Lease up to `limit` due deliveries, most urgent first; expires what is past its time.

        Claims come one after another, so that two owners never hold one account at once.
        """
        take_turn(self._connection, CLAIM)
        clock = database_now(self._connection)
        self._expire(now, clock)
        bounds = {"owner": owner, "now": now, "clock": clock}
        only = [*_not_held(held), *([TAKES_BACK] if taking_back else [])]
        leasing = _leasing(*only) if only else _LEASING
        if one_account:
            turn = _turn(*only) if only else _TURN_NOW
            bounds["one"] = self._connection.execute(turn, bounds).scalar()
            if bounds["one"] is None:
                return []
            leasing = _leasing(*only, _OF_ONE) if only else _LEASING_OF_ONE
        lease = {"most": limit, "until": clock + round(lease_seconds * 1_000_000)}
        rows = self._connection.execute(leasing, {**bounds, **lease}).all()
        rows = sorted(rows, key=lambda row: (row.urgency, ticks(row.said_at), row.revision, row.id))
        return self._with_pictures(self._read(rows))

    def release(self, owner: str) -> int:
        """Give back this owner's leases that hold no open attempt."""
        idle = owed.c.state.in_([DeliveryState.DUE.value, DeliveryState.UNKNOWN.value])
        mine = IS_LEASED & (owed.c.lease_owner == owner) & idle
        return self._connection.execute(update(owed).where(mine).values(**FREE)).rowcount

    def postpone(self, delivery_id: int, owner: str, seconds: float, why: str) -> bool:
        """Nothing was tried and nothing can be for a while: due again after `seconds`. False when fenced."""
        clock = database_now(self._connection)
        mine = and_(owed.c.id == delivery_id, IS_DUE, owed.c.lease_owner == owner)
        later = update(owed).where(mine).values(due_at=clock + round(seconds * 1_000_000), why=why, **FREE)
        return self._connection.execute(later).rowcount == 1

    def practised(self, delivery_id: int, owner: str) -> bool:
        """A practice account's delivery went every step but the call; False when the lease is lost."""
        mine = and_(
            owed.c.id == delivery_id,
            IS_DUE,
            owed.c.lease_owner == owner,
            owed.c.lease_until > database_now(self._connection),
            owed.c.practice,
        )
        done = update(owed).where(mine).values(state=DeliveryState.PRACTISED.value, **FREE)
        return self._connection.execute(done).rowcount == 1

    def _known(self, keys: Sequence[str]) -> set[str]:
        known: set[str] = set()
        for some in chunks(keys):
            query = select(owed.c.key).where(owed.c.key.in_(some))
            known.update(self._connection.execute(query).scalars())
        return known

    def _put(self, notice_id: str, words: bytes, *, apart: bool) -> str:
        return self._vault.put(f"notice:{notice_id}" if apart else self._owner(notice_id), words)

    def _owner(self, notice_id: str) -> str:
        """The vault's owner of a notice's words: its subject's key, under which its records lie too."""
        query = select(notices.c.subject).where(notices.c.id == notice_id)
        subject = self._connection.execute(query).scalar_one_or_none()
        return notice_id if subject is None else read_subject(subject).key

    def _expire(self, now: datetime, clock: int) -> None:
        late = {"now": now, "clock": clock, "state": DeliveryState.EXPIRED.value}
        self._ended(_EXPIRE, {**late, "why": "it was not delivered in its time"})
