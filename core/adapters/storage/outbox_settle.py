"""The attempt before the call, and how it ended."""

from __future__ import annotations

from datetime import datetime
from typing import Any, assert_never

from sqlalchemy import Row, and_, bindparam, exists, func, insert, or_, select, update

from core.adapters.storage.engine import CLOCKS, database_now, share_turn
from core.adapters.storage.locks import PAUSE
from core.adapters.storage.outbox_claim import BLOCKED
from core.adapters.storage.outbox_rows import FREE, NEWER, PAUSED, SUPERSEDED, TAKES_BACK, OutboxPart
from core.adapters.storage.straight import Straight
from core.adapters.storage.tables import IS_DUE, attempts, deliveries, meta, moment, ticks, vault
from core.domain.deliveries import (
    Act,
    Attempt,
    Deferred,
    Delivered,
    DeliveryState,
    Outcome,
    Refused,
    StandAlone,
    Unknown,
)
from core.domain.notices import NoticeId
from core.domain.restored import LookFirst

_ERASED = exists().where(vault.c.ref == deliveries.c.post_ref, vault.c.sealed_content.is_(None))
_THIS = deliveries.c.id == bindparam("delivery")
_MINE = and_(_THIS, IS_DUE, deliveries.c.lease_owner == bindparam("owner"))
LOOK_FIRST = "look_first"
_WINDOW = select(meta.c.value).where(meta.c.name == LOOK_FIRST)
_ASKED = {
    name: (
        clock.label("clock"),
        BLOCKED.label("blocked"),
        NEWER.label("superseded"),
        _ERASED.label("erased"),
        TAKES_BACK.label("takes_back"),
        PAUSED.label("paused"),
        _WINDOW.scalar_subquery().label("window"),
    )
    for name, clock in CLOCKS.items()
}
_LEASED = Straight(
    select(deliveries, *_ASKED["sqlite"]).where(_MINE), select(deliveries).where(_MINE).with_for_update()
)
_ASK = {"postgresql": select(*_ASKED["postgresql"]).where(_THIS)}
"""SQLite has one writer: what is asked along with the row stays true until the commit. PostgreSQL is asked once the row
is locked, since it may have waited for that. All are built once: building them costs more than answering."""
_TRY = Straight(insert(attempts).returning(attempts.c.id))
_CLOSE = Straight(
    *(
        update(attempts).where(attempts.c.id == bindparam("this")).values(ended_at=CLOCKS[name])
        for name in ("sqlite", "postgresql")
    )
)


class _Window(LookFirst):
    """As kept in `meta`."""

    after: int
    """The last attempt before it opened: by number, since a database's clock may be set."""


