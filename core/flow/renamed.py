"""An account whose handle was changed on its platform: what it said goes on, and can be taken back, under the new."""

from __future__ import annotations

from core.domain.accounts import AccountRecord
from core.domain.lines import Account, AccountId, Frozen
from core.domain.staff import Actor, Role, demand
from core.flow.compare import lock
from core.flow.connect import compare
from core.flow.knowledge import Knowledge
from core.ports.channel import Channel
from core.ports.clock import Clock
from core.ports.store import Store, Tx


class NotRenamed(Exception):
    """It is not one account under two names, or not yet; the message says why and what to do."""


class Renamed(Frozen):
    """What goes on under the new name."""

    old: AccountId
    new: AccountId
    platform_id: str
    deliveries: int


def rename_account(
    actor: Actor, store: Store, know: Knowledge, clock: Clock, channel: Channel, old: AccountId, account: Account
) -> Renamed:
    """Everything of `old`, which lines.yaml names no more, goes on under the account, if the platform says that it is
    the one that was pinned; nothing is posted. Raises NotAllowed, WrongIdentity, NotRenamed, what `who_am_i` raises."""
    demand(actor, Role.OPERATOR)
    if old in know.accounts or not old.startswith(f"{account.channel}:"):
        raise NotRenamed(f"{old} stands in lines.yaml still, or is on another platform than {account.id}")
    me = channel.who_am_i(account)
    compare(account, me)
    now = clock.now()
    with store.begin(durable=True) as tx:
        _demand_same(tx, old, account.id, me.platform_id)
        moved = tx.renaming.rename(old, account.id)
        tx.accounts.pin(account.id, me.platform_id)
        tx.accounts.set_state(AccountRecord(account=account.id, platform_id=me.platform_id))
        tx.seen.begin(account.id, now)
        lock(tx, account.id)
        detail = f"{me.platform_id} was {old}: {moved} deliveries"
        tx.audit.write(now, actor.id, actor.via, "account renamed", account.id, detail)
    return Renamed(old=old, new=account.id, platform_id=me.platform_id, deliveries=moved)


def _demand_same(tx: Tx, old: AccountId, new: AccountId, platform_id: str) -> None:
    pinned, other = tx.accounts.get(old).platform_id, tx.accounts.get(new).platform_id
    if pinned is None:
        raise NotRenamed(f"no account was ever connected as {old}: see `accounts` and `audit`")
    if platform_id != pinned or other not in (None, pinned):
        raise NotRenamed(
            f"{new} is another account ({platform_id}) than {old} ({pinned}): nothing of it can go on there"
        )
    if moving := tx.renaming.moving(old):
        raise NotRenamed(
            f"{moving} posts of {old} are being looked up: let the fleet run, or settle them, and call again"
        )
