"""From a log entry to all that an automatic text about it may hold."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime
from typing import assert_never
from zoneinfo import ZoneInfo

from core.domain.agency import Agency
from core.domain.alerts import ServiceAlert
from core.domain.incidents import Incident, State
from core.domain.lines import LineId
from core.domain.log import AlertEntry, DigestEntry, IncidentEntry
from core.domain.notices import DayPart, DigestDraft, DigestItem, Draft, IncidentDraft, Kind, ServiceDraft
from core.domain.offences import Offence
from core.domain.persons import PersonDraft, PreparedPicture, StateWord, plain_name, plain_reference
from core.domain.places import AtComplex, AtStation, Placement
from core.rules.describing import state_word, traits_of


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
    entry: IncidentEntry,
    offence: Offence,
    agency: Agency,
    reference: str,
    kind: Kind,
    update: int,
    short: Collection[LineId] = (),
) -> IncidentDraft:
    """The draft of a placed incident: of a sheltered offence its line and the part of the day alone, and nothing of
    its person. `short` are lines that would tell where it was by themselves. Raises ValueError when the placement has
    no lines, or a sheltered offence only such ones."""
    placement, facts = entry.placement, entry.facts
    if not isinstance(placement, AtStation | AtComplex):
        raise ValueError("only a placed incident can be drafted")  # noqa: TRY004 - its value is wrong
    explicit = placement.explicit if isinstance(placement, AtStation) else None
    if offence.sheltered:
        line = sheltered_line(placement, short)
        if line is None:
            raise ValueError("its line alone would tell where a sheltered offence was")
        part, began = day_part(facts.occurred_from, agency.zone)
        return IncidentDraft(
            reference=reference,
            kind=kind,
            update=update,
            offence=offence.words,
            state=facts.state,
            station_name=None,
            area=None,
            lines=(line,),
            train=None,
            direction=None,
            occurred_from=began,
            occurred_to=None,
            occurred_about=True,
            day_part=part,
        )
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


def sheltered_line(placement: AtStation | AtComplex, short: Collection[LineId]) -> LineId | None:
    """The one line that a sheltered offence is said by: all lines of a station together would name the station. None
    where that line is a short one, or where all lines are."""
    explicit = placement.explicit if isinstance(placement, AtStation) else None
    lines = placement.lines if explicit is None else (explicit,)
    return next((line for line in lines if line not in short), None)


def would_tell_where(offence: Offence | None, placement: Placement, short: Collection[LineId]) -> bool:
    """True for a sheltered offence that no line can say without telling where it was."""
    if not sheltered(offence) or not isinstance(placement, AtStation | AtComplex):
        return False
    return sheltered_line(placement, short) is None


def sheltered(offence: Offence | None) -> bool:
    """True for an offence that is said by one line and the part of the day alone."""
    return offence is not None and offence.sheltered


def heard_on(
    entry: IncidentEntry, offence: Offence | None, lines: tuple[LineId, ...], short: Collection[LineId]
) -> tuple[LineId, ...]:
    """The lines whose handles carry a notice: of a sheltered offence one, for its sisters' reposts would tell where;
    one whose own handle does not, where there is any."""
    if not sheltered(offence) or not isinstance(entry.placement, AtStation | AtComplex):
        return lines
    one = sheltered_line(entry.placement, short)
    if one is None:  # the gate drops it
        return lines[:1]
    return (one,) if one in lines else tuple(line for line in lines if line not in short)[:1]


def day_part(moment: datetime, zone: str) -> tuple[DayPart, datetime]:
    """The part of the local day, and when that part began, in UTC."""
    local = moment.astimezone(ZoneInfo(zone))
    part = tuple(DayPart)[local.hour // 6]
    began = local.replace(hour=local.hour // 6 * 6, minute=0, second=0, microsecond=0, fold=0)
    return part, began.astimezone(UTC)


def with_person(
    draft: IncidentDraft, incident: Incident, agency: Agency, picture: PreparedPicture | None = None
) -> IncidentDraft:
    """The draft with what may be said of the record's person, from the vault: for somebody to approve once
    `rule_person` holds it. The picture is shown only where the record itself speaks of one, so that its footage, its
    minute and who vouches for it were asked for.

    Raises ValueError where the record has no word for a person, or words hide in a field.
    """
    person, word = incident.person, state_word(incident.state)
    if person is None or word is None:
        raise ValueError("this record has nothing to say of a person")
    name = None if word is StateWord.IDENTIFY else person.name
    case = person.case_reference if word is StateWord.WANTED else None
    if (name is not None and not plain_name(name)) or (case is not None and not plain_reference(case)):
        raise ValueError("a name or a case reference holds more than that")
    said = PersonDraft(
        word=word,
        name=name,
        traits=traits_of(person.description, agency),
        case_reference=case,
        picture=picture if person.picture is not None else None,
    )
    return draft.model_copy(update={"person": said, "state": incident.state, "kind": first_kind(incident.state)})


def alert_draft(
    entry: AlertEntry, agency: Agency, reference: str, kind: Kind, update: int, stations: tuple[str, ...] = ()
) -> ServiceDraft:
    """The draft of an agency's alert; `stations` are the names of those that it names."""
    alert: ServiceAlert = entry.alert
    return ServiceDraft(
        reference=reference,
        kind=kind,
        update=update,
        agency=agency.transit_agency,
        header=alert.header,
        description={} if kind is Kind.ALL_CLEAR else alert.description,
        lines=alert.lines,
        type=alert.type,
        stations=stations,
        begins=alert.active_from,
        ends=alert.active_to,
        upcoming=alert.upcoming and kind is not Kind.ALL_CLEAR,
    )


def digest_draft(entry: DigestEntry, reference: str, update: int) -> DigestDraft:
    """The draft of a line's digest."""
    return DigestDraft(
        reference=reference, update=update, line=entry.line, day=date.fromisoformat(entry.day), items=entry.items
    )


def digest_item(
    seq: int, reference: str, entry: IncidentEntry, offence: Offence, lines: tuple[LineId, ...]
) -> DigestItem:
    """One incident as it stands inside a digest. Raises ValueError for a sheltered offence, which stands in none."""
    if sheltered(offence):
        raise ValueError("a sheltered offence stands in no digest")
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
    """True when a rider would notice no difference: all but kind, update number and the time of the words agree."""
    ignored = {"kind", "update", "as_of", "reminder", "see"}
    return type(one) is type(other) and one.model_dump(exclude=ignored) == other.model_dump(exclude=ignored)
