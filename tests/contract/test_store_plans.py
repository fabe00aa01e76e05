"""What a fleet does per record reads by an index: its cost must not grow with what was kept before."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlalchemy import Engine, event

from core.adapters.secrets.keyring import SqlKeyring
from core.adapters.storage.sql_store import open_store
from core.domain.deliveries import Unknown
from core.domain.lines import LineId
from core.domain.log import Fate
from core.ports.store import Store
from tests.contract.samples import GREEN, NOW, PUBLISH, deliver, entry, item, key, notice, owe, owed, revision, subject

SMALL = {"accounts", "bots", "health", "pauses", "sources"}
"""Tables with a row per line, account or source."""


def one_record(store: Store) -> None:
    """Everything that is done for each record, and in each round of the workers."""
    with store.begin() as tx:
        tx.bots.start(LineId("G"), 0)
        seq = tx.log.append(entry(place_key="p", family="f", occurred_at=NOW), NOW)
        tx.log.of_subject(subject())
        tx.log.alike(subject(), "p", "f", NOW, NOW, 3)
        tx.twins.open_offers(subject())
        tx.twins.merged_into(subject())
        tx.names.remembered("old quay")
        tx.names.stand_on("a1")
        tx.log.after(0, 10)
        tx.bots.advance(LineId("G"), seq, [(seq, "mine")])
        tx.bots.ready(seq, 10)
        tx.bots.answers(seq)
        tx.bots.handled(seq)
        tx.log.set_fate(seq, Fate.POSTED, "made-up")
        tx.notices.create(notice())
        tx.notices.find(subject("n1"), notice().speaker)
        tx.notices.add_revision(revision(), PUBLISH, "hash")
        tx.outbox.withdraw_older(notice().id, 1, "newer")
        tx.digests.add(LineId("G"), NOW.date(), item())
        tx.digests.items(LineId("G"), NOW.date())
        tx.digests.drop(1)
    owe(store, owed(), owed(key("n2")))
    deliver(store, outcome=Unknown(why="made up"))
    with store.begin() as tx:
        tx.outbox.of_notice(notice().id)
        for _, tried in tx.outbox.unsettled("one", 60, 0, 10):
            tx.outbox.looked(tried, conclusive=True)
        tx.outbox.quiet()
        tx.limits.kept(NOW)
        tx.limits.health()
        tx.limits.posted(NOW)
        tx.limits.posted(NOW, of=GREEN)
        tx.limits.spent("2030-01")
        tx.outbox.seconds_to_next()
        tx.outbox.release("one")


def test_no_statement_reads_a_whole_table(tmp_path: Path):
    heard: set[str] = set()

    def hear(connection, _record) -> None:
        connection.set_trace_callback(heard.add)  # SQLite's own word: no statement goes past it

    keyring = SqlKeyring(f"sqlite:///{tmp_path}/keys.db")
    event.listen(Engine, "connect", hear)
    store = open_store(f"sqlite:///{tmp_path}/fleet.db", keyring)
    heard.clear()
    one_record(store)
    event.remove(Engine, "connect", hear)
    store.close()
    reads = {statement for statement in heard if statement.startswith(("SELECT", "UPDATE", "DELETE"))}
    assert len(reads) > 30
    database = sqlite3.connect(tmp_path / "fleet.db")
    tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")} - SMALL
    whole = {
        (step, statement)
        for statement in reads
        for *_, step in database.execute(f"EXPLAIN QUERY PLAN {statement}")
        if step.startswith("SCAN ") and step.split()[1] in tables and "USING" not in step
    }
    counts = {
        step
        for statement in reads
        if "FROM bookings" in statement
        for *_, step in database.execute(f"EXPLAIN QUERY PLAN {statement}")
        if " bookings " in step
    }
    database.close()
    assert whole == set()
    assert counts
    assert {step for step in counts if "USING COVERING INDEX bookings_published" not in step} == set()
