"""Which line? Ties a record's place to its lines, or says why not. Never guesses."""

from __future__ import annotations

from collections.abc import Sequence

from core.domain.gazetteer import Gazetteer
from core.domain.lines import Frozen, LineId
from core.domain.places import Ambiguous, AtComplex, AtStation, Candidate, OffNetwork, Place, Placement, Station
from core.rules.which_line_given import Given, given, name_and_lines, serving
from core.rules.which_line_ground import AGREES, Ground, by_complex, joined_here, nearest_place
from core.rules.which_line_names import How, Named, by_name

_WEAK = frozenset({How.PART, How.FUZZY})
"""Ways to find a name that coordinates far away put in doubt."""


class Step(Frozen):
    """One step of the way to the answer, in plain words."""

    step: str
    says: str
    station_ids: tuple[str, ...] = ()
    """The stations that are thinkable after this step."""


class Explanation(Frozen):
    """The answer with every step that led to it."""

    placement: Placement
    steps: tuple[Step, ...]


def resolve(place: Place, gazetteer: Gazetteer) -> Placement:
    """Station, complex, ambiguous with candidates, or not of this network; always with the reason."""
    return explain(place, gazetteer).placement


def explain(place: Place, gazetteer: Gazetteer) -> Explanation:
    """The same, with the steps."""
    way = _Way(place, gazetteer)
    placement = way.go()
    return Explanation(placement=placement, steps=tuple(way.steps))


