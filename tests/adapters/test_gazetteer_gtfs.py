"""Any agency's static GTFS zip becomes lines with branches, stations and complexes, or is refused with the reason."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from core.adapters.gazetteer.gtfs_zip import read_gtfs
from core.domain.gazetteer import Gazetteer
from core.domain.places import AtComplex, AtStation, Place
from core.rules.which_line import resolve

TABLES = {
    "agency.txt": """
agency_id,agency_name,agency_url,agency_timezone
1,Made-Up Bay Transit,https://transit.example,America/Halifax
""",
    "routes.txt": """
route_id,agency_id,route_short_name,route_long_name,route_type,route_color,route_text_color,route_sort_order
Red,1,,Red Line,1,DA291C,FFFFFF,10
Green-B,1,B,Green Line B,0,00843D,FFFFFF,32
Green-C,1,C,Green Line C,0,00843D,FFFFFF,33
Green-D,1,D,Green Line D,0,00843D,FFFFFF,34
Green-E,1,E,Green Line E,0,00843D,FFFFFF,35
7,1,7,Crosstown,1,B933AD,FFFFFF,40
7X,1,7X,Crosstown Express,1,B933AD,FFFFFF,41
39,1,39,Night Bus,3,FFC72C,000000,90
""",
    "trips.txt": """
route_id,service_id,trip_id
Red,w,r1
Green-B,w,b1
Green-C,w,c1
Green-D,w,d1
Green-E,w,e1
7,w,s1
7X,w,x1
39,w,n1
""",
    "stops.txt": """
stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station
place-old,Old Market,10.0,-30.0,1,
old-r,Old Market,10.0,-30.0,0,place-old
old-g,Old Market,10.0001,-30.0,0,place-old
place-hall,Town Hall,10.01,-30.0,1,
hall-g,Town Hall,10.01,-30.0,0,place-hall
place-dome,Dome,10.0105,-30.0,1,
dome-r,Dome,10.0105,-30.0,0,place-dome
b-end,Brewer's End,10.02,-30.02,0,
c-end,Cliff Road,10.02,-30.01,0,
d-end,Dairy Lane,10.02,-30.0,0,
e-end,Elm Circle,10.02,-29.99,0,
seven,Seventh Bridge,10.03,-29.99,0,
bus-only,Bus Yard,10.04,-29.99,0,
""",
    "stop_times.txt": """
trip_id,arrival_time,departure_time,stop_id,stop_sequence
r1,06:00:00,06:00:00,old-r,1
r1,06:05:00,06:05:00,dome-r,2
b1,06:00:00,06:00:00,old-g,1
b1,06:05:00,06:05:00,hall-g,2
b1,06:10:00,06:10:00,b-end,3
c1,06:00:00,06:00:00,hall-g,1
c1,06:10:00,06:10:00,c-end,2
d1,06:00:00,06:00:00,hall-g,1
d1,06:10:00,06:10:00,d-end,2
e1,06:00:00,06:00:00,hall-g,1
e1,06:10:00,06:10:00,e-end,2
s1,06:00:00,06:00:00,seven,1
x1,06:00:00,06:00:00,seven,1
n1,02:00:00,02:00:00,bus-only,1
""",
    "transfers.txt": """
