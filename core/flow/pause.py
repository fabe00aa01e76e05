"""Pause and resume an account, a line or everything: at once, and never what takes back unless it is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from core.domain.lines import AccountId
from core.domain.notices import Speaker
from core.domain.staff import Actor, Role, demand
from core.domain.taking_back import Pause
from core.flow.knowledge import Knowledge
from core.ports.clock import Clock
from core.ports.store import Store

ALL = "all"
AGENCY = "voice agency"
"""Everything that the agency says, on every handle. What it paused itself is a pause of its own: neither side ends the
other's by mistake."""
BY_ITSELF = "voice agency, by itself"


class NothingToPause(Exception):
    """No account or line has this name, or nothing is paused under it; the message says what there is."""


def pause(
    actor: Actor, store: Store, know: Knowledge, clock: Clock, wanted: str, *, removals_too: bool = False
) -> Sequence[Pause]:
    """From this transaction's end no attempt is written on these accounts but what takes back; `removals_too`, for a
    hijacked account and by an operator alone: not even that. Raises NotAllowed, NothingToPause."""
    demand(actor, *((Role.OPERATOR,) if removals_too else (Role.REVIEWER, Role.OPERATOR)))
    scope, accounts = _meant(know, wanted)
    now = clock.now()
    rows = [Pause(scope=scope, account=account, removals_too=removals_too, by=actor.id, at=now) for account in accounts]
    with store.begin(durable=True) as tx:
        tx.pauses.add(rows)
        tx.audit.write(now, actor.id, actor.via, "paused", scope, "removals too" if removals_too else "")
    return rows


def resume(actor: Actor, store: Store, know: Knowledge, clock: Clock, wanted: str) -> Sequence[Pause]:
    """End a pause under the name under which it was made; what is paused still. Raises NotAllowed, NothingToPause."""
    demand(actor, Role.REVIEWER, Role.OPERATOR)
    scope, _ = _meant(know, wanted)
    with store.begin(durable=True) as tx:
        if not tx.pauses.remove(scope):
            named = ", ".join(dict.fromkeys(row.scope for row in tx.pauses.rows())) or "nothing"
            raise NothingToPause(f"{scope} is not paused; paused is: {named}")
        tx.audit.write(clock.now(), actor.id, actor.via, "resumed", scope)
        return tx.pauses.rows()


def pause_agency(actor: Actor, store: Store, clock: Clock) -> Sequence[Pause]:
    """From this transaction's end nothing that the agency says is tried on any account, but what takes back; what the
    bureau says goes on. The agency's own partner may do it too. Raises NotAllowed."""
    demand(actor, Role.REVIEWER, Role.OPERATOR, Role.PARTNER)
    scope, now = _by_whom(actor), clock.now()
    row = Pause(scope=scope, account=None, voice=Speaker.AGENCY, removals_too=False, by=actor.id, at=now)
    with store.begin(durable=True) as tx:
        tx.pauses.add([row])
        tx.audit.write(now, actor.id, actor.via, "paused", scope, "")
    return [row]


def resume_agency(actor: Actor, store: Store, clock: Clock) -> Sequence[Pause]:
    """End it: a partner its own pause, the staff both; what is paused still. Raises NotAllowed, NothingToPause."""
    demand(actor, Role.REVIEWER, Role.OPERATOR, Role.PARTNER)
    mine = _by_whom(actor)
    with store.begin(durable=True) as tx:
        ended = [scope for scope in dict.fromkeys((mine, BY_ITSELF)) if tx.pauses.remove(scope)]
        if not ended:
            raise NothingToPause("the agency's voice is not paused" + (" by you" if mine == BY_ITSELF else ""))
        for scope in ended:
            tx.audit.write(clock.now(), actor.id, actor.via, "resumed", scope)
        return tx.pauses.rows()


def _by_whom(actor: Actor) -> str:
    return AGENCY if actor.roles & {Role.REVIEWER, Role.OPERATOR} else BY_ITSELF


def _meant(know: Knowledge, wanted: str) -> tuple[str, list[AccountId | None]]:
    """The scope's name and its accounts, those that are off too; None = every account."""
    if wanted == ALL:
        return ALL, [None]
    every = {account.id: account for line in know.lines.values() for account in line.accounts}
    for line in know.lines.values():
        if wanted in (line.id, line.name, f"line {line.id}"):
            return f"line {line.id}", [account.id for account in line.accounts]
    name = wanted.removeprefix("account ")
    if name in every:
        return f"account {name}", [every[AccountId(name)].id]
    names = [*every, *know.lines, ALL]
    near = get_close_matches(wanted, names, n=1)
    raise NothingToPause(
        f"no account or line is called {wanted!r}{f': did you mean {near[0]}?' if near else ''} "
        "(an account is like x:ExampleGreen, a line like Green, everything is all)"
    )
