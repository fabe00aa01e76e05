"""A reviewer lets held posts go, or keeps them in: the approval binds to the bytes that were shown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from core.domain.deliveries import DeliveryState
from core.domain.log import Fate, IncidentEntry, LogEntry, PatternEntry
from core.domain.notices import Notice, Revision, Urgency
from core.domain.reviews import (
    UNDER_WAY,
    WAITS,
    Approval,
    Proposal,
    ProposalState,
    RejectBecause,
)
from core.domain.rulings import Ruling, Verdict
from core.domain.staff import Actor, Role, demand
from core.flow.falling import NEW_RECORD, end, judge_again
from core.flow.judging import has_its_place
from core.flow.knowledge import Knowledge
from core.flow.lending import lend
from core.flow.muting import keep_inhibitor, no_approval_while_muted
from core.flow.patterns import shaken
from core.flow.posts import plan_approved
from core.flow.proposals import due_from, facts_of_entry, make_forms
from core.flow.speaking import lines_of
from core.flow.standing import SEEN, standing
from core.ports.clock import Clock
from core.ports.store import SealedAway, Store, Tx
from core.rules.persons import PersonCase, rule_person
from core.rules.reviewing import ABOUT_PERSON, LET_GO, Asked, Refusal, complete, refusal

APPROVED = LET_GO
REJECTED = "rejected"


class NoSuchProposal(Exception):
    """No held posts bear this name."""


class ReviewRefused(Exception):
    """It may not be done; `rule` names why."""

    def __init__(self, refused: Refusal) -> None:
        super().__init__(f"{refused.why} ({refused.rule})")
        self.rule = refused.rule


def held(tx: Tx, wanted: str) -> Proposal:
    """A proposal that nobody else changes meanwhile, by its id or its notice's reference. Raises NoSuchProposal."""
    return found(tx, wanted, lock=True)


def found(tx: Tx, wanted: str, *, lock: bool = False) -> Proposal:
    """The proposal of this id, or the newest of this notice. Raises NoSuchProposal."""
    name = wanted.strip().upper()
    if "-" not in name:
        notice = tx.notices.by_reference(name)
        every = [] if notice is None else tx.reviews.of_notice(notice.id)
        name = every[-1].id if every else name
    proposal = tx.reviews.hold(name) if lock else tx.reviews.get(name)
    if proposal is None:
        raise NoSuchProposal(f"no held posts are called {wanted!r}: see `review list`")
    return proposal


def approve(
    actor: Actor,
    store: Store,
    know: Knowledge,
    clock: Clock,
    wanted: str,
    shown_hash: str,
    answers: Mapping[str, str] | None = None,
    bypass: str | None = None,
) -> Proposal:
    """One person's yes to the posts whose hash they were shown; the last one that is needed lets them go.

    `answers` are those to the policy's questions. `bypass`, a reason, cuts two approvals to one. Whatever has changed
    since makes the approval fall. Raises NotAllowed, NoSuchProposal, ReviewRefused.
    """
    demand(actor, Role.REVIEWER)
    with store.begin(durable=True) as tx:
        proposal = held(tx, wanted)
        given = dict(answers or {})
        asked = Asked(proposal, tx.reviews.approvals(proposal.id), actor.id, shown_hash, given, bypass, clock.now())
        refused = refusal(asked) or no_approval_while_muted(tx, know, proposal, clock.now())
        refused = refused or _unfit(tx, know, proposal)
        changed = None if refused is not None else what_changed(tx, know, clock, proposal)
        if refused is not None:
            tx.audit.write(clock.now(), actor.id, actor.via, "approval refused", proposal.id, refused.rule)
        elif changed is None:
            proposal = _approved(actor, tx, know, clock, asked)
        else:
            end(actor, tx, clock.now(), proposal, ProposalState.FALLEN, changed)
            judge_again(tx, proposal.entry_seq)
            refused = Refusal("fallen", f"{proposal.id} has fallen: {changed}; what is said now is put to review anew")
    if refused is not None:
        raise ReviewRefused(refused)
    return proposal


