"""The store on SQLite or PostgreSQL: opened, checked, migrated, and given out transaction by transaction."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine

from core.adapters.storage.engine import make_engine, place, plain_errors
from core.adapters.storage.migrate import check_schema
from core.adapters.storage.transaction import SqlTx
from core.ports.secrets import Keyring
from core.ports.store import Store, StoreBusy

BUSY_SECONDS = 10.0
"""How long a transaction waits for another before it says StoreBusy."""


class SqlStore:
    """The port Store; threads may share it."""

    def __init__(self, engine: Engine, keyring: Keyring, busy_seconds: float = BUSY_SECONDS) -> None:
        self._engine = engine
        self._durable = engine.execution_options(durable=True)
        self._keyring = keyring
        self._busy_seconds = busy_seconds
        self._writer = threading.Lock() if engine.dialect.name == "sqlite" else None

    @contextmanager
    def begin(self, durable: bool = False) -> Iterator[SqlTx]:
        """A transaction; `durable` commits survive a power cut. Raises StoreBusy, StoreBroken."""
        engine = self._durable if durable else self._engine
        with plain_errors(engine), self._turn(), engine.begin() as connection:
            tx = SqlTx(connection, self._keyring)
            yield tx
            if tx.wrote_vault:
                self._keyring.keep()

    def close(self) -> None:
        """Give back connections; a second time is no error."""
        self._engine.dispose()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """SQLite has one writer: threads of this process queue here and are woken at once, where its own waiting
        would only look again every so often."""
        if self._writer is None:
            yield
            return
        if not self._writer.acquire(timeout=self._busy_seconds):
            raise StoreBusy(f"the store {place(self._engine.url)} is held by another thread: try again later")
        try:
            yield
        finally:
            self._writer.release()


def open_store(url: str, keyring: Keyring, migrate: bool = True, busy_seconds: float = BUSY_SECONDS) -> Store:
    """Open `sqlite:///FILE` or `postgresql+psycopg://…`; makes it, or brings it to the newest schema, where allowed.

    Raises StoreBroken when it can't be opened, written or understood, StoreBusy when it is held too long.
    """
    engine = make_engine(url, busy_seconds)
    try:
        with plain_errors(engine), engine.begin() as connection:
            check_schema(connection, place(engine.url), migrate)
    except BaseException:
        engine.dispose()
        raise
    return SqlStore(engine, keyring, busy_seconds)
