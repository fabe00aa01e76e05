"""Reads one CSV or JSON Lines file, told apart by content: head, rows, and where reading stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from core.adapters.sources.cells import RowRefused
from core.adapters.sources.mapping import RowReader
from core.adapters.sources.records import BOM, Cutter, Piece, csv_cells, json_cells
from core.domain.columns import ColumnMap
from core.domain.incidents import Incident
from core.ports.source import BadRow, GoodRow, SourceDown


class FileUnreadable(Exception):
    """This file can't be read as a whole; the message says why, without its name."""


@dataclass(frozen=True, slots=True)
class Head:
    """What the beginning of a file says: its header (None for JSON Lines) and where the rows begin."""

    header: tuple[str, ...] | None
    rows_at: int
    line: int


def read_head(file: BinaryIO, size: int, whole: bool, reader: RowReader) -> Head | None:
    """The head, or None when it is not complete yet. Raises FileUnreadable when no row of it could be read."""
    file.seek(0)
    first = file.read(min(size, 4096)).removeprefix(BOM).lstrip()
    if first.startswith(b"{"):
        return Head(None, 0, 1)
    if first.startswith(b"["):
        raise FileUnreadable("it is one JSON list; write one record a line (JSON Lines)")
    piece = next(Cutter(file, 0, 1, size, quoted=True, whole=whole).pieces(), None)
    if piece is None:
        return None
    return Head(_header(piece, reader), piece.end, piece.next_line)


def _header(piece: Piece, reader: RowReader) -> tuple[str, ...]:
    try:
        if piece.fault is not None:
            raise RowRefused(piece.fault)
        header = tuple(name.strip() for name in csv_cells(piece.raw))
    except RowRefused as refused:
        raise FileUnreadable(f"its header {refused}") from None
    if len(set(header)) < len(header):
        raise FileUnreadable("its header names a column twice")
    missing = reader.missing(header)
    if missing is not None:
        raise FileUnreadable(f"it lacks the column {missing}")
    return header


def read_piece(piece: Piece, name: str, header: tuple[str, ...] | None, reader: RowReader) -> GoodRow | BadRow:
    """One record as a row, read or refused with its reason."""
    position = f"{name}:{piece.line}"
    try:
        if piece.fault is not None:
            raise RowRefused(piece.fault)
        return GoodRow(position=position, record=_read(piece.raw, header, reader), raw=piece.raw)
    except RowRefused as refused:
        return BadRow(position=position, reason=str(refused), raw=piece.raw)


def _read(raw: bytes, header: tuple[str, ...] | None, reader: RowReader) -> Incident:
    if header is None:
        return reader.read(json_cells(raw))
    cells = csv_cells(raw)
    if len(cells) != len(header):
        raise RowRefused(f"has {len(cells)} cells, the header has {len(header)}")
    return reader.read(dict(zip(header, cells, strict=True)))


def read_json_record(text: str | bytes, columns: ColumnMap, source: str, zone: str) -> Incident:
    """One incident written as a JSON object. Raises RowRefused with field and fault."""
    raw = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    return RowReader(columns, source, zone).read(json_cells(raw))


def rows_of_file(
    path: Path, columns: ColumnMap, source: str, zone: str, progress: Callable[[int, int], None] | None = None
) -> Iterator[GoodRow | BadRow]:
    """Every row of one file that nobody writes to any more, in order.

    `progress` is told (bytes read, bytes in all) after each row. Raises SourceDown when the file can't be read.
    """
    reader = RowReader(columns, source, zone)
    try:
        with path.open("rb") as file:
            size = path.stat().st_size
            head = read_head(file, size, True, reader)
            if head is None:
                return
            for piece in Cutter(file, head.rows_at, head.line, size, head.header is not None, True).pieces():
                yield read_piece(piece, path.name, head.header, reader)
                if progress is not None:
                    progress(piece.end, size)
    except FileUnreadable as why:
        raise SourceDown(f"{path.name}: {why}") from None
    except OSError as error:
        raise SourceDown(f"{path.name}: {(error.strerror or 'can not be read').lower()}") from None
