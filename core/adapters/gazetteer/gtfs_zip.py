"""Reads any agency's static GTFS zip: stations with their lines, complexes from parent stations and transfers."""

from __future__ import annotations

import csv
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from pydantic import ValidationError

from core.adapters.gazetteer.gtfs_lines import Row, is_rail, lines_of
from core.adapters.gazetteer.gtfs_tables import Feed
from core.domain.imported import ImportedLine, ImportedNetwork
from core.domain.lines import LineId
from core.domain.places import Station

NO_WALK = frozenset({"3", "4", "5"})
"""transfers.txt, transfer_type: no transfer possible, and the two kinds of staying in the vehicle."""


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
            return _network(Feed(archive))
    except zipfile.BadZipFile as error:
        raise ValueError(f"{path.name} is no zip, or a broken one") from error
    except (NotImplementedError, RuntimeError, EOFError, zlib.error) as error:
        raise ValueError(f"{path.name} is packed in a way that can't be read") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise ValueError(f"{path.name}: {error}") from error
    except ValidationError as error:
        fault = error.errors()[0]
        raise ValueError(f"{path.name}: {'.'.join(map(str, fault['loc']))}: {fault['msg']}") from error


def _network(feed: Feed) -> ImportedNetwork:
    routes = [row for row in feed.rows("routes.txt") if is_rail(row["route_type"])]
    if not routes:
        raise ValueError("nothing in this feed runs on rails")
    _once("routes.txt", "route_id", routes)
    lines = lines_of(routes)
    stops = _once("stops.txt", "stop_id", feed.rows("stops.txt"))
    served = _served(feed, {route: line.id for line in lines for route in line.routes})
    agency = next(feed.rows("agency.txt"), {})
    return ImportedNetwork(
        agency=agency.get("agency_name") or "unnamed",
        zone=agency.get("agency_timezone") or None,
        lines=lines,
        stations=_stations(feed, stops, served, lines),
    )


def _once(table: str, column: str, rows: Iterable[Row]) -> dict[str, Row]:
    """The rows by their id. Raises ValueError for an id that stands there twice, or is empty."""
    found: dict[str, Row] = {}
    for row in rows:
        if not row[column]:
            raise ValueError(f"{table}: a row is without {column}")
        if row[column] in found:
            raise ValueError(f"{table}: {column} {row[column]} stands there twice")
        found[row[column]] = row
    return found


def _served(feed: Feed, line_of: Mapping[str, LineId]) -> dict[str, set[LineId]]:
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
    feed: Feed, stops: Mapping[str, Row], served: Mapping[str, set[LineId]], lines: Sequence[ImportedLine]
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
        name=row["stop_name"] or row["stop_id"],
        lines=lines,
        complex_id=complex_id,
        area=row.get("municipality") or None,
        latitude=_degrees(row, "stop_lat"),
        longitude=_degrees(row, "stop_lon"),
    )


def _degrees(row: Row, column: str) -> float | None:
    text = row.get(column, "")
    try:
        return float(text) if text else None
    except ValueError as error:
        raise ValueError(f"stops.txt: stop {row['stop_id']}: {column} {text!r} is no number") from error
