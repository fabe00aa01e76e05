"""Records come in at one door: known ones are nothing, changed ones are revisions, bad ones are kept aside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import assert_never

from core.domain.alerts import AlertSaying, ServiceAlert
from core.domain.incidents import NEVER_SAID, Facts, Incident
from core.domain.log import AlertEntry, Fate, IncidentEntry, LogEntry, NewEntry
from core.domain.notices import Speaker, Subject, SubjectKind
from core.domain.offences import Saying
from core.domain.places import Ambiguous, AtComplex, AtStation, OffNetwork, Placement
from core.domain.policy import MayAssert
from core.domain.staff import FLEET_ACTOR, Actor, Role, demand
from core.flow.echo import is_echo
from core.flow.falling import NEW_RECORD, fall
from core.flow.knowledge import Knowledge
from core.flow.lending import what_a_record_does
from core.flow.linting import says_of_somebody
from core.flow.one_event import offer_for_alert, offer_for_incident
from core.flow.placing import Placed, place_incident
from core.flow.standing import standing
from core.flow.vault_documents import record_of, vault_document
from core.ports.source import BadRow, GoodRow
from core.ports.store import Tx
from core.rules.echo import ECHO
from core.rules.likeness import facts_of, place_key
from core.rules.trust import overreach

NEW, REVISED, KNOWN, OLDER, ASIDE = "new", "revised", "already known", "older revision", "set aside"
SEALED = "sealed"
"""It was closed by an order: nothing of it is kept, however often it comes."""
LIKE_AT_MOST = 3
"""An export that is stuck on one value writes hundreds of rows alike: each is offered as the same as the first few."""
BEFORE_START = "before the start"


def take_in(
    actor: Actor,
    tx: Tx,
    know: Knowledge,
    source: str,
    may: MayAssert,
    rows: Sequence[GoodRow | BadRow],
    now: datetime,
    since: datetime | None = None,
) -> Counter[str]:
    """Take rows in within the caller's transaction; how many met which outcome.

    Rows known before `since` are counted and left. Raises NotAllowed.
    """
    demand(actor, Role.FLEET, Role.OFFICER, Role.OPERATOR)
    counts: Counter[str] = Counter()
    for row in rows:
        match row:
            case BadRow():
                counts[_keep_aside(tx, know, source, row, row.reason, now)] += 1
            case GoodRow(record=Incident() as incident):
                why = overreach(incident, may)
                if is_sealed(tx, know, incident):
                    counts[SEALED] += 1
                elif why is not None:
                    counts[_keep_aside(tx, know, source, row, why, now)] += 1
                elif since is not None and incident.known_at < since:
                    counts[BEFORE_START] += 1
                else:
                    counts[take_incident(tx, know, incident, row.raw, now)] += 1
            case GoodRow(record=ServiceAlert() as alert):
                counts[_take_alert(tx, know, alert, now)] += 1
            case _:
                raise TypeError(f"not a row: {type(row).__name__}")
    return counts


def _keep_aside(tx: Tx, know: Knowledge, source: str, row: GoodRow | BadRow, why: str, now: datetime) -> str:
    """It lies with its incident; a row without a readable number gets a key of its own in the vault."""
    row_hash = know.identity.content(source.encode() + b"\x1f" + row.raw)
    owner = f"row:{row_hash}"
    if isinstance(row, GoodRow) and isinstance(row.record, Incident):
        owner = know.identity.incident(row.record.authority, row.record.number).key
    ref = tx.vault.put(owner, row.raw)
    kept = tx.sources.set_aside(source, row.position, why, ref, row_hash, now)
    return ASIDE if kept else KNOWN


def take_incident(tx: Tx, know: Knowledge, incident: Incident, raw: bytes, now: datetime) -> str:
    """One incident record: nothing, a first entry or a revision."""
    subject = know.identity.incident(incident.authority, incident.number)
    content = know.identity.content(incident.canonical())
    before = tx.log.of_subject(subject)
    if any(entry.content_hash == content for entry in before):
        return KNOWN
    if _is_older(tx, before, incident):
        _keep_older(tx, subject, incident, raw)
        return OLDER
    words = [entry.body for entry in before if isinstance(entry.body, IncidentEntry)]
    settled, closed = any(body.twins_settled for body in words), any(body.closed for body in words)
    append_incident(tx, know, incident, raw, before, content, now, twins_settled=settled, closed=closed)
    return REVISED if before else NEW


def is_sealed(tx: Tx, know: Knowledge, incident: Incident) -> bool:
    """True when this incident, or one that it is also known as, was sealed: found by keyed hashes alone."""
    known = (tx.log.known_as(know.identity.also_known_as(one)) for one in (incident.number, *incident.also_known_as))
    every = {know.identity.incident(incident.authority, incident.number), *(one for one in known if one is not None)}
    return any(tx.vault.sealed(one.key) for one in every)


def _is_older(tx: Tx, before: Sequence[LogEntry], incident: Incident) -> bool:
    """By the records system's own numbers: ours count an officer's words too."""
    if incident.revision is None:
        return False
    return any(incident.revision < theirs for entry in before if (theirs := _their_number(tx, entry)) is not None)


def _their_number(tx: Tx, entry: LogEntry) -> int | None:
    record = record_of(tx, entry)
    return None if record is None else record.revision


def _keep_older(tx: Tx, subject: Subject, incident: Incident, raw: bytes) -> None:
    """An older revision that arrives later is kept, not applied."""
    tx.vault.put(subject.key, vault_document(incident, raw))


def append_incident(
    tx: Tx,
    know: Knowledge,
    incident: Incident,
    raw: bytes,
    before: Sequence[LogEntry],
    content: str,
    now: datetime,
    *,
    twins_settled: bool = False,
    closed: bool = False,
    placed: Placed | None = None,
) -> int:
    """Resolve the lines, seal the record into the vault, append to the log; the entry's seq.

    `before` are the subject's entries so far; `placed` is where it was, when an officer's word says so.
    """
    subject = know.identity.incident(incident.authority, incident.number)
    offence = know.offences.find(incident.offence_code, incident.offence_words)
    placed = placed or place_incident(tx, know, incident.place, before)
    facts = facts_of(incident, offence, know.agency)
    fate, rule = _first_fate(placed.placement, closed=closed)
    if before:
        fate, rule = _take_over(tx, subject, before, facts, fate, rule, now)
    entry = NewEntry(
        subject=subject,
        revision=max(incident.revision or 1, max((entry.revision for entry in before), default=0) + 1),
        source=incident.source,
        content_hash=content,
        known_at=incident.known_at,
        body=IncidentEntry(
            facts=facts,
            placement=placed.placement,
            twins_settled=twins_settled,
            closed=closed,
            stands_on=placed.stands_on,
        ),
        vault_ref=tx.vault.put(subject.key, vault_document(incident, raw)),
        place_key=place_key(placed.placement),
        family=facts.offence_family,
        occurred_at=incident.occurred_from,
        fate=fate,
        rule=rule,
    )
    seq = tx.log.append(entry, now)
    offer_for_incident(tx, know, entry, now)
    if placed.stands_on is not None:
        tx.names.used(placed.stands_on, subject, seq)
    if not twins_settled and _is_elsewhere(before, entry) and (offence is None or offence.saying is not Saying.NEVER):
        _offer_twins(tx, know, subject, incident, entry, now)
    _remember_names(tx, know, subject, incident)
    what_a_record_does(tx, know, subject, incident, record_of(tx, before[-1]) if before else None, now)
    return seq


def _is_elsewhere(before: Sequence[LogEntry], entry: NewEntry) -> bool:
    """True for a first record and for one that now says another place, kind or time."""
    if not before:
        return True
    last = before[-1]
    return (last.place_key, last.family, last.occurred_at) != (entry.place_key, entry.family, entry.occurred_at)


def _take_over(
    tx: Tx, subject: Subject, before: Sequence[LogEntry], facts: Facts, fate: Fate, rule: str | None, now: datetime
) -> tuple[Fate, str | None]:
    """A newer revision takes the older ones' place, also where no bot will speak about it; its fate and rule."""
    for entry in before:
        if entry.fate in (Fate.HELD, Fate.AMBIGUOUS):
            tx.log.set_fate(entry.seq, Fate.DROPPED, "superseded")
    notice = tx.notices.find(subject, Speaker.BUREAU)
    if notice is not None:
        fall(FLEET_ACTOR, tx, now, notice.id, NEW_RECORD)
    if tx.twins.merged_into(subject) is not None:
        return Fate.KNOWN, "merged"
    if fate is Fate.PENDING and facts.state not in NEVER_SAID:
        return fate, rule
    stood = standing(tx, notice)
    if notice is not None:
        came = rule or facts.state.value
        tx.outbox.withdraw_older(notice.id, len(stood.revisions) + 1, f"a newer revision came: {came}")
    if fate is Fate.PENDING:  # the gate rules on it; what may not be said any more does not wait for that
        return fate, rule
    in_digest = [entry for entry in before if not tx.digests.drop(entry.seq) and entry.fate is Fate.DIGEST]
    may_not_stand = rule == "off-network" or facts.state in NEVER_SAID
    return (Fate.HELD, "must-come-down") if may_not_stand and (stood.stands or in_digest) else (fate, rule)


