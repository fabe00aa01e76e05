"""What is said about one incident: offence, time, place, what to do. Names and catalogue words only."""

from __future__ import annotations

from typing import assert_never

from core.domain.incidents import State
from core.domain.notices import IncidentDraft, Kind
from core.render.compose_person import presumption, word_person
from core.render.compose_phrases import Phrases, Wording, capital


class NotSayable(ValueError):
    """A draft in a state in which nothing may be said; the message names the state."""


def word_incident(draft: IncidentDraft, phrases: Phrases) -> Wording:
    """The sentences about an incident. Raises NotSayable, MissingMessage."""
    text = phrases.catalogue.text
    if draft.day_part and any((draft.station_name, draft.area, draft.train, draft.direction, draft.lines[1:])):
        raise NotSayable("a sheltered offence is said by its line and the part of the day alone")
    match draft.kind:
        case Kind.WITHDRAWAL:
            return Wording((text("withdrawn"),), (text("withdrawn"),))
        case Kind.CORRECTION:
            before: tuple[str, ...] = (text("correction"),)
        case Kind.ALL_CLEAR:
            before = (text("all-clear"),)
        case Kind.CRIME_ALERT | Kind.WANTED | Kind.IDENTIFY | Kind.ARREST | Kind.CHARGE | Kind.CONVICTION | Kind.UPDATE:
            before = ()
        case Kind.SERVICE | Kind.DIGEST | Kind.PATTERN:
            raise NotSayable(f"an incident is not said as {draft.kind.value!r}")
        case _:
            assert_never(draft.kind)
    after = () if draft.kind is Kind.ALL_CLEAR else _after(draft, phrases)
    full = _heading(draft, phrases, whole_place=True)
    always = () if draft.kind is Kind.ALL_CLEAR else word_person(draft, phrases) or _presumption(draft, phrases)
    least = (*before, _heading(draft, phrases, whole_place=False), *always)
    brief = (" ".join((*before, full, *always)), " ".join(least))
    see = () if draft.see is None else (text("service-see", reference=phrases.reference(draft.see)),)
    return Wording((*before, full, *after, *see), brief)


def word_card(draft: IncidentDraft, phrases: Phrases) -> tuple[str, str, str, str]:
    """For a card about the place: what, where and when, and one sentence for whoever can't see it. It says nothing
    that the text does not. Raises NotSayable for a draft with a person, MissingMessage."""
    if draft.person is not None or draft.day_part is not None:
        raise NotSayable("a card shows a place, never a person, and no sheltered offence")
    where, when = _where(draft, phrases, whole_place=True), _when(draft, phrases)
    what = phrases.offence(draft.offence)["offence_start"]
    return what, capital(where), capital(when), _heading(draft, phrases, whole_place=True)


def _heading(draft: IncidentDraft, phrases: Phrases, *, whole_place: bool) -> str:
    """What happened, when and where."""
    # "Police want to identify this person" follows: the heading need not say it too.
    asked_for = draft.state is State.IDENTIFY and draft.person is not None
    return phrases.catalogue.text(
        _heading_id(State.REPORTED if asked_for else draft.state),
        **phrases.offence(draft.offence),
        where=_where(draft, phrases, whole_place=whole_place),
        when=_when(draft, phrases),
        bureau=phrases.agency.bureau,
    )


def _when(draft: IncidentDraft, phrases: Phrases) -> str:
    year = draft.state is not State.REPORTED
    if draft.day_part is not None:
        return phrases.part_of_day(draft.occurred_from, draft.day_part.value, year=year)
    return phrases.when(draft.occurred_from, draft.occurred_to, draft.occurred_about, year=year)


def _heading_id(state: State) -> str:
    match state:
        case State.REPORTED:
            return "incident-reported"
        case State.WANTED:
            return "incident-wanted"
        case State.IDENTIFY:
            return "incident-identify"
        case State.ARRESTED:
            return "incident-arrested"
        case State.CHARGED:
            return "incident-charged"
        case State.CONVICTED:
            return "incident-convicted"
        case (
            State.PERSON_OF_INTEREST
            | State.ACQUITTED
            | State.EXONERATED
            | State.UNFOUNDED
            | State.DISMISSED
            | State.SEALED
        ):
            raise NotSayable(f"nothing is said about an incident whose state is {state.value!r}")
        case _:
            assert_never(state)


def _after(draft: IncidentDraft, phrases: Phrases) -> tuple[str, ...]:
    """What follows the heading: a person accused is presumed innocent; a rider who saw something can say so."""
    asks = draft.state in {State.REPORTED, State.WANTED, State.IDENTIFY}
    accused = word_person(draft, phrases) or _presumption(draft, phrases)
    return (*accused, *((phrases.what_to_do(),) if asks else ()))


def _presumption(draft: IncidentDraft, phrases: Phrases) -> tuple[str, ...]:
    """Never left out where someone is accused, however short the text."""
    said = presumption(draft.state, phrases)
    return (said,) if said else ()


def _where(draft: IncidentDraft, phrases: Phrases, *, whole_place: bool) -> str:
    """The place: train and station where known, else the station with its lines, else the lines."""
    text = phrases.catalogue.text
    direction = text(f"direction-{draft.direction}") if draft.direction and whole_place else None
    train = phrases.train(draft.train) if draft.train else None
    if train and direction:
        train, direction = text("with-direction", train=train, direction=direction), None
    lines = phrases.all_lines(draft.lines)
    if direction:
        lines = text("with-direction", train=lines, direction=direction)
    if draft.station_name is None:
        where = text("where-train", train=train) if train else text("where-lines", lines=lines)
    else:
        where = _at_station(phrases, phrases.station(draft.station_name), train, lines if whole_place else None)
    return text("with-area", where=where, area=phrases.area(draft.area)) if draft.area and whole_place else where


def _at_station(phrases: Phrases, station: str, train: str | None, lines: str | None) -> str:
    if train:
        return phrases.catalogue.text("where-train-station", train=train, station=station)
    if lines:
        return phrases.catalogue.text("where-station-lines", station=station, lines=lines)
    return phrases.catalogue.text("where-station", station=station)
