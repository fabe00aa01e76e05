"""Names that the bureau and others print beside a line group lead to stations of that group today."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
import yaml

from core.domain.lines import Line
from core.domain.places import Ambiguous, AtComplex, AtStation, Place, placed_lines
from core.rules.which_line import resolve
from core.settings.gazetteer_file import read_gazetteer

ROOT = Path(__file__).parents[2]


def fleet() -> list[Line]:
    rows = yaml.safe_load((ROOT / "lines.yaml").read_text(encoding="utf-8"))["lines"]
    return [
        Line(
            id=name,
            name=row["name"],
            routes=tuple(row["routes"]),
            colour=row["colour"],
            symbol=row.get("symbol", name),
            handle=row["handle"],
        )
        for name, row in rows.items()
    ]


GAZETTEER = read_gazetteer(ROOT / "agencies/nyc/gazetteer", fleet())
OLD_LETTERS = {"71 Street (B,M)", "Bay Parkway (B,M)"}
"""Held: the lines named there have moved away since, so the record contradicts its own station."""
NOT_SO = {"71 Ave.-Forest Hills (E,F,M,R)"}
"""The list sends it to another station of the same lines."""


def lines_in(text: str) -> set[str]:
    found = [piece for group in re.findall(r"\(([^)]*)\)", text) for piece in group.split(",")]
    return {line for piece in found for line in GAZETTEER.lines_of(piece)}


def test_a_peers_list_of_names_agrees(recorded):
    with (recorded / "nypd/crosswalk_nypd_to_mta.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    held = set()
    for row in rows:
        found = resolve(Place(station=row["nypd_station"], area=row["mta_borough_for_joining"]), GAZETTEER)
        if isinstance(found, Ambiguous):
            held.add(row["nypd_station"])
        else:
            assert set(placed_lines(found)) <= lines_in(row["mta_station"]), (row, found)
    print(f"{len(rows)} names with line groups: {len(rows) - len(held)} alike, {len(held)} held: {sorted(held)}")
    assert len(rows) == 260
    assert held == OLD_LETTERS
    forest_hills = resolve(Place(station=min(NOT_SO)), GAZETTEER)
    assert isinstance(forest_hills, AtStation)
    assert forest_hills.station_id == "G08"


def test_names_alone_are_never_wrong(recorded):
    with (recorded / "nypd/nypd_station_lines_2017q4-2023q4.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    groups: dict[tuple[str, str], list[set[str]]] = {}
    for row in rows:
        printed: set[str] = {line for piece in row["lines_as_printed"].split(",") for line in GAZETTEER.lines_of(piece)}
        groups.setdefault((row["nypd_station_name"], row["borough"].title()), []).append(printed)
    answered = 0
    for (name, area), several in groups.items():
        found = resolve(Place(station=name, area=area), GAZETTEER)
        if isinstance(found, AtStation | AtComplex):
            answered += 1
            assert all(printed & set(found.lines) for printed in several), (name, area, found)
    print(f"{len(groups)} names by borough alone: {answered} answered, {len(groups) - answered} held")
    assert answered >= 150


@pytest.mark.parametrize(
    ("place", "station", "lines"),
    [
        (Place(station="BROADWAY/NASSAU", area="Manhattan"), "A38", "A C"),
        (Place(station="PACIFIC STREET", area="Brooklyn"), "R31", "D N R"),
        (Place(station="ASTORIA BLVD.", area="Queens", lines=("N", "Q")), "R03", "N W"),
        (Place(station="42 ST.-GRAND CENTRAL", area="Manhattan", lines=("S",)), "901", "GS"),
        (Place(station="5 AVENUE", area="Manhattan", lines=("N,Q,R",)), "R13", "N R W"),
        (Place(station="PELHAM BAY PARK", train="6X"), "601", "6"),
        (Place(station="ST. GEORGE", area="Staten Island", train="SI"), "S31", "SIR"),
        (Place(station="161 St.-Yankee Stadium (4)"), "414", "4"),
        (Place(station="EAST TREMONT AVE.-WEST FARMS S", area="the Bronx"), "214", "2 5"),
        (Place(station="34 ST.-HERALD SQ.", area="Manhattan", train="W"), "R17", "N Q R W"),
        (Place(station="PARK PLACE", area="BROOKLYN"), "S03", "FS"),
    ],
)
def test_old_names_and_letters_lead_to_todays_lines(place, station, lines):
    found = resolve(place, GAZETTEER)
    assert isinstance(found, AtStation), found
    assert (found.station_id, " ".join(found.lines)) == (station, lines)


@pytest.mark.parametrize(
    "place",
    [
        Place(train="S"),
        Place(lines=("S",)),
        Place(station="BEVERLY ROAD", area="Brooklyn"),
        Place(station="125 STREET", area="Manhattan"),
        Place(station="BOWERY", area="Manhattan", train="A"),
        Place(station="135 STREET", area="Brooklyn"),
        Place(station="DISTRICT 4 OFFICE", area="Manhattan"),
        Place(station="CHURCH AVENUE", area="Brooklyn", latitude=40.6700, longitude=-73.9000),
    ],
)
def test_what_may_be_several_lines_is_held(place):
    found = resolve(place, GAZETTEER)
    assert isinstance(found, Ambiguous), found
    assert found.why
