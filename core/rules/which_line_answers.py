"""What an officer's answer makes of a place: for its own record, and for later ones of the same name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from core.domain.answers import PlaceAnswer
from core.domain.gazetteer import Gazetteer, area_key
from core.domain.lines import Frozen, LineId
from core.domain.places import Ambiguous, AtComplex, AtStation, OtherName, Place, Placement, Station
from core.domain.station_names import key
from core.rules.which_line import resolve
from core.rules.which_line_given import given, name_and_lines, serving
from core.rules.which_line_ground import by_complex


class CantTell(ValueError):
    """What the officer wrote means no one place; the message says what to write instead."""


class Meant(Frozen):
    """What an officer's word means: a station, the joined stations of a complex, or a line alone."""

    station_ids: tuple[str, ...] = ()
    lines: tuple[LineId, ...]


def meant(said: str, asked: Ambiguous, gazetteer: Gazetteer) -> Meant:
    """A station's id or name, a line, or `complex:ID`. Candidates of the record go first. Raises CantTell."""
    text = said.strip()
    among = tuple(gazetteer.station(one.station_id) for one in asked.candidates)
    if stations := tuple(station for station in among if station.id == text):
        return _stations(stations)
    if text.startswith("complex:"):
        return _stations(gazetteer.complex(text.removeprefix("complex:")), said)
    if (line := gazetteer.line_of(text)) is not None:
        return Meant(lines=(line,))
    stations = tuple(station for station in gazetteer.stations if station.id == text) or _named(text, among, gazetteer)
    if len(by_complex(stations)) > 1:
        one_of = ", ".join(f"{one.id} ({one.name}, {' '.join(one.lines)})" for one in stations[:6])
        raise CantTell(f"{said!r} stands for several stations: give the id of one, {one_of}")
    return _stations(stations, said)


def _named(text: str, among: Sequence[Station], gazetteer: Gazetteer) -> tuple[Station, ...]:
    found = dict.fromkeys((*gazetteer.official.as_meant(text), *gazetteer.others.as_meant(text)))
    return tuple(one for one in among if one.id in found) or tuple(gazetteer.station(one) for one in found)


def _stations(stations: Sequence[Station], said: str = "") -> Meant:
    lines = tuple(dict.fromkeys(line for station in stations for line in station.lines))
    if not lines:
        raise CantTell(f"{said!r} is no station or line of this network: see `stations find`")
    return Meant(station_ids=tuple(station.id for station in stations), lines=lines)


def name_of(place: Place, gazetteer: Gazetteer) -> str | None:
    """The station as the record writes it, without lines that stand behind it; None when it names none."""
    name, _ = name_and_lines(place.station or "", gazetteer)
    return name if key(name) else None


def name_key(name: str, area: str | None) -> str:
    """By what a remembered name is found: its one spelling, with the area that the record named beside it."""
    return f"{' '.join(key(name))}|{area_key(area) if area else ''}"


def by_answer(
    place: Place, asked: Ambiguous, answer: Meant, gazetteer: Gazetteer, who: str, now: datetime
) -> AtStation | AtComplex:
    """Where the answered record itself is placed."""
    why = f"{who} says so, {now:%Y-%m-%d}; the record alone: {asked.why}"
    train = tuple(line for line in given(place, (), gazetteer).train if line in answer.lines)
    explicit = train[0] if len(train) == 1 else None
    stations = tuple(gazetteer.station(one) for one in answer.station_ids) or _place_of(asked, answer, gazetteer)
    if not stations:
        return AtStation(lines=answer.lines, area=place.area, explicit=explicit, why=why)
    first = stations[0]
    if len(answer.station_ids) > 1:
        return AtComplex(
            lines=answer.lines, complex_id=first.complex_id, station_name=first.name, area=first.area, why=why
        )
    return AtStation(
        lines=answer.lines,
        station_id=first.id,
        station_name=first.name,
        area=first.area,
        explicit=explicit,
        why=why,
    )


def _place_of(asked: Ambiguous, answer: Meant, gazetteer: Gazetteer) -> tuple[Station, ...]:
    """A line was named: the one place that the record may mean, also where that line does not stop by the table."""
    among = tuple(gazetteer.station(one.station_id) for one in asked.candidates)
    stop = serving(among, answer.lines) or among
    return stop if len(by_complex(stop)) == 1 else ()


def by_name_learnt(place: Place, answer: PlaceAnswer, gazetteer: Gazetteer) -> Placement:
    """The place once more, with the remembered name learnt: a clear name, a contradicting line and coordinates count
    as they do for every other name. A station that is there no more teaches nothing."""
    there = {station.id for station in gazetteer.stations}
    if answer.name is None or not there.issuperset(answer.station_ids):
        return resolve(place, gazetteer)
    return resolve(place, _learnt(gazetteer, answer))


@lru_cache(maxsize=16)
def _learnt(gazetteer: Gazetteer, answer: PlaceAnswer) -> Gazetteer:
    """The gazetteer with the answer's name. Kept for the next record of that name: to build it takes 50 ms for a large
    city, and some megabytes, so few are kept."""
    source = f"an answer of {answer.said_by}, {answer.said_at:%Y-%m-%d}"
    learnt = OtherName(name=answer.name or "", station_ids=answer.station_ids, source=source)
    return gazetteer.also_known([learnt])
