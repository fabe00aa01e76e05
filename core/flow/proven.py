"""Which endpoints may be handed what is said of a person, asked once more in the transaction of each attempt."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from core.domain.deliveries import Act, Delivery, DeliveryKey
from core.domain.lines import AccountId
from core.domain.log import AlertEntry
from core.domain.notices import Kind
from core.domain.partners import Proof
from core.flow.knowledge import Knowledge
from core.flow.linting import says_of_somebody
from core.ports.store import Tx
from core.rules.handing import NOT_PROVEN, Trial, why_not_proven
from core.rules.reviewing import ABOUT_PERSON, LET_GO


class Unproven(NamedTuple):
    """An endpoint that is set to be handed what is said of persons, and is handed places alone."""

    account: AccountId
    why: str


def takes_documents(know: Knowledge, account: AccountId) -> bool:
    """True for an endpoint of a system, which is handed documents."""
    abilities = know.abilities.get(account.split(":", 1)[0])
    return abilities is not None and abilities.documents


def mark_of(know: Knowledge, account: AccountId) -> str | None:
    """Of the endpoint's address and key as they are now; keyed by the fleet's secret, so that it tells neither."""
    endpoint = know.handing.endpoints.get(account.split(":", 1)[0])
    mark = None if endpoint is None else endpoint.mark()
    return None if mark is None else know.identity.endpoint(mark)


def why_unproven(tx: Tx, know: Knowledge, account: AccountId, now: datetime) -> str | None:
    """Why nothing about a person goes to this endpoint now; None where it may."""
    channel = account.split(":", 1)[0]
    if channel not in know.handing.persons_to:
        return "`persons` is not set to `proven`"
    proof = tx.partners.proof(account)
    late = () if proof is None else tx.partners.takings_back([channel], proof.at)
    return why_not_proven(
        Trial(
            proof=proof,
            mark=mark_of(know, account),
            takings_back=[one for one in late if one.account.split(":", 1)[0] == channel],
            within=know.acknowledge_within,
            holds=know.handing.proof_holds,
            now=now,
        )
    )


def proof_ends(know: Knowledge, proof: Proof) -> datetime:
    """When a proof counts no longer, whatever else happens."""
    return proof.at + know.handing.proof_holds


def unproven(tx: Tx, know: Knowledge, now: datetime) -> tuple[Unproven, ...]:
    """Endpoints that are set to be handed persons and are not, in the fleet's order."""
    asked = (one.id for one in know.public_accounts if one.channel in know.handing.persons_to)
    found = ((account, why_unproven(tx, know, account, now)) for account in asked)
    return tuple(Unproven(account, why) for account, why in found if why is not None)


def unproven_words(rows: tuple[Unproven, ...]) -> list[str]:
    """What somebody should do, a sentence for each reason."""
    said = []
    for why in dict.fromkeys(one.why for one in rows):
        accounts = [one.account for one in rows if one.why == why]
        named = accounts[0] if len(accounts) == 1 else f"{accounts[0]} and {len(accounts) - 1} more"
        trial = accounts[0] if len(accounts) == 1 else accounts[0].split(":", 1)[0]
        said.append(f"nothing about a person goes to {named}, places alone, since {why}: `partner prove {trial}`")
    return said


def is_about_person(tx: Tx, know: Knowledge, key: DeliveryKey) -> bool:
    """True for what people let go about a person, which nobody else can; and for the agency's own words that may name
    somebody, whoever let them go."""
    revision = next((one for one in tx.notices.revisions(key.notice_id) if one.number == key.revision), None)
    asked = (one for one in tx.reviews.of_notice(key.notice_id) if one.revision == key.revision)
    let_go = revision is not None and tx.notices.ruling(key.notice_id, key.revision).rule == LET_GO
    if let_go and any(one.rule.startswith(ABOUT_PERSON) for one in asked):  # else another revision took its number
        return True
    if revision is None or revision.place_only or revision.kind in (Kind.CORRECTION, Kind.WITHDRAWAL):
        return False
    body = tx.log.entry(revision.entry_seq).body
    return isinstance(body, AlertEntry) and says_of_somebody(know, body.alert)


def kept_from_endpoint(tx: Tx, know: Knowledge, now: datetime, delivery: Delivery) -> bool:
    """True for what is about a person where the endpoint has not proven itself: it is withdrawn for good, so that it
    does not go out hours later, and the log says why. Asked before every attempt."""
    key = delivery.key
    if key.act is not Act.POST or not takes_documents(know, key.account) or not is_about_person(tx, know, key):
        return False
    why = why_unproven(tx, know, key.account, now)
    if why is None:
        return False
    tx.mending.withdraw([key], f"{NOT_PROVEN}: {why}")
    tx.audit.write(
        now, "fleet", "schedule", "person kept from an endpoint", delivery.reference, f"{key.account}: {why}"
    )
    return True