def _first_fate(placement: Placement, *, closed: bool) -> tuple[Fate, str | None]:
    match placement:
        case AtStation() | AtComplex():
            return Fate.PENDING, None
        case Ambiguous() if closed:
            return Fate.DROPPED, "closed"
        case Ambiguous():
            return Fate.AMBIGUOUS, "ambiguous-place"
        case OffNetwork():
            return Fate.DROPPED, "off-network"
        case _:
            assert_never(placement)


def _offer_twins(tx: Tx, know: Knowledge, subject: Subject, incident: Incident, entry: NewEntry, now: datetime) -> None:
    """Offer what may be the same event: by another system's id, or by place, family and time."""
    others: dict[Subject, None] = {}
    for other_id in (incident.number, *incident.also_known_as):
        known = tx.log.known_as(know.identity.also_known_as(other_id))
        if known is not None and known != subject:
            others[known] = None
    if entry.place_key is not None and entry.family is not None:
        window = know.policy.twin_window
        since, until = incident.occurred_from - window, (incident.occurred_to or incident.occurred_from) + window
        for like in tx.log.alike(subject, entry.place_key, entry.family, since, until, LIKE_AT_MOST):
            others[like.subject] = None
    for other in others:
        tx.twins.offer(subject, other, now)


def _remember_names(tx: Tx, know: Knowledge, subject: Subject, incident: Incident) -> None:
    for other_id in (incident.number, *incident.also_known_as):
        tx.log.know_as(subject, know.identity.also_known_as(other_id))


