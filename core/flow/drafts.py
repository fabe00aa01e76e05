"""From a log entry to its draft, with what the fleet knows."""

from __future__ import annotations

from datetime import datetime, timedelta

from core.domain.alerts import ServiceAlert
from core.domain.log import AlertEntry, DigestEntry, IncidentEntry, LogEntry, PatternEntry
from core.domain.notices import Draft, IncidentDraft, Kind, PatternDraft, Revision, ServiceDraft
from core.domain.places import Station, placed_lines
from core.flow.knowledge import Knowledge
from core.flow.vault_documents import read_vault_document
from core.ports.store import Tx
from core.rules.drafting import alert_draft, digest_draft, first_kind, incident_draft, with_person
from core.rules.reviewing import place_part

LAG = timedelta(minutes=1)
"""What is older than this when it is put into words says since when it is known: the terms of the feeds ask for it."""


def draft_of(
    know: Knowledge, entry: LogEntry, reference: str, kind: Kind, update: int, now: datetime | None = None
) -> Draft:
    """The draft of an entry; with `now`, the time at which it is put into words, an alert that lags says of when it is.
    Raises ValueError for an incident whose offence or place is unknown."""
    match entry.body:
        case IncidentEntry() as body:
            offence = know.offence(body.facts)
            if offence is None:
                raise ValueError("an incident of unknown offence has no words")
            return incident_draft(body, offence, know.agency, reference, kind, update, know.short_lines)
        case AlertEntry() as body:
            draft = alert_draft(body, know.agency, reference, kind, update, _names(know, body.alert))
            lags = now is not None and now - entry.known_at > LAG
            return draft.model_copy(update={"as_of": entry.known_at}) if lags else draft
        case DigestEntry() as body:
            return digest_draft(body, reference, update)
        case PatternEntry() as body:
            return pattern_draft(know, body, reference, kind, update)


def draft_to_approve(
    tx: Tx,
    know: Knowledge,
    entry: LogEntry,
    reference: str,
    kind: Kind,
    update: int,
    *,
    person: bool,
) -> Draft:
    """The draft that people are asked to approve; with `person` it holds what may be said of one, out of the vault.

    Raises ValueError for an incident whose offence or place is unknown, SealedAway for one that was erased.
    """
    draft = draft_of(know, entry, reference, kind, update)
    if isinstance(draft, ServiceDraft):  # nobody approves within a minute
        return draft.model_copy(update={"as_of": entry.known_at})
    if not person:
        return draft
    if not isinstance(draft, IncidentDraft) or entry.vault_ref is None:
        raise ValueError("only an incident's record holds a person")
    record = read_vault_document(tx.vault.open(entry.vault_ref))
    return with_person(draft, record, know.agency, tx.pictures.of(entry.subject))


def pattern_draft(know: Knowledge, body: PatternEntry, reference: str, kind: Kind, update: int) -> PatternDraft:
    """A pattern in the words of the catalogue. Raises ValueError where the offence is unknown."""
    offence = know.offences.find(body.offence_code, None)
    if offence is None:
        raise ValueError("a pattern of unknown offence has no words")
    named = {one.id: one.name for one in know.gazetteer.stations}
    return PatternDraft(
        reference=reference,
        kind=kind,
        update=update,
        line=body.line,
        offence=offence.words,
        count=len(body.incidents),
        stations=tuple(dict.fromkeys(named[one] for one in body.stations)),
        first=know.day(body.first),
        last=know.day(body.last),
        riders=know.agency.ridership.get(body.line),
    )


def kind_of(entry: LogEntry) -> Kind:
    """The kind of a first revision about this entry."""
    match entry.body:
        case IncidentEntry() as body:
            return first_kind(body.facts.state)
        case AlertEntry():
            return Kind.SERVICE
        case DigestEntry():
            return Kind.DIGEST
        case PatternEntry():
            return Kind.PATTERN


def as_said(entry: LogEntry, revision: Revision) -> LogEntry:
    """The entry as this revision speaks of it: where it was split, what could be said unseen."""
    return unseen_part(entry) if revision.place_only else entry


def unseen_part(entry: LogEntry) -> LogEntry:
    """Of an incident its place alone, of an alert what the catalogue has words for; anything else as it is."""
    match entry.body:
        case IncidentEntry() as body:
            return entry.model_copy(update={"body": place_part(body) or body})
        case AlertEntry() as body:
            return entry.model_copy(update={"body": AlertEntry(alert=body.alert.wordless())})
        case _:
            return entry


def draft_said(know: Knowledge, entry: LogEntry, reference: str) -> Draft | None:
    """The draft for comparing words, or None where the entry has none."""
    body = entry.body
    if isinstance(body, IncidentEntry) and (know.offence(body.facts) is None or not placed_lines(body.placement)):
        return None
    draft = draft_of(know, entry, reference, Kind.UPDATE, 1)
    return draft if not isinstance(draft, ServiceDraft) else _as_compared(know, draft)


def _as_compared(know: Knowledge, draft: ServiceDraft) -> ServiceDraft:
    """Times, stations and type count only where a language of the fleet says them: elsewhere the agency's words do."""
    spoken = {language for account in know.accounts.values() for language in account.languages}
    if spoken <= draft.header.keys():
        return draft.model_copy(update={"stations": (), "begins": None, "ends": None, "type": None})
    return draft


def stations_of(know: Knowledge, alert: ServiceAlert) -> tuple[Station, ...]:
    """The stations that an alert names; a platform's own id is its station's with one letter behind it."""
    by_id = {one.id: one for one in know.gazetteer.stations}
    found = (by_id.get(stop) or by_id.get(stop[:-1]) for stop in alert.stops)
    return tuple({one.id: one for one in found if one is not None}.values())


def _names(know: Knowledge, alert: ServiceAlert) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.name for one in stations_of(know, alert)))
