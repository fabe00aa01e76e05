"""By which place, family and time records of several roads find each other."""

from __future__ import annotations

from core.domain.agency import Agency
from core.domain.incidents import NEVER_SAID, Facts, Incident, State
from core.domain.offences import Offence
from core.domain.places import Ambiguous, AtComplex, AtStation, OffNetwork, Placement
from core.rules.describing import person_facts


def place_key(placement: Placement) -> str | None:
    """A short key that two records of one place share; None where nothing is known of the place."""
    match placement:
        case AtStation(station_id=str(station)):
            return f"station:{station}"
        case AtStation():
            return f"line:{placement.lines[0]}"
        case AtComplex():
            return f"complex:{placement.complex_id}"
        case Ambiguous() | OffNetwork():
            return None


def facts_of(incident: Incident, offence: Offence | None, agency: Agency) -> Facts:
    """What of an incident identifies nobody. The place's words are part of it, the free text is not."""
    return Facts(
        source=incident.source,
        occurred_from=incident.occurred_from,
        occurred_to=incident.occurred_to,
        occurred_about=incident.occurred_about,
        known_at=incident.known_at,
        offence_code=offence.code if offence is not None else None,
        offence_known=offence is not None,
        offence_family=offence.family if offence is not None else None,
        place=incident.place,
        state=incident.state,
        state_since=incident.state_since,
        release_not_before=incident.release.not_before,
        about_person=incident.person is not None or incident.state is not State.REPORTED,
        has_free_text=incident.free_text is not None,
        person=person_facts(incident, agency),
    )


def place_part(facts: Facts) -> Facts:
    """The same without its person, as if only reported: what, when, where. A state that is never said stays."""
    if facts.state in NEVER_SAID:
        return facts.model_copy(update={"person": None})
    reported = {"state": State.REPORTED, "state_since": None, "about_person": False, "person": None}
    return facts.model_copy(update=reported)