def _ended(alert: ServiceAlert, before: Sequence[LogEntry]) -> ServiceAlert | None:
    """What is over, in the words that were taken in last where the feed has none left; None when nothing is to end."""
    last = before[-1].body if before else None
    if not isinstance(last, AlertEntry) or last.alert.over:
        return None
    if alert.header:
        return alert
    return last.alert.model_copy(update={"over": True, "known_at": alert.known_at, "source": alert.source})


def _may_name(know: Knowledge, alert: ServiceAlert) -> bool:
    """True where an alert's words may identify somebody: what a person must look at first, and what names somebody."""
    return alert.saying is AlertSaying.HOLD or says_of_somebody(know, alert)


def _take_alert(tx: Tx, know: Knowledge, alert: ServiceAlert, now: datetime) -> str:
    subject = Subject(kind=SubjectKind.ALERT, key=f"{alert.agency}/{alert.id}")
    content = know.identity.content(alert.model_dump_json(exclude={"source", "known_at"}).encode())
    before: Sequence[LogEntry] = tx.log.of_subject(subject)
    if before and before[-1].content_hash == content:
        return KNOWN
    if alert.over:
        ended = _ended(alert, before)
        if ended is None:
            return KNOWN
        alert = ended
    for entry in before:
        if entry.fate is Fate.HELD:
            tx.log.set_fate(entry.seq, Fate.DROPPED, "superseded")
    notice = tx.notices.find(subject, Speaker.AGENCY) if before else None
    if notice is not None:
        fall(FLEET_ACTOR, tx, now, notice.id, NEW_RECORD)
    echoes = is_echo(tx, know, alert)
    seq = tx.log.append(
        NewEntry(
            subject=subject,
            revision=len(before) + 1,
            source=alert.source,
            content_hash=content,
            known_at=alert.known_at,
            body=AlertEntry(alert=alert),
            vault_ref=tx.vault.put(subject.key, alert.words()) if _may_name(know, alert) else None,
            fate=Fate.DROPPED if echoes else Fate.PENDING,
            rule=ECHO if echoes else None,
        ),
        now,
    )
    if not echoes:
        offer_for_alert(tx, know, subject, alert, seq, now)
    return REVISED if before else NEW
