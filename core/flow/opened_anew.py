"""An account that was opened anew under its handle: its new id is pinned, and what the old one said is out of reach."""

from __future__ import annotations

from datetime import datetime

from core.domain.accounts import AccountRecord, WhoAmI
from core.domain.lines import Account, Frozen
from core.domain.seen import Verdict
from core.domain.staff import Actor, Role, demand
from core.flow.connect import compare
from core.ports.channel import Channel
from core.ports.clock import Clock
from core.ports.store import Store, Tx


class NotAnew(Exception):
    """The account is not another one than was pinned; the message says what to do."""


class OpenedAnew(Frozen):
    """What `accounts connect --anew` changed."""

    handle: str
    old_id: str
    new_id: str
    out_of_reach: int
    """Posts and reposts that stand, or stood, on the old account."""


def connect_anew(actor: Actor, store: Store, clock: Clock, channel: Channel, account: Account) -> OpenedAnew:
    """Pin the new id in place of the old one; nothing is posted. What the old account said stays proved, and can't be
    taken back from here; what may or may not have been sent there waits for a person.

    Raises NotAllowed, WrongIdentity, NotAnew, and what `who_am_i` raises.
    """
    demand(actor, Role.OPERATOR)
    me = channel.who_am_i(account)
    compare(account, me)
    now = clock.now()
    with store.begin(durable=True) as tx:
        old = _old_id(tx, account, me)
        lost = tx.mending.opened_anew(account.id, old, "it was another account of this handle, opened anew since")
        tx.accounts.pin_anew(account.id, me.platform_id)
        tx.accounts.set_state(AccountRecord(account=account.id, platform_id=me.platform_id))
        tx.seen.begin(account.id, now, anew=True)
        _leave_strays(actor, tx, account, now)
        detail = f"{old} → {me.platform_id}: {lost} posts out of reach"
        tx.audit.write(now, actor.id, actor.via, "account opened anew", account.id, detail)
    return OpenedAnew(handle=me.handle, old_id=old, new_id=me.platform_id, out_of_reach=lost)


def _old_id(tx: Tx, account: Account, me: WhoAmI) -> str:
    old = tx.accounts.get(account.id).platform_id
    if old is None:
        raise NotAnew(f"{account.id} was never connected: `accounts connect {account.id}` does it")
    if old == me.platform_id:
        raise NotAnew(f"{account.id} is the account that was pinned ({old}): `accounts connect {account.id}` suffices")
    return old


def _leave_strays(actor: Actor, tx: Tx, account: Account, now: datetime) -> None:
    """What was foreign on the old account locks the new one no more."""
    for stray in tx.seen.strays(account.id):
        if stray.verdict is Verdict.FOREIGN:
            tx.seen.keep(stray.model_copy(update={"verdict": Verdict.OUT_OF_REACH, "settled_by": actor.id}))
            tx.audit.write(now, actor.id, actor.via, "foreign post out of reach", account.id, stray.platform_id)