class _Way:
    """Goes step by step; what is thinkable only ever gets less, but where a named line picks a joined station."""

    def __init__(self, place: Place, gazetteer: Gazetteer) -> None:
        self.place = place
        self.gazetteer = gazetteer
        self.text, in_name = name_and_lines(place.station or "", gazetteer)
        self.given: Given = given(place, in_name, gazetteer)
        self.ground = Ground(place, gazetteer)
        self.steps: list[Step] = []

    def say(self, step: str, says: str, stations: Sequence[Station] = ()) -> str:
        self.steps.append(Step(step=step, says=says, station_ids=tuple(station.id for station in stations)))
        return says

    def go(self) -> Placement:
        if self.place.on_network is False:
            return OffNetwork(why=self.say("network", "the record is of a place outside this network"))
        if not self.text:
            return self.by_lines_alone("the record names no station")
        if (known := self.gazetteer.not_a_station(self.text)) is not None:
            why = self.say("no station", f"{self.text!r} is no station: {known.why} ({known.source})")
            if known.answer == "off-network" and not self.given.wanted():
                return OffNetwork(why=why)
            return Ambiguous(why=why)
        named = by_name(self.text, self.place.area, self.gazetteer)
        stations = tuple(self.gazetteer.station(found) for found in named.station_ids)
        self.say(named.how.value, named.why, stations)
        if not stations:
            return self.by_lines_alone(named.why)
        return self.among(named, stations)

    def by_lines_alone(self, why: str) -> Placement:
        """Without a station only a line that the record names itself ties it to anything."""
        if self.given.unknown:
            says = f"{why}, and {', '.join(map(repr, self.given.unknown))} is no line that we know"
            return Ambiguous(why=self.say("lines", says))
        train, lines = self.given.train, self.given.lines
        if len(train) == 1:
            says = self.say("train", f"{why}, but the record names a train of line {train[0]}")
            return AtStation(lines=train, area=self.place.area, explicit=train[0], why=says)
        if train or self.shared_letter():
            says = f"{why}, and the train or line named may be any of {_list(train or lines)}"
            return Ambiguous(why=self.say("lines", says))
        if lines:
            says = self.say("lines", f"{why}, but the record names {_list(lines)}")
            return AtStation(lines=lines, area=self.place.area, why=says)
        if self.ground.known:
            why = f"{why}; coordinates alone never say a line"
        return Ambiguous(why=self.say("lines", f"{why}, and names no line"))

    def shared_letter(self) -> bool:
        """True when a line named is a letter that several lines share."""
        return any(len(self.gazetteer.lines_of(text)) > 1 for text in self.place.lines)

    def among(self, named: Named, stations: tuple[Station, ...]) -> Placement:
        kept, doubt = self.in_area(stations)
        if doubt is None:
            kept, doubt = self.on_lines(kept)
        if doubt is None and len(by_complex(kept)) > 1:
            kept, doubt = self.on_ground(kept)
        if doubt is None and len(kept) > 1:
            kept = self.on_platform(kept)
        if doubt is None and named.how in _WEAK:
            doubt = self.weak_and_far(kept, named.why)
        if doubt is None and not named.clear and not self.given.wanted() and not self.ground.known:
            doubt = named.why
        if doubt is not None:
            return self.ambiguous(kept, doubt)
        return self.answer(kept)

    def in_area(self, stations: tuple[Station, ...]) -> tuple[tuple[Station, ...], str | None]:
        area = self.place.area
        if area is None or not self.gazetteer.has_areas:
            return stations, None
        inside = tuple(station for station in stations if self.gazetteer.in_area(station.id, area))
        outside = tuple(station for station in stations if station not in inside)
        if not inside:
            return self.only_outside(stations, area)
        if outside:
            self.say("area", f"only {_names(inside)} lies in {area}", inside)
            if self.here(outside) and not self.here(inside):
                says = f"the area says {area}, but the coordinates lie at the station of that name in {outside[0].area}"
                return stations, self.say("coordinates", says, stations)
        return inside, None

    def only_outside(self, stations: tuple[Station, ...], area: str) -> tuple[tuple[Station, ...], str | None]:
        near = tuple(station for station in stations if self.here((station,)))
        if near and len(by_complex(near)) == 1:
            says = f"no station of that name lies in {area}, but the coordinates agree with the one in {near[0].area}"
            self.say("area", says, near)
            return near, None
        return stations, self.say("area", f"no station of that name lies in {area}", stations)

    def here(self, stations: Sequence[Station]) -> bool:
        """True when the coordinates agree with one of these stations."""
        way = self.ground.away(stations)
        return way is not None and way <= AGREES

    def on_lines(self, stations: tuple[Station, ...]) -> tuple[tuple[Station, ...], str | None]:
        wanted = self.given.wanted()
        if not wanted:
            if self.given.unknown:
                says = f"{', '.join(map(repr, self.given.unknown))} is no line that we know"
                return stations, self.say("lines", says, stations)
            return stations, None
        kept = serving(stations, wanted) or serving(self.joined(stations), wanted)
        if not kept:
            says = f"the record names {_list(wanted)}, but no train of that line stops at {_names(stations)}"
            return stations, self.say("lines", says, stations)
        self.say("lines", f"{_list(wanted)} named by the record: {_names(kept)}", kept)
        return kept, None

    def joined(self, stations: Sequence[Station]) -> tuple[Station, ...]:
        """All stations of the complexes that these belong to."""
        places = dict.fromkeys(station.complex_id for station in stations)
        return tuple(station for place in places for station in self.gazetteer.complex(place))

    def on_ground(self, stations: tuple[Station, ...]) -> tuple[tuple[Station, ...], str | None]:
        several = f"{self.text!r} stands for {len(by_complex(stations))} places"
        if self.ground.building is not None:
            says = f"{several}, and the coordinates are those of {self.ground.building}"
            return stations, self.say("coordinates", says, stations)
        if not self.ground.known:
            return self.in_district(stations, several)
        found = nearest_place(stations, self.ground)
        if found is None:
            says = f"{several}, and the coordinates lie at none of them clearly"
            return stations, self.say("coordinates", says, stations)
        self.say("coordinates", f"{several}; the coordinates lie at {_names(found)}, {self.away(found)}", found)
        return found, None

    def in_district(self, stations: tuple[Station, ...], several: str) -> tuple[tuple[Station, ...], str | None]:
        """Without coordinates the district decides, where it is known of every station."""
        district = self.place.district
        inside = {one.id: self.gazetteer.in_district(one.id, district) for one in stations} if district else {}
        kept = tuple(station for station in stations if inside.get(station.id))
        if None not in inside.values() and len(by_complex(kept)) == 1:
            self.say("district", f"{several}; only {_names(kept)} lies in district {district}", kept)
            return kept, None
        return stations, self.say("coordinates", f"{several}, and the record has no coordinates", stations)

    def on_platform(self, stations: tuple[Station, ...]) -> tuple[Station, ...]:
        kept = joined_here(stations, self.ground)
        if len(kept) < len(stations):
            self.say("coordinates", f"of the joined stations the coordinates lie at {_names(kept)}", kept)
        return kept

    def weak_and_far(self, stations: tuple[Station, ...], why: str) -> str | None:
        if not self.ground.known or self.here(stations):
            return None
        return self.say("coordinates", f"{why}, but the coordinates lie elsewhere", stations)

    def away(self, stations: Sequence[Station]) -> str:
        way = self.ground.away(stations)
        return "at an unknown distance" if way is None else f"{way:.0f} m away"

    def ambiguous(self, stations: Sequence[Station], why: str) -> Ambiguous:
        def far(station: Station) -> float:
            way = self.ground.away((station,))
            return float("inf") if way is None else way

        ranked = sorted(stations, key=far)
        candidates = tuple(
            Candidate(
                station_id=station.id,
                name=station.name,
                lines=station.lines,
                why=f"{station.area or 'this network'}; {self.away((station,))}",
            )
            for station in ranked
        )
        return Ambiguous(candidates=candidates, why=why)

    def answer(self, stations: tuple[Station, ...]) -> Placement:
        first = stations[0]
        lines = tuple(dict.fromkeys(line for station in stations for line in station.lines))
        if not lines:
            return self.ambiguous(stations, self.say("lines", f"no line stops at {_names(stations)}", stations))
        trail = [step.says for step in self.steps]
        if len(stations) > 1:
            says = f"{_names(stations)} are joined underground"
            why = "; ".join([*trail, self.say("complex", says, stations)])
            return AtComplex(
                lines=lines, complex_id=first.complex_id, station_name=first.name, area=first.area, why=why
            )
        train = tuple(line for line in self.given.train if line in first.lines)
        return AtStation(
            lines=first.lines,
            station_id=first.id,
            station_name=first.name,
            area=first.area,
            explicit=train[0] if len(train) == 1 else None,
            why="; ".join(trail),
        )


def _list(lines: Sequence[LineId]) -> str:
    return "line " + lines[0] if len(lines) == 1 else "lines " + ", ".join(lines)


def _names(stations: Sequence[Station]) -> str:
    return ", ".join(f"{station.name} ({' '.join(station.lines)})" for station in stations)
