"""Held posts are made exactly as they would go out, for every possible lead, and put before people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from core.domain.deliveries import Act, Delivery, DeliveryState
from core.domain.incidents import Facts
from core.domain.lines import Account, LineId
from core.domain.log import IncidentEntry, LogEntry, PatternEntry
from core.domain.notices import Kind, Notice, NoticeId, ReplyTo, urgency
from core.domain.reviews import (
    UNDER_WAY,
    Edit,
    Form,
    Proposal,
    ProposalContent,
    ProposalState,
    hash_of,
)
from core.domain.rulings import Ruling
from core.domain.staff import Actor
from core.flow.drafts import draft_to_approve, kind_of
from core.flow.knowledge import Knowledge
from core.flow.lending import named_in
from core.flow.linting import Unfit, lint_ruling
from core.flow.one_event import answering
from core.flow.posts import may_speak, rendered
from core.flow.standing import SEEN, standing
from core.ports.clock import Clock
from core.ports.store import SealedAway, Tx
from core.rules.gate_alerts import NAMES
from core.rules.questions import questions_for
from core.rules.reviewing import ABOUT_PERSON, drafters, edited, needed_approvals, place_part

_ALIVE = SEEN | {DeliveryState.DUE, DeliveryState.PRACTISED}
"""Posts that stand, may stand, or are on their way."""


@dataclass(frozen=True)
class Made:
    """Posts as they would go out now."""

    revision: int
    kind: Kind
    forms: tuple[Form, ...]
    hash: str
    unfit: Ruling | None = None
    """What the lint found in them: then no approval lets them go as they are."""


def make_forms(
    tx: Tx,
    know: Knowledge,
    entry: LogEntry,
    notice: Notice,
    lines: tuple[LineId, ...],
    rule: str,
    edit: Edit | None = None,
) -> Made:
    """The posts for every possible lead, as they would go out as the notice's next revision.

    Raises LookupError or ValueError where they have no words, SealedAway where the record was erased.
    """
    if not rule.startswith(ABOUT_PERSON):
        entry = place_of(entry)
    before = standing(tx, notice)
    alive = [one for one in before.deliveries if one.state in _ALIVE and one.key.act is Act.POST]
    number, kind = len(before.revisions) + 1, kind_of(entry)
    if alive and not about_person(entry):
        kind = Kind.CORRECTION if isinstance(entry.body, PatternEntry) and entry.body.corrects else Kind.UPDATE
    updates = len({one.key.revision for one in alive}) + 1
    person = rule.startswith(ABOUT_PERSON)
    draft = draft_to_approve(tx, know, entry, notice.reference, kind, updates, person=person)
    if not person:
        draft, _ = answering(tx, know, draft, entry.subject, before)
    draft, forms = edited(draft, edit), []
    for account in _may_lead(know, lines, edit, person=person or rule == NAMES):
        threaded = account.id in know.voice.replies
        for threads in (True, False) if threaded else (False,):
            voice = know.voice if threads else replace(know.voice, replies=frozenset())
            posts = list(rendered(replace(know, voice=voice), draft, [account], number)[0].posts)
            if threads and posts and posts[0].reply_to is None:
                posts[0] = posts[0].model_copy(update={"reply_to": _answered(alive, account)})
            forms.append(Form(account=account.id, mode=account.mode, threads=threads, posts=tuple(posts)))
    made = tuple(forms)
    unfit = lint_ruling(know, draft, [post for form in made for post in form.posts])
    return Made(number, kind, made, hash_of(notice.id, number, lines, made), unfit)


def place_of(entry: LogEntry) -> LogEntry:
    """An incident about a person as its place alone; anything else as it is."""
    body = entry.body
    if not isinstance(body, IncidentEntry) or not body.facts.about_person:
        return entry
    return entry.model_copy(update={"body": place_part(body) or body})


def _may_lead(know: Knowledge, lines: Sequence[LineId], edit: Edit | None, *, person: bool) -> list[Account]:
    speaks, out = may_speak(know, lines, person=person), frozenset() if edit is None else edit.languages_out
    found = []
    for line in lines:
        for account in know.lines[line].accounts:
            languages = tuple(language for language in account.languages if language not in out)
            if account.id in speaks and languages:
                found.append(account.model_copy(update={"languages": languages}))
    return found


def _answered(alive: Sequence[Delivery], account: Account) -> ReplyTo | None:
    """The first post on this account; for one that hasn't led yet, the one that it would have said then."""
    own = [one.key for one in alive if one.key.account == account.id]
    if own:
        return ReplyTo(revision=own[0].revision, language=own[0].language, part=own[0].part)
    here = [one.key.revision for one in alive if one.key.account.split(":", 1)[0] == account.channel]
    return ReplyTo(revision=here[0], language=account.languages[0], part=1) if here else None