class Settlements(OutboxPart):
    """From *leased* to *delivered*, and the ways it can fail."""

    def begin_attempt(self, delivery_id: int, owner: str, now: datetime) -> Attempt | None:
        """Write the attempt row. None when the delivery may not go (any more): the lease is lost, it was withdrawn,
        expired, superseded or paused, or the account's notice is in the air already."""
        share_turn(self._connection, PAUSE)
        row = _LEASED.one(self._connection, {"delivery": delivery_id, "owner": owner})
        asked = None if row is None else self._may_still_go(row, now)
        if row is None or asked is None:
            return None
        since = self._posted_since(row, asked.window)
        tried = {
            "owner": owner,
            "started_at": asked.clock,
            "looks": 0,
            "posted_since": None if since is None else ticks(since),
        }
        attempt_id: int = _TRY.ask(self._connection, {"delivery_id": delivery_id, **tried})[0].id
        self.tried = attempt_id
        self._change(
            delivery_id,
            state=DeliveryState.ATTEMPTING.value,
            attempt_id=attempt_id,
            attempts=row.attempts + 1,
            why=None,
        )
        return Attempt(
            id=attempt_id, delivery_id=delivery_id, owner=owner, started_at=moment(asked.clock), posted_since=since
        )

    def settle(self, attempt: Attempt, outcome: Outcome) -> bool:
        """Write how an attempt ended and what follows; False when it is another owner's by now."""
        row = self._held_attempt(attempt)
        if row is None:
            return False
        match outcome:
            case Delivered(receipt=receipt):
                self._close(attempt, "delivered", None)
                proof = {"receipt": receipt.model_dump_json(), "receipt_at": receipt.at}
                self._change(row.id, state=DeliveryState.DELIVERED.value, why=None, **proof, **FREE)
            case Deferred(seconds=seconds, why=why):
                self._close(attempt, "deferred", why)
                due_at = database_now(self._connection) + round(seconds * 1_000_000)
                self._due_again(row.id, why=why, due_at=due_at)
            case Refused(why=why):
                self._close(attempt, "refused", why)
                self._change(row.id, state=DeliveryState.REFUSED.value, why=why, **FREE)
                self._withdraw_needing([row.key], why)
            case StandAlone(why=why):
                self._close(attempt, "alone", why)
                self._answer_nothing(row)
                self._due_again(row.id, why=why, due_at=database_now(self._connection))
            case Unknown(why=why, refused=refused):
                if refused:
                    this = attempts.c.id == attempt.id
                    self._connection.execute(update(attempts).where(this).values(why=why))
                self._change(row.id, state=DeliveryState.UNKNOWN.value, why=why, **FREE)
            case _:
                assert_never(outcome)
        return True

    def withdraw_older(self, notice_id: NoticeId, below_revision: int, why: str, words_too: bool = False) -> int:
        """Withdraw the due deliveries of older revisions, save those that take back; `words_too`: save removals."""
        kept = deliveries.c.act == Act.REMOVE.value if words_too else TAKES_BACK
        older = and_(deliveries.c.notice_id == notice_id, deliveries.c.revision < below_revision, ~kept)
        return self._end(older, DeliveryState.WITHDRAWN, why)

    def _may_still_go(self, row: Row[Any], now: datetime) -> Row[Any] | None:
        """Asks again what may have changed since the claim; ends what may never go. The answers if it may go."""
        this = deliveries.c.id == row.id
        ask = _ASK.get(self._connection.dialect.name)
        asked = row if ask is None else self._connection.execute(ask, {"delivery": row.id}).one()
        if row.lease_until <= asked.clock:
            return None
        if not asked.takes_back and asked.superseded:
            self._end(this, DeliveryState.WITHDRAWN, SUPERSEDED)
        elif not asked.takes_back and row.expires_at <= now:
            self._end(this, DeliveryState.EXPIRED, "it was not delivered in its time")
        elif asked.erased:
            self._end(this, DeliveryState.WITHDRAWN, "its words were erased")
        elif asked.paused or asked.blocked:
            self._change(row.id, **FREE)
        else:
            return asked
        return None

    def window(self) -> LookFirst | None:
        """The newest window that a restore opened."""
        kept = self._connection.execute(_WINDOW).scalar_one_or_none()
        return None if kept is None else _Window.model_validate_json(kept)

    def open_window(self, window: LookFirst) -> None:
        """Keep the window, with the number of the last attempt before it."""
        last = self._connection.execute(select(func.max(attempts.c.id))).scalar_one()
        kept = _Window(until=window.until, since=window.since, after=last or 0)
        row = {"name": LOOK_FIRST, "value": kept.model_dump_json()}
        if self._connection.execute(update(meta).where(meta.c.name == LOOK_FIRST).values(**row)).rowcount == 0:
            self._connection.execute(insert(meta), row)

    def _posted_since(self, row: Row[Any], kept: str | None) -> datetime | None:
        """Since when this delivery may have been posted without this store knowing; None when it surely was not."""
        if kept is None or row.act == Act.REMOVE.value:
            return None
        window = _Window.model_validate_json(kept)
        if row.said_at >= window.until:
            return None
        absent = select(attempts.c.id).where(
            attempts.c.delivery_id == row.id, attempts.c.outcome == "absent", attempts.c.id > window.after
        )
        return window.since if self._connection.execute(absent.limit(1)).first() is None else None

    def _answer_nothing(self, row: Row[Any]) -> None:
        """This post and the due ones of its notice on that account: each would be refused as an answer."""
        rest = and_(
            deliveries.c.notice_id == row.notice_id,
            deliveries.c.account == row.account,
            or_(deliveries.c.id == row.id, IS_DUE),
        )
        self._connection.execute(update(deliveries).where(rest).values(reply_to=None))

    def _close(self, attempt: Attempt, outcome: str, why: str | None) -> None:
        _CLOSE.tell(self._connection, {"this": attempt.id, "outcome": outcome, "why": why})
