"""What bots speak about becomes a ruled notice: ruling, audit row and deliveries in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.domain.deliveries import Act, Delivery, DeliveryState
from core.domain.lines import AccountId, LineId
from core.domain.log import AlertEntry, DigestEntry, Fate, IncidentEntry, LogEntry
from core.domain.notices import Kind, Notice, ReplyTo, Revision, Speaker, Urgency, urgency
from core.domain.places import AtStation
from core.domain.rulings import Ruling, Verdict
from core.domain.staff import Actor, Role, demand
from core.flow.drafts import draft_of, draft_said
from core.flow.knowledge import Knowledge
from core.flow.listen import heard_up_to
from core.flow.posts import may_speak, plan
from core.ports.clock import Clock
from core.ports.store import Store, Tx
from core.rules.addressing import order_lines
from core.rules.drafting import digest_item, first_kind, same_words
from core.rules.gate import AlertCase, IncidentCase, rule_alert, rule_digest, rule_incident

BATCH = 50
_SEEN = {DeliveryState.DELIVERED, DeliveryState.ATTEMPTING, DeliveryState.UNKNOWN, DeliveryState.WAITING}


@dataclass(frozen=True)
class Standing:
    """What of a notice was said or may have been."""

    revisions: tuple[Revision, ...]
    deliveries: tuple[Delivery, ...]

    @property
    def seen(self) -> tuple[Delivery, ...]:
        """Posts that stand, or may."""
        return tuple(d for d in self.deliveries if d.state in _SEEN and d.key.act is Act.POST)

    @property
    def practised(self) -> bool:
        """True when a practice account went every step for an earlier revision."""
        return any(d.state is DeliveryState.PRACTISED for d in self.deliveries)


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
    speaking = [line for line, _ in tx.bots.answers(entry.seq) if line in know.lines]
    lines = order_lines(speaking, _explicit(entry), list(know.lines))
    if entry.fate is not Fate.PENDING:
        _widen(tx, know, clock, entry, lines)
        return
    newest = tx.log.of_subject(entry.subject)[-1]
    if newest.seq != entry.seq:
        _end(actor, tx, clock, entry, Fate.DROPPED, "superseded")
    elif not lines:
        _end(actor, tx, clock, entry, Fate.DROPPED, "no-handle")
    else:
        _rule(actor, tx, know, clock, entry, lines)


def _explicit(entry: LogEntry) -> LineId | None:
    body = entry.body
    if isinstance(body, IncidentEntry) and isinstance(body.placement, AtStation):
        return body.placement.explicit
    return None


def _end(actor: Actor, tx: Tx, clock: Clock, entry: LogEntry, fate: Fate, rule: str, detail: str = "") -> None:
    tx.log.set_fate(entry.seq, fate, rule)
    tx.audit.write(
        clock.now(), actor.id, actor.via, f"ruled {fate.value}", str(entry.subject), f"{rule} {detail}".strip()
    )


def _speaker(entry: LogEntry) -> Speaker:
    return Speaker.AGENCY if isinstance(entry.body, AlertEntry) else Speaker.BUREAU


def standing(tx: Tx, notice: Notice | None) -> Standing:
    """What of this notice was said or may have been."""
    if notice is None:
        return Standing((), ())
    return Standing(tuple(tx.notices.revisions(notice.id)), tuple(tx.outbox.of_notice(notice.id)))


def _rule(actor: Actor, tx: Tx, know: Knowledge, clock: Clock, entry: LogEntry, lines: tuple[LineId, ...]) -> None:
    now = clock.at(entry.known_at)
    notice = tx.notices.find(entry.subject, _speaker(entry))
    before = standing(tx, notice)
    ruling = _gate(tx, know, entry, lines, before, now)
    if notice is not None:
        tx.outbox.withdraw_older(notice.id, len(before.revisions) + 1, f"a newer revision came: {ruling.rule}")
        tx.digests.drop(before.revisions[-1].entry_seq)
    if ruling.verdict is Verdict.DROP and not ruling.into_digest:
        _end(actor, tx, clock, entry, Fate.DROPPED, ruling.rule)
        return
    notice = notice or _new_notice(tx, know, entry)
    revision = _revision(know, clock, notice, before, entry, lines, now)
    if ruling.verdict is Verdict.PUBLISH:
        ruling = _owe(tx, know, clock, notice, revision, before, entry, now) or ruling
    tx.notices.add_revision(revision, ruling, know.policy.hash)
    _keep_fate(actor, tx, know, clock, entry, notice, revision, ruling, now)


def _gate(
    tx: Tx, know: Knowledge, entry: LogEntry, lines: tuple[LineId, ...], before: Standing, now: datetime
) -> Ruling:
    stands = bool(before.seen) or before.practised
    changed = not stands or not _says_the_same(tx, know, entry, before)
    match entry.body:
        case IncidentEntry() as body:
            case = IncidentCase(
                facts=body.facts,
                offence=know.offence(body.facts),
                policy=know.policy,
                now=now,
                said_alone_today=tx.notices.count_alone(lines[0], know.day(now)),
                daily_limit=know.daily_limit(lines[0]),
                open_twins=0 if body.twins_settled else _open_twins(tx, entry),
                closed=body.closed,
                changed=changed,
                stands=stands,
            )
            return rule_incident(case)
        case AlertEntry() as body:
            return rule_alert(AlertCase(body.alert, know.policy, now, changed, stands))
        case DigestEntry():
            return rule_digest()


def _open_twins(tx: Tx, entry: LogEntry) -> int:
    return sum(1 for offer in tx.twins.open_offers(entry.subject) if offer.later == entry.subject)


def _says_the_same(tx: Tx, know: Knowledge, entry: LogEntry, before: Standing) -> bool:
    """True when riders would read the words that stand already."""
    seen = {d.key.revision for d in before.deliveries if d.state in _SEEN or d.state is DeliveryState.PRACTISED}
    said = [revision for revision in before.revisions if revision.number in seen]
    if not said:
        return False
    old = draft_said(know, tx.log.entry(said[-1].entry_seq), "")
    new = draft_said(know, entry, "")
    return old is not None and new is not None and same_words(old, new)


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
    kind, first = _kind(entry), before.revisions[0].urgency if before.revisions else None
    if before.seen or before.practised:
        kind = Kind.UPDATE
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


def _kind(entry: LogEntry) -> Kind:
    match entry.body:
        case IncidentEntry() as body:
            return first_kind(body.facts.state)
        case AlertEntry():
            return Kind.SERVICE
        case DigestEntry():
            return Kind.DIGEST


def _owe(
    tx: Tx,
    know: Knowledge,
    clock: Clock,
    notice: Notice,
    revision: Revision,
    before: Standing,
    entry: LogEntry,
    now: datetime,
) -> Ruling | None:
    """Render and owe; a ruling instead when no account may carry the words."""
    speaks = may_speak(know, revision.lines)
    if not speaks:
        return Ruling(
            verdict=Verdict.HOLD,
            rule="draft-catalogue",
            why="a live account carries no words that nobody has signed: sign the catalogue or use practice mode",
        )
    stood = [r.number for r in before.revisions if any(d.key.revision == r.number for d in before.seen)]
    update = len(stood) + 1
    draft = draft_of(know, entry, notice.reference, revision.kind, update)
    owed = plan(know, draft, notice, revision, speaks, leads_of(before), answers_to(before), now)
    tx.outbox.add(owed, clock.now())
    return None


def leads_of(before: Standing) -> frozenset[AccountId]:
    """Accounts that led an earlier revision: they go on leading."""
    return frozenset(delivery.key.account for delivery in before.seen)


def answers_to(before: Standing) -> dict[AccountId, ReplyTo]:
    """Per account the first post that stands there: updates answer it."""
    first: dict[AccountId, ReplyTo] = {}
    for delivery in before.seen:
        key = delivery.key
        first.setdefault(key.account, ReplyTo(revision=key.revision, language=key.language, part=key.part))
    return first


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
        if isinstance(body, IncidentEntry) and revision.urgency is Urgency.URGENT and revision.number == 1:
            tx.notices.count_alone(lead, know.day(now), add=1)
        _end(actor, tx, clock, entry, Fate.POSTED, ruling.rule, notice.reference)


def _widen(tx: Tx, know: Knowledge, clock: Clock, entry: LogEntry, lines: Sequence[LineId]) -> None:
    """A bot spoke late: its handles repost what the lead said; the lead stays."""
    notice = tx.notices.find(entry.subject, _speaker(entry))
    if notice is None or entry.fate is not Fate.POSTED:
        return
    revision = next((r for r in tx.notices.revisions(notice.id) if r.entry_seq == entry.seq), None)
    if revision is None or set(lines) <= set(revision.lines):
        return
    wider = revision.model_copy(update={"lines": (*revision.lines, *(x for x in lines if x not in revision.lines))})
    tx.notices.widen(notice.id, revision.number, wider.lines)
    deliveries = tx.outbox.of_notice(notice.id)
    leads = frozenset(d.key.account for d in deliveries if d.key.act is Act.POST)
    speaks = may_speak(know, wider.lines)
    draft = draft_of(know, entry, notice.reference, revision.kind, 1)
    owed = plan(know, draft, notice, wider, speaks, leads, {}, clock.at(entry.known_at))
    kept = {str(d.key) for d in deliveries}
    tx.outbox.add([d for d in owed if d.key.act is Act.REPOST and str(d.key) not in kept], clock.now())
