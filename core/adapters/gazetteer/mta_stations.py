"""Reads the MTA's own table of subway stations, in the column layouts of its years."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

from pydantic import ValidationError

from core.domain.imported import ImportedNetwork
from core.domain.lines import LineId
from core.domain.places import Station

PUBLISHER = "MTA"
AREAS = {"M": "Manhattan", "Bk": "Brooklyn", "B": "Brooklyn", "Q": "Queens", "Bx": "the Bronx", "SI": "Staten Island"}
"""Borough codes of the table; `B` for Brooklyn is the older years'."""
SHUTTLES_BY_LINE: Mapping[str, LineId] = {
    "Franklin Shuttle": LineId("FS"),
    "Rockaway": LineId("H"),
    "Lexington - Shuttle": LineId("GS"),
}
"""The table's Line column → the shuttle that it calls `S` there."""
SHUTTLES_BY_STOP: Mapping[str, LineId] = {"D26": LineId("FS"), "901": LineId("GS"), "902": LineId("GS")}
"""Stops on another line's tracks, or whose Line cell changed with the years → the shuttle that ends there."""

_ALIKE = {
    "stop": ("GTFS Stop ID", "gtfs_stop_id", "GTFS_Stop_ID"),
    "complex": ("Complex ID", "complex_id", "Complex_ID"),
    "line": ("Line", "line"),
    "name": ("Stop Name", "stop_name", "Stop_Name"),
    "borough": ("Borough", "borough"),
    "routes": ("Daytime Routes", "daytime_routes", "Daytime_Routes"),
    "latitude": ("GTFS Latitude", "gtfs_latitude", "GTFS_Latitude"),
    "longitude": ("GTFS Longitude", "gtfs_longitude", "GTFS_Longitude"),
}
"""What is read → the headings that the years gave it; their order differs too."""


def _columns(head: list[str]) -> dict[str, int]:
    places = {name.strip(): position for position, name in enumerate(head)}
    if "Is Complex" in places or "Constituent Station Names" in places:
        raise ValueError(
            "this is the table of complexes, one row for all stations of a complex: it does not say which line stops "
            "at which of them; take the table of stations"
        )
    found = {what: next((places[name] for name in names if name in places), -1) for what, names in _ALIKE.items()}
    missing = [_ALIKE[what][0] for what, position in found.items() if position < 0]
    if missing:
        raise ValueError(f"no layout of this table that we know: without the column {', '.join(missing)}")
    return found


def _line(route: str, stop: str, table_line: str) -> LineId:
    if route != "S":
        return LineId(route)
    shuttle = SHUTTLES_BY_STOP.get(stop) or SHUTTLES_BY_LINE.get(table_line)
    if shuttle is None:
        raise ValueError(f"stop {stop} has a shuttle on {table_line!r}, which is none that we know")
    return shuttle


def _station(cells: Mapping[str, str]) -> Station:
    if cells["borough"] not in AREAS:
        raise ValueError(f"borough {cells['borough']!r} is none that we know")
    routes = cells["routes"].split()
    return Station(
        id=cells["stop"],
        name=cells["name"],
        lines=tuple(sorted({_line(route, cells["stop"], cells["line"]) for route in routes})),
        complex_id=cells["complex"],
        area=AREAS[cells["borough"]],
        latitude=float(cells["latitude"]),
        longitude=float(cells["longitude"]),
    )


def read_mta_stations(content: bytes) -> tuple[Station, ...]:
    """The stations of the table, by complex and id.

    Raises ValueError with the reason when the layout is unknown, or with the line that can't be read.
    """
    reader = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    columns = _columns(next(reader, []))
    stations = []
    for row in reader:
        if not row:
            continue
        try:
            stations.append(_station({what: row[position].strip() for what, position in columns.items()}))
        except ValidationError as error:
            raise ValueError(f"line {reader.line_num}: {error.errors()[0]['msg']}") from error
        except (ValueError, IndexError) as error:
            raise ValueError(f"line {reader.line_num}: {error}") from error
    if not stations:
        raise ValueError("the table holds no station")
    return tuple(sorted(stations, key=lambda station: (int(station.complex_id), station.id)))


def read_network(content: bytes) -> ImportedNetwork:
    """The table as a publication; it describes no lines beside those of its stations. Raises ValueError."""
    return ImportedNetwork(agency=PUBLISHER, lines=(), stations=read_mta_stations(content))
