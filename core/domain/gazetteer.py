"""The table of all stations, complexes, lines and other names, with the indexes by which names are found."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Generic, Literal, TypeVar

from pydantic import Field

from core.domain.lines import Frozen, LineId
from core.domain.places import OtherName, Station
from core.domain.station_names import Key, bare, fold, key, parts, spelled, stiff, words

_LINE_NOISE = frozenset({"train", "trains", "line", "lines", "the", "service", "subway", "route", "express", "local"})
_NOT_A_SIGN = re.compile(r"[\W_]+")


class NotAStation(Frozen):
    """A text that stands where a station should, and is none."""

    name: str
    answer: Literal["off-network", "ambiguous"]
    why: str
    source: str


class NotAPlace(Frozen):
    """Coordinates that say nothing of where it happened (a precinct house, for example)."""

    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)
    name: str
    source: str


class CountedIn(Frozen):
    """A station that records also count in an area that is not its own."""

    station_id: str
    area: str
    source: str


class InDistrict(Frozen):
    """The bureau's district in which records place a station."""

    station_id: str
    district: str
    source: str


class Extras(Frozen):
    """What some agencies' gazetteers need beside stations and other names; all of it may be empty."""

    not_stations: tuple[NotAStation, ...] = ()
    not_places: tuple[NotAPlace, ...] = ()
    counted_in: tuple[CountedIn, ...] = ()
    districts: tuple[InDistrict, ...] = ()
    line_words: dict[str, tuple[LineId, ...]] = Field(default_factory=dict)
    """A line as records write it → the lines it may mean (`S` → three shuttles)."""


class KnownName(Frozen):
    """One name by which stations are known: an official one, or another with its source."""

    name: str
    words: tuple[str, ...]
    key: Key
    station_ids: tuple[str, ...]
    source: str | None = None


def area_key(area: str) -> str:
    """An area's name without regard to case, spacing and a leading article."""
    return fold(area).removeprefix("the ")


def line_key(text: str) -> str:
    """A line's name as it is looked up: `(A)`, `A TRAIN` and `a` are one."""
    found = [word for word in _NOT_A_SIGN.sub(" ", fold(text)).split() if word not in _LINE_NOISE]
    return "".join(found)


_KeyT = TypeVar("_KeyT")


class _Index(Generic[_KeyT]):
    """Key → station ids, in the order in which they came, each once."""

    def __init__(self) -> None:
        self._ids: dict[_KeyT, dict[str, None]] = {}

    def add(self, found_by: _KeyT, ids: Iterable[str]) -> None:
        if not found_by:
            return
        self._ids.setdefault(found_by, {}).update(dict.fromkeys(ids))

    def get(self, found_by: _KeyT) -> tuple[str, ...]:
        return tuple(self._ids.get(found_by, ()))


class Names:
    """The indexes of one kind of names: as written, as spelled, by their one spelling."""

    def __init__(self, names: Iterable[KnownName]) -> None:
        self.all = tuple(names)
        self._written: _Index[str] = _Index()
        self._spelled: _Index[Key] = _Index()
        self._key: _Index[Key] = _Index()
        for name in self.all:
            self._written.add(fold(name.name), name.station_ids)
            self._spelled.add(spelled(name.name), name.station_ids)
            self._key.add(name.key, name.station_ids)

    def as_written(self, text: str) -> tuple[str, ...]:
        """Stations whose name is this text, but for case and spacing."""
        return self._written.get(fold(text))

    def as_spelled(self, text: str) -> tuple[str, ...]:
        """The same without regard to punctuation, ordinals and order."""
        return self._spelled.get(spelled(text))

    def as_meant(self, text: str) -> tuple[str, ...]:
        """The same with street types, directions and number words brought to one spelling."""
        return self._key.get(key(text))


def _known(name: str, ids: tuple[str, ...], source: str | None = None) -> KnownName:
    return KnownName(name=name, words=words(name), key=key(name), station_ids=ids, source=source)


