"""What officers said of places is kept with who said it, decides a name once, and can be taken back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import create_engine, inspect, text

from core.domain.answers import PlaceAnswer
from core.domain.lines import LineId
from core.ports.store import Store
from tests.contract.conftest import Place
from tests.contract.samples import NOW, entry, notice, subject

LATER = NOW + timedelta(hours=1)


def answer(one: str = "a1", **changes: Any) -> PlaceAnswer:
    plain = PlaceAnswer(
        id=one,
        subject=subject(one),
        station_ids=("G1",),
        lines=(LineId("Green"), LineId("Red")),
        said_by="made-up-officer",
        said_at=NOW,
        name="THE OLD QUAY",
        area="North Shore",
    )
    return plain.model_copy(update=changes)


def test_an_answer_is_read_back_as_it_was_said(store: Store):
    with store.begin() as tx:
        tx.names.add(answer(), "old quay|north shore")
        tx.names.add(answer("a2", station_ids=(), name=None, area=None), None)
    with store.begin() as tx:
        assert tx.names.get("a1") == answer()
        assert tx.names.remembered("old quay|north shore") == answer()
        assert tx.names.remembered("old quay|") is None
        assert tx.names.all_remembered() == [answer()]
        assert tx.names.get("a2").station_ids == ()
        with pytest.raises(KeyError):
            tx.names.get("a3")


def test_a_name_is_decided_by_one_answer_at_a_time(store: Store):
    with store.begin() as tx:
        tx.names.add(answer(), "quay")
        with pytest.raises(ValueError, match="remembered"):
            tx.names.add(answer("a2"), "quay")
        tx.names.take_back("a1", "another-officer", LATER)
        tx.names.add(answer("a2"), "quay")
        found = tx.names.remembered("quay")
    assert found is not None
    assert found.id == "a2"


def test_an_answer_that_was_taken_back_is_kept_with_who_did_it(store: Store):
    with store.begin() as tx:
        tx.names.add(answer(), "quay")
        assert tx.names.get("a1").stands
        tx.names.take_back("a1", "another-officer", LATER)
        kept = tx.names.get("a1")
        assert (kept.taken_back_by, kept.taken_back_at, kept.stands) == ("another-officer", LATER, False)
        assert tx.names.remembered("quay") is None
        assert tx.names.all_remembered() == []
        for gone in ("a1", "a3"):
            with pytest.raises(KeyError):
                tx.names.take_back(gone, "another-officer", LATER)


def test_what_stands_on_an_answer_is_listed_once_in_order(store: Store):
    with store.begin() as tx:
        tx.names.add(answer(), "quay")
        first, second = (tx.log.append(entry(name), NOW) for name in ("one", "two"))
        again = tx.log.append(entry("one", 2), NOW)
        for about, seq in (("one", first), ("one", first), ("two", second), ("one", again)):
            tx.names.used("a1", subject(about), seq)
        assert list(tx.names.stand_on("a1")) == [subject("one"), subject("two")]
        assert list(tx.names.stand_on("a2")) == []


def test_what_is_rolled_back_is_not_remembered(store: Store):
    def fail() -> None:
        with store.begin() as tx:
            tx.names.add(answer(), "quay")
            raise RuntimeError("made up")

    with pytest.raises(RuntimeError):
        fail()
    with store.begin() as tx:
        assert tx.names.all_remembered() == []


FIRST_TABLES = {
    "accounts",
    "alembic_version",
    "also_known",
    "answers",
    "attempts",
    "audit",
    "bots",
    "deliveries",
    "digest_items",
    "log",
    "meta",
    "notices",
    "revisions",
    "said_alone",
    "set_aside",
    "sources",
    "staff",
    "twins",
    "vault",
}
"""What the first schema held."""


def test_a_store_of_the_first_schema_is_brought_to_this_one_with_all_that_it_holds(place: Place):
    store = place.open()
    with store.begin() as tx:
        tx.notices.create(notice())
        tx.audit.write(NOW, "ana", "cli", "looked", "n1")
    store.close()
    engine = create_engine(place.url)
    with engine.begin() as connection:
        for table in sorted(set(inspect(connection).get_table_names()) - FIRST_TABLES):
            connection.execute(
                text(f"DROP TABLE {table} CASCADE" if place.url.startswith("postgres") else f"DROP TABLE {table}")
            )
        for change in (
            "ALTER TABLE staff DROP COLUMN scopes",
            "ALTER TABLE audit DROP COLUMN mac",
            "ALTER TABLE attempts DROP COLUMN posted_since",
            "UPDATE meta SET value = '1' WHERE name = 'schema'",
            "UPDATE alembic_version SET version_num = '0001'",
        ):
            connection.execute(text(change))
    engine.dispose()
    again = place.open()
    with again.begin() as tx:
        assert tx.notices.get(notice().id) == notice()
        tx.names.add(answer(), "quay")
        assert (tx.audit.check(None).faults, tx.audit.head().seq) == ((), 1)
    again.close()