from_stop_id,to_stop_id,transfer_type,min_transfer_time
hall-g,dome-r,2,180
b-end,c-end,3,
seven,seven,2,60
""",
}


def make(folder: Path, tables: dict[str, str], inside: str = "") -> Path:
    path = folder / "feed.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in tables.items():
            archive.writestr(inside + name, "\ufeff" + text.lstrip())
    return path


@pytest.fixture
def network(tmp_path):
    return read_gtfs(make(tmp_path, TABLES))


def test_branches_and_expresses_belong_to_one_line(network):
    assert [(line.id, line.name, line.routes) for line in network.lines] == [
        ("Red", "Red Line", ("Red",)),
        ("Green", "Green Line", ("Green-B", "Green-C", "Green-D", "Green-E")),
        ("7", "Crosstown", ("7", "7X")),
    ]
    assert network.lines[1].colour == "#00843D"
    assert (network.agency, network.zone) == ("Made-Up Bay Transit", "America/Halifax")


def test_a_station_has_the_lines_of_all_its_platforms(network):
    stations = {station.id: station for station in network.stations}
    assert stations["place-old"].lines == ("Red", "Green")
    assert stations["e-end"].lines == ("Green",)
    assert "bus-only" not in stations
    assert all(station.area is None for station in stations.values())


def test_stations_with_a_transfer_are_a_complex(network):
    complexes = {station.id: station.complex_id for station in network.stations}
    assert complexes["place-hall"] == complexes["place-dome"] == "place-dome"
    assert complexes["b-end"] != complexes["c-end"]


def test_what_was_read_resolves(network):
    gazetteer = Gazetteer(network.stations, [], {line.id: line.routes for line in network.lines})
    at_old = resolve(Place(station="OLD MARKET", train="Green-D"), gazetteer)
    assert isinstance(at_old, AtStation)
    assert (at_old.lines, at_old.explicit) == (("Red", "Green"), "Green")
    assert isinstance(resolve(Place(station="Brewers End"), gazetteer), AtStation)
    assert not isinstance(resolve(Place(station="Town Hall"), gazetteer), AtComplex)


def test_tables_may_lie_in_a_folder_of_the_zip(tmp_path, network):
    assert read_gtfs(make(tmp_path, TABLES, inside="feed/")) == network


def test_numbers_tell_lines_and_not_branches(tmp_path):
    routes = """
route_id,route_short_name,route_long_name,route_type,route_color
U-1,U1,Line 1,1,0000FF
U-2,U2,Line 2,1,0000FF
M_A,A,Line A,1,
M_B,B,Line B,1,
"""
    trips = "route_id,service_id,trip_id\nU-1,w,r1\n"
    found = read_gtfs(make(tmp_path, {**TABLES, "routes.txt": routes, "trips.txt": trips}))
    assert [line.id for line in found.lines] == ["U-1", "U-2", "M-A", "M-B"]


def test_a_municipality_is_the_area(tmp_path):
    stops = "stop_id,stop_name,municipality\nold-r,Old Market,Westford\n"
    times = "trip_id,stop_id\nr1,old-r\n"
    tables = {**TABLES, "stops.txt": stops, "stop_times.txt": times, "transfers.txt": "from_stop_id,to_stop_id\n"}
    (station,) = read_gtfs(make(tmp_path, tables)).stations
    assert (station.area, station.latitude) == ("Westford", None)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"stop_times.txt": None}, "without stop_times.txt"),
        ({"routes.txt": "route_id\nRed\n"}, "routes.txt is without the column route_type"),
        ({"routes.txt": "route_id,route_type\n39,3\n"}, "nothing in this feed runs on rails"),
        ({"stop_times.txt": "trip_id,stop_id\nr1,nowhere\n"}, "stop nowhere is named"),
        ({"stops.txt": "stop_id,stop_name,stop_lat\nold-r,Old Market,north\n"}, "north"),
        ({"stops.txt": "stop_id,stop_name,parent_station\nold-r,Old Market,gone\n"}, "the parent gone"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(tmp_path, change, reason):
    tables = {name: text for name, text in {**TABLES, **change}.items() if text is not None}
    if "stops.txt" in change:
        tables["stop_times.txt"] = "trip_id,stop_id\nr1,old-r\n"
    with pytest.raises(ValueError, match=reason):
        read_gtfs(make(tmp_path, tables))


def test_no_zip_is_refused(tmp_path):
    path = tmp_path / "feed.zip"
    path.write_text("no zip")
    with pytest.raises(ValueError, match=r"feed\.zip is no zip"):
        read_gtfs(path)
