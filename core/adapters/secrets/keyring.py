"""The keyring: one key per vault owner, in a database of its own that no backup of the store holds."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url

from core.adapters.secrets.seals import SealFile
from core.adapters.storage.engine import make_engine, place
from core.ports.secrets import KeyDestroyed, SecretsBroken
from core.ports.store import StoreBroken

_KEY = 32
_BUSY_SECONDS = 10.0
_KEPT = ""
"""Owner of the row that `keep` writes."""


class SqlKeyring:
    """The port Keyring on `sqlite:///FILE` (made 0600) or `postgresql+psycopg://…`; threads may share it.

    A new key is committed at once, so a killed process loses none; `keep()` makes all of them safe from a power cut.
    `seals` remembers outside it whose keys were destroyed.
    A key is asked for with nearly every record, so the statements go straight to the driver. Raises SecretsBroken.
    """

    def __init__(self, url: str, seals: SealFile | None = None) -> None:
        self._seals = seals
        try:
            parsed = make_url(url)
            self._sqlite = parsed.get_backend_name() == "sqlite"
            if self._sqlite and parsed.database:
                _made_private(Path(parsed.database))
            self._engine = make_engine(url, _BUSY_SECONDS)
        except (StoreBroken, OSError) as error:
            raise SecretsBroken(f"the keyring can't be opened: {error}") from None
        mark, blob = ("?", "BLOB") if self._sqlite else ("%s", "BYTEA")
        # A destroyed key leaves its owner behind, so that none is ever made again.
        self._make = f"CREATE TABLE IF NOT EXISTS keys (owner VARCHAR PRIMARY KEY, key {blob})"
        self._find = f"SELECT key FROM keys WHERE owner = {mark}"  # noqa: S608 - a parameter's mark, no value
        add = f"INSERT INTO keys (owner, key) VALUES ({mark}, {mark})"  # noqa: S608 - the same
        self._add = f"{add} ON CONFLICT DO NOTHING"
        self._put = f"{add} ON CONFLICT (owner) DO UPDATE SET key = excluded.key"
        with self._cursor() as cursor:
            cursor.execute(self._make)

    def key(self, owner: str) -> bytes:
        """The owner's key, made at first need. Raises KeyDestroyed."""
        with self._cursor() as cursor:
            row = cursor.execute(self._find, (owner,)).fetchone()
            if row is None:
                # Two processes may want it at once: whichever came first made it, and both read that one.
                cursor.execute(self._add, (owner, secrets.token_bytes(_KEY)))
                row = cursor.execute(self._find, (owner,)).fetchone()
        if row[0] is None:
            raise KeyDestroyed(f"the key of {owner} was destroyed")
        return bytes(row[0])

    def existing(self, owner: str) -> bytes | None:
        """The owner's key, None when it was destroyed or never made."""
        with self._cursor() as cursor:
            row = cursor.execute(self._find, (owner,)).fetchone()
        return None if row is None or row[0] is None else bytes(row[0])

    def destroyed(self, owner: str) -> bool:
        """True when the owner's key was destroyed; False for one that was never made."""
        with self._cursor() as cursor:
            row = cursor.execute(self._find, (owner,)).fetchone()
        return row is not None and row[0] is None

    def destroy(self, owner: str) -> None:
        """Destroy the key for good: no byte of it stays in the files. A second time is no error.

        On PostgreSQL the bytes stay in its own log until that is recycled: erasing surely needs the SQLite form.
        """
        if self._seals is not None:
            self._seals.add(owner)
        with self._cursor(durable=True) as cursor:
            cursor.execute(self._put, (owner, None))
            # `secure_delete` clears the file itself; older pages in the journal hold the key until it is emptied.
            busy = self._sqlite and cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        if busy:
            raise SecretsBroken(
                f"the key is destroyed, but {place(self._engine.url)} is being read and its journal still holds the "
                "bytes: erase again"
            )

    def keep(self) -> None:
        """Make every key made so far safe from a power cut: one durable commit covers all that went before it."""
        with self._cursor(durable=True) as cursor:
            # Another value each time: SQLite writes nothing, and so syncs nothing, where a row stays the same.
            cursor.execute(self._put, (_KEPT, secrets.token_bytes(8)))

    def close(self) -> None:
        """Give back connections; a second time is no error."""
        self._engine.dispose()

    @contextmanager
    def _cursor(self, durable: bool = False) -> Iterator[Any]:
        """SQLite commits each statement by itself; PostgreSQL all of them at the end, and always durably."""
        try:
            pooled = self._engine.raw_connection()
            try:
                cursor = pooled.cursor()
                if self._sqlite:
                    cursor.execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
                yield cursor
                pooled.commit()
            finally:
                pooled.close()
        except self._engine.dialect.loaded_dbapi.Error as error:
            words = " ".join(str(error).split())
            raise SecretsBroken(f"the keyring {place(self._engine.url)} can't be used: {words}") from None


def _made_private(path: Path) -> None:
    """Make the file before the database does: SQLite gives its journals the same mode."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600, exist_ok=True)
    if path.stat().st_mode & 0o077:
        raise SecretsBroken(f"{path} can be read by others: chmod 600 {path}")
