"""What a source is trusted to say: a record that asserts more is set aside, never trimmed."""

from __future__ import annotations

from core.domain.incidents import Incident
from core.domain.policy import MayAssert


def overreach(incident: Incident, may: MayAssert) -> str | None:
    """Why the source may not say this, or None. Names the field, never its value's person."""
    if incident.state.value not in may.states:
        return f"source-may-not: state {incident.state.value}"
    if incident.person is not None and not may.persons:
        return "source-may-not: person"
    if incident.person is not None and incident.person.picture is not None and not may.pictures:
        return "source-may-not: picture"
    if incident.confirmed_until is not None and not may.persons:
        return "source-may-not: confirmed_until"
    return None
