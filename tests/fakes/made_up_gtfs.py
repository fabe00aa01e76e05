"""A made-up city's static GTFS in Boston's shape: one line with four branches, no boroughs, a bus that is no line."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

AGENCY = "Made-Up Bay Transit"
BRANCHES = ("B", "C", "D", "E")
_TRUNK = ("Park Cross", "Boilers Row", "Copley Fair", "Kenny Yard")
_ENDS = {"B": "Brewer's End", "C": "Cliff Circle", "D": "Dairy Side", "E": "Elm Street"}
_RED = ("Ale Wharf", "Harbour Yard", "Park Cross", "Down Cross", "South Stop", "Ash Mount")
_ORANGE = ("Oak Grave", "North Stop", "Down Cross", "Back Cove", "Forest Mills")
_BLUE = ("Wonder Land", "Airfield", "Govern Row", "Bow Dune")


def _trips() -> dict[str, list[str]]:
    """Route → the names of its stops in order."""
    green = {f"Green-{branch}": [*_TRUNK, _ENDS[branch]] for branch in BRANCHES}
    return {"Red": list(_RED), "Orange": list(_ORANGE), "Blue": list(_BLUE), **green, "39": ["Bus Yard", "Back Cove"]}


def _slug(name: str) -> str:
    return "".join(char for char in name.lower() if char.isalnum())


def _routes() -> str:
    rows = ["route_id,agency_id,route_short_name,route_long_name,route_type,route_color,route_text_color"]
    rows += [
        "Red,1,,Red Line,1,DA291C,FFFFFF",
        "Orange,1,,Orange Line,1,ED8B00,FFFFFF",
        "Blue,1,,Blue Line,1,003DA5,FFFFFF",
    ]
    rows += [f"Green-{branch},1,{branch},Green Line {branch},0,00843D,FFFFFF" for branch in BRANCHES]
    return "\n".join([*rows, "39,1,39,Night Bus,3,FFC72C,000000"]) + "\n"


def _stops(trips: Mapping[str, list[str]]) -> str:
    """One parent station a name, and below it one platform a route."""
    rows = ["stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station"]
    names = list(dict.fromkeys(name for stops in trips.values() for name in stops))
    for number, name in enumerate(names):
        where = f"{10 + number * 0.01:.4f},{-30 + number * 0.007:.4f}"
        rows.append(f"place-{_slug(name)},{name},{where},1,")
        rows += [
            f"{_slug(name)}-{route},{name},{where},0,place-{_slug(name)}"
            for route, stops in trips.items()
            if name in stops
        ]
    return "\n".join(rows) + "\n"


def tables() -> dict[str, str]:
    """File name → text of a complete, small feed."""
    trips = _trips()
    timed = [
        f"{route}-1,06:{minute:02}:00,06:{minute:02}:00,{_slug(name)}-{route},{minute}"
        for route, stops in trips.items()
        for minute, name in enumerate(stops, start=1)
    ]
    return {
        "agency.txt": (
            f"agency_id,agency_name,agency_url,agency_timezone\n1,{AGENCY},https://transit.example,America/Halifax\n"
        ),
        "routes.txt": _routes(),
        "trips.txt": "route_id,service_id,trip_id\n" + "".join(f"{route},w,{route}-1\n" for route in trips),
        "stops.txt": _stops(trips),
        "stop_times.txt": "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n" + "\n".join(timed) + "\n",
        "transfers.txt": (
            "from_stop_id,to_stop_id,transfer_type,min_transfer_time\nplace-southstop,place-governrow,2,240\n"
        ),
        "calendar.txt": (
            "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
            "w,1,1,1,1,1,0,0,20300101,20301231\n"
        ),
    }


def write_gtfs(path: Path, changed: Mapping[str, str | None] | None = None) -> Path:
    """The feed as a zip; `changed` replaces tables, or leaves one out (None)."""
    wanted = {**tables(), **(changed or {})}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in wanted.items():
            if text is not None:
                archive.writestr(name, text)
    return path
