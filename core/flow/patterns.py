"""Once a day: like incidents on one line become a draft that waits for people, with references to what is behind it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from core.domain.incidents import NEVER_SAID, State
from core.domain.lines import LineId
from core.domain.log import Fate, IncidentEntry, LogEntry, NewEntry, PatternEntry
from core.domain.notices import Speaker, Subject, SubjectKind
from core.domain.offences import Saying
from core.domain.places import AtComplex, AtStation, placed_lines
from core.domain.staff import Actor, Role, demand
from core.flow.falling import NEW_RECORD, fall
from core.flow.knowledge import Knowledge
from core.flow.lending import person_hash
from core.flow.vault_documents import record_of
from core.ports.clock import Clock
from core.ports.store import Store, Tx
from core.rules.patterns import BASELINE, Series, Sighting, distinct, find_series


def look_for_patterns(actor: Actor, store: Store, know: Knowledge, clock: Clock) -> int:
    """Append the day's new and grown patterns to the log; how many. From the second time on a day it does nothing.

    Raises NotAllowed.
    """
    demand(actor, Role.FLEET, Role.OPERATOR)
    now = clock.now()
    with store.begin() as tx:
        if not tx.patterns.begins(know.day(now)):
            return 0
        entries = tx.patterns.candidates(now - BASELINE)
        by_subject = {str(entry.subject): entry for entry in entries}
        found = distinct(find_series(sightings(tx, know, entries), know.policy, now))
        return sum(_append(actor, tx, know, clock, series, by_subject) for series in found)


def shaken(tx: Tx, body: PatternEntry) -> bool:
    """True when an incident behind it may not be counted any more."""
    return any(is_gone(tx, incident) for incident in body.incidents)


def is_gone(tx: Tx, incident: str) -> bool:
    """True for an incident that is now in a state of which nothing is said, sealed, or known as another one."""
    return tx.twins.merged_into(subject_of(incident)) is not None or gone_state(tx, incident) is not None


def gone_state(tx: Tx, incident: str) -> State | None:
    """The state by which nothing is said of an incident any more; None while something may be."""
    subject = subject_of(incident)
    body = tx.log.of_subject(subject)[-1].body
    if tx.loans.sealed(subject) is not None:
        return State.SEALED
    return body.facts.state if isinstance(body, IncidentEntry) and body.facts.state in NEVER_SAID else None


def sightings(tx: Tx, know: Knowledge, entries: Sequence[LogEntry]) -> Iterator[Sighting]:
    """Each incident on each of its lines. A sheltered offence is left out: its station may not be told."""
    order = _order(know)
    for entry in entries:
        body = entry.body
        if not isinstance(body, IncidentEntry) or body.facts.state in NEVER_SAID:
            continue
        offence, offender = know.offence(body.facts), _offender(tx, know, entry, body)
        if offence is None or offence.sheltered or offence.saying is Saying.NEVER:
            continue
        for line in placed_lines(body.placement):
            stop = order.get(line, {}).get(station_of(know, body, line) or "")
            if stop is not None:
                yield Sighting(str(entry.subject), line, offence.family, stop, body.facts.occurred_from, offender)


def station_of(know: Knowledge, body: IncidentEntry, line: LineId) -> str | None:
    """The station at which it counts on this line: of a complex the one that the line serves."""
    match body.placement:
        case AtStation(station_id=station):
            return station
        case AtComplex(complex_id=joined):
            return next((one.id for one in know.gazetteer.complex(joined) if line in one.lines), None)
        case _:
            return None


def _order(know: Knowledge) -> dict[LineId, dict[str, int]]:
    """Line → station → its place in the gazetteer's order of that line."""
    stops: dict[LineId, dict[str, int]] = {line: {} for line in know.lines}
    for station in know.gazetteer.stations:
        for line in station.lines:
            if line in stops:
                stops[line][station.id] = len(stops[line])
    return stops


def _offender(tx: Tx, know: Knowledge, entry: LogEntry, body: IncidentEntry) -> str | None:
    """A keyed hash of the record's own id of its person; it is compared here and kept nowhere."""
    record = record_of(tx, entry) if body.facts.person is not None else None
    return None if record is None else person_hash(know, record)


def _append(actor: Actor, tx: Tx, know: Knowledge, clock: Clock, series: Series, entries: dict[str, LogEntry]) -> bool:
    """Append it as a new subject, or as a revision where it grew; False where nothing came to it."""
    incidents = tuple(one.subject for one in series.sightings)
    known = tx.patterns.of(series.line, series.family, incidents)
    key = known or know.identity.content(f"pattern\x1f{series.line}\x1f{series.family}\x1f{incidents[0]}".encode())
    subject = Subject(kind=SubjectKind.PATTERN, key=key)
    before = tx.log.of_subject(subject)
    last = before[-1].body if before else None
    if isinstance(last, PatternEntry) and set(incidents) <= set(last.incidents):
        return False
    now, body = clock.now(), body_of(know, series, entries)
    supersede(actor, tx, clock, subject, before)
    tx.patterns.keep(key, series.line, series.family, incidents)
    tx.log.append(
        NewEntry(
            subject=subject,
            revision=len(before) + 1,
            source="patterns",
            content_hash=know.identity.content(body.model_dump_json().encode()),
            known_at=now,
            body=body,
            vault_ref=None,
        ),
        now,
    )
    detail = f"{len(incidents)} incidents of {series.family} on {series.line}"
    tx.audit.write(now, actor.id, actor.via, "pattern found", str(subject), detail)
    return True


def body_of(know: Knowledge, series: Series, entries: dict[str, LogEntry]) -> PatternEntry:
    """What the log keeps of a series; `entries`: the newest of each incident, by subject."""
    bodies = [body for one in series.sightings if isinstance(body := entries[one.subject].body, IncidentEntry)]
    codes = Counter(body.facts.offence_code for body in bodies if body.facts.offence_code is not None)
    stops = _order(know)[series.line]
    stations = {station for body in bodies if (station := station_of(know, body, series.line)) is not None}
    return PatternEntry(
        line=series.line,
        family=series.family,
        offence_code=codes.most_common(1)[0][0],
        incidents=tuple(one.subject for one in series.sightings),
        stations=tuple(sorted(stations, key=lambda one: stops[one])),
        first=series.sightings[0].at,
        last=series.began,
        one_offender=series.one_offender,
        why=series.why(know.policy),
    )


def supersede(actor: Actor, tx: Tx, clock: Clock, subject: Subject, before: Sequence[LogEntry]) -> None:
    """A newer revision comes: what waits of the older ones waits no more."""
    for entry in before:
        if entry.fate is Fate.HELD:
            tx.log.set_fate(entry.seq, Fate.DROPPED, "superseded")
    notice = tx.notices.find(subject, Speaker.BUREAU) if before else None
    if notice is not None:
        fall(actor, tx, clock.now(), notice.id, NEW_RECORD)


def subject_of(written: str) -> Subject:
    """The subject that is written so."""
    kind, key = written.split(":", 1)
    return Subject(kind=SubjectKind(kind), key=key)
