"""From a log entry to all that an automatic text about it may hold."""

from __future__ import annotations

from datetime import date
from typing import assert_never

from core.domain.agency import Agency
from core.domain.alerts import ServiceAlert
from core.domain.incidents import State
from core.domain.lines import LineId
from core.domain.log import AlertEntry, DigestEntry, IncidentEntry
from core.domain.notices import DigestDraft, DigestItem, Draft, IncidentDraft, Kind, ServiceDraft
from core.domain.offences import Offence
from core.domain.places import AtComplex, AtStation


def first_kind(state: State) -> Kind:
    """The kind of a first post about an incident in this state."""
    match state:
        case State.REPORTED:
            return Kind.CRIME_ALERT
        case State.WANTED:
            return Kind.WANTED
        case State.IDENTIFY:
            return Kind.IDENTIFY
        case State.ARRESTED:
            return Kind.ARREST
        case State.CHARGED:
            return Kind.CHARGE
        case State.CONVICTED:
            return Kind.CONVICTION
        case (
            State.PERSON_OF_INTEREST
            | State.ACQUITTED
            | State.EXONERATED
            | State.UNFOUNDED
            | State.DISMISSED
            | State.SEALED
        ):
            return Kind.WITHDRAWAL
        case _:
            assert_never(state)


def direction_code(agency: Agency, written: str | None) -> str | None:
    """The catalogue's code for a direction as a record writes it; an unknown one is left out, never quoted."""
    return None if written is None else agency.directions.get(" ".join(written.upper().split()))


def incident_draft(
    entry: IncidentEntry, offence: Offence, agency: Agency, reference: str, kind: Kind, update: int
) -> IncidentDraft:
    """The draft of a placed incident. Raises ValueError when the placement has no lines."""
    placement, facts = entry.placement, entry.facts
    if not isinstance(placement, AtStation | AtComplex):
        raise ValueError("only a placed incident can be drafted")  # noqa: TRY004 - its value is wrong
    explicit = placement.explicit if isinstance(placement, AtStation) else None
    return IncidentDraft(
        reference=reference,
        kind=kind,
        update=update,
        offence=offence.words,
        state=facts.state,
        station_name=placement.station_name,
        area=placement.area if placement.station_name else None,
        lines=placement.lines,
        train=explicit,
        direction=direction_code(agency, facts.place.direction),
        occurred_from=facts.occurred_from,
        occurred_to=facts.occurred_to,
        occurred_about=facts.occurred_about,
    )


def alert_draft(entry: AlertEntry, agency: Agency, reference: str, kind: Kind, update: int) -> ServiceDraft:
    """The draft of an agency's alert."""
    alert: ServiceAlert = entry.alert
    return ServiceDraft(
        reference=reference,
        kind=kind,
        update=update,
        agency=agency.transit_agency,
        header=alert.header,
        description={} if kind is Kind.ALL_CLEAR else alert.description,
        lines=alert.lines,
    )


def digest_draft(entry: DigestEntry, reference: str, update: int) -> DigestDraft:
    """The draft of a line's digest."""
    return DigestDraft(
        reference=reference, update=update, line=entry.line, day=date.fromisoformat(entry.day), items=entry.items
    )


def digest_item(
    seq: int, reference: str, entry: IncidentEntry, offence: Offence, lines: tuple[LineId, ...]
) -> DigestItem:
    """One incident as it stands inside a digest."""
    placement = entry.placement
    name = placement.station_name if isinstance(placement, AtStation | AtComplex) else None
    return DigestItem(
        entry_seq=seq,
        reference=reference,
        offence=offence.words,
        weight=offence.weight,
        station_name=name,
        lines=lines,
        occurred_from=entry.facts.occurred_from,
        occurred_about=entry.facts.occurred_about,
    )


def same_words(one: Draft, other: Draft) -> bool:
    """True when a rider would notice no difference: all but kind and update number agree."""
    ignored = {"kind", "update"}
    return type(one) is type(other) and one.model_dump(exclude=ignored) == other.model_dump(exclude=ignored)
