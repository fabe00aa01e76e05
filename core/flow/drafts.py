"""From a log entry to its draft, with what the fleet knows."""

from __future__ import annotations

from core.domain.log import AlertEntry, DigestEntry, IncidentEntry, LogEntry
from core.domain.notices import Draft, IncidentDraft, Kind, Revision
from core.domain.places import placed_lines
from core.flow.intake import read_vault_document
from core.flow.knowledge import Knowledge
from core.ports.store import Tx
from core.rules.drafting import alert_draft, digest_draft, first_kind, incident_draft, with_person
from core.rules.reviewing import place_part


def draft_of(know: Knowledge, entry: LogEntry, reference: str, kind: Kind, update: int) -> Draft:
    """The draft of an entry. Raises ValueError for an incident whose offence or place is unknown."""
    match entry.body:
        case IncidentEntry() as body:
            offence = know.offence(body.facts)
            if offence is None:
                raise ValueError("an incident of unknown offence has no words")
            return incident_draft(body, offence, know.agency, reference, kind, update)
        case AlertEntry() as body:
            return alert_draft(body, know.agency, reference, kind, update)
        case DigestEntry() as body:
            return digest_draft(body, reference, update)


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
    if not person:
        return draft
    if not isinstance(draft, IncidentDraft) or entry.vault_ref is None:
        raise ValueError("only an incident's record holds a person")
    return with_person(draft, read_vault_document(tx.vault.open(entry.vault_ref)), know.agency)


def kind_of(entry: LogEntry) -> Kind:
    """The kind of a first revision about this entry."""
    match entry.body:
        case IncidentEntry() as body:
            return first_kind(body.facts.state)
        case AlertEntry():
            return Kind.SERVICE
        case DigestEntry():
            return Kind.DIGEST


def as_said(entry: LogEntry, revision: Revision) -> LogEntry:
    """The entry as this revision speaks of it: where it was split, its place alone."""
    if not revision.place_only or not isinstance(entry.body, IncidentEntry):
        return entry
    return entry.model_copy(update={"body": place_part(entry.body) or entry.body})


def draft_said(know: Knowledge, entry: LogEntry, reference: str) -> Draft | None:
    """The draft for comparing words, or None where the entry has none."""
    body = entry.body
    if isinstance(body, IncidentEntry) and (know.offence(body.facts) is None or not placed_lines(body.placement)):
        return None
    return draft_of(know, entry, reference, Kind.UPDATE, 1)
