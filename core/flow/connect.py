"""Connecting an account: ask the platform who it is, compare, pin."""

from __future__ import annotations

from core.domain.accounts import AccountRecord, WhoAmI
from core.domain.lines import Account
from core.domain.staff import Actor, Role, demand
from core.flow.compare import lock
from core.ports.channel import Channel, LoginNeeded, OutcomeUnknown, PostDeferred
from core.ports.clock import Clock
from core.ports.store import Store


class WrongIdentity(Exception):
    """The credentials belong to another account than lines.yaml says."""


def compare(account: Account, me: WhoAmI) -> None:
    """Raise WrongIdentity when the platform names another handle than lines.yaml."""
    if me.handle.casefold() != account.handle.casefold():
        raise WrongIdentity(f"the credentials are those of {me.handle}, lines.yaml says {account.handle}")


def connect(actor: Actor, store: Store, clock: Clock, channel: Channel, account: Account) -> WhoAmI:
    """Pin the platform's id to the account; nothing is posted.

    Raises NotAllowed, WrongIdentity, ValueError (another id is pinned), and what `who_am_i` raises.
    """
    demand(actor, Role.OPERATOR)
    me = channel.who_am_i(account)
    compare(account, me)
    with store.begin() as tx:
        tx.accounts.pin(account.id, me.platform_id)
        tx.accounts.set_state(AccountRecord(account=account.id, platform_id=me.platform_id))
        tx.seen.begin(account.id, clock.now())
        lock(tx, account.id)  # a login that died meanwhile settles no foreign post
        tx.audit.write(clock.now(), actor.id, actor.via, "account connected", account.id, me.platform_id)
    return me


def trouble_of(channel: Channel, account: Account, pinned: str | None) -> str | None:
    """Ask the platform who the account is: what is wrong with it, None where all is well. Posts nothing."""
    try:
        me = channel.who_am_i(account)
        compare(account, me)
    except (LoginNeeded, PostDeferred, OutcomeUnknown, WrongIdentity) as wrong:
        return " ".join(str(wrong).split())
    if pinned is None:
        return f"it answers, but is not connected: accounts connect {account.id}"
    return None if me.platform_id == pinned else f"its platform id is {me.platform_id}, {pinned} was pinned"
