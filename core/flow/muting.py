"""Asks what mutes an entry now, keeps what held it, and brings it before the gate again once that is over."""

from __future__ import annotations

from datetime import datetime

from core.domain.lines import LineId
from core.domain.log import AlertEntry, DigestEntry, IncidentEntry, LogEntry, PatternEntry
from core.domain.notices import Kind, Speaker, Subject, Urgency, urgency
from core.domain.places import AtComplex, AtStation, placed_lines
from core.domain.reviews import Proposal
from core.domain.rulings import Ruling, Verdict
from core.domain.silences import Inhibitor, Spoken
from core.flow.digest import digests_of
from core.flow.drafts import kind_of
from core.flow.falling import judge_again
from core.flow.judging import is_over
from core.flow.knowledge import Knowledge
from core.flow.proposals import about_person, place_of
from core.flow.standing import Standing, standing
from core.ports.store import Tx
from core.rules.muting import MuteCase, mute
from core.rules.reviewing import ABOUT_PERSON, Refusal, may_be_approved


def unless_muted(
    tx: Tx, know: Knowledge, entry: LogEntry, lines: tuple[LineId, ...], before: Standing, ruling: Ruling, now: datetime
) -> Ruling:
    """The ruling, or the hold of what mutes the entry now. What is not said anyway needs nobody to mute it, and what
    waits for something else than approval goes on waiting for that."""
    goes_on = ruling.verdict is Verdict.PUBLISH or ruling.into_digest or may_be_approved(ruling.rule)
    return (muted(tx, know, entry, lines, before, now) or ruling) if goes_on else ruling


def muted(
    tx: Tx, know: Knowledge, entry: LogEntry, lines: tuple[LineId, ...], before: Standing, now: datetime
) -> Ruling | None:
    """What mutes the entry now: the hold, with what holds it and until when."""
    spoken = spoken_of(know, entry, lines, before)
    if _says_anew(tx, entry):
        spoken = spoken.model_copy(update={"urgency": Urgency.TAKING_BACK})
    case = MuteCase(
        spoken=spoken,
        now=now,
        zone=know.zone,
        silences=tx.silences.going_on(now),
        inhibitions=know.inhibitions,
        inhibitors=_standing(tx, know, spoken, now),
        calms=tx.silences.calms(now),
        quiet_hours=[hours for line in lines for hours in know.quiet_hours(line)],
    )
    return mute(case)


def spoken_of(know: Knowledge, entry: LogEntry, lines: tuple[LineId, ...], before: Standing) -> Spoken:
    """What is about to be said, as far as anything may be muted by it."""
    first, kind = kind_of(entry), kind_of(entry)
    if before.stands and not about_person(entry):
        kind = Kind.ALL_CLEAR if is_over(entry) else Kind.UPDATE
    body, known = entry.body, before.revisions[0].urgency if before.revisions else None
    return Spoken(
        lines=lines,
        kinds=frozenset({first, kind}),
        urgency=urgency(kind, known),
        speaker=Speaker.AGENCY if isinstance(body, AlertEntry) else Speaker.BUREAU,
        family=body.facts.offence_family if isinstance(body, IncidentEntry) else None,
        stations=_stations(know, entry),
        alert_type=body.alert.type if isinstance(body, AlertEntry) else None,
    )


def lines_meant(entry: LogEntry) -> tuple[LineId, ...]:
    """The lines that an entry is about by what it says itself."""
    match entry.body:
        case IncidentEntry() as body:
            return placed_lines(body.placement)
        case AlertEntry() as body:
            return body.alert.lines
        case DigestEntry() | PatternEntry() as body:
            return (body.line,)


