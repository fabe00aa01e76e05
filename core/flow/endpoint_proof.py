"""An endpoint is tried: it is handed a test notice, which is taken back, and how long it took is kept."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from core.domain.lines import Account
from core.domain.partners import Proof
from core.domain.staff import Actor, Role, demand
from core.flow.knowledge import Knowledge
from core.flow.proven import mark_of
from core.ports.channel import Channel, LoginNeeded, NotSupported, Outgoing
from core.ports.clock import Clock
from core.ports.store import Store
from core.render.feed_head import DEMONSTRATION


def prove_endpoint(
    actor: Actor,
    store: Store,
    know: Knowledge,
    clock: Clock,
    channel: Channel,
    account: Account,
    ticks: Callable[[], float] = time.monotonic,
) -> Proof:
    """Hand over a made-up notice that says that it is one, take it back, and keep the proof, for the address and the
    key that it has now. One that does not take it back has no proof any more. Raises NotAllowed, NotSupported for what
    takes no documents, and the errors of the channel when it is not acknowledged or another endpoint answers."""
    demand(actor, Role.OPERATOR)
    if not channel.abilities.documents:
        raise NotSupported(f"{account.id} is no system's endpoint")
    _demand_the_same(store, channel, account)
    now, mark = clock.now(), mark_of(know, account.id)
    receipt = channel.publish(account, _made_up(account, now))
    began = ticks()
    try:
        channel.remove(account, receipt)
    except Exception:
        _failed(actor, store, account, now)
        raise
    same = mark if mark == mark_of(know, account.id) else None
    proof = Proof(account=account.id, seconds=ticks() - began, at=now, mark=same)
    with store.begin() as tx:
        tx.partners.prove(proof)
        tx.audit.write(now, actor.id, actor.via, "endpoint proved", account.id, f"{proof.seconds:.1f} s")
    return proof


def _made_up(account: Account, now: datetime) -> Outgoing:
    return Outgoing(
        text=DEMONSTRATION,
        spoken=DEMONSTRATION,
        language=account.languages[0],
        reply_to=None,
        reference="0000000",
        said_at=now,
        platform_key=hashlib.sha256(f"{account.id} {now.isoformat()}".encode()).hexdigest(),
    )


def _failed(actor: Actor, store: Store, account: Account, now: datetime) -> None:
    """An older proof counts no more."""
    with store.begin() as tx:
        before = tx.partners.proof(account.id)
        if before is not None:
            tx.partners.prove(before.model_copy(update={"mark": None}))
        tx.audit.write(now, actor.id, actor.via, "endpoint did not pass", account.id, "")


def _demand_the_same(store: Store, channel: Channel, account: Account) -> None:
    with store.begin() as tx:
        pinned = tx.accounts.get(account.id).platform_id
    if pinned is not None and channel.who_am_i(account).platform_id != pinned:
        raise LoginNeeded(f"another endpoint answers than was connected: `accounts connect {account.id}`")


def is_proven(proof: Proof | None, within: timedelta) -> bool:
    """True when the endpoint has acknowledged a test in time."""
    return proof is not None and timedelta(seconds=proof.seconds) <= within
