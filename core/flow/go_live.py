"""An account that practised goes live: an operator says so, once the platform has confirmed whose it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from core.domain.accounts import AccountState
from core.domain.lines import Account, AccountId
from core.domain.staff import Actor, Role, demand
from core.flow.connect import trouble_of
from core.ports.channel import Channel
from core.ports.clock import Clock
from core.ports.store import Store


def not_ready(
    actor: Actor, store: Store, channels: Mapping[str, Channel], accounts: Sequence[Account]
) -> dict[AccountId, str]:
    """What keeps each account from going live; empty when every platform was asked and all is well. Raises NotAllowed,
    StoreBusy, StoreBroken."""
    demand(actor, Role.OPERATOR)
    troubles: dict[AccountId, str] = {}
    for account in accounts:
        with store.begin() as tx:
            record = tx.accounts.get(account.id)
        trouble = trouble_of(channels[account.channel], account, record.platform_id)
        if trouble is None and record.state is not AccountState.READY:
            trouble = f"it is {record.state.value}: {record.why}"
        if trouble is not None:
            troubles[account.id] = trouble
    return troubles


def go_live(
    actor: Actor, store: Store, clock: Clock, accounts: Sequence[Account], change: Callable[[], object]
) -> None:
    """Write into the log that these accounts go live, and `change` lines.yaml: both or neither. What was practised
    stays practised. Raises NotAllowed, StoreBusy, StoreBroken, and what `change` raises."""
    demand(actor, Role.OPERATOR)
    now = clock.now()
    with store.begin(durable=True) as tx:
        for account in accounts:
            tx.seen.begin(account.id, now, anew=True)  # what stands there already is nobody's concern
            tx.audit.write(now, actor.id, actor.via, "account went live", account.id)
        change()
