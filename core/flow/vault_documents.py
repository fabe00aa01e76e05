"""A whole record with its raw row, as it lies in the vault."""

from __future__ import annotations

from core.domain.incidents import Incident
from core.domain.log import IncidentEntry, LogEntry
from core.ports.store import SealedAway, Tx


def vault_document(incident: Incident, raw: bytes) -> bytes:
    """The whole record with its raw row, as it lies in the vault."""
    return incident.model_dump_json().encode() + b"\n" + raw


def read_vault_document(content: bytes) -> Incident:
    """The record out of a vault document."""
    return Incident.model_validate_json(content.split(b"\n", 1)[0])


def record_of(tx: Tx, entry: LogEntry) -> Incident | None:
    """An entry's record; None for what has none and for what was erased."""
    if entry.vault_ref is None or not isinstance(entry.body, IncidentEntry):
        return None
    try:
        return read_vault_document(tx.vault.open(entry.vault_ref))
    except SealedAway:
        return None