def _unfit(tx: Tx, know: Knowledge, proposal: Proposal) -> Refusal | None:
    """Posts with what may stand in none are edited or rejected: no approval, no bypass lets them go as they are."""
    entry, notice = tx.log.entry(proposal.entry_seq), tx.notices.get(proposal.notice_id)
    if notice is None:
        return None
    try:
        edit = tx.reviews.content(proposal.id).edit
        made = make_forms(tx, know, entry, notice, proposal.lines, proposal.rule, edit)
    except (LookupError, ValueError, SealedAway):  # `what_changed` says what is the matter
        return None
    if made.unfit is None or made.hash != proposal.hash:
        return None
    return Refusal(made.unfit.rule, f"{made.unfit.why}: edit it or reject it")


def what_changed(tx: Tx, know: Knowledge, clock: Clock, proposal: Proposal) -> str | None:
    """Why approvals of these posts count no more; None while all that they stand on is as it was."""
    entry = tx.log.entry(proposal.entry_seq)
    notice = tx.notices.get(proposal.notice_id)
    if notice is None or tx.retractions.get(notice.id) is not None:
        return "its notice was taken back"
    if tx.log.of_subject(entry.subject)[-1].seq != entry.seq:
        return NEW_RECORD
    if tx.twins.merged_into(entry.subject) is not None:
        return "it was merged into another incident"
    if isinstance(entry.body, PatternEntry) and shaken(tx, entry.body):
        return "an incident behind it may not be said any more"
    if proposal.policy_hash != know.policy.hash:
        return "the policy changed"
    lines = lines_of(tx, know, entry, standing(tx, notice))
    if lines != proposal.lines:
        return "other lines say it"
    return _person_changed(know, clock, proposal, entry) or _other_bytes(tx, know, proposal, entry, notice)


def _person_changed(know: Knowledge, clock: Clock, proposal: Proposal, entry: LogEntry) -> str | None:
    """The rules about persons, asked once more at this moment: no approval cuts any of them."""
    facts = facts_of_entry(entry)
    if facts is None or not proposal.rule.startswith(ABOUT_PERSON):
        return None
    ruling = rule_person(PersonCase(facts, know.offence(facts), know.policy, clock.at(entry.known_at)))
    return None if ruling.rule == proposal.rule else ruling.rule


def _other_bytes(tx: Tx, know: Knowledge, proposal: Proposal, entry: LogEntry, notice: Notice) -> str | None:
    try:
        content = tx.reviews.content(proposal.id)
        made = make_forms(tx, know, entry, notice, proposal.lines, proposal.rule, content.edit)
    except SealedAway:
        return "its record was erased"
    except (LookupError, ValueError):
        return "it has no words any more"
    return None if made.hash == proposal.hash else "its posts would be others now"


def _approved(actor: Actor, tx: Tx, know: Knowledge, clock: Clock, asked: Asked) -> Proposal:
    proposal, now = asked.proposal, asked.now
    yes = Approval(
        proposal_id=proposal.id,
        by=actor.id,
        via=actor.via,
        at=now,
        hash=asked.shown_hash,
        answers={one: asked.answers[one] for one in proposal.questions},  # yes or no, and nobody's words
    )
    tx.reviews.approve(yes)
    count = f"{len(asked.approvals) + 1} of {proposal.needed}"
    tx.audit.write(now, actor.id, actor.via, "posts approved", proposal.id, f"{proposal.hash[:12]}, {count}")
    if not complete(asked):
        once = proposal.model_copy(update={"state": ProposalState.APPROVED_ONCE})
        tx.reviews.change(once)
        return once
    cut = asked.bypass is not None and len(asked.approvals) + 1 < proposal.needed
    if cut:
        tx.audit.write(now, actor.id, actor.via, "second approval bypassed", proposal.id, "the reason is in the vault")
    return _let_go(tx, know, clock, asked, actor.id if cut else None)


