"""Fits a publication's stations to a fleet: its lines by their routes, and what the publication does not say kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from core.domain.gazetteer import Gazetteer
from core.domain.imported import ImportedNetwork
from core.domain.lines import LineId
from core.domain.places import Station


def fitted(network: ImportedNetwork, known: Gazetteer) -> tuple[Station, ...]:
    """The publication's stations with the fleet's lines. A complex of the same stations keeps its id; where the
    publication knows no areas at all, a station keeps the area that it had."""
    line_of = _lines_by_route(network, known.lines)
    complexes = _complex_ids(network.stations, known.stations)
    areas = {} if any(station.area for station in network.stations) else {one.id: one.area for one in known.stations}
    return tuple(
        station.model_copy(
            update={
                "lines": tuple(dict.fromkeys(line_of.get(line, line) for line in station.lines)),
                "complex_id": complexes[station.complex_id],
                "area": station.area or areas.get(station.id),
            }
        )
        for station in network.stations
    )


def _lines_by_route(network: ImportedNetwork, fleet: Mapping[LineId, Sequence[str]]) -> dict[LineId, LineId]:
    """The publication's line → the fleet's line on which one of its routes runs."""
    by_route = {route: line for line, routes in fleet.items() for route in routes}
    return {
        line.id: next((by_route[route] for route in line.routes if route in by_route), line.id)
        for line in network.lines
    }


def _complex_ids(new: Iterable[Station], old: Iterable[Station]) -> dict[str, str]:
    known = {members: complex_id for complex_id, members in _members(old).items()}
    found = {complex_id: known.get(members, complex_id) for complex_id, members in _members(new).items()}
    taken = list(found.values())
    return {complex_id: name if taken.count(name) == 1 else complex_id for complex_id, name in found.items()}


def _members(stations: Iterable[Station]) -> dict[str, frozenset[str]]:
    groups: dict[str, set[str]] = defaultdict(set)
    for station in stations:
        groups[station.complex_id].add(station.id)
    return {complex_id: frozenset(ids) for complex_id, ids in groups.items()}


def dangling(stations: Sequence[Station], known: Gazetteer) -> tuple[str, ...]:
    """What people wrote beside the table that would point at no station any more, one sentence each."""
    there = {station.id for station in stations}
    extras = known.extras
    found = [
        f"other_names.csv: {name.name!r} points at {station_id}"
        for name in known.other_names
        for station_id in name.station_ids
        if station_id not in there
    ]
    found += [
        f"counted_in.csv: {one.station_id} in {one.area}" for one in extras.counted_in if one.station_id not in there
    ]
    found += [
        f"districts.csv: {one.station_id} in district {one.district}"
        for one in extras.districts
        if one.station_id not in there
    ]
    return tuple(found)
