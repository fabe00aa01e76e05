"""Backups of a store on SQLite by its own online copy; PostgreSQL has programs of its own for that."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError
from sqlalchemy.engine import make_url

from core.adapters.storage.tables import SCHEMA
from core.adapters.whole_file import replace_whole
from core.domain.restored import Manifest
from core.ports.copies import CannotCopy
from core.ports.store import Store, StoreBroken, StoreBusy

STORE, MANIFEST = "fleet.db", "manifest.json"
_BUSY_SECONDS = 10.0
_WITH_WAL = ("", "-wal", "-shm")


class StoreCopies:
    """The port Copies for the store at `url`; `opened` opens a store elsewhere under the same keys."""

    def __init__(self, url: str, opened: Callable[[str], Store]) -> None:
        parsed = make_url(url)
        self._opened = opened
        self._file = Path(parsed.database or "") if parsed.get_backend_name() == "sqlite" else None

    def make(self, folder: Path, at: datetime) -> Manifest:
        """See core.ports.copies."""
        source = self._place("pg_dump --format=custom makes the copy; its password stands in the store's address")
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise CannotCopy(f"{folder} is not empty: name a new folder, so that no older backup is overwritten")
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        copied = folder / STORE
        copied.touch(mode=0o600)
        _copy(source, copied)
        with closing(sqlite3.connect(copied)) as alone:
            alone.execute("PRAGMA journal_mode=DELETE").close()  # one file, that may lie on a disk nobody writes to
        manifest = _described(copied, at)
        replace_whole(folder / MANIFEST, manifest.model_dump_json(indent=1).encode())
        return manifest

    def look(self, folder: Path) -> Manifest:
        """See core.ports.copies."""
        try:
            manifest = Manifest.model_validate_json((folder / MANIFEST).read_bytes())
            if _hash(folder / STORE) != manifest.sha256:
                raise CannotCopy(f"{folder / STORE} is not what its manifest says: take another backup")
        except (OSError, ValidationError):
            raise CannotCopy(f"{folder} holds no backup ({STORE} with its {MANIFEST})") from None
        if manifest.schema_number > SCHEMA:
            raise CannotCopy(f"{folder} was made by a newer program (schema {manifest.schema_number}): update this one")
        return manifest

    @contextmanager
    def peek(self, folder: Path | None) -> Iterator[Store | None]:
        """See core.ports.copies."""
        file = self._place("") if folder is None else folder / STORE
        with tempfile.TemporaryDirectory(dir=file.parent if file.parent.is_dir() else None) as scratch:
            copied = Path(scratch) / STORE
            try:
                if not file.is_file():
                    raise CannotCopy(f"there is no store at {file}")
                if folder is None:
                    _copy(file, copied)
                else:
                    shutil.copy(file, copied)
                store = self._opened(f"sqlite:///{copied}")
            except (CannotCopy, StoreBroken):
                yield None
                return
            with closing(store):
                yield store

    def put_back(self, folder: Path, change: Callable[[Store], None]) -> Path | None:
        """See core.ports.copies.

        The copy is written into the store's own file as one transaction, so that a fleet that runs meanwhile goes on
        with it, and never with a file that nobody else sees.
        """
        file = self._place("pg_restore puts a copy back; the fleet notices it by itself when it is started")
        self.look(folder)
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=file.parent) as scratch:
            fresh = Path(scratch) / STORE
            shutil.copy(folder / STORE, fresh)
            with closing(self._opened(f"sqlite:///{fresh}")) as store:
                change(store)
            kept = _kept_beside(file)
            file.touch(mode=0o600)
            _copy(fresh, file)
        return kept

    def _place(self, instead: str) -> Path:
        if self._file is None:
            raise CannotCopy(f"this store is on PostgreSQL, which has its own programs: {instead}")
        return self._file


def _kept_beside(file: Path) -> Path | None:
    """A copy of the store that goes; one that can't be copied is moved away as it is."""
    if not file.exists():
        return None
    number = 1
    while (beside := file.with_name(f"{file.stem}-before-{number}{file.suffix}")).exists():
        number += 1
    beside.touch(mode=0o600)
    try:
        _copy(file, beside)
    except CannotCopy:
        for end in _WITH_WAL:
            part = file.with_name(file.name + end)
            if part.exists():
                part.replace(beside.with_name(beside.name + end))
    return beside


def _copy(source: Path, target: Path) -> None:
    """SQLite's online copy: one consistent state, whoever writes meanwhile."""
    try:
        with (
            closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True, timeout=_BUSY_SECONDS)) as old,
            closing(sqlite3.connect(target, timeout=_BUSY_SECONDS)) as new,
        ):
            if old.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
                raise CannotCopy(f"{source} is damaged")
            new.execute("PRAGMA synchronous=FULL").close()
            old.backup(new)
            new.execute("PRAGMA wal_checkpoint(TRUNCATE)").close()
    except sqlite3.OperationalError as error:
        if "locked" in str(error) or "busy" in str(error):
            raise StoreBusy(f"{target} is held by another process: try again later, or stop the fleet") from None
        raise CannotCopy(f"{source} can't be copied to {target}: {error}") from None
    except sqlite3.DatabaseError as error:
        raise CannotCopy(f"{source} can't be copied: {error}") from None


def _described(copied: Path, at: datetime) -> Manifest:
    with closing(sqlite3.connect(f"{copied.absolute().as_uri()}?mode=ro", uri=True)) as store:
        meta = dict(store.execute("SELECT name, value FROM meta").fetchall())
        last = store.execute("SELECT seq, mac FROM audit ORDER BY seq DESC LIMIT 1").fetchone()
    seq, mac = last or (0, "")
    return Manifest(
        schema_number=int(meta["schema"]),
        store_id=meta["store_id"],
        seq=seq,
        mac=mac,
        taken_at=at,
        sha256=_hash(copied),
    )


def _hash(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
