"""Whom a notice names, and how long it may: written down in the transaction that puts it to review or lets it go."""

from __future__ import annotations

from datetime import datetime

from core.domain.incidents import NEVER_SAID, Incident
from core.domain.loans import CLEARED, Clearing, Naming, Term
from core.domain.log import LogEntry
from core.domain.notices import Notice, Speaker, Subject
from core.domain.reviews import Proposal
from core.flow.knowledge import Knowledge
from core.flow.vault_documents import record_of
from core.ports.store import Tx
from core.rules.reviewing import ABOUT_PERSON
from core.rules.terms import ends_at, newly_confirmed


def named_in(tx: Tx, know: Knowledge, entry: LogEntry, proposal: Proposal, *, lent: bool = False) -> None:
    """Remember the keyed hash of whom these posts are about, where the record has an id of theirs."""
    record = record_of(tx, entry)
    if record is None or record.person is None or not proposal.rule.startswith(ABOUT_PERSON):
        return
    hashed = person_hash(know, record)
    if hashed is not None:
        tx.loans.name(Naming(person_hash=hashed, notice_id=proposal.notice_id, revision=proposal.revision, lent=lent))


def person_hash(know: Knowledge, record: Incident) -> str | None:
    """By what a record's person is found again; None where the record has no id of theirs."""
    person = record.person
    if person is None or person.ref is None:
        return None
    return know.identity.person(person.ref_by or record.authority, person.ref)


def lend(tx: Tx, know: Knowledge, entry: LogEntry, proposal: Proposal, leaves_at: datetime) -> None:
    """What people let go about a person is lent: it has a term from when it leaves, a new one with each approval."""
    record = record_of(tx, entry)
    if record is None or not proposal.rule.startswith(ABOUT_PERSON):
        return
    named_in(tx, know, entry, proposal, lent=True)
    ends = ends_at(know.policy, record, leaves_at)
    tx.loans.lend(Term(notice_id=proposal.notice_id, state=record.state, ends_at=ends))


def what_a_record_does(
    tx: Tx, know: Knowledge, subject: Subject, incident: Incident, before: Incident | None, now: datetime
) -> None:
    """A record that came: it confirms a notice until a new time, or says that nothing more is said of its person."""
    person = incident.person
    ref = None if person is None else person.ref
    known = before is not None and before.state is incident.state and ref == _ref(before)
    if incident.state in NEVER_SAID and not known:
        wide = incident.state in CLEARED  # whom nobody cleared is taken down here alone
        hashed = person_hash(know, incident) if wide else None
        whoever = person is None and wide
        tx.loans.clear(
            Clearing(subject=subject, state=incident.state, person_hash=hashed, whoever=whoever, asked_at=now)
        )
    notice = tx.notices.find(subject, Speaker.BUREAU)
    term = None if notice is None else tx.loans.term(notice.id)
    until = newly_confirmed(incident, before, now)
    if notice is not None and term is not None and until is not None:
        confirmed(tx, notice, term, until, incident.source)
        tx.audit.write(
            now, "fleet", "source", "person confirmed", notice.reference, f"until {until:%Y-%m-%d %H:%M} UTC"
        )


def _ref(record: Incident) -> str | None:
    return None if record.person is None else record.person.ref


def confirmed(tx: Tx, notice: Notice, term: Term, until: datetime, by: str) -> None:
    """It may stand until then."""
    tx.loans.lend(term.model_copy(update={"notice_id": notice.id, "ends_at": until, "confirmed_by": by}))
