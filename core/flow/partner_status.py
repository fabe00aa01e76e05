"""How the partner's side is: who fetched which feed when, how old the feeds' news is, what was not acknowledged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from pydantic import AwareDatetime

from core.domain.deliveries import Act, Delivery, DeliveryState
from core.domain.lines import AccountId, Frozen
from core.domain.partners import Proof, Pulls
from core.domain.staff import Actor, Role, demand
from core.flow.knowledge import Knowledge
from core.flow.published import published
from core.ports.clock import Clock
from core.ports.pager import Call, CallUrgency
from core.ports.store import Store, Tx

_NOT_TAKEN = (DeliveryState.DUE, DeliveryState.ATTEMPTING, DeliveryState.REFUSED, DeliveryState.WAITING)
AT_MOST = 200


class Unacknowledged(Frozen):
    """An endpoint that was told that a notice is taken back, and has not said that it knows."""

    account: AccountId
    reference: str
    since: AwareDatetime
    why: str | None


class PartnerStatus(Frozen):
    """What the partner and the operator see."""

    at: AwareDatetime
    notices: int
    """How many the feeds list."""
    changed_at: AwareDatetime | None
    """When the feeds' content last changed; None when they list nothing."""
    pulls: tuple[Pulls, ...]
    unacknowledged: tuple[Unacknowledged, ...]
    proofs: tuple[Proof, ...]


def note_pull(store: Store, feed: str, who: str, status: int, now: datetime) -> None:
    """Count one fetching of a feed. Raises StoreBusy, StoreBroken."""
    with store.begin() as tx:
        tx.partners.pulled(feed, who, status, now)


def partner_status(
    actor: Actor, store: Store, know: Knowledge, clock: Clock, keep: timedelta, counts_for: timedelta
) -> PartnerStatus:
    """The state of feeds and endpoints; a partner sees its own fetching only. Raises NotAllowed."""
    demand(actor, Role.PARTNER, Role.OPERATOR, Role.AUDITOR)
    now = clock.now()
    listed = published(store, know, now, keep, counts_for)
    everyone = actor.may(Role.OPERATOR, Role.AUDITOR)
    with store.begin() as tx:
        pulls = tuple(one for one in tx.partners.pulls() if everyone or one.who == actor.id)
        proofs = (tx.partners.proof(one.id) for one in know.accounts.values() if takes_documents(know, one.id))
        return PartnerStatus(
            at=now,
            notices=len(listed),
            changed_at=max((one.at for one in listed), default=None),
            pulls=pulls,
            unacknowledged=unacknowledged(tx, know),
            proofs=tuple(one for one in proofs if one is not None),
        )


def takes_documents(know: Knowledge, account: AccountId) -> bool:
    """True for an endpoint of a system, which is handed documents."""
    abilities = know.abilities.get(account.split(":", 1)[0])
    return abilities is not None and abilities.documents


def unacknowledged(tx: Tx, know: Knowledge) -> tuple[Unacknowledged, ...]:
    """Takings back that endpoints have not acknowledged, the oldest first."""
    if not any(one.documents for one in know.abilities.values()):
        return ()
    waiting = (one for one in tx.outbox.in_states(_NOT_TAKEN, AT_MOST) if _is_taking_back(know, one))
    return tuple(
        Unacknowledged(account=one.key.account, reference=one.reference, since=one.said_at, why=one.why)
        for one in waiting
    )


def overdue(tx: Tx, know: Knowledge, now: datetime) -> tuple[Unacknowledged, ...]:
    """Those for which the time is over."""
    return tuple(one for one in unacknowledged(tx, know) if now - one.since >= know.acknowledge_within)


def unacknowledged_words(rows: Sequence[Unacknowledged]) -> list[str]:
    """What somebody should do, a sentence for each endpoint."""
    counted = Counter(one.account for one in rows)
    words = "{} has not acknowledged {} takings back: call whoever runs it"
    return [words.format(account, count) for account, count in counted.items()]


def acknowledgement_calls(rows: Sequence[Unacknowledged]) -> Iterator[Call]:
    """One call for each endpoint that goes on saying what was taken back."""
    for account in dict.fromkeys(one.account for one in rows):
        references = [one.reference for one in rows if one.account == account]
        yield Call(
            key=f"unacknowledged:{account}",
            what=f"{account} may still say what was taken back",
            why=f"it has not acknowledged that it stands no more: {', '.join(references[:10])}",
            to_do="call whoever runs that system; it is told again every minute",
            urgency=CallUrgency.NOW,
        )


def _is_taking_back(know: Knowledge, one: Delivery) -> bool:
    return one.key.act is Act.REMOVE and takes_documents(know, one.key.account)
