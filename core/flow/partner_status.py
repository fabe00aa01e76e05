"""How the partner's side is: who fetched which feed when, how old the feeds' news is, what was not acknowledged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from pydantic import AwareDatetime

from core.domain.lines import AccountId, Frozen
from core.domain.partners import Proof, Pulls
from core.domain.staff import Actor, Role, demand
from core.flow.knowledge import Knowledge
from core.flow.proven import proof_ends, takes_documents, why_unproven
from core.flow.published import published
from core.ports.clock import Clock
from core.ports.pager import Call, CallUrgency
from core.ports.store import Store, Tx


class Unacknowledged(Frozen):
    """An endpoint that was told that a notice is taken back, and has not said that it knows."""

    account: AccountId
    reference: str
    since: AwareDatetime
    why: str | None
    told_again: bool = True
    """False where the account is off, or no longer in lines.yaml: then only a person can tell it."""


class Handed(Frozen):
    """Whether an endpoint is handed what is said of persons, or places alone."""

    account: AccountId
    persons: bool
    why: str | None = None
    """Why it is handed places alone."""
    until: AwareDatetime | None = None
    """When its proof counts no longer: it should be tried again before."""


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
    handed: tuple[Handed, ...] = ()
    """What each endpoint is handed."""


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
        endpoints = [one.id for one in know.accounts.values() if takes_documents(know, one.id)]
        proofs = [tx.partners.proof(one) for one in endpoints]
        return PartnerStatus(
            at=now,
            notices=len(listed),
            changed_at=max((one.at for one in listed), default=None),
            pulls=pulls,
            unacknowledged=unacknowledged(tx, know),
            proofs=tuple(one for one in proofs if one is not None),
            handed=tuple(_handed(tx, know, one, now) for one in endpoints),
        )


def _handed(tx: Tx, know: Knowledge, account: AccountId, now: datetime) -> Handed:
    proof, asked = tx.partners.proof(account), account.split(":", 1)[0] in know.handing.persons_to
    why = why_unproven(tx, know, account, now)
    return Handed(
        account=account,
        persons=why is None,
        why=why if asked else "`persons` is not set to `proven` for it",
        until=proof_ends(know, proof) if why is None and proof is not None else None,
    )


def unacknowledged(tx: Tx, know: Knowledge) -> tuple[Unacknowledged, ...]:
    """Takings back that endpoints have not acknowledged, the oldest first."""
    channels = [name for name, abilities in know.abilities.items() if abilities.documents]
    return tuple(
        Unacknowledged(
            account=one.account,
            reference=one.reference,
            since=one.since,
            why=one.why,
            told_again=one.account in know.accounts,
        )
        for one in tx.partners.takings_back(channels)
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
        own = [one for one in rows if one.account == account]
        references = [one.reference for one in own]
        told = "it is told again every minute" if own[0].told_again else "the fleet can't tell it: its account is off"
        yield Call(
            key=f"unacknowledged:{account}",
            what=f"{account} may still say what was taken back",
            why=f"it has not acknowledged that it stands no more: {', '.join(references[:10])}",
            to_do=f"call whoever runs that system; {told}",
            urgency=CallUrgency.NOW,
        )
