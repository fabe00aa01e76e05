"""The audit log's chain: whatever was changed, removed, added or cut is found, and pointed at."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, text

from core.adapters.secrets.keyring import SqlKeyring
from core.adapters.storage.sql_store import open_store
from core.adapters.storage.tables import audit
from core.domain.audit import AuditCheck, AuditHead
from core.ports.store import Store, StoreBroken, Tx
from tests.contract.conftest import Place
from tests.contract.samples import NOW

ROWS = 50
COLUMNS = [column.name for column in audit.columns]
OTHER = {
    "seq": lambda value: value + 1000,
    "at": lambda value: value + 1,
    "mac": lambda value: value[:-1] + ("0" if value[-1] != "0" else "1"),
}


def write_rows(store: Store, count: int = ROWS) -> None:
    for number in range(count):
        with store.begin() as tx:
            tx.audit.write(NOW + timedelta(seconds=number), "ana", "cli", "act", f"n{number}", f"why {number}")


def checked(store: Store, anchor: AuditHead | None = None) -> AuditCheck:
    with store.begin() as tx:
        return tx.audit.check(anchor)


def first(store: Store, anchor: AuditHead | None = None) -> tuple[int, str]:
    """The place of the first fault, and its words."""
    fault = checked(store, anchor).faults[0]
    return fault.seq, fault.what


@pytest.fixture
def engine(place: Place) -> Iterator[Engine]:
    made = create_engine(place.url)
    yield made
    made.dispose()


@pytest.fixture
def log(store: Store) -> Store:
    write_rows(store)
    return store


def raw(engine: Engine) -> list[dict[str, Any]]:
    with engine.begin() as connection:
        return [dict(row) for row in connection.execute(text("SELECT * FROM audit ORDER BY seq")).mappings()]


def run(engine: Engine, statement: str, **values: Any) -> None:
    with engine.begin() as connection:
        connection.execute(text(statement), values)


def test_a_log_that_nobody_touched_holds(log: Store):
    found = checked(log)
    assert (found.faults, found.notes, found.head.seq) == ((), (), ROWS)


def test_every_column_of_every_row_is_held(log: Store, engine: Engine):
    asked = 0
    for row in raw(engine):
        for column in COLUMNS:
            other = OTHER.get(column, lambda value: f"{value}.")(row[column])
            run(engine, f"UPDATE audit SET {column} = :v WHERE seq = :s", v=other, s=row["seq"])
            last = checked(log).faults
            assert last, (row["seq"], column)
            assert last[0].seq == row["seq"], (column, last[0])
            there = other if column == "seq" else row["seq"]
            run(engine, f"UPDATE audit SET {column} = :v WHERE seq = :s", v=row[column], s=there)
            asked += 1
    assert asked == ROWS * len(COLUMNS) == 400
    assert checked(log).faults == ()


@pytest.mark.parametrize("seq", [1, 2, 25, 49])
def test_a_row_that_was_removed_is_missed(log: Store, engine: Engine, seq: int):
    run(engine, "DELETE FROM audit WHERE seq = :s", s=seq)
    assert first(log) == (seq, f"row {seq} is missing before row {seq + 1}")


def test_removed_rows_are_missed_also_when_the_others_close_up(log: Store, engine: Engine):
    run(engine, "DELETE FROM audit WHERE seq IN (20, 21)")
    for seq in range(22, ROWS + 1):
        run(engine, "UPDATE audit SET seq = :n WHERE seq = :s", n=seq - 2, s=seq)
    assert first(log)[0] == 20


@pytest.mark.parametrize(("one", "two"), [(1, 2), (10, 40), (49, 50)])
@pytest.mark.parametrize("with_codes", [True, False])
def test_swapped_rows_are_found(log: Store, engine: Engine, one: int, two: int, with_codes: bool):
    if with_codes:
        for old, new in ((one, -1), (two, one), (-1, two)):
            run(engine, "UPDATE audit SET seq = :n WHERE seq = :s", n=new, s=old)
    else:
        rows = {row["seq"]: row for row in raw(engine)}
        for here, other in ((one, two), (two, one)):
            run(engine, "UPDATE audit SET subject = :v WHERE seq = :s", v=rows[other]["subject"], s=here)
    assert first(log)[0] == one


@pytest.mark.parametrize("mac", ["", "0" * 64, "copied"])
def test_a_row_added_without_the_key_is_found(log: Store, engine: Engine, mac: str):
    code = raw(engine)[-1]["mac"] if mac == "copied" else mac
    run(
        engine,
        "INSERT INTO audit (seq, at, actor, via, act, subject, detail, mac)"
        " VALUES (:s, 0, 'ana', 'cli', 'act', 'n', '', :m)",
        s=ROWS + 1,
        m=code,
    )
    seq, what = first(log)
    assert seq == ROWS + 1
    assert ("without the key" in what) == (mac == "")


def test_a_tail_that_was_cut_is_missed_by_the_anchor(log: Store, engine: Engine):
    with log.begin() as tx:
        anchor = tx.audit.head()
    run(engine, "DELETE FROM audit WHERE seq > 40")
    assert checked(log).faults == ()
    assert first(log, anchor) == (41, "rows 41 to 50 are missing at the end: the anchor saw row 50")


def test_a_tail_that_was_written_anew_is_not_the_anchored_one(log: Store, engine: Engine):
    with log.begin() as tx:
        anchor = tx.audit.head()
    run(engine, "DELETE FROM audit WHERE seq > 49")
    write_rows(log, 3)
    assert first(log, anchor) == (50, "row 50 is not the one that was anchored")


def test_another_stores_rows_and_anchor_fit_nowhere(log: Store, engine: Engine):
    with log.begin() as tx:
        anchor = tx.audit.head()
    assert "another store" in first(log, anchor.model_copy(update={"store_id": "another"}))[1]
    run(engine, "UPDATE meta SET value = 'another' WHERE name = 'store_id'")
    assert first(log)[0] == 1


def test_nothing_is_written_into_the_log_without_its_key(place: Place):
    keyless = open_store(place.url, SqlKeyring(place.keys))
    with pytest.raises(StoreBroken, match="without the key"), keyless.begin() as tx:
        tx.audit.write(NOW, "ana", "cli", "act", "n1")
    keyless.close()


def never_done(tx: Tx) -> None:
    tx.audit.write(NOW, "ana", "cli", "never", "n1")
    tx.staff.revoke("nobody")


def test_a_row_is_there_if_and_only_if_its_act_is(log: Store):
    with pytest.raises(KeyError), log.begin() as tx:
        never_done(tx)
    found = checked(log)
    assert (found.faults, found.head.seq) == ((), ROWS)


def test_many_writers_make_one_chain(place: Place):
    stores = [place.open() for _ in range(4)]
    start = threading.Barrier(4)

    def act(store: Store) -> None:
        start.wait()
        for _ in range(10):
            with store.begin() as tx:
                tx.audit.write(NOW, "ana", "cli", "one", "n1")
                tx.audit.write(NOW, "ana", "cli", "two", "n1")

    threads = [threading.Thread(target=act, args=(store,)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = checked(stores[0])
    assert (found.faults, found.head.seq) == ((), 80)
    for store in stores:
        store.close()
