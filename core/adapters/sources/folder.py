"""A watched folder of CSV and JSON Lines files: whole records only, each file from where it was left."""

from __future__ import annotations

import fnmatch
import hashlib
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from core.adapters.sources.files import FileUnreadable, read_head, read_piece
from core.adapters.sources.folder_cursor import FolderCursor, Reading
from core.adapters.sources.mapping import RowReader
from core.adapters.sources.records import Cutter, Piece
from core.domain.columns import ColumnMap
from core.domain.policy import MayAssert
from core.ports.source import BadRow, Batch, GoodRow, SourceDown

ENDINGS = frozenset({".csv", ".json", ".jsonl", ".ndjson"})
UNFINISHED = (".part", ".tmp", ".filepart", ".crdownload")
DONE = ".done"
"""`export.csv.done` beside `export.csv` says that nothing more is written to it."""
HEAD, TAIL = 1024, 1024
"""Bytes by which a file is known again: its beginning, and what stands before the place where reading stopped."""
MOST_BYTES = 4_000_000
"""Bytes of raw rows in one batch, beside the number of rows."""
SHORTER = "it became shorter; it was read again from its start"


@dataclass(slots=True)
class _Pass:
    """What one pass has seen so far."""

    cursor: FolderCursor
    count_only: bool = False
    counted: int = 0
    troubles: list[str] = field(default_factory=list)


class FolderSource:
    """Reads every file of a folder whose name fits `pattern`; folders inside it are left alone.

    A last line without a line end waits until the file was the same at two passes, or its `.done` mark is there.
    A file that was replaced or rewritten is read again from its start: intake knows what it had before.
    """

    def __init__(
        self,
        name: str,
        folder: Path,
        columns: ColumnMap,
        zone: str,
        *,
        may_assert: MayAssert | None = None,
        every_seconds: float = 60.0,
        silent_after_seconds: float | None = None,
        from_start: bool = False,
        pattern: str = "*",
        batch_rows: int = 500,
    ) -> None:
        self.name = name
        self.may_assert = may_assert or MayAssert()
        self.every_seconds = every_seconds
        self.silent_after_seconds = silent_after_seconds
        self.from_start = from_start
        self._folder = folder
        self._pattern = pattern
        self._batch_rows = batch_rows
        self._reader = RowReader(columns, name, zone)

    def pull(self, cursor: str | None) -> Iterator[Batch]:
        """New rows since the cursor; what went wrong with single files is told at the end, as SourceDown."""
        seen = _Pass(FolderCursor.read(cursor))
        yield from self._walk(seen)
        seen.cursor.keep_only(path.name for path in self._files())
        yield Batch(rows=(), cursor=seen.cursor.text())
        if seen.troubles:
            raise SourceDown(f"{self._folder.name}: {'; '.join(seen.troubles)}")

    def count_only(self, cursor: str | None) -> tuple[int, str | None]:
        """How many rows there are behind the cursor. A file that can't be read now is left to later passes."""
        seen = _Pass(FolderCursor.read(cursor), count_only=True)
        for _ in self._walk(seen):
            pass
        return seen.counted, seen.cursor.text()

    def _walk(self, seen: _Pass) -> Iterator[Batch]:
        for path in self._files():
            try:
                yield from self._read_file(path, seen)
            except FileUnreadable as why:
                seen.troubles.append(f"{_shown(path)}: {why}")
            except OSError as error:
                if path.is_symlink() or not isinstance(error, FileNotFoundError):  # else it was only moved away
                    seen.troubles.append(f"{_shown(path)}: {(error.strerror or 'it can not be read').lower()}")

    def _files(self) -> list[Path]:
        try:
            paths = sorted(self._folder.iterdir())
        except OSError as error:
            raise SourceDown(f"{self._folder}: {(error.strerror or 'can not be read').lower()}") from None
        return [path for path in paths if self._is_meant(path)]

    def _is_meant(self, path: Path) -> bool:
        name = path.name
        return (
            path.suffix.lower() in ENDINGS
            and not name.startswith((".", "~"))
            and not name.lower().endswith(UNFINISHED)
            and fnmatch.fnmatch(name, self._pattern)
        )

    def _read_file(self, path: Path, seen: _Pass) -> Iterator[Batch]:
        if not path.name.isprintable():
            raise FileUnreadable("its name holds characters that can not be written")
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):  # a pipe would block for ever
            raise FileUnreadable("it is no ordinary file")
        before = seen.cursor.files.get(path.name)
        quiet = before is not None and before.same_stat(found.st_size, found.st_mtime_ns)
        if before is not None and quiet and before.offset == before.size:
            return
        whole = quiet or path.with_name(path.name + DONE).exists()
        with path.open("rb") as file:
            reading, changed = _resume(file, before, found.st_size, found.st_mtime_ns)
            yield from self._read_rows(file, path.name, reading, whole, seen)
        if changed:
            seen.troubles.append(f"{_shown(path)}: {changed}")

    def _read_rows(self, file: BinaryIO, name: str, reading: Reading, whole: bool, seen: _Pass) -> Iterator[Batch]:
        head = read_head(file, reading.size, whole, self._reader)
        if head is None:
            seen.cursor.files[name] = reading
            return
        if reading.offset < head.rows_at:
            reading = reading.moved(head.rows_at, head.line)
        quoted = head.header is not None
        cutter = Cutter(file, reading.offset, reading.line, reading.size, quoted, whole)
        held: list[GoodRow | BadRow] = []
        weight = 0
        for piece in cutter.pieces():
            reading = reading.moved(piece.end, piece.next_line, _loose_start(piece))
            if seen.count_only:
                seen.counted += 1
                continue
            held.append(read_piece(piece, name, head.header, self._reader))
            weight += len(piece.raw)
            if len(held) >= self._batch_rows or weight >= MOST_BYTES:
                yield self._batch(held, file, name, reading, seen)
                held, weight = [], 0
        last = self._batch(held, file, name, reading, seen)
        if held:
            yield last

    def _batch(self, rows: list[GoodRow | BadRow], file: BinaryIO, name: str, reading: Reading, seen: _Pass) -> Batch:
        """The rows with a cursor behind the last of them. The file goes on where it stood."""
        at = file.tell()
        seen.cursor.files[name] = reading.marked(*_marks(file, reading.offset))
        file.seek(at)
        return Batch(rows=tuple(rows), cursor=seen.cursor.text(), more=True)


