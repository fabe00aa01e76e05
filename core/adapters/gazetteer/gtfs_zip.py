"""Reads any agency's static GTFS zip: stations with their lines, complexes from parent stations and transfers."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from pydantic import ValidationError

from core.adapters.gazetteer.gtfs_lines import Row, is_rail, lines_of
from core.domain.imported import ImportedLine, ImportedNetwork
from core.domain.lines import LineId
from core.domain.places import Station

NEEDED = {
    "agency.txt": ("agency_name",),
    "routes.txt": ("route_id", "route_type"),
    "trips.txt": ("route_id", "trip_id"),
    "stops.txt": ("stop_id", "stop_name"),
    "stop_times.txt": ("trip_id", "stop_id"),
}
"""The tables that are read, and the columns without which they can't be (GTFS reference, read 2026-11)."""
NO_WALK = frozenset({"3", "4", "5"})
"""transfers.txt, transfer_type: no transfer possible, and the two kinds of staying in the vehicle."""


class _Feed:
    """The tables of a zip, wherever in it they lie."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._paths = {Path(name).name: name for name in archive.namelist()}
        missing = [name for name in NEEDED if name not in self._paths]
        if missing:
            raise ValueError(f"no complete GTFS: the zip is without {', '.join(missing)}")

    def rows(self, table: str, wanted: Sequence[str] = ()) -> Iterator[Row]:
        """The rows of a table (none when an optional one is absent), with the wanted columns or all."""
        if table not in self._paths:
            return
        with self._archive.open(self._paths[table]) as raw:
            reader = csv.reader(io.TextIOWrapper(raw, encoding="utf-8-sig", newline=""))
            head = [name.strip() for name in next(reader, [])]
            missing = [name for name in NEEDED.get(table, ()) if name not in head]
            if missing:
                raise ValueError(f"{table} is without the column {', '.join(missing)}")
            places = [(name, head.index(name)) for name in wanted or head if name in head]
            for cells in reader:
                if cells:
                    yield {name: cells[place].strip() if place < len(cells) else "" for name, place in places}


class _Complexes:
    """Which stations belong together: each has one that stands for its complex."""

    def __init__(self) -> None:
        self._over: dict[str, str] = {}

    def of(self, station: str) -> str:
        while (over := self._over.get(station, station)) != station:
            station = over
        return station

    def join(self, one: str, other: str) -> None:
        low, high = sorted((self.of(one), self.of(other)))
        if low != high:
            self._over[high] = low


def read_gtfs(path: Path) -> ImportedNetwork:
    """The network of a static GTFS zip: what runs on rails, where it stops, and what is joined.

    Raises ValueError with the reason: no zip, a table or a column is missing, or nothing in it runs on rails.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return _network(_Feed(archive))
    except zipfile.BadZipFile as error:
        raise ValueError(f"{path.name} is no zip") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise ValueError(f"{path.name}: {error}") from error
    except ValidationError as error:
        fault = error.errors()[0]
        raise ValueError(f"{path.name}: {'.'.join(map(str, fault['loc']))}: {fault['msg']}") from error


def _network(feed: _Feed) -> ImportedNetwork:
    routes = [row for row in feed.rows("routes.txt") if is_rail(row["route_type"])]
    if not routes:
        raise ValueError("nothing in this feed runs on rails")
    lines = lines_of(routes)
    stops = {row["stop_id"]: row for row in feed.rows("stops.txt")}
    served = _served(feed, {route: line.id for line in lines for route in line.routes})
    agency = next(feed.rows("agency.txt"), {})
    return ImportedNetwork(
        agency=agency.get("agency_name") or "unnamed",
        zone=agency.get("agency_timezone") or None,
        lines=lines,
        stations=_stations(feed, stops, served, lines),
    )


def _served(feed: _Feed, line_of: Mapping[str, LineId]) -> dict[str, set[LineId]]:
    """Stop id → the lines whose trips stop there."""
    trips = {
        row["trip_id"]: line_of[row["route_id"]]
        for row in feed.rows("trips.txt", ("route_id", "trip_id"))
        if row["route_id"] in line_of
    }
    served: dict[str, set[LineId]] = {}
    for row in feed.rows("stop_times.txt", ("trip_id", "stop_id")):
        line = trips.get(row["trip_id"])
        if line is not None:
            served.setdefault(row["stop_id"], set()).add(line)
    return served


def _station_of(stop_id: str, stops: Mapping[str, Row]) -> str:
    """The station that a stop belongs to: its parent, or itself. Raises ValueError."""
    if stop_id not in stops:
        raise ValueError(f"stop {stop_id} is named, but does not stand in stops.txt")
    parent = stops[stop_id].get("parent_station", "")
    if parent and parent not in stops:
        raise ValueError(f"stop {stop_id} has the parent {parent}, which does not stand in stops.txt")
    return parent or stop_id


def _stations(
    feed: _Feed, stops: Mapping[str, Row], served: Mapping[str, set[LineId]], lines: Sequence[ImportedLine]
) -> tuple[Station, ...]:
    at: dict[str, set[LineId]] = {}
    for stop_id, found in served.items():
        at.setdefault(_station_of(stop_id, stops), set()).update(found)
    complexes = _Complexes()
    for row in feed.rows("transfers.txt"):
        ends = [row.get("from_stop_id", ""), row.get("to_stop_id", "")]
        if row.get("transfer_type", "") in NO_WALK or any(end not in stops for end in ends):
            continue
        one, other = (_station_of(end, stops) for end in ends)
        if one in at and other in at:
            complexes.join(one, other)
    order = [line.id for line in lines]
    return tuple(
        _station(stops[found], tuple(line for line in order if line in at[found]), complexes.of(found))
        for found in sorted(at)
    )


def _station(row: Row, lines: tuple[LineId, ...], complex_id: str) -> Station:
    return Station(
        id=row["stop_id"],
        name=row["stop_name"],
        lines=lines,
        complex_id=complex_id,
        area=row.get("municipality") or None,
        latitude=float(row["stop_lat"]) if row.get("stop_lat") else None,
        longitude=float(row["stop_lon"]) if row.get("stop_lon") else None,
    )
