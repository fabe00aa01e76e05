"""The tables of a GTFS zip, row by row; a zip that would burst, or that can't be read, is refused in one line."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from core.adapters.gazetteer.gtfs_lines import Row

NEEDED = {
    "agency.txt": ("agency_name",),
    "routes.txt": ("route_id", "route_type"),
    "trips.txt": ("route_id", "trip_id"),
    "stops.txt": ("stop_id", "stop_name"),
    "stop_times.txt": ("trip_id", "stop_id"),
}
"""The tables that are read, and the columns without which they can't be (GTFS reference, read 2026-11)."""
LARGEST = 2_000_000_000
"""Bytes that a table may have unpacked; the largest city's stop_times.txt has a few hundred million."""
DENSEST = 200
"""Times that a table may be as large unpacked as packed; real ones are 5 to 25 times."""
SMALL = 10_000_000
"""Bytes below which nothing can burst."""
MOST_FILES = 2_000


class Feed:
    """The tables of a zip, wherever in it they lie. Nothing is ever unpacked to a file, so no path in it matters."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        if len(entries) > MOST_FILES:
            raise ValueError(f"no GTFS: the zip holds {len(entries)} files")
        self._entries: dict[str, zipfile.ZipInfo] = {}
        for entry in sorted(entries, key=lambda one: one.filename.count("/")):
            self._entries.setdefault(PurePosixPath(entry.filename).name, entry)
        missing = [name for name in NEEDED if name not in self._entries]
        if missing:
            raise ValueError(f"no complete GTFS: the zip is without {', '.join(missing)}")

    def rows(self, table: str, wanted: Sequence[str] = ()) -> Iterator[Row]:
        """The rows of a table (none when an optional one is absent), with the wanted columns or all."""
        entry = self._entries.get(table)
        if entry is None:
            return
        _check(table, entry)
        with self._archive.open(entry) as raw:
            reader = csv.reader(io.TextIOWrapper(raw, encoding="utf-8-sig", newline=""))
            head = [name.strip() for name in next(reader, [])]
            missing = [name for name in NEEDED.get(table, ()) if name not in head]
            if missing:
                raise ValueError(f"{table} is without the column {', '.join(missing)}")
            places = [(name, head.index(name)) for name in wanted or head if name in head]
            for cells in reader:
                if cells:
                    yield {name: _text(cells[place]) if place < len(cells) else "" for name, place in places}


def _text(cell: str) -> str:
    """A cell on one line."""
    return (
        cell.strip() if cell.isprintable() else " ".join("".join(c if c.isprintable() else " " for c in cell).split())
    )


def _check(table: str, entry: zipfile.ZipInfo) -> None:
    """Raise ValueError for a table that is locked, or too large, or packed more densely than any table of text."""
    if entry.flag_bits & 0x1:
        raise ValueError(f"{table} is locked with a password")
    too_dense = entry.file_size > SMALL and entry.file_size > DENSEST * max(entry.compress_size, 1)
    if entry.file_size > LARGEST or too_dense:
        raise ValueError(
            f"{table} would unpack to {entry.file_size:,} bytes from {entry.compress_size:,}: no real table"
        )
