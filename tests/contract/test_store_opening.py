"""Opening a store: one clear line for whatever stands in the way."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, create_engine, event, text

from core.adapters.secrets.keyring import SqlKeyring
from core.adapters.storage.sql_store import open_store
from core.adapters.storage.tables import SCHEMA, metadata
from core.ports.store import StoreBroken, StoreBusy
from tests.contract.conftest import Place
from tests.contract.samples import NOW, entry


@pytest.fixture
def keyring(tmp_path: Path) -> SqlKeyring:
    return SqlKeyring(f"sqlite:///{tmp_path}/keys.db")


def said(url: str, keyring: SqlKeyring, migrate: bool = True) -> str:
    with pytest.raises(StoreBroken) as broken:
        open_store(url, keyring, migrate=migrate)
    assert "\n" not in str(broken.value)
    return str(broken.value)


def change(url: str, statement: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def test_what_was_written_is_there_when_it_is_opened_again(place: Place):
    store = place.open()
    with store.begin() as tx:
        tx.log.append(entry(), NOW)
    store.close()
    store.close()
    again = place.open(migrate=False)
    with again.begin() as tx:
        assert tx.log.last_seq() == 1
    again.close()


def test_the_migrations_make_exactly_the_tables_that_the_code_knows(place: Place):
    place.open().close()
    engine = create_engine(place.url)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        names = {row.name: row.value for row in connection.execute(text("SELECT name, value FROM meta"))}
    engine.dispose()
    assert names["schema"] == str(SCHEMA)
    assert len(names["store_id"]) == 32


def test_two_that_open_at_once_make_one_store(tmp_path: Path, keyring: SqlKeyring):
    url = f"sqlite:///{tmp_path}/fleet.db"
    faults: list[BaseException] = []
    start = threading.Barrier(3)

    def open_it() -> None:
        start.wait()
        try:
            open_store(url, keyring).close()
        except BaseException as fault:  # noqa: BLE001 - told by the assertion below
            faults.append(fault)

    threads = [threading.Thread(target=open_it) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []


def test_a_newer_schema_is_not_touched(place: Place, keyring: SqlKeyring):
    place.open().close()
    change(place.url, "UPDATE meta SET value = '99' WHERE name = 'schema'")
    assert "newer program" in said(place.url, keyring)


def test_another_programs_tables_are_not_touched(tmp_path: Path, keyring: SqlKeyring):
    url = f"sqlite:///{tmp_path}/other.db"
    change(url, "CREATE TABLE songs (id INTEGER)")
    assert "another program" in said(url, keyring)


def test_a_store_is_not_made_where_that_is_not_asked(tmp_path: Path, keyring: SqlKeyring):
    assert "start the fleet once" in said(f"sqlite:///{tmp_path}/fleet.db", keyring, migrate=False)


def test_a_file_that_is_no_database(tmp_path: Path, keyring: SqlKeyring):
    (tmp_path / "fleet.db").write_bytes(b"made-up words, not a database. " * 99)
    assert "not a database" in said(f"sqlite:///{tmp_path}/fleet.db", keyring)


@pytest.mark.parametrize("place_of", ["file/fleet.db", "file/deeper/fleet.db", "folder"])
def test_a_place_that_can_hold_no_store(tmp_path: Path, keyring: SqlKeyring, place_of: str):
    (tmp_path / "file").write_text("made up")
    (tmp_path / "folder").mkdir()
    assert str(tmp_path / place_of) in said(f"sqlite:///{tmp_path / place_of}", keyring)


@pytest.mark.parametrize(
    "url",
    ["nonsense", "sqlite://", "sqlite:///:memory:", "mysql://here/fleet", "postgresql+psycopg:///x?host=/nowhere"],
)
def test_an_address_that_leads_nowhere(url: str, keyring: SqlKeyring):
    assert "store" in said(url, keyring)


def test_a_password_stands_in_no_error(keyring: SqlKeyring):
    assert "made-up-word" not in said("postgresql+psycopg://ana:made-up-word@127.0.0.1:1/fleet", keyring)


def test_held_too_long_is_busy_and_then_goes_on(tmp_path: Path, keyring: SqlKeyring):
    url = f"sqlite:///{tmp_path}/fleet.db"
    store = open_store(url, keyring, busy_seconds=0.05)
    other = sqlite3.connect(tmp_path / "fleet.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreBusy, match="another process"), store.begin():
        pass
    with pytest.raises(StoreBusy):
        open_store(url, keyring, busy_seconds=0.05)
    other.execute("ROLLBACK")
    other.close()
    with store.begin() as tx:
        with pytest.raises(StoreBusy, match="another thread"), store.begin():
            pass
        assert tx.log.append(entry(), NOW) == 1
    store.close()


@pytest.mark.postgres
@pytest.mark.parametrize("place", ["postgres"], indirect=True)
def test_a_lock_held_too_long_on_postgresql_is_busy(place: Place):
    store, other = place.open(), place.open(busy_seconds=0.05)
    with store.begin() as tx:
        tx.log.append(entry(), NOW)
        with pytest.raises(StoreBusy), other.begin() as waiting:
            waiting.log.append(entry("two"), NOW)
    store.close()
    other.close()


def test_durable_commits_are_synced_and_others_need_not_be(tmp_path: Path, keyring: SqlKeyring):
    levels: list[int] = []

    def hear(connection) -> None:
        levels.append(connection.connection.dbapi_connection.execute("PRAGMA synchronous").fetchone()[0])

    store = open_store(f"sqlite:///{tmp_path}/fleet.db", keyring)
    event.listen(Engine, "commit", hear)
    for durable in (False, True, True, False):
        with store.begin(durable=durable):
            pass
    event.remove(Engine, "commit", hear)
    store.close()
    normal, full = 1, 2  # https://sqlite.org/pragma.html#pragma_synchronous
    assert levels == [normal, full, full, normal]


def test_a_store_that_breaks_under_way_is_broken_in_plain_words(tmp_path: Path, keyring: SqlKeyring):
    """Also for the statements that go straight to the driver."""
    store = open_store(f"sqlite:///{tmp_path}/fleet.db", keyring)
    with sqlite3.connect(tmp_path / "fleet.db") as behind:
        behind.execute("DROP TABLE health")
    with pytest.raises(StoreBroken, match="no such table: health"), store.begin() as tx:
        tx.limits.health()
    store.close()
