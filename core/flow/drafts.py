"""From a log entry to its draft, with what the fleet knows."""

from __future__ import annotations

from core.domain.log import AlertEntry, DigestEntry, IncidentEntry, LogEntry
from core.domain.notices import Draft, Kind
from core.domain.places import placed_lines
from core.flow.knowledge import Knowledge
from core.rules.drafting import alert_draft, digest_draft, incident_draft


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


def draft_said(know: Knowledge, entry: LogEntry, reference: str) -> Draft | None:
    """The draft for comparing words, or None where the entry has none."""
    body = entry.body
    if isinstance(body, IncidentEntry) and (know.offence(body.facts) is None or not placed_lines(body.placement)):
        return None
    return draft_of(know, entry, reference, Kind.UPDATE, 1)
