"""What an account owes after an outage: what takes back first, then what is still true; the rest is one digest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.domain.log import AlertEntry, DigestEntry, EntryBody, IncidentEntry, PatternEntry
from core.domain.notices import Kind, Urgency
from core.domain.policy import Policy
from core.rules.gate import old_news


class Then(StrEnum):
    """What becomes of a delivery that is old news."""

    GOES = "goes"
    INTO_DIGEST = "into the digest"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Backlogged:
    """One delivery that waited through an outage; `now` is when it is judged."""

    kind: Kind
    urgency: Urgency
    takes_back: bool
    began_here: bool
    """True when anything of its notice stands or may stand on that account: what was begun is brought to its end."""
    newest: bool
    approved: bool
    """True when people approved these very bytes: no digest says them."""
    body: EntryBody
    policy: Policy
    now: datetime
    expired: bool = False
    """True when its time is over: it never goes, however true it still is."""


def after_outage(case: Backlogged) -> tuple[Then, str]:
    """What becomes of it, and why. Nothing about a person goes into a digest that nobody has seen."""
    if case.takes_back:
        return Then.GOES, "it takes something back"
    if case.began_here:
        return Then.GOES, "it belongs to what stands there"
    match case.body:
        case DigestEntry():
            return Then.INTO_DIGEST, "its incidents stand in the digest after the outage"
        case AlertEntry(alert=alert):
            over = alert.over or (alert.active_to is not None and alert.active_to <= case.now)
            if over or not case.newest:
                return Then.WITHDRAWN, "it was over before it could be said there"
            return Then.GOES, "the agency has not ended it"
        case PatternEntry(last=last):
            fresh = case.newest and case.now - last <= case.policy.too_old_state
            return (Then.GOES, "it goes on") if fresh else (Then.WITHDRAWN, "it was over before it could be said there")
        case IncidentEntry() as body:
            return _incident(case, body)


def _incident(case: Backlogged, body: IncidentEntry) -> tuple[Then, str]:
    fresh = old_news(body.facts, case.policy, case.now) is None
    goes = (case.urgency is Urgency.URGENT or case.approved) and case.newest and not body.closed
    if goes and fresh and not case.expired:
        return Then.GOES, "it is urgent, or approved, and still true"
    if case.approved or body.facts.about_person or body.closed or not case.newest or case.kind is Kind.ALL_CLEAR:
        return Then.WITHDRAWN, "it was old news before it could be said there"
    return Then.INTO_DIGEST, "it stands in the digest after the outage"
