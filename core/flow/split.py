"""What the gate holds: put to review where a person's yes answers it, asked again where time does.

An incident with a person splits: its place is ruled and said by itself, what is about the person waits for people and
follows in the same thread, or never does. So does an agency's alert that names somebody: its own words wait.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.domain.alerts import AlertSaying
from core.domain.lines import LineId
from core.domain.log import AlertEntry, Fate, IncidentEntry, LogEntry
from core.domain.notices import Notice
from core.domain.reviews import ASKED_ANEW, UNDER_WAY, WAITS, Edit, Proposal, ProposalState
from core.domain.rulings import Ruling, Verdict
from core.domain.staff import Actor, Role, demand
from core.flow.drafts import draft_said, unseen_part
from core.flow.falling import end, judge_again
from core.flow.knowledge import Knowledge
from core.flow.linting import Unfit, says_of_somebody
from core.flow.muting import keep_inhibitor, keep_muted, muted, tend_inhibited
from core.flow.proposals import propose
from core.flow.standing import Standing
from core.ports.clock import Clock
from core.ports.store import SealedAway, Store, Tx
from core.rules.drafting import same_words
from core.rules.gate_alerts import rule_named
from core.rules.persons import PersonCase, rule_person
from core.rules.reviewing import BY_AN_EDIT, PERSON_GOES_ON, answered_by_people, may_be_approved, place_part

MANY = 500
"""So many proposals are looked at in one transaction of the sweep."""


@dataclass(frozen=True)
class Parts:
    """What is ruled by itself, and the ruling on the person of whom something may be said once people approved it."""

    entry: LogEntry
    person: Ruling | None = None
    place_only: bool = False
    """True where the record is about a person: of the entry here is left what may be said unseen."""


def parts_of(know: Knowledge, entry: LogEntry, now: datetime) -> Parts:
    """An incident with a person gives its place alone; everything else is one part. Where nothing may be said of the
    person, whoever approves, the place is all there is. An alert that names somebody gives what the catalogue has words
    for; its end is said so too, and nobody is asked for more."""
    body = entry.body
    waits_whole = isinstance(body, AlertEntry) and body.alert.saying is AlertSaying.HOLD and not body.alert.over
    if isinstance(body, AlertEntry) and not waits_whole and says_of_somebody(know, body.alert):
        return Parts(unseen_part(entry), None if body.alert.over else rule_named(), place_only=True)
    if not isinstance(body, IncidentEntry) or not body.facts.about_person:
        return Parts(entry)
    ruling, place = rule_person(PersonCase(body.facts, know.offence(body.facts), know.policy, now)), place_part(body)
    if place is None:
        return Parts(entry)
    may_be_said = ruling if ruling.verdict is Verdict.HOLD else None
    return Parts(entry.model_copy(update={"body": place}), may_be_said, place_only=True)


def said_in_full(tx: Tx, know: Knowledge, entry: LogEntry, before: Standing) -> bool:
    """True where people let an alert's own words go, and they are the same now: nobody is asked once more."""
    if before.said is None or before.said.place_only or not isinstance(entry.body, AlertEntry):
        return False
    old, new = draft_said(know, tx.log.entry(before.said.entry_seq), ""), draft_said(know, entry, "")
    return old is not None and new is not None and same_words(old, new)


def waits_for_people(parts: Parts, ruling: Ruling) -> Ruling | None:
    """The hold that a person's yes would answer, once the place part was ruled on; None where there is none."""
    if parts.person is not None:
        goes_on = ruling.verdict is Verdict.PUBLISH or ruling.into_digest or ruling.rule in PERSON_GOES_ON
        goes_on = goes_on or (isinstance(parts.entry.body, AlertEntry) and may_be_approved(ruling.rule))
        if ruling.verdict is Verdict.HOLD and ruling.rule.startswith(BY_AN_EDIT):  # what is said unseen must be edited
            return ruling
        return parts.person if goes_on and may_be_approved(parts.person.rule) else None
    held = ruling.verdict is Verdict.HOLD and answered_by_people(ruling.rule)
    return ruling if held else None


