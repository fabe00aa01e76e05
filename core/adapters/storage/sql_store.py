"""The store on SQLite or PostgreSQL: opened, checked, migrated, and given out transaction by transaction."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TypeVar

from sqlalchemy import Engine, update

from core.adapters.storage.anchor import AnchorFile
from core.adapters.storage.audit import FIRST_CHAINED, chain_older
from core.adapters.storage.committing import Committing
from core.adapters.storage.engine import insert_new, make_engine, place, plain_errors
from core.adapters.storage.migrate import check_schema
from core.adapters.storage.tables import meta
from core.adapters.storage.transaction import SqlTx
from core.ports.secrets import Keyring
from core.ports.store import Store, StoreBroken, StoreBusy, Tx

log = logging.getLogger(__name__)
T = TypeVar("T")
_ANCHORED = "anchored"
"""Row of `meta` that each writing of the anchor changes."""
BUSY_SECONDS = 10.0
"""How long a transaction waits for another before it says StoreBusy."""


class SqlStore:
    """The port Store; threads may share it."""

    def __init__(
        self,
        engine: Engine,
        keyring: Keyring,
        busy_seconds: float = BUSY_SECONDS,
        audit_key: bytes | None = None,
        anchor: AnchorFile | None = None,
    ) -> None:
        self._engine = engine
        self._durable = engine.execution_options(durable=True)
        self._keyring = keyring
        self._audit_key = audit_key
        self._anchor = anchor
        self._busy_seconds = busy_seconds
        self._writer = threading.Lock() if engine.dialect.name == "sqlite" else None
        self._committing = None if self._writer is None else Committing(partial(self.begin, durable=True))

    @contextmanager
    def begin(self, durable: bool = False) -> Iterator[SqlTx]:
        """A transaction; `durable` commits survive a power cut. Raises StoreBusy, StoreBroken."""
        engine = self._durable if durable else self._engine
        with plain_errors(engine), self._turn(), engine.begin() as connection:
            tx = SqlTx(connection, self._keyring, self._audit_key)
            yield tx
            tx.end()
            if tx.wrote_vault:
                self._keyring.keep()
        moved = tx.written is not None or tx.tried is not None
        if moved and self._anchor is not None and self._anchor.note(tx.written, tx.tried):
            self.keep_anchor()

    def durably(self, act: Callable[[Tx], T]) -> T:
        """What an act answered, once it is durably committed. PostgreSQL has many writers, and groups their commits
        itself."""
        if self._committing is not None:
            return self._committing.run(act)
        with self.begin(durable=True) as tx:
            return act(tx)

    def keep_anchor(self) -> None:
        """Write down outside the store how far it has come, if that moved.

        What the file says must be safe in the store before it is said: one durable write covers all before it, else a
        power cut would make this store look like an older copy of itself.
        """
        head = None if self._anchor is None else self._anchor.pending
        if self._anchor is None or head is None:
            return
        with plain_errors(self._durable), self._turn(), self._durable.begin() as connection:
            kept = {"name": _ANCHORED, "value": f"{head.seq} {head.attempts}"}
            if connection.execute(update(meta).where(meta.c.name == _ANCHORED).values(**kept)).rowcount == 0:
                connection.execute(insert_new(connection, meta), kept)
        self._anchor.keep(head)

    def close(self) -> None:
        """Write the anchor and give back connections; a second time is no error."""
        try:
            self.keep_anchor()
        except (StoreBusy, StoreBroken) as trouble:
            log.warning("the anchor is not written: %s", trouble)
        finally:
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


def open_store(
    url: str,
    keyring: Keyring,
    migrate: bool = True,
    busy_seconds: float = BUSY_SECONDS,
    *,
    audit_key: bytes | None = None,
    anchor: AnchorFile | None = None,
) -> Store:
    """Open `sqlite:///FILE` or `postgresql+psycopg://…`; makes it, or brings it to the newest schema, where allowed.

    Without `audit_key` nothing can be written into the audit log, and so nothing be done that belongs there.
    Raises StoreBroken when it can't be opened, written or understood, StoreBusy when it is held too long.
    """
    engine = make_engine(url, busy_seconds)
    try:
        with plain_errors(engine), engine.begin() as connection:
            before = check_schema(connection, place(engine.url), migrate)
            if audit_key is not None and before is not None and before < FIRST_CHAINED:
                chain_older(connection, audit_key)
    except BaseException:
        engine.dispose()
        raise
    return SqlStore(engine, keyring, busy_seconds, audit_key, anchor)
