"""Whoever is on call is rung for what needs a person: once, and again after a while as long as it lasts."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from core.domain.accounts import AccountState
from core.domain.deliveries import DeliveryState
from core.domain.staff import Actor, Role, demand
from core.flow.half_threads import calls as half_said
from core.flow.knowledge import Knowledge
from core.flow.partner_status import acknowledgement_calls
from core.flow.restrained import calls as restraint_calls
from core.flow.review_calls import OnCall, review_calls
from core.flow.silences import silence_calls
from core.flow.status import Status, look_at
from core.flow.terms import calls as term_calls
from core.ports.clock import Clock
from core.ports.pager import Call, CallUrgency, NotRung, Pager
from core.ports.source import Source
from core.ports.store import Store

log = logging.getLogger(__name__)
DOWN_AFTER = timedelta(minutes=15)
"""A source that is down for less mends itself more often than not."""
TRY_AGAIN = timedelta(minutes=2)
"""After a ring that reached nobody, or whose caller died."""


def call_out(
    actor: Actor,
    store: Store,
    clock: Clock,
    sources: Sequence[Source],
    pager: Pager,
    again_after: timedelta,
    know: Knowledge | None = None,
    on_call: OnCall | None = None,
) -> int:
    """Ring for every trouble that is new or lasts; how many rings reached somebody. `know`: brakes and budgets too;
    `on_call`: who is called for held posts.

    A trouble is taken in the store before the call, so that of several processes one rings; one that dies then leaves
    it to the next sweep. Raises NotAllowed, StoreBusy, StoreBroken.
    """
    demand(actor, Role.FLEET, Role.OPERATOR)
    now = clock.now()
    status = look_at(store, clock, sources, know=know)
    warn_before = timedelta(0) if know is None else know.silence_warning
    ending = silence_calls(status.muted_by, warn_before, now)
    wanted = (*calls_for(status, now), *review_calls(status.reviews, on_call or OnCall(), now), *ending)
    calls = {call.key: call for call in wanted}
    with store.begin() as tx:
        due = tx.calls.take(list(calls), now, now + TRY_AGAIN)
    reached = 0
    for key in due:
        try:
            pager.ring(calls[key])
        except NotRung as nobody:
            log.warning("nobody was reached for %s: %s", key, nobody)
            continue
        except Exception as error:  # noqa: BLE001 - one pager's trouble must not keep the other calls back
            log.error("unforeseen %s while calling for %s", type(error).__name__, key)  # noqa: TRY400
            continue
        with store.begin() as tx:
            tx.calls.rung(key, clock.now() + again_after)
        reached += 1
    return reached


def calls_for(status: Status, now: datetime) -> Iterator[Call]:
    """What of a status needs a person, each under a key of its own."""
    yield from _stands_wrongly(status)
    yield from _unknowns(status)
    yield from half_said(status.half)
    yield from term_calls(status.ending)
    yield from _accounts(status)
    yield from _sources(status, now)
    yield from restraint_calls(status.restrained, now)
    yield from acknowledgement_calls(status.unacknowledged)
    if status.stuck:
        why = f"{status.stuck} posts are due for too long on accounts that are ready"
        yield _call("stuck", "Posts are stuck", why, "see `status`, and whether `run` runs", CallUrgency.NOW)


def _stands_wrongly(status: Status) -> Iterator[Call]:
    for row in status.waiting:
        if row.why.endswith("must-come-down"):
            why = f"a notice about {row.what} stands, and may not be said any more"
            to_do = "take it down on the platforms now (`status` says where)"
            yield _call(f"must-come-down:{row.what}", "A notice must come down", why, to_do, CallUrgency.NOW)


def _unknowns(status: Status) -> Iterator[Call]:
    for row in status.queue:
        if row.state is DeliveryState.WAITING and row.count:
            why = f"{row.count} posts may or may not be up, and looking them up did not settle it"
            to_do = f"look at {row.account}, then `incident settle REF {row.account}` (`status` says which)"
            yield _call(f"unknown:{row.account}", f"Unknown posts on {row.account}", why, to_do, CallUrgency.NOW)


def _accounts(status: Status) -> Iterator[Call]:
    for account in status.accounts:
        name, to_do = account.account, f"`accounts connect {account.account}`"
        if account.state is AccountState.NEEDS_LOGIN:
            yield _call(f"login:{name}", f"{name} needs a login", account.why or "", to_do, CallUrgency.NOW)
        elif account.state is AccountState.WRONG_IDENTITY:
            yield _call(f"identity:{name}", f"{name} is somebody else", account.why or "", to_do, CallUrgency.NOW)
        elif account.state is AccountState.LOCKED:
            to_do = f"look at it; then `accounts unlock {name} --mine POST` or `--remove POST`. If hijacked: new keys"
            yield _call(f"foreign:{name}", f"A foreign post on {name}", account.why or "", to_do, CallUrgency.NOW)


def _sources(status: Status, now: datetime) -> Iterator[Call]:
    for row in status.sources:
        if row.failing_since is not None and now - row.failing_since >= DOWN_AFTER:
            why = f"since {row.failing_since:%Y-%m-%d %H:%M} UTC: {row.why}"
            to_do = "mend it, or take it out of lines.yaml"
            yield _call(f"down:{row.name}", f"Source {row.name} is down", why, to_do, CallUrgency.NOW)
    for quiet in status.silent:
        since = "it began" if quiet.since is None else f"{quiet.since:%Y-%m-%d %H:%M} UTC"
        why = f"it brought nothing new since {since}"
        yield _call(
            f"silent:{quiet.name}", f"Source {quiet.name} is silent", why, "ask whoever feeds it", CallUrgency.TODAY
        )


def _call(key: str, what: str, why: str, to_do: str, urgency: CallUrgency) -> Call:
    return Call(key=key, what=what, why=why, to_do=to_do, urgency=urgency)