def about_person(entry: LogEntry) -> bool:
    """True when the record is about a person."""
    return isinstance(entry.body, IncidentEntry) and entry.body.facts.about_person


def propose(
    actor: Actor,
    tx: Tx,
    know: Knowledge,
    clock: Clock,
    entry: LogEntry,
    notice: Notice,
    lines: tuple[LineId, ...],
    ruling: Ruling,
    edit: Edit | None = None,
    editors: Sequence[str] = (),
) -> Proposal | None:
    """Keep the exact posts and ask for approval; None where they have no words or no account may carry them. Posts that
    nobody edited are kept also where the lint finds something, for somebody to edit or reject.

    Raises Unfit where edited posts hold what may stand in none.
    """
    if not may_speak(know, lines):
        return None
    try:
        made = make_forms(tx, know, entry, notice, lines, ruling.rule, edit)
    except (LookupError, ValueError, SealedAway):
        return None
    if not made.forms:
        return None
    if made.unfit is not None and edit is not None:
        raise Unfit(made.unfit)
    if made.unfit is not None and made.unfit.rule != ruling.rule:
        ruling = ruling.model_copy(update={"why": f"{ruling.why}; {made.unfit.why}"})
    proposal = _proposal(tx, know, clock, entry, notice, lines, ruling, made, editors)
    tx.reviews.add(proposal, ProposalContent(forms=made.forms, edit=edit))
    named_in(tx, know, entry, proposal)
    detail = f"{ruling.rule}: {made.hash[:12]} needs {proposal.needed}"
    tx.audit.write(clock.now(), actor.id, actor.via, "posts put to review", proposal.id, detail)
    return proposal


def _proposal(
    tx: Tx,
    know: Knowledge,
    clock: Clock,
    entry: LogEntry,
    notice: Notice,
    lines: tuple[LineId, ...],
    ruling: Ruling,
    made: Made,
    editors: Sequence[str],
) -> Proposal:
    facts, now = facts_of_entry(entry), clock.now()
    person = facts is not None and facts.about_person
    asked = () if facts is None else questions_for(facts, know.policy.questions)
    return Proposal(
        id=f"{notice.reference}-{len(tx.reviews.of_notice(notice.id)) + 1}",
        notice_id=notice.id,
        reference=notice.reference,
        revision=made.revision,
        entry_seq=entry.seq,
        kind=made.kind,
        urgency=urgency(made.kind),
        lines=lines,
        about_person=person,
        rule=ruling.rule,
        why=ruling.why,
        policy_hash=know.policy.hash,
        hash=made.hash,
        needed=needed_approvals(know.policy, about_person=person or ruling.rule == NAMES),
        drafted_by=drafters(tx.reviews.typed_by(entry.subject), editors),
        questions=tuple(one.id for one in asked),
        created_at=now,
        expires_at=now + know.policy.approval_life,
        not_before=None if facts is None else facts.release_not_before,
    )


def facts_of_entry(entry: LogEntry) -> Facts | None:
    """The facts of an incident; None for what is none."""
    return entry.body.facts if isinstance(entry.body, IncidentEntry) else None


def approved_content(tx: Tx, notice_id: NoticeId, revision: int) -> ProposalContent | None:
    """The bytes that people approved as a notice's revision, for every possible lead; None where nobody was asked.

    For whoever changes a lead: what was approved is sent as it was. Raises SealedAway.
    """
    for proposal in reversed(tx.reviews.of_notice(notice_id)):
        if proposal.revision == revision and proposal.state in UNDER_WAY | {ProposalState.GONE_OUT}:
            return tx.reviews.content(proposal.id)
    return None


def due_from(proposal: Proposal, window_seconds: float, now: datetime) -> float:
    """Seconds until an approved proposal may leave: the undo window, and the record's release."""
    release = 0.0 if proposal.not_before is None else (proposal.not_before - now).total_seconds()
    return max(window_seconds if proposal.about_person else 0.0, release, 0.0)
