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


def not_ours(account: Account, me: WhoAmI, pinned: str | None) -> str | None:
    """Why this is not the account that was pinned; None where it is, or where none is pinned."""
    if pinned is None:
        return None
    if me.handle.casefold() != account.handle.casefold():
        return f"the credentials are those of {me.handle}, not of {account.handle}"
    if me.platform_id != pinned:
        return (
            f"{me.handle} is another account than the one that was connected (its id is {me.platform_id}, {pinned} was "
            f"pinned): if the bureau opened it anew, `accounts connect {account.id} --anew`"
        )
    return None


def connect(actor: Actor, store: Store, clock: Clock, channel: Channel, account: Account) -> WhoAmI:
    """Pin the platform's id to the account; nothing is posted.

    Raises NotAllowed, WrongIdentity, ValueError (another id is pinned), and what `who_am_i` raises.
    """
    demand(actor, Role.OPERATOR)
    me = channel.who_am_i(account)
    compare(account, me)
    with store.begin() as tx:
        if (other := not_ours(account, me, tx.accounts.get(account.id).platform_id)) is not None:
            raise ValueError(other)
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
    return not_ours(account, me, pinned)
