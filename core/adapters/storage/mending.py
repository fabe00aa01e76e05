"""Setting right what went wrong in the outbox: lost leads, broken threads, old backlogs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, update

from core.adapters.storage.engine import take_turn
from core.adapters.storage.locks import PAUSE
from core.adapters.storage.outbox_claim import Claims
from core.adapters.storage.outbox_rows import FREE, NEWER, TAKES_BACK, chunks, read_attempt
from core.adapters.storage.tables import IS_DUE, IS_WAITING, attempts, deliveries, literally
from core.domain.deliveries import Act, Attempt, Delivery, DeliveryKey, DeliveryState, NewDelivery
from core.domain.lines import AccountId
from core.domain.notices import NoticeId

LOOKED_BACK = 50_000
"""So many deliveries are looked through for what was refused or expired: more than any fleet owes within a notice's
life, and there is no index over states that are final."""
TOLD = "it was not delivered in its time; "
"""So begins the reason of what expired and was told of afterwards."""
_POST = deliveries.c.act == Act.POST.value
_REFUSED, _EXPIRED = literally(deliveries.c.state, "refused"), literally(deliveries.c.state, "expired")
_MAY_STAND = frozenset({"delivered", "attempting", "unknown", "waiting"})
_before = deliveries.alias("before")
_SAID_BEFORE = exists().where(
    _before.c.notice_id == deliveries.c.notice_id,
    _before.c.revision <= deliveries.c.revision,
    _before.c.account == deliveries.c.account,
    _before.c.act == Act.POST.value,
    _before.c.state == DeliveryState.DELIVERED.value,
    _before.c.id < deliveries.c.id,
)
_PART_BEFORE = _SAID_BEFORE.where(_before.c.revision == deliveries.c.revision)
_BROKEN = or_(and_(_REFUSED, _SAID_BEFORE), and_(_EXPIRED, _PART_BEFORE))
"""A later part will never be; or an update was refused where what it updates stands. One that came too late is only
old news: nobody is asked about it."""


def _recent() -> ColumnElement[bool]:
    return deliveries.c.id > select(func.coalesce(func.max(deliveries.c.id), 0) - LOOKED_BACK).scalar_subquery()


class SqlMending(Claims):
    """The port Mending on one transaction."""

    def unsaid_leads(self, now: datetime, said_before: datetime) -> Sequence[Delivery]:
        """First posts of leads that were refused, or that wait since `said_before`."""
        first = and_(
            _POST, deliveries.c.needs.is_(None), ~deliveries.c.practice, ~TAKES_BACK, deliveries.c.expires_at > now
        )
        found = []
        for how in (and_(_REFUSED, _recent()), and_(IS_DUE, deliveries.c.said_at <= said_before)):
            query = select(deliveries).where(how, first, ~NEWER)
            found += self._deliveries(query.order_by(deliveries.c.id))
        return sorted(found, key=lambda one: one.id)

    def change_lead(self, lost: DeliveryKey, owed: Sequence[NewDelivery], why: str, now: datetime) -> bool:
        """Withdraw what is due of the lost lead, and owe in its place. Waits until no attempt is being written."""
        take_turn(self._connection, PAUSE)
        platform = lost.account.split(":", 1)[0]
        there = and_(
            deliveries.c.notice_id == lost.notice_id, deliveries.c.account.startswith(f"{platform}:", autoescape=True)
        )
        if not self._without_lead(there, lost):
            return False
        self._end(and_(there, deliveries.c.revision == lost.revision), DeliveryState.WITHDRAWN, why)
        for new in owed:
            self._revive(new)
        self.add(owed, now)
        return True

    def _without_lead(self, there: ColumnElement[bool], lost: DeliveryKey) -> bool:
        """True when nothing stands or may stand there, and nobody but the lost lead has it to say."""
        columns = (deliveries.c.key, deliveries.c.account, deliveries.c.act, deliveries.c.revision, deliveries.c.state)
        rows = self._connection.execute(select(*columns).where(there)).all()
        if any(row.state in _MAY_STAND for row in rows):
            return False
        leads = [row for row in rows if row.act == Act.POST.value and row.revision == lost.revision]
        if any(row.account != lost.account and row.state == DeliveryState.DUE.value for row in leads):
            return False
        return any(row.key == str(lost) for row in leads)

    def _revive(self, new: NewDelivery) -> None:
        """A repost that was withdrawn under this key is due again, and needs the new lead's post."""
        if new.key.act is not Act.REPOST:
            return
        withdrawn = and_(deliveries.c.key == str(new.key), literally(deliveries.c.state, "withdrawn"))
        again = {
            "state": DeliveryState.DUE.value,
            "needs": None if new.needs is None else str(new.needs),
            "expires_at": new.expires_at,
            "practice": new.practice,
            "due_at": 0,
            "attempt_id": None,
            "why": None,
        }
        self._connection.execute(update(deliveries).where(withdrawn).values(**again, **FREE))

    def broken_threads(self, said_since: datetime) -> Sequence[Delivery]:
        """Posts that will never be while an earlier part stands, or what they update."""
        broken = and_(_recent(), _POST, _BROKEN, ~TAKES_BACK, deliveries.c.said_at > said_since)
        return self._deliveries(select(deliveries).where(broken, ~NEWER).order_by(deliveries.c.id))

    def finish_thread(self, broken: DeliveryKey, expires_at: datetime) -> int:
        """This post and what followed it, once more, answering nothing."""
        this = select(deliveries.c.id).where(deliveries.c.key == str(broken), _BROKEN, ~NEWER)
        first = self._connection.execute(this.with_for_update()).scalar_one_or_none()
        if first is None:
            return 0
        rest = and_(
            deliveries.c.notice_id == broken.notice_id,
            deliveries.c.revision == broken.revision,
            deliveries.c.account == broken.account,
            _POST,
            deliveries.c.id >= first,
            or_(_REFUSED, _EXPIRED, literally(deliveries.c.state, "withdrawn")),
        )
        repeats = and_(
            deliveries.c.needs == str(broken),
            deliveries.c.act == Act.REPOST.value,
            literally(deliveries.c.state, "withdrawn"),
        )
        again = {"state": DeliveryState.DUE.value, "reply_to": None, "expires_at": expires_at, "due_at": 0}
        values = {**again, "attempt_id": None, "why": None, **FREE}
        self._connection.execute(update(deliveries).where(repeats).values(**values))
        return self._connection.execute(update(deliveries).where(rest).values(**values)).rowcount

    def backlog(self, account: AccountId) -> Sequence[Delivery]:
        """All that is due on an account."""
        query = select(deliveries).where(IS_DUE, deliveries.c.account == account)
        return self._deliveries(query.order_by(deliveries.c.id))

    def opened_anew(self, account: AccountId, old_id: str, why: str) -> int:
        """Another account is behind this one from now on."""
        take_turn(self._connection, PAUSE)
        mine = deliveries.c.account == account
        open_ones = or_(literally(deliveries.c.state, "unknown"), literally(deliveries.c.state, "attempting"))
        waits = update(deliveries).where(mine, open_ones, deliveries.c.act != Act.REMOVE.value)
        self._connection.execute(waits.values(state=DeliveryState.WAITING.value, why=why, **FREE))
        removing = and_(mine, deliveries.c.act == Act.REMOVE.value)
        self._end(removing, DeliveryState.WITHDRAWN, why)
        standing = select(deliveries).where(
            mine, deliveries.c.receipt.is_not(None), deliveries.c.act != Act.REMOVE.value
        )
        proofs = {one.id: one.receipt for one in self._deliveries(standing) if one.receipt is not None}
        reached = {this: proof for this, proof in proofs.items() if proof.former_account is None}
        for delivery_id, proof in reached.items():
            former = proof.model_copy(update={"former_account": old_id})
            self._change(delivery_id, receipt=former.model_dump_json())
        for one in self.backlog(account):
            if one.reply_receipt is not None and one.reply_receipt.former_account is not None:
                self._change(one.id, reply_to=None)
        return len(reached)

    def outlived(self, said_since: datetime, account: AccountId | None = None) -> Sequence[Delivery]:
        """What expired unsaid and was not told of yet."""
        untold = func.coalesce(deliveries.c.why, "").not_like(f"{TOLD}%")
        act = deliveries.c.act != Act.REMOVE.value
        query = select(deliveries).where(
            _recent(), _EXPIRED, act, ~TAKES_BACK, ~deliveries.c.practice, untold, deliveries.c.said_at > said_since
        )
        mine = query if account is None else query.where(deliveries.c.account == account)
        return self._deliveries(mine.order_by(deliveries.c.id))

    def tell(self, keys: Sequence[DeliveryKey], why: str) -> int:
        """What became of those that expired."""
        named = [str(key) for key in keys]
        told = update(deliveries).values(why=f"{TOLD}{why}")
        return sum(
            self._connection.execute(told.where(_EXPIRED, deliveries.c.key.in_(some))).rowcount
            for some in chunks(named)
        )

    def withdraw(self, keys: Sequence[DeliveryKey], why: str) -> int:
        """Withdraw those that are due, and what needs them."""
        named = [str(key) for key in keys]
        return sum(self._end(deliveries.c.key.in_(some), DeliveryState.WITHDRAWN, why) for some in chunks(named))

    def waiting(self, notice_id: NoticeId) -> Sequence[tuple[Delivery, Attempt]]:
        """What of a notice only a person can settle."""
        waits = self._deliveries(
            select(deliveries).where(IS_WAITING, deliveries.c.notice_id == notice_id).order_by(deliveries.c.id)
        )
        tried = select(attempts).join(deliveries, deliveries.c.attempt_id == attempts.c.id)
        mine = tried.where(deliveries.c.id.in_([one.id for one in waits]))
        of = {row.delivery_id: read_attempt(row) for row in self._connection.execute(mine)}
        return [(one, of[one.id]) for one in waits]
