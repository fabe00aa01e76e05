"""Records come in at one door: known ones are nothing, changed ones are revisions, bad ones are kept aside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import assert_never

from core.domain.alerts import ServiceAlert
from core.domain.incidents import Incident
from core.domain.log import AlertEntry, Fate, IncidentEntry, LogEntry, NewEntry
from core.domain.notices import Subject, SubjectKind
from core.domain.offences import Saying
from core.domain.places import Ambiguous, AtComplex, AtStation, OffNetwork, Placement
from core.domain.policy import MayAssert
from core.domain.staff import Actor, Role, demand
from core.flow.knowledge import Knowledge
from core.ports.source import BadRow, GoodRow
from core.ports.store import Tx
from core.rules.likeness import facts_of, place_key
from core.rules.trust import overreach
from core.rules.which_line import resolve

NEW, REVISED, KNOWN, OLDER, ASIDE = "new", "revised", "already known", "older revision", "set aside"
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
                if why is not None:
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
    """A row without a readable number gets a key of its own in the vault."""
    row_hash = know.identity.content(source.encode() + b"\x1f" + row.raw)
    ref = tx.vault.put(f"row:{row_hash}", row.raw)
    kept = tx.sources.set_aside(source, row.position, why, ref, row_hash, now)
    return ASIDE if kept else KNOWN


def take_incident(tx: Tx, know: Knowledge, incident: Incident, raw: bytes, now: datetime) -> str:
    """One incident record: nothing, a first entry or a revision."""
    subject = know.identity.incident(incident.authority, incident.number)
    content = know.identity.content(incident.model_dump_json(exclude={"source"}).encode())
    before = tx.log.of_subject(subject)
    if any(entry.content_hash == content for entry in before):
        return KNOWN
    numbers = [entry.revision for entry in before]
    if incident.revision is not None and numbers and incident.revision <= max(numbers):
        _keep_older(tx, subject, incident, raw)
        return OLDER
    revision = max(incident.revision or 1, max(numbers, default=0) + 1)
    settled = any(isinstance(entry.body, IncidentEntry) and entry.body.twins_settled for entry in before)
    append_incident(tx, know, incident, raw, revision, content, now, twins_settled=settled)
    return REVISED if before else NEW


def _keep_older(tx: Tx, subject: Subject, incident: Incident, raw: bytes) -> None:
    """An older revision that arrives later is kept, not applied."""
    tx.vault.put(subject.key, vault_document(incident, raw))


def vault_document(incident: Incident, raw: bytes) -> bytes:
    """The whole record with its raw row, as it lies in the vault."""
    return incident.model_dump_json().encode() + b"\n" + raw


def read_vault_document(content: bytes) -> Incident:
    """The record out of a vault document."""
    return Incident.model_validate_json(content.split(b"\n", 1)[0])


def append_incident(
    tx: Tx,
    know: Knowledge,
    incident: Incident,
    raw: bytes,
    revision: int,
    content: str,
    now: datetime,
    *,
    twins_settled: bool = False,
    closed: bool = False,
    placement: Placement | None = None,
) -> int:
    """Resolve the lines, seal the record into the vault, append to the log; the entry's seq."""
    subject = know.identity.incident(incident.authority, incident.number)
    offence = know.offences.find(incident.offence_code, incident.offence_words)
    where = resolve(incident.place, know.gazetteer) if placement is None else placement
    facts = facts_of(incident, offence)
    fate, rule = _first_fate(where)
    key = place_key(where)
    entry = NewEntry(
        subject=subject,
        revision=revision,
        source=incident.source,
        content_hash=content,
        known_at=incident.known_at,
        body=IncidentEntry(facts=facts, placement=where, twins_settled=twins_settled, closed=closed),
        vault_ref=tx.vault.put(subject.key, vault_document(incident, raw)),
        place_key=key,
        family=facts.offence_family,
        occurred_at=incident.occurred_from,
        fate=fate,
        rule=rule,
    )
    seq = tx.log.append(entry, now)
    if revision == 1 and not twins_settled and (offence is None or offence.saying is not Saying.NEVER):
        _offer_twins(tx, know, subject, incident, entry, now)
    _remember_names(tx, know, subject, incident)
    return seq


def _first_fate(placement: Placement) -> tuple[Fate, str | None]:
    match placement:
        case AtStation() | AtComplex():
            return Fate.PENDING, None
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
        for like in tx.log.alike(subject, entry.place_key, entry.family, since, until):
            others[like.subject] = None
    for other in others:
        tx.twins.offer(subject, other, now)


def _remember_names(tx: Tx, know: Knowledge, subject: Subject, incident: Incident) -> None:
    for other_id in (incident.number, *incident.also_known_as):
        tx.log.know_as(subject, know.identity.also_known_as(other_id))


def _take_alert(tx: Tx, know: Knowledge, alert: ServiceAlert, now: datetime) -> str:
    subject = Subject(kind=SubjectKind.ALERT, key=f"{alert.agency}/{alert.id}")
    content = know.identity.content(alert.model_dump_json(exclude={"source", "known_at"}).encode())
    before: Sequence[LogEntry] = tx.log.of_subject(subject)
    if before and before[-1].content_hash == content:
        return KNOWN
    tx.log.append(
        NewEntry(
            subject=subject,
            revision=len(before) + 1,
            source=alert.source,
            content_hash=content,
            known_at=alert.known_at,
            body=AlertEntry(alert=alert),
            vault_ref=None,
        ),
        now,
    )
    return REVISED if before else NEW
