"""What every part of the outbox shares: rows read as deliveries, and endings that pass on to what needed them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, bindparam, exists, literal, or_, select, update
from sqlalchemy.sql.dml import ReturningUpdate

from core.adapters.storage.straight import Straight
from core.adapters.storage.tables import IS_DUE, accounts, attempts, deliveries, moment, notices, revisions
from core.adapters.storage.taking_back_tables import EVERY_ACCOUNT, OF_A_VOICE, pauses, retractions
from core.adapters.storage.vault import SqlVault
from core.domain.accounts import AccountState
from core.domain.deliveries import Act, Attempt, Delivery, DeliveryKey, DeliveryState, Receipt
from core.domain.lines import AccountId
from core.domain.notices import NoticeId, Post, ReplyTo, Urgency
from core.ports.store import SealedAway

CHUNK = 500
"""Keys in one statement: far below any database's limit of parameters."""

TAKES_BACK = (deliveries.c.act == Act.REMOVE.value) | (deliveries.c.urgency == int(Urgency.TAKING_BACK))
"""Taking back goes first: no expiry and no newer revision stops it."""
REACHABLE = (AccountState.READY.value, AccountState.LOCKED.value)
"""States in which an account's credentials work, as far as is known."""
_LOCKED = exists().where(
    accounts.c.account == deliveries.c.account, accounts.c.state == AccountState.LOCKED.value, ~TAKES_BACK
)
_STILL = or_(pauses.c.removals_too, ~TAKES_BACK)
_VOICE_PAUSED = exists().where(
    notices.c.id == deliveries.c.notice_id, pauses.c.account == literal(OF_A_VOICE) + notices.c.speaker, _STILL
)
PAUSED = _LOCKED | exists().where(pauses.c.account.in_([deliveries.c.account, EVERY_ACCOUNT]), _STILL) | _VOICE_PAUSED
"""A pause stops it, what takes back only where the pause says so; a lock stops it, but never what takes back."""
NEWER = exists().where(revisions.c.notice_id == deliveries.c.notice_id, revisions.c.number > deliveries.c.revision)
"""A newer revision of its notice is there."""
_RETRACTED = exists().where(retractions.c.notice_id == deliveries.c.notice_id)
"""Its notice was taken back: a correction of before that surely did not arrive is said no more."""
SUPERSEDED = "a newer revision took its place"
_HELD = Straight(
    select(deliveries)
    .join(attempts, and_(attempts.c.delivery_id == deliveries.c.id, attempts.c.id == deliveries.c.attempt_id))
    .where(
        attempts.c.id == bindparam("attempt"),
        attempts.c.owner == bindparam("owner"),
        attempts.c.ended_at.is_(None),
    )
    .with_for_update()
)
FREE = {"lease_owner": None, "lease_until": None}
_CHANGE = Straight(update(deliveries).where(deliveries.c.id == bindparam("this")))
"""Built once, like all that every post needs: building a statement costs more than answering it. What it sets are the
names that it is executed with."""


def ending(condition: ColumnElement[bool]) -> ReturningUpdate[Any]:
    """Ends the due deliveries that meet a condition, with the `state` and `why` that it is executed with."""
    ended: dict[str, Any] = {"state": bindparam("state"), "why": bindparam("why"), **FREE}
    return update(deliveries).where(IS_DUE, condition).values(**ended).returning(deliveries.c.key)


def chunks(keys: Sequence[str]) -> Iterable[Sequence[str]]:
    """The keys in portions of one statement."""
    return (keys[start : start + CHUNK] for start in range(0, len(keys), CHUNK))


def read_key(text: str) -> DeliveryKey:
    """A delivery's key from the text that `str(key)` gave."""
    head, language, act, part = text.rsplit("/", 3)
    notice_id, revision, account = head.split("/", 2)
    return DeliveryKey(
        notice_id=NoticeId(notice_id),
        revision=int(revision),
        account=AccountId(account),
        language=language,
        act=Act(act),
        part=int(part),
    )


def read_attempt(row: Row[Any]) -> Attempt:
    """An attempt as the flows see it."""
    return Attempt(
        id=row.id,
        delivery_id=row.delivery_id,
        owner=row.owner,
        started_at=moment(row.started_at),
        looks=row.looks,
        looked_at=None if row.looked_at is None else moment(row.looked_at),
        posted_since=None if row.posted_since is None else moment(row.posted_since),
    )