def _let_go(tx: Tx, know: Knowledge, clock: Clock, asked: Asked, bypassed_by: str | None) -> Proposal:
    """Owe the approved bytes; they are due once the undo window is over and the record is released."""
    proposal, now = asked.proposal, asked.now
    entry, notice = tx.log.entry(proposal.entry_seq), tx.notices.get(proposal.notice_id)
    if notice is None:
        raise KeyError(proposal.notice_id)
    window = know.policy.undo_window.total_seconds()
    wait, before = due_from(proposal, window, now), standing(tx, notice)
    revision = Revision(
        notice_id=notice.id,
        number=proposal.revision,
        entry_seq=entry.seq,
        kind=proposal.kind,
        urgency=proposal.urgency,
        lines=proposal.lines,
        prepared_at=clock.at(entry.known_at),
        expires_at=now + timedelta(seconds=wait) + know.policy.life,
    )
    names = [one.by for one in tx.reviews.approvals(proposal.id)]
    ruling = Ruling(verdict=Verdict.PUBLISH, rule=APPROVED, why=f"approved by {' and '.join(names)} ({proposal.id})")
    counted = has_its_place(tx, before)
    tx.outbox.withdraw_older(notice.id, revision.number, "approved posts take its place")
    tx.notices.add_revision(revision, ruling, know.policy.hash)
    content = tx.reviews.content(proposal.id)
    owed = plan_approved(know, content, notice, revision, before.leads, revision.prepared_at)
    tx.outbox.add(owed, now, after_seconds=wait)
    lend(tx, know, entry, proposal, now + timedelta(seconds=wait))
    if entry.fate is Fate.HELD:
        tx.log.set_fate(entry.seq, Fate.POSTED, APPROVED)
    keep_inhibitor(tx, know, entry)
    if isinstance(entry.body, IncidentEntry) and revision.urgency is Urgency.URGENT and not counted:
        tx.notices.count_alone(revision.lines[0], know.day(revision.prepared_at), add=1)
    gone = proposal.model_copy(
        update={
            "state": ProposalState.APPROVED if wait > window else ProposalState.LEAVING,
            "leaves_at": now + timedelta(seconds=wait),
            "bypassed_by": bypassed_by,
        }
    )
    tx.reviews.change(gone, asked.bypass if bypassed_by else None)
    return gone


def reject(
    actor: Actor, store: Store, know: Knowledge, clock: Clock, wanted: str, because: RejectBecause, words: str = ""
) -> Proposal:
    """Keep it in, for a catalogued reason; the words to it go into the vault.

    Raises NotAllowed, NoSuchProposal, ReviewRefused.
    """
    del know
    demand(actor, Role.REVIEWER)
    with store.begin(durable=True) as tx:
        proposal = held(tx, wanted)
        _demand_waiting(proposal)
        end(actor, tx, clock.now(), proposal, ProposalState.REJECTED, because.value, words.strip() or None)
        if tx.log.entry(proposal.entry_seq).fate is Fate.HELD:
            tx.log.set_fate(proposal.entry_seq, Fate.DROPPED, REJECTED)
        return found(tx, proposal.id)


def _demand_waiting(proposal: Proposal) -> None:
    if proposal.state not in WAITS:
        raise ReviewRefused(Refusal("not-open", f"{proposal.id} is {proposal.state.value}"))


def undo(actor: Actor, store: Store, know: Knowledge, clock: Clock, wanted: str) -> Proposal:
    """Withdraw approved posts while nothing of them was tried; they are put to review anew.

    Raises NotAllowed, NoSuchProposal, ReviewRefused (then `retract` takes back what was said).
    """
    del know
    demand(actor, Role.REVIEWER, Role.OPERATOR)
    with store.begin(durable=True) as tx:
        proposal = held(tx, wanted)
        if proposal.state not in UNDER_WAY:
            raise ReviewRefused(Refusal("not-leaving", f"{proposal.id} is {proposal.state.value}"))
        owed = [one for one in tx.outbox.of_notice(proposal.notice_id) if one.key.revision == proposal.revision]
        tried = any(one.state in SEEN or one.state is DeliveryState.PRACTISED for one in owed)
        if tried or proposal.leaves_at is None or clock.now() >= proposal.leaves_at:
            late = f"the time to undo {proposal.id} is over: take it back with `retract {proposal.reference}`"
            raise ReviewRefused(Refusal("too-late", late))
        end(actor, tx, clock.now(), proposal, ProposalState.UNDONE, "undone")
        judge_again(tx, proposal.entry_seq)
        return found(tx, proposal.id)