class Gazetteer:
    """All stations of one network. Built once; nothing changes afterwards.

    `lines` maps each line's id to the routes that run on it. Raises ValueError when two stations share an id, or
    another name points at a station that is not there.
    """

    def __init__(
        self,
        stations: Sequence[Station],
        other_names: Sequence[OtherName],
        lines: Mapping[LineId, Sequence[str]],
        extras: Extras | None = None,
    ) -> None:
        self.stations = tuple(stations)
        self.other_names = tuple(other_names)
        self.lines = {line: tuple(routes) for line, routes in lines.items()}
        self.extras = extras or Extras()
        self._by_id = {station.id: station for station in self.stations}
        self._complexes: dict[str, tuple[Station, ...]] = {}
        for station in self.stations:
            self._complexes[station.complex_id] = (*self._complexes.get(station.complex_id, ()), station)
        self._check()
        self._index_names()
        self._index_areas()
        self._index_lines()

    def _check(self) -> None:
        if len(self._by_id) != len(self.stations):
            seen = [station.id for station in self.stations]
            twice = sorted({found for found in seen if seen.count(found) > 1})
            raise ValueError(f"station {twice[0]} stands there twice")
        for name in self.other_names:
            for found in name.station_ids:
                if found not in self._by_id:
                    raise ValueError(f"the other name {name.name!r} points at {found}, which is no station")
        for counted in self.extras.counted_in:
            if counted.station_id not in self._by_id:
                raise ValueError(f"{counted.station_id} is counted in {counted.area}, but is no station")
        for placed in self.extras.districts:
            if placed.station_id not in self._by_id:
                raise ValueError(f"{placed.station_id} lies in district {placed.district}, but is no station")

    def _index_names(self) -> None:
        self.official = Names(_known(station.name, (station.id,)) for station in self.stations)
        self.others = Names(_known(name.name, name.station_ids, name.source) for name in self.other_names)
        self._parts: _Index[Key] = _Index()
        self._bare: _Index[Key] = _Index()
        for name in (*self.official.all, *self.others.all):
            for part in parts(name.name):
                self._parts.add(key(part), name.station_ids)
                self._bare.add(bare(part), name.station_ids)
            self._bare.add(bare(name.name), name.station_ids)
        self._by_stiff: dict[Key, list[tuple[str, KnownName]]] = {}
        for name in (*self.official.all, *self.others.all):
            self._by_stiff.setdefault(stiff(name.key), []).append((" ".join(name.key), name))
        self._not_stations = {key(entry.name): entry for entry in self.extras.not_stations}

    def _index_areas(self) -> None:
        self._areas: dict[str, set[str]] = {station.id: set() for station in self.stations}
        for station in self.stations:
            if station.area:
                self._areas[station.id].add(area_key(station.area))
        for counted in self.extras.counted_in:
            self._areas[counted.station_id].add(area_key(counted.area))
        self._districts = {placed.station_id: fold(placed.district) for placed in self.extras.districts}
        self.has_areas = any(station.area for station in self.stations)

    def _index_lines(self) -> None:
        self._lines: _Index[str] = _Index()
        of_stations = dict.fromkeys(line for station in self.stations for line in station.lines)
        for line in (*self.lines, *of_stations):
            for text in (line, *self.lines.get(line, ())):
                self._lines.add(line_key(text), (line,))
        for text, meant in self.extras.line_words.items():
            self._lines.add(line_key(text), meant)

    def station(self, station_id: str) -> Station:
        """The station. Raises KeyError."""
        return self._by_id[station_id]

    def complex(self, complex_id: str) -> tuple[Station, ...]:
        """The stations of a complex; empty when there is none of that id."""
        return self._complexes.get(complex_id, ())

    def of_part(self, text: str) -> tuple[str, ...]:
        """Stations whose name is joined of several, one of which is this text."""
        return self._parts.get(key(text))

    def of_bare(self, text: str) -> tuple[str, ...]:
        """Stations whose name, or a part of it, is this text but for street types; none when the text has one."""
        wanted = key(text)
        return self._bare.get(wanted) if wanted == bare(text) else ()

    def with_stiff_words(self, found: Key) -> Sequence[tuple[str, KnownName]]:
        """Every name, and its key in one text, whose numbers and single letters are these."""
        return self._by_stiff.get(found, ())

    def not_a_station(self, text: str) -> NotAStation | None:
        """What is known of a text that is no station."""
        return self._not_stations.get(key(text))

    def in_area(self, station_id: str, area: str) -> bool:
        """True when the station lies in the area, records count it there, or it has no area at all."""
        areas = self._areas[station_id]
        return not areas or area_key(area) in areas

    def in_district(self, station_id: str, district: str) -> bool | None:
        """Whether records place the station in this district; None when that is not known."""
        known = self._districts.get(station_id)
        return None if known is None else known == fold(district)

    def lines_of(self, text: str) -> tuple[LineId, ...]:
        """The lines that a text such as `A TRAIN`, `(6X)` or a shuttle's shared letter may mean."""
        return tuple(LineId(line) for line in self._lines.get(line_key(text)))

    def line_of(self, text: str) -> LineId | None:
        """The one line that a text means; None when it means none or several."""
        found = self.lines_of(text)
        return found[0] if len(found) == 1 else None

    def knows(self, text: str) -> bool:
        """True when the text is a name, or a part of one, already: an answer to one record then decides that record
        alone, for the next one of that name may mean another station."""
        found = (self.official.as_meant(text), self.others.as_meant(text), self.of_part(text), self.of_bare(text))
        return any(found) or self.not_a_station(text) is not None

    def also_known(self, names: Sequence[OtherName]) -> Gazetteer:
        """The same gazetteer that has learnt other names (officers' answers); those it knows already change nothing.
        Raises ValueError."""
        learnt = [name for name in names if not self.knows(name.name)]
        return Gazetteer(self.stations, (*self.other_names, *learnt), self.lines, self.extras) if learnt else self

    def without_other_names(self) -> Gazetteer:
        """The same gazetteer with the table of other names emptied."""
        return Gazetteer(self.stations, (), self.lines, self.extras)
