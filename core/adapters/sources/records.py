"""Cuts a CSV or JSON Lines file into records by byte offset, so that reading can stop and go on anywhere."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from core.adapters.sources.cells import RowRefused

LONGEST = 1_000_000
"""Bytes of one record; what is longer is set aside, however long, without being held."""
KEPT = 64_000
"""Bytes that are kept of a record that is too long."""
MOST_LINES = 200
"""Lines that a quoted cell may span before its opening quote counts as a slip."""
BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Piece:
    """One record as it stands in the file; `line` counts from 1. `fault` says why it can't be cut properly."""

    start: int
    end: int
    line: int
    next_line: int
    raw: bytes
    fault: str | None = None


class Cutter:
    """Cuts records from `offset` up to byte `size`. `whole` takes a last record without a line end as complete;
    otherwise it is left for later. Quoted line ends are honoured for CSV."""

    def __init__(self, file: BinaryIO, offset: int, line: int, size: int, quoted: bool, whole: bool) -> None:
        self._file = file
        self._at = offset
        self._line = line
        self._size = size
        self._quoted = quoted
        self._whole = whole

    def pieces(self) -> Iterator[Piece]:
        """Records in order; empty lines are passed over."""
        self._file.seek(self._at)
        while self._at < self._size:
            piece = self._next()
            if piece is None:
                return
            self._at, self._line = piece.end, piece.next_line
            if piece.fault is not None or piece.raw.strip(b" \t\r\n"):
                yield piece

    def _next(self) -> Piece | None:
        """One record, or None when the rest is not complete yet. The file stands behind the record afterwards."""
        start, lines, held, open_quote = self._at, 0, bytearray(), False
        while True:
            line = self._file.readline(min(LONGEST, self._size - start - len(held)))
            lines += 1
            held += line
            if not line.endswith(b"\n"):
                return self._unended(start, lines, held)
            open_quote = self._quoted and stays_open(line, open_quote)
            if not open_quote:
                return Piece(start, start + len(held), self._line, self._line + lines, bytes(held))
            if len(held) > LONGEST or lines >= MOST_LINES:
                return self._slip(start, held)

    def _unended(self, start: int, lines: int, held: bytearray) -> Piece | None:
        """The file (or what may be held) ended before the record did."""
        if start + len(held) < self._size:
            return self._too_long(start, held) if lines == 1 else self._slip(start, held)
        if not self._whole:
            return None
        if self._quoted and stays_open(bytes(held), False):
            return self._slip(start, held)
        return Piece(start, self._size, self._line, self._line + lines, bytes(held))

    def _slip(self, start: int, held: bytearray) -> Piece:
        """A quote that nobody closes: only its own line is lost, reading goes on behind it."""
        first = bytes(held[: held.find(b"\n") + 1 or len(held)])
        end = start + len(first)
        self._file.seek(end)
        return Piece(start, end, self._line, self._line + 1, first, "a quote is never closed")

    def _too_long(self, start: int, held: bytearray) -> Piece | None:
        """Passes over the rest of an endless line without holding it."""
        end = start + len(held)
        while end < self._size:
            line = self._file.readline(min(LONGEST, self._size - end))
            if not line:
                return None
            end += len(line)
            if line.endswith(b"\n"):
                break
        else:
            if not self._whole:
                return None
        fault = f"the line is longer than {LONGEST} bytes"
        return Piece(start, end, self._line, self._line + 1, bytes(held[:KEPT]), fault)


def stays_open(line: bytes, is_open: bool) -> bool:
    """True when a CSV line ends inside a quoted cell; `is_open` when it began in one."""
    at, end = 0, len(line)
    while True:
        if is_open or line[at : at + 1] == b'"':
            at = _closing(line, at if is_open else at + 1)
            if at < 0:
                return True
            is_open = False
        at = line.find(b",", at) + 1
        if at == 0 or at >= end:
            return False


def _closing(line: bytes, at: int) -> int:
    """The place behind the quote that closes a cell, or -1; a doubled quote stands for one."""
    while True:
        quote = line.find(b'"', at)
        if quote < 0:
            return -1
        if line[quote + 1 : quote + 2] != b'"':
            return quote + 1
        at = quote + 2


def decoded(raw: bytes) -> str:
    """The record's text without its line end. Raises RowRefused."""
    if b"\x00" in raw:
        raise RowRefused("holds a NUL byte")
    try:
        return raw.removeprefix(BOM).decode().rstrip("\r\n")
    except UnicodeDecodeError:
        raise RowRefused("is no UTF-8 text") from None


def csv_cells(raw: bytes) -> list[str]:
    """A CSV record's cells. Raises RowRefused."""
    try:
        return next(csv.reader([decoded(raw)], strict=True), [])
    except csv.Error:
        raise RowRefused("is no CSV") from None


def json_cells(raw: bytes) -> Mapping[str, object]:
    """A JSON object's fields. Raises RowRefused."""
    try:
        value = json.loads(decoded(raw), parse_constant=no_number)
    except (ValueError, RecursionError):
        raise RowRefused("is no JSON") from None
    if not isinstance(value, dict):
        raise RowRefused("is no JSON object")
    return value


def no_number(word: str) -> object:
    """JSON has no NaN and no Infinity, whatever the library thinks. Raises ValueError."""
    raise ValueError(word)
