"""Whose a foreign post is: an operator says that it is the bureau's own, or has it removed; the account goes on."""

from __future__ import annotations

from core.domain.deliveries import Receipt
from core.domain.lines import Account
from core.domain.seen import Stray, Verdict
from core.domain.staff import Actor, Role, demand
from core.flow.compare import unlock
from core.flow.deliver import PostOffice, identity_holds
from core.ports.channel import LoginNeeded
from core.ports.store import Store


class NotForeign(Exception):
    """No post of this id waits to be settled on the account; the message says which do."""


def open_strays(store: Store, account: Account) -> tuple[Stray, ...]:
    """Foreign posts of the account that nobody has settled. Raises StoreBusy, StoreBroken."""
    with store.begin() as tx:
        return tuple(stray for stray in tx.seen.strays(account.id) if stray.verdict is Verdict.FOREIGN)


def it_is_mine(actor: Actor, office: PostOffice, account: Account, post_id: str) -> bool:
    """The post is the bureau's own and is never asked about again; True when the account is ready again.

    Raises NotAllowed, NotForeign.
    """
    demand(actor, Role.OPERATOR)
    stray = _find(office.store, account, post_id)
    return _settle(actor, office, stray.model_copy(update={"verdict": Verdict.MINE}), "foreign post is ours")


def take_it_down(actor: Actor, office: PostOffice, account: Account, post_id: str) -> bool:
    """Remove the post on the platform; True when the account is ready again.

    Raises NotAllowed, NotForeign, and what `Channel.remove` raises: the account stays locked then.
    """
    demand(actor, Role.OPERATOR)
    stray = _find(office.store, account, post_id)
    if not identity_holds(office, account):
        raise LoginNeeded(f"{account.id} can't say that it is ours: accounts connect {account.id}")
    proof = Receipt(platform_id=stray.platform_id, url=stray.url, at=stray.posted_at)
    office.channels[account.channel].remove(account, proof)
    done = stray.model_copy(update={"verdict": Verdict.REMOVED, "removed": True})
    return _settle(actor, office, done, "foreign post removed")


def _settle(actor: Actor, office: PostOffice, stray: Stray, act: str) -> bool:
    now = office.clock.now()
    with office.store.begin(durable=True) as tx:
        tx.seen.keep(stray.model_copy(update={"settled_by": actor.id}))
        tx.audit.write(now, actor.id, actor.via, act, stray.account, stray.platform_id)
        ready = unlock(tx, stray.account)
        if ready:
            tx.audit.write(now, actor.id, actor.via, "account unlocked", stray.account)
    return ready


def _find(store: Store, account: Account, post_id: str) -> Stray:
    """A foreign post by its platform id or its link."""
    waiting = open_strays(store, account)
    for stray in waiting:
        if post_id in (stray.platform_id, stray.url):
            return stray
    named = ", ".join(stray.platform_id for stray in waiting) or "none"
    raise NotForeign(f"{post_id!r} is no foreign post of {account.id}; waiting to be settled: {named}")
