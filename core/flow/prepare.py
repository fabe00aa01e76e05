"""What bots speak about becomes a ruled notice: ruling, audit row and deliveries in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from core.domain.alerts import AlertSaying
from core.domain.deliveries import Act
from core.domain.lines import LineId
from core.domain.log import AlertEntry, Fate, IncidentEntry, LogEntry
from core.domain.notices import Kind, Notice, Revision, Speaker, Urgency, urgency
from core.domain.rulings import Ruling, Verdict
from core.domain.staff import Actor, Role, demand
from core.flow.agency_share import count_begun, with_room
from core.flow.cards import with_cards
from core.flow.drafts import as_said, draft_of, kind_of
from core.flow.falling import NEW_RECORD, fall
from core.flow.judging import has_its_place, is_over, judge
from core.flow.knowledge import Knowledge
from core.flow.linting import lint_ruling
from core.flow.listen import heard_up_to
from core.flow.muting import unless_muted
from core.flow.one_event import answering
from core.flow.posts import carriers, may_speak, plan
from core.flow.proposals import approved_content
from core.flow.speaking import bots_lines, lines_of
from core.flow.split import Parts, parts_of, put_before_people, said_in_full, waits_for_people
from core.flow.standing import Standing, leads_of, standing
from core.ports.clock import Clock
from core.ports.store import Store, Tx
from core.rules.drafting import digest_item, sheltered
from core.rules.gate import NOTHING_NEW, rule_retracted
from core.rules.gate_alerts import REMINDER

BATCH = 50
NO_HANDLE, NOT_ASKED_FOR = "no-handle", "not-asked-for"


def prepare(
    actor: Actor,
    store: Store,
    know: Knowledge,
    clock: Clock,
    progress: Callable[[int], None] = lambda entries: None,
) -> int:
    """Prepare every entry that all healthy bots have heard; how many entries were dealt with. Raises NotAllowed."""
    demand(actor, Role.FLEET, Role.OPERATOR)
    done = 0
    while True:
        with store.begin() as tx:
            ready = tx.bots.ready(heard_up_to(tx, list(know.lines)), BATCH)
            for seq in ready:
                prepare_entry(actor, tx, know, clock, tx.log.entry(seq))
        done += len(ready)
        progress(len(ready))
        if len(ready) < BATCH:
            return done


def prepare_entry(actor: Actor, tx: Tx, know: Knowledge, clock: Clock, entry: LogEntry) -> None:
    """One entry: order the lines, rule, and owe the deliveries."""
    tx.bots.handled(entry.seq)
    unheard = entry.fate is Fate.DROPPED and entry.rule in (NO_HANDLE, NOT_ASKED_FOR)  # its bot was in trouble then
    if entry.fate is not Fate.PENDING and not unheard:
        _widen(tx, know, clock, entry, bots_lines(tx, know, entry))
        return
    notice = tx.notices.find(entry.subject, _speaker(entry))
    before = standing(tx, notice)
    lines = lines_of(tx, know, entry, before)
    newest = tx.log.of_subject(entry.subject)[-1]
    if newest.seq != entry.seq:
        _end(actor, tx, clock, entry, Fate.DROPPED, "superseded")
    elif not lines:
        _end(actor, tx, clock, entry, Fate.DROPPED, NOT_ASKED_FOR if _is_asked(entry) else NO_HANDLE)
    else:
        _rule(actor, tx, know, clock, entry, lines, notice, before)


def _end(actor: Actor, tx: Tx, clock: Clock, entry: LogEntry, fate: Fate, rule: str, detail: str = "") -> None:
    tx.log.set_fate(entry.seq, fate, rule)
    tx.audit.write(
        clock.now(), actor.id, actor.via, f"ruled {fate.value}", str(entry.subject), f"{rule} {detail}".strip()
    )


def _is_asked(entry: LogEntry) -> bool:
    body = entry.body
    return isinstance(body, AlertEntry) and body.alert.saying is AlertSaying.ASKED and bool(body.alert.lines)


def _speaker(entry: LogEntry) -> Speaker:
    return Speaker.AGENCY if isinstance(entry.body, AlertEntry) else Speaker.BUREAU


def _rule(
    actor: Actor,
    tx: Tx,
    know: Knowledge,
    clock: Clock,
    entry: LogEntry,
    lines: tuple[LineId, ...],
    notice: Notice | None,
    before: Standing,
) -> None:
    now = clock.at(entry.known_at)
    gone = notice is not None and tx.retractions.get(notice.id) is not None
    parts = parts_of(know, entry, now)
    room = with_room(tx, know, entry, lines, before, now)
    used, lines = not room, room or lines
    ruling = (
        rule_retracted()
        if gone
        else judge(tx, know, parts.entry, lines, before, now, place=parts.place_only, share_used=used)
    )
    ruling = unless_muted(tx, know, parts.entry, lines, before, ruling, now)
    if ruling.rule == NOTHING_NEW and said_in_full(tx, know, entry, before):
        parts = replace(parts, person=None)
    if notice is not None:
        fall(actor, tx, clock.now(), notice.id, NEW_RECORD)
        if ruling.rule != NOTHING_NEW:  # else what is still to be said of the older goes on
            tx.outbox.withdraw_older(notice.id, len(before.revisions) + 1, f"a newer revision came: {ruling.rule}")
    asked = waits_for_people(parts, ruling)
    if ruling.verdict is Verdict.DROP and not ruling.into_digest and asked is None:
        _end(actor, tx, clock, entry, Fate.DROPPED, ruling.rule)
        return
    notice = notice or _new_notice(tx, know, entry)
    if asked is None or ruling.verdict is Verdict.PUBLISH or ruling.into_digest:
        ruling = _say(actor, tx, know, clock, parts, notice, before, lines, ruling, now)
    else:
        _hold(actor, tx, know, clock, entry, notice, before, lines, ruling, asked, now)
    put_before_people(actor, tx, know, clock, entry, notice, lines, parts, ruling, before)


def _say(
    actor: Actor,
    tx: Tx,
    know: Knowledge,
    clock: Clock,
    parts: Parts,
    notice: Notice,
    before: Standing,
    lines: tuple[LineId, ...],
    ruling: Ruling,
    now: datetime,
) -> Ruling:
    """Keep the revision with its ruling, and owe what may be said; the ruling, a hold where there are no words."""
    entry = parts.entry
    revision = _revision(know, clock, notice, before, entry, lines, now)
    revision = revision.model_copy(update={"place_only": parts.place_only})
    if ruling.verdict is Verdict.PUBLISH:
        remind = ruling.rule == REMINDER
        ruling = _owe(tx, know, clock, notice, revision, before, entry, now, remind=remind) or ruling
    counted = has_its_place(tx, before)
    tx.notices.add_revision(revision, ruling, know.policy.hash)
    _keep_fate(actor, tx, know, clock, entry, notice, revision, ruling, now, counted=counted)
    return ruling


def _hold(
    actor: Actor,
    tx: Tx,
    know: Knowledge,
    clock: Clock,
    entry: LogEntry,
    notice: Notice,
    before: Standing,
    lines: tuple[LineId, ...],
    ruling: Ruling,
    asked: Ruling,
    now: datetime,
) -> None:
    """Nothing of it is said until people approved. Where the place part stands as it is, its deliveries go on."""
    if ruling.rule != NOTHING_NEW:
        tx.notices.add_revision(_revision(know, clock, notice, before, entry, lines, now), asked, know.policy.hash)
    _end(actor, tx, clock, entry, Fate.HELD, asked.rule, notice.reference)


def _new_notice(tx: Tx, know: Knowledge, entry: LogEntry) -> Notice:
    speaker = _speaker(entry)
    notice_id = know.identity.notice(entry.subject, speaker)
    collision = 0
    while tx.notices.by_reference(know.identity.reference(notice_id, collision)) is not None:
        collision += 1
    notice = Notice(
        id=notice_id,
        subject=entry.subject,
        speaker=speaker,
        reference=know.identity.reference(notice_id, collision),
    )
    tx.notices.create(notice)
    return notice


def _revision(
    know: Knowledge,
    clock: Clock,
    notice: Notice,
    before: Standing,
    entry: LogEntry,
    lines: tuple[LineId, ...],
    now: datetime,
) -> Revision:
    kind, first = kind_of(entry), before.revisions[0].urgency if before.revisions else None
    if before.stands:
        kind = Kind.ALL_CLEAR if is_over(entry) else Kind.UPDATE
    return Revision(
        notice_id=notice.id,
        number=len(before.revisions) + 1,
        entry_seq=entry.seq,
        kind=kind,
        urgency=urgency(kind, first),
        lines=lines,
        prepared_at=now,
        expires_at=clock.now() + know.policy.life,
    )


def _owe(
    tx: Tx,
    know: Knowledge,
    clock: Clock,
    notice: Notice,
    revision: Revision,
    before: Standing,
    entry: LogEntry,
    now: datetime,
    *,
    remind: bool,
) -> Ruling | None:
    """Render and owe; a ruling instead when no account may carry the words, or there are none."""
    speaks = carriers(know, revision.lines, entry.body)
    if not speaks:
        return Ruling(
            verdict=Verdict.HOLD,
            rule="draft-catalogue",
            why="a live account carries no words that nobody has signed: sign the catalogue or use practice mode",
        )
    try:
        draft = draft_of(know, entry, notice.reference, revision.kind, before.updates + 1, now)
        if remind:
            draft = draft.model_copy(update={"reminder": True})
        draft, earlier = answering(tx, know, draft, entry.subject, before)
        owed = plan(know, draft, notice, revision, speaks, before.leads, before.answers, now, earlier)
    except (LookupError, ValueError) as wordless:  # one entry that can't be worded must not stop all others
        return Ruling(
            verdict=Verdict.HOLD, rule="no-words", why=f"it can't be put into words: {type(wordless).__name__}"
        )
    unfit = lint_ruling(know, draft, [one.post for one in owed if one.post is not None])
    if unfit is None:
        key = entry.subject.key
        tx.outbox.add(with_cards(know, draft, owed, lambda drawn: tx.vault.put(key, drawn)), clock.now())
    return unfit


def _keep_fate(
    actor: Actor,
    tx: Tx,
    know: Knowledge,
    clock: Clock,
    entry: LogEntry,
    notice: Notice,
    revision: Revision,
    ruling: Ruling,
    now: datetime,
    *,
    counted: bool,
) -> None:
    body, lead = entry.body, revision.lines[0]
    if ruling.into_digest and isinstance(body, IncidentEntry):
        offence = know.offence(body.facts)
        if offence is not None:
            item = digest_item(entry.seq, notice.reference, body, offence, revision.lines)
            tx.digests.add(lead, know.digest_day(now), item)
        _end(actor, tx, clock, entry, Fate.DIGEST, ruling.rule, notice.reference)
    elif ruling.verdict is Verdict.HOLD:
        _end(actor, tx, clock, entry, Fate.HELD, ruling.rule, notice.reference)
    else:
        if isinstance(body, IncidentEntry) and revision.urgency is Urgency.URGENT and not counted:
            tx.notices.count_alone(lead, know.day(now), add=1)
        if not counted:
            count_begun(tx, know, entry, revision.lines, now)
        _end(actor, tx, clock, entry, Fate.POSTED, ruling.rule, notice.reference)


def _widen(tx: Tx, know: Knowledge, clock: Clock, entry: LogEntry, lines: Sequence[LineId]) -> None:
    """A bot spoke late: its handles repost what the lead said, the lead stays; where nobody led, they do."""
    notice = tx.notices.find(entry.subject, _speaker(entry))
    if notice is None or entry.fate is not Fate.POSTED or tx.retractions.get(notice.id) is not None:
        return
    if isinstance(entry.body, IncidentEntry) and sheltered(know.offence(entry.body.facts)):
        return
    revision = tx.notices.revisions(notice.id)[-1]
    if revision.entry_seq != entry.seq or set(lines) <= set(revision.lines):
        return
    if approved_content(tx, notice.id, revision.number) is not None:  # people saw these handles and no others
        return
    wider = revision.model_copy(update={"lines": (*revision.lines, *(x for x in lines if x not in revision.lines))})
    tx.notices.widen(notice.id, revision.number, wider.lines)
    deliveries = tx.outbox.of_notice(notice.id)
    leads = leads_of(deliveries)
    speaks = may_speak(know, wider.lines)
    draft = draft_of(know, as_said(entry, revision), notice.reference, revision.kind, 1)
    owed = plan(know, draft, notice, wider, speaks, leads, {}, clock.at(entry.known_at))
    led = {account.split(":", 1)[0] for account in leads}
    late = [d for d in owed if d.key.act is Act.REPOST or d.key.account.split(":", 1)[0] not in led]
    tx.outbox.add(late, clock.now())