class OutboxPart:
    """One transaction's view of the outbox."""

    def __init__(self, connection: Connection, vault: SqlVault) -> None:
        self._connection = connection
        self._vault = vault
        self.tried: int | None = None
        """Number of the last attempt that this transaction wrote."""

    def _deliveries(self, query: Select[Any]) -> list[Delivery]:
        return self._read(self._connection.execute(query).all())

    def _read(self, rows: Sequence[Row[Any]]) -> list[Delivery]:
        replies = {row.id: self._answered(row) for row in rows if row.reply_to is not None}
        wanted = [row.needs for row in rows if row.needs is not None] + [str(key) for _, key in replies.values()]
        receipts = self._receipts(wanted)
        return [self._delivery(row, replies.get(row.id), receipts) for row in rows]

    def _delivery(
        self, row: Row[Any], reply: tuple[ReplyTo, DeliveryKey] | None, receipts: dict[str, Receipt]
    ) -> Delivery:
        return Delivery(
            id=row.id,
            key=read_key(row.key),
            urgency=Urgency(row.urgency),
            post=self._post(row.post_ref),
            needs=None if row.needs is None else read_key(row.needs),
            reply_to=None if reply is None else reply[0],
            reference=row.reference,
            said_at=row.said_at,
            expires_at=row.expires_at,
            practice=row.practice,
            state=DeliveryState(row.state),
            attempts=row.attempts,
            why=row.why,
            receipt=None if row.receipt is None else Receipt.model_validate_json(row.receipt),
            needs_receipt=receipts.get(row.needs) if row.needs is not None else None,
            reply_receipt=None if reply is None else receipts.get(str(reply[1])),
        )

    @staticmethod
    def _answered(row: Row[Any]) -> tuple[ReplyTo, DeliveryKey]:
        reply = ReplyTo.model_validate_json(row.reply_to)
        named = DeliveryKey(
            notice_id=reply.notice or NoticeId(row.notice_id),
            revision=reply.revision,
            account=AccountId(row.account),
            language=reply.language,
            act=Act.POST,
            part=reply.part,
        )
        return reply, named

    def _post(self, ref: str | None) -> Post | None:
        """The post, None for what has none and for what was erased."""
        if ref is None:
            return None
        try:
            return Post.model_validate_json(self._vault.open(ref))
        except SealedAway:
            return None

    def _with_pictures(self, taken: Sequence[Delivery]) -> list[Delivery]:
        """Deliveries taken in hand, each with its picture's bytes; none for what was erased."""
        return [
            one
            if one.post is None or one.post.picture is None
            else one.model_copy(update={"picture": self._picture(one.post.picture.ref)})
            for one in taken
        ]

    def _picture(self, ref: str) -> bytes | None:
        try:
            return self._vault.open(ref)
        except (SealedAway, KeyError):
            return None

    def _receipts(self, keys: Sequence[str]) -> dict[str, Receipt]:
        found: dict[str, Receipt] = {}
        for some in chunks(keys):
            query = select(deliveries.c.key, deliveries.c.receipt).where(
                deliveries.c.key.in_(some), deliveries.c.receipt.is_not(None)
            )
            found |= {row.key: Receipt.model_validate_json(row.receipt) for row in self._connection.execute(query)}
        return found

    def _change(self, delivery_id: int, **values: Any) -> None:
        _CHANGE.tell(self._connection, {"this": delivery_id, **values})

    def _end(self, condition: ColumnElement[bool], state: DeliveryState, why: str) -> int:
        """End the due deliveries that meet the condition, and withdraw what needs them; how many met it."""
        return self._ended(ending(condition), {"state": state.value, "why": why})

    def _ended(self, end: ReturningUpdate[Any], values: Mapping[str, Any]) -> int:
        keys = list(self._connection.execute(end, values).scalars())
        self._withdraw_needing(keys, values["why"])
        return len(keys)

    def _due_again(self, delivery_id: int, **values: Any) -> None:
        """Surely not sent: due once more, unless a newer revision has taken its place meanwhile."""
        self._change(delivery_id, state=DeliveryState.DUE.value, attempt_id=None, **values, **FREE)
        late = ~TAKES_BACK | and_(_RETRACTED, deliveries.c.act != Act.REMOVE.value)
        self._end(and_(deliveries.c.id == delivery_id, NEWER, late), DeliveryState.WITHDRAWN, SUPERSEDED)

    def _withdraw_needing(self, keys: Sequence[str], why: str) -> None:
        """What needs a delivery that will never be can't be either; and what needs that, and so on."""
        while keys:
            followers: list[str] = []
            for some in chunks(keys):
                gone = update(deliveries).where(IS_DUE, deliveries.c.needs.in_(some))
                withdrawn = gone.values(state=DeliveryState.WITHDRAWN.value, why=why, **FREE)
                followers += self._connection.execute(withdrawn.returning(deliveries.c.key)).scalars()
            keys = followers

    def _held_attempt(self, attempt: Attempt) -> Row[Any] | None:
        """The delivery of an attempt that is still this owner's to settle, locked; None when fenced."""
        return _HELD.one(self._connection, {"attempt": attempt.id, "owner": attempt.owner})