def _stations(know: Knowledge, entry: LogEntry) -> frozenset[str]:
    match entry.body:
        case IncidentEntry() as body if isinstance(body.placement, AtComplex):
            return frozenset(one.id for one in know.gazetteer.complex(body.placement.complex_id))
        case IncidentEntry() as body if isinstance(body.placement, AtStation) and body.placement.station_id:
            return frozenset({body.placement.station_id})
        case PatternEntry() as body:
            return frozenset(body.stations)
        case AlertEntry() as body:  # a platform's own id is its station's with one letter behind it
            return frozenset(name for stop in body.alert.stops for name in (stop, stop[:-1]))
        case _:
            return frozenset()


def _says_anew(tx: Tx, entry: LogEntry) -> bool:
    """True for a digest that takes the place of one that was taken back: it is the correction of that."""
    if not isinstance(entry.body, DigestEntry):
        return False
    day = datetime.fromisoformat(entry.body.day).date()
    for subject, _ in digests_of(tx, entry.body.line, day):
        notice = tx.notices.find(subject, Speaker.BUREAU) if subject != entry.subject else None
        if notice is not None and tx.retractions.get(notice.id) is not None:
            return True
    return False


def _standing(tx: Tx, know: Knowledge, spoken: Spoken, now: datetime) -> list[Inhibitor]:
    """Alerts that stand and may make this one noise; none is looked for where no rule could ask."""
    if not any(spoken.alert_type in one.target.types for one in know.inhibitions):
        return []
    found = [_inhibitor(tx, subject, now) for subject in tx.silences.inhibitors()]
    return [one for one in found if one is not None]


def _inhibitor(tx: Tx, subject: Subject, now: datetime) -> Inhibitor | None:
    """The alert as its newest record has it; None once it is over or was taken back."""
    entry = tx.log.of_subject(subject)[-1]
    notice = tx.notices.find(subject, Speaker.AGENCY)
    if not isinstance(entry.body, AlertEntry) or notice is None or tx.retractions.get(notice.id) is not None:
        return None
    alert = entry.body.alert
    if alert.over or (alert.active_to is not None and alert.active_to <= now):
        return None
    return Inhibitor(subject=str(subject), type=alert.type, lines=alert.lines, until=alert.active_to)


def keep_inhibitor(tx: Tx, know: Knowledge, entry: LogEntry) -> None:
    """An alert was said: remember it where it may make others noise."""
    if not isinstance(entry.body, AlertEntry) or entry.body.alert.over:
        return
    if any(entry.body.alert.type in one.source.types for one in know.inhibitions):
        tx.silences.inhibits(entry.subject)


def keep_muted(tx: Tx, entry: LogEntry, ruling: Ruling) -> None:
    """Remember what holds the entry, and when to ask the gate again."""
    if ruling.held_by is not None:
        tx.silences.hold(entry.seq, ruling.held_by)
        if ruling.until is not None:
            tx.reviews.ask_again(entry.seq, ruling.until)


def release(tx: Tx, held_by: str) -> int:
    """A silence or a calm was ended: what it held goes through the gate again; how many entries."""
    held = tx.silences.held_by(held_by)
    for seq in held:
        tx.silences.release(seq)
        judge_again(tx, seq)
    return len(held)


def tend_inhibited(tx: Tx, now: datetime) -> int:
    """Alerts that stand no more make nothing noise any more; how many entries go through the gate again."""
    again = 0
    for subject in tx.silences.inhibitors():
        if _inhibitor(tx, subject, now) is None:
            tx.silences.inhibits_no_more(subject)
            again += release(tx, str(subject))
    return again


def no_approval_while_muted(tx: Tx, know: Knowledge, proposal: Proposal, now: datetime) -> Refusal | None:
    """A reviewer's yes doesn't go through what is muted now: they wait, or end the silence or the calm."""
    entry, notice = tx.log.entry(proposal.entry_seq), tx.notices.get(proposal.notice_id)
    if not proposal.rule.startswith(ABOUT_PERSON):
        entry = place_of(entry)
    ruling = muted(tx, know, entry, proposal.lines, standing(tx, notice), now)
    if ruling is None:
        return None
    return Refusal(ruling.rule, f"{ruling.why}: approve it then, or end that first")
