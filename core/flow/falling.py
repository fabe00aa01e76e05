"""How held posts end: approvals count no more once anything has changed, and what they owed is withdrawn."""

from __future__ import annotations

from datetime import datetime

from core.domain.deliveries import DeliveryState
from core.domain.log import Fate
from core.domain.notices import NoticeId
from core.domain.reviews import UNDER_WAY, WAITS, Proposal, ProposalState
from core.domain.staff import Actor
from core.flow.person_revisions import person_revisions
from core.flow.standing import SEEN
from core.ports.store import Tx
from core.rules.reviewing import ABOUT_PERSON

NEW_RECORD = "its record came anew"


def fall(actor: Actor, tx: Tx, now: datetime, notice_id: NoticeId, why: str) -> int:
    """Approvals of this notice count no more, and what waits for its undo window is withdrawn; how many fell."""
    fallen = 0
    for proposal in tx.reviews.of_notice(notice_id):
        if proposal.state in WAITS | UNDER_WAY:
            end(actor, tx, now, proposal, ProposalState.FALLEN, why)
            fallen += 1
    return fallen


def end(
    actor: Actor, tx: Tx, now: datetime, proposal: Proposal, state: ProposalState, why: str, words: str | None = None
) -> None:
    """A proposal's end, with its audit row; what it owes already is withdrawn."""
    if proposal.state in UNDER_WAY:
        tx.outbox.withdraw_older(proposal.notice_id, proposal.revision + 1, f"{state.value}: {why}")
        _end_empty_term(tx, proposal)
    tx.reviews.change(proposal.model_copy(update={"state": state, "ended_by": actor.id, "ended_why": why}), words)
    tx.audit.write(now, actor.id, actor.via, f"review {state.value}", proposal.id, why)


def _end_empty_term(tx: Tx, proposal: Proposal) -> None:
    """A term is of what stands: where nothing of a person was tried, there is nothing to confirm or to take down."""
    notice = tx.notices.get(proposal.notice_id)
    if notice is None or not proposal.rule.startswith(ABOUT_PERSON):
        return
    persons = person_revisions(tx, notice)
    said = (one for one in tx.outbox.of_notice(notice.id) if one.key.revision in persons)
    if not any(one.state in SEEN or one.state is DeliveryState.PRACTISED for one in said):
        tx.loans.end(notice.id)


def judge_again(tx: Tx, entry_seq: int) -> None:
    """The entry goes through the gate once more, where nothing newer of its subject came and nobody ended it."""
    entry = tx.log.entry(entry_seq)
    newest = tx.log.of_subject(entry.subject)[-1]
    if newest.seq == entry.seq and entry.fate in (Fate.HELD, Fate.POSTED):
        tx.log.set_fate(entry_seq, Fate.PENDING, None)