def put_before_people(
    actor: Actor,
    tx: Tx,
    know: Knowledge,
    clock: Clock,
    entry: LogEntry,
    notice: Notice,
    lines: tuple[LineId, ...],
    parts: Parts,
    ruling: Ruling,
    before: Standing,
) -> None:
    """Ask people where their yes answers it; else remember when to ask the gate again."""
    asked = waits_for_people(parts, ruling)
    keep_muted(tx, entry, ruling)
    if ruling.verdict is Verdict.PUBLISH:
        keep_inhibitor(tx, know, entry)
    waits = None if parts.person is None else muted(tx, know, entry, lines, before, clock.at(entry.known_at))
    if asked is not None and waits is not None:  # the place is said, the person waits with the routine
        tx.log.set_fate(entry.seq, Fate.HELD, waits.rule)
        tx.audit.write(clock.now(), actor.id, actor.via, "ruled held", str(entry.subject), waits.rule)
        keep_muted(tx, entry, waits)
    elif asked is not None:
        _ask(actor, tx, know, clock, entry, notice, lines, asked)
    elif ruling.verdict is Verdict.HOLD and ruling.held_by is None:
        again = held_until(entry, ruling)
        if again is not None:
            tx.reviews.ask_again(entry.seq, again)


def _ask(
    actor: Actor,
    tx: Tx,
    know: Knowledge,
    clock: Clock,
    entry: LogEntry,
    notice: Notice,
    lines: tuple[LineId, ...],
    asked: Ruling,
) -> None:
    """Put to review as it was edited before, where it was; as composed, where that edit fits no more. What may stand in
    no post is put before people too: to be edited or rejected, and never approved as it is."""
    edit, editors = _edited_before(tx, entry, notice, asked.rule)
    if edit is not None:
        with suppress(Unfit):
            if propose(actor, tx, know, clock, entry, notice, lines, asked, edit, editors) is not None:
                return
    propose(actor, tx, know, clock, entry, notice, lines, asked)


def _edited_before(tx: Tx, entry: LogEntry, notice: Notice, rule: str) -> tuple[Edit | None, tuple[str, ...]]:
    """What an editor wanted of the same record, and who they were: a policy that changed doesn't make them wrong."""
    last = next(reversed(tx.reviews.of_notice(notice.id)), None)
    if last is None or last.entry_seq != entry.seq or last.state not in ASKED_ANEW or last.rule != rule:
        return None, ()
    try:
        return tx.reviews.content(last.id).edit, last.drafted_by
    except SealedAway:
        return None, ()


def held_until(entry: LogEntry, ruling: Ruling) -> datetime | None:
    """When this hold ends by itself."""
    match entry.body:
        case IncidentEntry() as body if ruling.rule in ("release-not-yet", "person-not-released"):
            return body.facts.release_not_before
        case IncidentEntry() as body if ruling.rule == "from-the-future":
            return max(body.facts.occurred_from, body.facts.known_at)
        case AlertEntry() as body if ruling.rule == "alert-not-yet" and body.alert.active_from is not None:
            return body.alert.active_from - timedelta(hours=1)
        case _:
            return None


def tend_reviews(actor: Actor, store: Store, know: Knowledge, clock: Clock) -> int:
    """What time does to held posts: approvals expire, what was approved leaves, a policy changes, a release comes;
    how many entries go through the gate again. Raises NotAllowed."""
    demand(actor, Role.FLEET, Role.OPERATOR)
    now = clock.now()
    again = 0
    with store.begin() as tx:
        again += tend_inhibited(tx, now)
        for seq in tx.reviews.to_ask(now, MANY):
            tx.silences.release(seq)
            if tx.log.entry(seq).fate is Fate.HELD:
                judge_again(tx, seq)
                again += 1
        for seen in tx.reviews.in_states(list(WAITS | UNDER_WAY), MANY):
            proposal = tx.reviews.hold(seen.id)
            if proposal is None or proposal.state not in WAITS | UNDER_WAY:
                continue
            if proposal.state in UNDER_WAY and _has_left(proposal, now):
                tx.reviews.change(proposal.model_copy(update={"state": ProposalState.GONE_OUT}))
                continue
            if proposal.state in WAITS and now >= proposal.expires_at:
                end(actor, tx, clock.now(), proposal, ProposalState.EXPIRED, "approval-life")
            elif proposal.policy_hash != know.policy.hash:
                end(actor, tx, clock.now(), proposal, ProposalState.FALLEN, "policy changed")
            else:
                continue
            judge_again(tx, proposal.entry_seq)
            again += 1
    return again


def _has_left(proposal: Proposal, now: datetime) -> bool:
    """Once its window is over it has gone out, whatever changes then; what its deliveries do is theirs."""
    return proposal.leaves_at is not None and now >= proposal.leaves_at
