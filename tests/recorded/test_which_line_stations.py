"""The gazetteer that we carry is what the recorded station table says, and GTFS agrees on what is joined."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from core.adapters.gazetteer.mta_stations import read_mta_stations
from core.domain.gazetteer import Gazetteer
from core.domain.lines import LineId
from core.domain.places import AtComplex, AtStation, Place
from core.rules.station_changes import changes
from core.rules.which_line import resolve
from core.settings.gazetteer_file import read_gazetteer

GAZETTEER = read_gazetteer(Path(__file__).parents[2] / "agencies/nyc/gazetteer", [])


def test_the_table_is_carried_whole(recorded):
    table = read_mta_stations((recorded / "stations/MTA_Subway_Stations_2025-09.csv").read_bytes())
    assert len(table) == 496
    assert not changes(GAZETTEER.stations, table)


def test_the_table_of_complexes_is_refused_with_the_reason(recorded):
    content = (recorded / "stations/MTA_Subway_Stations_and_Complexes_2025-09-18.csv").read_bytes()
    with pytest.raises(ValueError, match="table of complexes"):
        read_mta_stations(content)


def test_shuttles_are_told_apart():
    stops = Counter(line for station in GAZETTEER.stations for line in station.lines)
    assert {line: stops[LineId(line)] for line in ("FS", "GS", "H")} == {"FS": 4, "GS": 2, "H": 5}
    assert not any("S" in station.lines for station in GAZETTEER.stations)


def test_gtfs_transfers_join_what_the_table_joins(recorded):
    with (recorded / "stations/gtfs_subway_transfers.txt").open(encoding="utf-8-sig", newline="") as file:
        pairs = [(row["from_stop_id"], row["to_stop_id"]) for row in csv.DictReader(file)]
    known = {station.id: station.complex_id for station in GAZETTEER.stations}
    inside = [pair for pair in pairs if all(end in known for end in pair)]
    apart = {frozenset(pair) for pair in inside if known[pair[0]] != known[pair[1]]}
    assert len(inside) == len(pairs) == 616
    assert apart == {frozenset(("254", "L26")), frozenset(("629", "B08")), frozenset(("R11", "B08"))}, "over the street"


def test_every_station_is_found_by_its_own_name_and_line():
    names: dict[tuple[str, str | None, str], set[str]] = {}
    for station in GAZETTEER.stations:
        for line in station.lines:
            names.setdefault((station.name, station.area, line), set()).add(station.id)
    for (name, area, named), ids in names.items():
        found = resolve(Place(station=name, area=area, lines=(named,)), GAZETTEER)
        if len(ids) == 1:
            assert isinstance(found, AtStation | AtComplex), (name, area, named, found)
            assert named in found.lines
        if isinstance(found, AtStation):
            assert found.station_id in ids


def test_every_station_is_found_by_its_name_and_coordinates():
    held, wrong = [], []
    for station in GAZETTEER.stations:
        place = Place(station=station.name, area=station.area, latitude=station.latitude, longitude=station.longitude)
        found = resolve(place, GAZETTEER)
        if not isinstance(found, AtStation | AtComplex):
            held.append(station.name)
        elif not set(station.lines) <= set(found.lines):
            wrong.append((station.id, station.name, found))
    print(f"{len(GAZETTEER.stations)} stations by name and coordinates: {len(wrong)} wrong, {len(held)} held: {held}")
    assert wrong == []
    assert len(held) <= 10


def test_emptied_other_names_leave_the_table_as_it_is():
    assert isinstance(GAZETTEER, Gazetteer)
    assert GAZETTEER.without_other_names().stations == GAZETTEER.stations
    assert all(name.source for name in GAZETTEER.other_names)
