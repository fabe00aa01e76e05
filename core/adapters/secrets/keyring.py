"""The keyring: one key per vault owner, in a database of its own that no backup of the store holds."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, LargeBinary, MetaData, String, Table, select, update
from sqlalchemy.engine import make_url

from core.adapters.storage.engine import insert_new, make_engine, place, plain_errors
from core.ports.secrets import KeyDestroyed, SecretsBroken
from core.ports.store import StoreBroken, StoreBusy

_KEY = 32
_BUSY_SECONDS = 10.0

_metadata = MetaData()
_keys = Table("keys", _metadata, Column("owner", String, primary_key=True), Column("key", LargeBinary))
"""A destroyed key leaves its owner behind, so that none is ever made again."""
_kept = Table("kept", _metadata, Column("name", String, primary_key=True), Column("token", String))
_KEEP = update(_kept).where(_kept.c.name == "last")


class SqlKeyring:
    """The port Keyring on `sqlite:///FILE` (made 0600) or `postgresql+psycopg://…`; threads may share it.

    A new key is committed at once, so a killed process loses none; `keep()` makes all of them safe from a power cut,
    and the store calls it before it commits what lies under them. Raises SecretsBroken.
    """

    def __init__(self, url: str) -> None:
        try:
            parsed = make_url(url)
            if parsed.get_backend_name() == "sqlite" and parsed.database:
                _made_private(Path(parsed.database))
            self._engine = make_engine(url, _BUSY_SECONDS)
            with plain_errors(self._engine), self._engine.begin() as connection:
                _metadata.create_all(connection)
                connection.execute(insert_new(connection, _kept), {"name": "last", "token": ""})
        except (StoreBroken, StoreBusy, OSError) as error:
            raise SecretsBroken(f"the keyring can't be opened: {error}") from None

    def key(self, owner: str) -> bytes:
        """The owner's key, made at first need. Raises KeyDestroyed."""
        known = self._find(owner)
        if not known:
            # Two processes may want it at once: whichever came first made it, and both read that one.
            with self._transaction() as connection:
                connection.execute(insert_new(connection, _keys), {"owner": owner, "key": secrets.token_bytes(_KEY)})
                known = _read(connection, owner)
        if known[0] is None:
            raise KeyDestroyed(f"the key of {owner} was destroyed")
        return known[0]

    def existing(self, owner: str) -> bytes | None:
        """The owner's key, None when it was destroyed or never made."""
        known = self._find(owner)
        return known[0] if known else None

    def destroy(self, owner: str) -> None:
        """Destroy the key for good: no byte of it stays in the files. A second time is no error.

        On PostgreSQL the bytes stay in its own log until that is recycled: erasing surely needs the SQLite form.
        """
        with self._transaction(durable=True) as connection:
            connection.execute(insert_new(connection, _keys), {"owner": owner, "key": None})
            connection.execute(update(_keys).where(_keys.c.owner == owner).values(key=None))
        self._forget_pages()

    def keep(self) -> None:
        """Make every key made so far safe from a power cut: one durable commit covers all that went before it."""
        with self._transaction(durable=True) as connection:
            connection.execute(_KEEP.values(token=secrets.token_hex(4)))

    def close(self) -> None:
        """Give back connections; a second time is no error."""
        self._engine.dispose()

    def _find(self, owner: str) -> tuple[bytes | None, ...]:
        with self._transaction(reading=True) as connection:
            return _read(connection, owner)

    @contextmanager
    def _transaction(self, **options: Any) -> Iterator[Connection]:
        try:
            with plain_errors(self._engine), self._engine.execution_options(**options).begin() as connection:
                yield connection
        except (StoreBroken, StoreBusy) as error:
            raise SecretsBroken(f"the keyring can't be used: {error}") from None

    def _forget_pages(self) -> None:
        """Empty SQLite's journal, where older pages still hold the key; `secure_delete` has cleared the file itself."""
        if self._engine.dialect.name != "sqlite":
            return
        pooled = self._engine.raw_connection()
        try:
            busy, *_ = pooled.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            pooled.close()
        if busy:
            raise SecretsBroken(
                f"the key is destroyed, but {place(self._engine.url)} is being read and its journal still holds the "
                "bytes: erase again"
            )


def _read(connection: Connection, owner: str) -> tuple[bytes | None, ...]:
    """(key,), (None,) for a destroyed one, () for one never made."""
    return tuple(connection.execute(select(_keys.c.key).where(_keys.c.owner == owner)).scalars())


def _made_private(path: Path) -> None:
    """Make the file before the database does: SQLite gives its journals the same mode."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600, exist_ok=True)
    if path.stat().st_mode & 0o077:
        raise SecretsBroken(f"{path} can be read by others: chmod 600 {path}")