def _shown(path: Path) -> str:
    return path.name if path.name.isprintable() else ascii(path.name)


def _loose_start(piece: Piece) -> int | None:
    """Where a record began that was taken without a line end: should more be written to it, it is read again."""
    return None if piece.raw.endswith(b"\n") or piece.fault else piece.start


def _marks(file: BinaryIO, offset: int) -> tuple[str, str]:
    file.seek(0)
    head = file.read(min(HEAD, offset))
    file.seek(max(0, offset - TAIL))
    return _digest(head), _digest(file.read(min(TAIL, offset)))


def _digest(part: bytes) -> str:
    return hashlib.sha256(part).hexdigest()[:16]


def _resume(file: BinaryIO, before: Reading | None, size: int, changed_ns: int) -> tuple[Reading, str | None]:
    """Where to go on: behind what was read, or at the start when this is another file than the one that was read."""
    fresh = Reading(size=size, changed_ns=changed_ns)
    if before is None or before.offset == 0:
        return fresh, None
    if size < before.offset:
        return fresh, SHORTER
    touched = size == before.size and changed_ns != before.changed_ns
    if touched or _marks(file, before.offset) != (before.head, before.tail):
        return fresh, None
    reading = before.seen_as(size, changed_ns)
    if before.loose is not None and size > before.offset:
        file.seek(before.offset)
        if file.read(1) not in (b"\n", b"\r"):
            return reading.moved(before.loose, before.line - 1), None
    return reading, None
