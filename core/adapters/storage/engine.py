"""One engine per database: how it is opened, locked, timed and how its errors read."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Insert,
    Table,
    create_engine,
    event,
    exc,
    literal_column,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url

from core.ports.store import StoreBroken, StoreBusy

CLOCKS: dict[str, ColumnElement[int]] = {
    # Since SQLite 3.42 there is unixepoch('subsec'); the Julian day does the same on the older ones still shipped.
    "sqlite": literal_column("CAST(ROUND((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000"),
    "postgresql": literal_column("CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS bigint)"),
}
"""The database's own clock in microseconds since 1970, as each database says it."""
_ASK_NOW = {name: select(clock) for name, clock in CLOCKS.items()}
_WORTH_WAITING = {"55P03", "40P01", "40001"}
"""PostgreSQL: lock not available, deadlock, serialisation failure."""


def make_engine(url: str, busy_seconds: float) -> Engine:
    """An engine for `sqlite:///FILE` or `postgresql+psycopg://…`. Raises StoreBroken."""
    try:
        parsed = make_url(url)
        match parsed.get_backend_name():
            case "sqlite":
                return _sqlite(parsed, busy_seconds)
            case "postgresql":
                return _postgresql(parsed, busy_seconds)
            case other:
                raise StoreBroken(f"a store on {other} is not known: use sqlite:///FILE or postgresql+psycopg://…")
    except exc.ArgumentError:
        raise StoreBroken("the store's address can't be read: use sqlite:///FILE or postgresql+psycopg://…") from None
    except ModuleNotFoundError as missing:
        raise StoreBroken(f"{missing.name} is not installed: install subway-fleet[postgres]") from None


def _sqlite(url: URL, busy_seconds: float) -> Engine:
    if not url.database or url.database == ":memory:":
        raise StoreBroken("a store needs a file: sqlite:///FILE")
    try:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreBroken(f"the store {url.database} can't be opened: {error.strerror}") from None
    engine = create_engine(url, connect_args={"timeout": busy_seconds}, pool_timeout=busy_seconds)

    @event.listens_for(engine, "connect")
    def opened(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # the driver must not begin transactions of its own
        for pragma in ("journal_mode=WAL", "foreign_keys=ON", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        # The pool hands the same connection to durable and ordinary transactions.
        level = "FULL" if connection.get_execution_options().get("durable") else "NORMAL"
        if connection.info.get("synchronous") != level:
            connection.exec_driver_sql(f"PRAGMA synchronous={level}")
            connection.info["synchronous"] = level
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _postgresql(url: URL, busy_seconds: float) -> Engine:
    options = f"-c lock_timeout={int(busy_seconds * 1000)} -c timezone=UTC"
    known = url.query.get("options")
    if isinstance(known, str):
        options = f"{known} {options}"
    return create_engine(
        url.set(drivername="postgresql+psycopg").difference_update_query(["options"]),
        connect_args={"options": options, "connect_timeout": max(2, int(busy_seconds))},
        pool_pre_ping=True,
        pool_timeout=busy_seconds,
    )


def place(url: URL) -> str:
    """How a store is named in an error: never with its password."""
    return str(url.database) if url.get_backend_name() == "sqlite" else url.render_as_string(hide_password=True)


@contextmanager
def plain_errors(engine: Engine) -> Iterator[None]:
    """Turn a database's trouble into StoreBusy or StoreBroken; a fault of our own statements stays as it is."""
    try:
        yield
    except (exc.OperationalError, exc.InternalError, exc.InterfaceError) as error:
        raise _named(engine, error) from error
    except (sqlite3.OperationalError, sqlite3.InternalError, sqlite3.InterfaceError) as error:
        raise _named(engine, error) from error
    except sqlite3.DatabaseError as error:
        if type(error) is not sqlite3.DatabaseError:
            raise
        raise _named(engine, error) from error
    except exc.TimeoutError as error:
        raise StoreBusy(f"the store {place(engine.url)} has no free connection: try again later") from error
    except exc.DatabaseError as error:
        if type(error) is not exc.DatabaseError:
            raise
        raise _named(engine, error) from error


def _named(engine: Engine, error: exc.DBAPIError | sqlite3.Error) -> StoreBroken | StoreBusy:
    said = error.orig if isinstance(error, exc.DBAPIError) else error
    words = " ".join(str(said).split())
    state = getattr(said, "sqlstate", None)
    if state in _WORTH_WAITING or "database is locked" in words or "database table is locked" in words:
        return StoreBusy(f"the store {place(engine.url)} is held by another process: try again later")
    return StoreBroken(f"the store {place(engine.url)} can't be used: {words}")


def database_now(connection: Connection) -> int:
    """Microseconds since 1970 by the database's own clock; asked anew, since a lock may have been waited for."""
    return int(connection.execute(_ASK_NOW[connection.dialect.name]).scalar_one())


def clock_of(connection: Connection) -> ColumnElement[int]:
    """The same clock as an expression, for a statement that needs it anyway."""
    return CLOCKS[connection.dialect.name]


def insert_new(connection: Connection, table: Table) -> Insert:
    """An insert that leaves a row alone whose key is there already."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table).on_conflict_do_nothing()
    return sqlite.insert(table).on_conflict_do_nothing()


def add_new(connection: Connection, table: Table, row: Mapping[str, Any]) -> bool:
    """Insert a row; False when its key is there already."""
    added = insert_new(connection, table).values(**row).returning(next(iter(table.primary_key)))
    return connection.execute(added).first() is not None


def share_turn(connection: Connection, lock: int) -> None:
    """Wait until nobody holds this lock alone, and share it with others until the end of this transaction."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock_shared(%s)", (lock,))


def take_turn(connection: Connection, lock: int) -> None:
    """Wait until no other transaction holds this lock, and hold it until the end of this one.

    SQLite has one writer at a time anyway (BEGIN IMMEDIATE).
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", (lock,))
