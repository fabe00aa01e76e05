"""What is lent about a person comes down when its time is over, unless somebody says with a new time that it stands."""

from __future__ import annotations

from datetime import datetime

from core.domain.incidents import NEVER_SAID
from core.domain.lines import Frozen
from core.domain.log import IncidentEntry
from core.domain.notices import Notice
from core.domain.staff import Actor, Role, demand
from core.domain.taking_back import Because
from core.flow.knowledge import Knowledge
from core.flow.lending import confirmed
from core.flow.person_part import place_stands, take_person_down
from core.flow.person_revisions import OVER
from core.flow.retract import find_notice, take_down
from core.ports.clock import Clock
from core.ports.pager import Call, CallUrgency
from core.ports.store import Store, Tx
from core.rules.terms import LONGEST


class CantConfirm(Exception):
    """It may not be confirmed; the message begins with the rule's name and says what to do."""


class Ending(Frozen):
    """A notice about a person that comes down soon."""

    reference: str
    ends_at: datetime


def end_terms(actor: Actor, store: Store, know: Knowledge, clock: Clock) -> int:
    """Take down what is said of a person whose term is over; how many notices. What is said of the place stays; where
    nothing is, the whole notice goes. Raises NotAllowed."""
    demand(actor, Role.FLEET, Role.OPERATOR)
    now = clock.now()
    with store.begin() as tx:
        if not tx.loans.ending(now):
            return 0
    down = 0
    with store.begin(durable=True) as tx:
        for term in tx.loans.ending(now):
            notice = tx.notices.get(term.notice_id)
            if notice is not None and tx.retractions.get(notice.id) is None:
                if place_stands(tx, notice):
                    take_person_down(actor, tx, know, clock, notice)
                else:
                    take_down(actor, tx, know, clock, notice, Because.EXPIRY, OVER)
                down += 1
            tx.loans.end(term.notice_id)
    return down


def confirm(
    actor: Actor, store: Store, know: Knowledge, clock: Clock, wanted: str, until: datetime
) -> tuple[Notice, datetime]:
    """What stands about an incident's person may stand until then; the notice, and when it comes down now.

    Raises NotAllowed, NoSuchNotice, CantConfirm.
    """
    demand(actor, Role.OFFICER, Role.REVIEWER)
    now = clock.now()
    with store.begin() as tx:
        notice = find_notice(tx, know, wanted)
        if tx.retractions.get(notice.id) is not None:
            raise CantConfirm(f"taken-down: {notice.reference} was taken down: a reviewer may put it up again")
        term = tx.loans.term(notice.id)
        if term is None:
            raise CantConfirm(f"no-term: nothing about a person stands under {notice.reference}")
        body = tx.log.of_subject(notice.subject)[-1].body
        if isinstance(body, IncidentEntry) and body.facts.state in NEVER_SAID:
            raise CantConfirm(f"state-never: nothing is said of the record of {notice.reference} any more")
        if not now < until <= now + LONGEST:
            raise CantConfirm(f"no-such-time: say a time that lies ahead, within {LONGEST.days} days")
        confirmed(tx, notice, term, until, actor.id)
        detail = f"until {until:%Y-%m-%d %H:%M %Z}".rstrip()
        tx.audit.write(now, actor.id, actor.via, "person confirmed", notice.reference, detail)
    return notice, until


def ending(tx: Tx, know: Knowledge | None, now: datetime) -> tuple[Ending, ...]:
    """Notices about persons that come down within the policy's warning, the first to come down first."""
    if know is None:
        return ()
    soon = tx.loans.ending(now + know.policy.confirm_warning)
    named = ((tx.notices.get(term.notice_id), term) for term in soon)
    return tuple(Ending(reference=one.reference, ends_at=term.ends_at) for one, term in named if one is not None)


def troubles(soon: tuple[Ending, ...]) -> list[str]:
    """What somebody should confirm, or let come down."""
    return [
        f"{one.reference} is about a person and comes down at {one.ends_at:%Y-%m-%d %H:%M} UTC: if it still holds, "
        f"`incident confirm {one.reference} --until TIME`"
        for one in soon
    ]


def calls(soon: tuple[Ending, ...]) -> list[Call]:
    """One ring for each, before it comes down; a confirmed one that ends again rings again."""
    return [
        Call(
            key=f"term:{one.reference}:{one.ends_at:%Y%m%d%H%M}",
            what=f"{one.reference} comes down soon",
            why=f"it is about a person, and its time is over at {one.ends_at:%Y-%m-%d %H:%M} UTC",
            to_do=f"if it still holds: `incident confirm {one.reference} --until TIME`; else nothing",
            urgency=CallUrgency.TODAY,
        )
        for one in soon
    ]
