"""Reads one CSV or JSON Lines file, told apart by content: head, rows, and where reading stopped."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from core.adapters.sources.cells import RowRefused
from core.adapters.sources.json_rows import read_item
from core.adapters.sources.mapping import RowReader
from core.adapters.sources.records import BOM, Cutter, Piece, csv_cells, json_cells, no_number
from core.domain.columns import ColumnMap
from core.domain.incidents import Incident
from core.ports.source import BadRow, GoodRow, SourceDown

MOST_DOCUMENT = 20_000_000
"""Bytes of a JSON document that is read at once; a longer file must be JSON Lines."""


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
    """Every row of one file that nobody writes to any more, in order: CSV, JSON Lines, or one JSON document.

    `progress` is told (bytes read, bytes in all) after each row. Raises SourceDown when the file can't be read.
    """
    reader = RowReader(columns, source, zone)
    with _opened(path) as (file, size):
        document = _document(file, size)
        if document is not None:
            for number, item in enumerate(document, start=1):
                yield read_item(item, f"{path.name}: record {number}", reader)
        else:
            head = read_head(file, size, True, reader)
            for piece in _rows(file, size, head):
                yield read_piece(piece, path.name, head.header if head else None, reader)
                if progress is not None:
                    progress(piece.end, size)
        if progress is not None:
            progress(size, size)


def header_of(path: Path) -> tuple[str, ...]:
    """The column names of a file: a CSV's header, or the fields of the first JSON record with dots where they nest.

    Empty where the file holds nothing that can be read. Raises SourceDown when the file can't be opened.
    """
    with _opened(path) as (file, size):
        document = _document(file, size)
        if document is not None:
            return tuple(_field_names(document[0])) if document else ()
        file.seek(0)
        is_json = file.read(64).removeprefix(BOM).lstrip().startswith(b"{")
        piece = next(Cutter(file, 0, 1, size, quoted=not is_json, whole=True).pieces(), None)
        try:
            if piece is None or piece.fault is not None:
                return ()
            return tuple(_field_names(json_cells(piece.raw)) if is_json else map(str.strip, csv_cells(piece.raw)))
        except RowRefused:
            return ()


@contextmanager
def _opened(path: Path) -> Iterator[tuple[BinaryIO, int]]:
    try:
        with path.open("rb") as file:
            yield file, path.stat().st_size
    except FileUnreadable as why:
        raise SourceDown(f"{path.name}: {why}") from None
    except OSError as error:
        raise SourceDown(f"{path.name}: {(error.strerror or 'can not be read').lower()}") from None


def _rows(file: BinaryIO, size: int, head: Head | None) -> Iterator[Piece]:
    if head is not None:
        yield from Cutter(file, head.rows_at, head.line, size, head.header is not None, True).pieces()


def _document(file: BinaryIO, size: int) -> Sequence[object] | None:
    """The records of a file that is one JSON document (a list, or one record over several lines), else None."""
    file.seek(0)
    start = file.read(64).removeprefix(BOM).lstrip()[:1]
    if start not in (b"{", b"[") or size > MOST_DOCUMENT:
        return None
    file.seek(0)
    if start == b"{" and _is_json(file.readline()):
        return None
    file.seek(0)
    try:
        document = json.loads(file.read().removeprefix(BOM), parse_constant=no_number)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, list) else [document]


def _is_json(line: bytes) -> bool:
    try:
        json_cells(line)
    except RowRefused:
        return False
    return True


def _field_names(item: object, before: str = "") -> Iterator[str]:
    if isinstance(item, Mapping):
        for name, value in item.items():
            if isinstance(value, Mapping):
                yield from _field_names(value, f"{before}{name}.")
            else:
                yield f"{before}{name}"
