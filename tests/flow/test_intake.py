"""Records come in at one door: each is new, known, a revision, or set aside; never half, never in clear."""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import datetime, timedelta

import pytest

from core.domain.incidents import State
from core.domain.persons import Description, Person
from core.domain.places import Place
from core.domain.policy import MayAssert
from core.domain.staff import FLEET_ACTOR, Actor, NotAllowed
from core.flow.incidents import close_incident
from core.flow.intake import take_in
from core.flow.pull import Start, pull
from core.flow.twins import settle_twins
from core.flow.vault_documents import read_vault_document
from core.ports.source import BadRow
from tests.fakes.clocks import SteppedClock
from tests.fakes.handed_source import HandedSource
from tests.flow.stage import GREEN, OFFICER, Stage, good


def test_the_same_record_again_is_nothing(stage: Stage) -> None:
    assert stage.take(stage.incident()) == {"new": 1}
    assert stage.take(stage.incident()) == {"already known": 1}
    stage.think()
    stage.work()
    assert len(stage.texts(GREEN)) == 1


def test_the_same_record_by_another_source_is_known(stage: Stage) -> None:
    stage.take(stage.incident())
    assert stage.take(stage.incident(source="export"), source="export") == {"already known": 1}


def test_a_changed_record_is_a_revision(stage: Stage) -> None:
    stage.take(stage.incident())
    assert stage.take(stage.incident(offence_code="ASL")) == {"revised": 1}
    assert stage.fates() == [("pending", None), ("pending", None)]


def test_an_older_revision_that_comes_later_is_kept_and_not_applied(stage: Stage) -> None:
    stage.take(stage.incident(revision=3))
    assert stage.take(stage.incident(revision=2, offence_code="ASL")) == {"older revision": 1}
    stage.think()
    stage.work()
    assert len(stage.fates()) == 1
    assert "Robbery" in stage.texts(GREEN)[0]


def test_a_correction_under_the_same_number_is_not_lost(stage: Stage) -> None:
    stage.go(stage.incident(revision=1))
    assert stage.take(stage.incident(revision=1, offence_code="ASL")) == {"revised": 1}


def test_an_officers_word_uses_up_no_number_of_the_records_system(stage: Stage) -> None:
    stage.take(stage.incident(revision=1))
    close_incident(OFFICER, stage.fleet.store, stage.house.know, stage.clock, "1")
    assert stage.take(stage.incident(revision=2, state=State.UNFOUNDED)) == {"revised": 1}


def test_a_bad_row_is_set_aside_with_its_reason_and_lies_in_the_vault(stage: Stage) -> None:
    bad = BadRow(position="made-up.csv:7", reason="occurred_from: no date", raw=b"Zebulon Fictitious,not a date")
    assert stage.take(bad, stage.incident()) == {"set aside": 1, "new": 1}
    assert stage.take(bad) == {"already known": 1}
    with stage.fleet.store.begin() as tx:
        (kept,) = tx.sources.kept_aside(10)
        assert (kept.position, kept.reason) == ("made-up.csv:7", "occurred_from: no date")
        assert tx.vault.open(kept.vault_ref) == bad.raw


@pytest.mark.parametrize(
    ("may", "reason"),
    [
        (MayAssert(), "source-may-not: state wanted"),
        (MayAssert(states=frozenset({"wanted"})), "source-may-not: person"),
    ],
)
def test_a_source_that_says_more_than_it_may_is_set_aside(stage: Stage, may: MayAssert, reason: str) -> None:
    record = stage.incident(state=State.WANTED, person=Person(name="Zebulon Fictitious"))
    assert stage.take(record, may=may) == {"set aside": 1}
    with stage.fleet.store.begin() as tx:
        assert [kept.reason for kept in tx.sources.kept_aside(10)] == [reason]
        assert tx.log.last_seq() == 0


class Crash(BaseException):
    """Nothing in the fleet catches it."""


class FallingClock(SteppedClock):
    """Ends the program when it is asked for the n-th time."""

    def __init__(self, asks: int) -> None:
        super().__init__()
        self._asks = asks

    def now(self) -> datetime:
        self._asks -= 1
        if self._asks < 0:
            raise Crash
        return super().now()


@pytest.mark.parametrize("asks", range(9))
def test_rows_and_cursor_are_kept_together_or_not_at_all(stage: Stage, asks: int) -> None:
    source = HandedSource(batch=1)
    for number in ("1", "2", "3"):
        source.hand(good(stage.incident(number)))
    with suppress(Crash):
        pull(FLEET_ACTOR, stage.fleet.store, stage.house.know, FallingClock(asks), source)
    with stage.fleet.store.begin() as tx:
        kept = tx.log.last_seq()
        assert int(tx.sources.row("handed").cursor or 0) == kept
    assert kept == asks // 3, "the fall did not come where it was meant to"
    assert _pull(stage, source).counts.total() == 3 - kept


def _pull(stage: Stage, source: HandedSource, start: Start | None = None, **more):
    return pull(FLEET_ACTOR, stage.fleet.store, stage.house.know, stage.clock, source, start, **more)


def test_a_source_that_breaks_in_an_unforeseen_way_is_reported_and_keeps_what_it_gave(stage: Stage) -> None:
    source = HandedSource(trouble=RuntimeError("Zebulon Fictitious"))
    source.hand(good(stage.incident()))
    pulled = _pull(stage, source)
    assert (pulled.counts, pulled.down) == ({"new": 1}, "unforeseen RuntimeError")
    with stage.fleet.store.begin() as tx:
        assert tx.sources.row("handed").why == "unforeseen RuntimeError"


def test_a_new_source_starts_at_now_and_says_how_many_it_left(stage: Stage) -> None:
    source = HandedSource(from_start=False)
    source.hand(good(stage.incident("1")), good(stage.incident("2")))
    first = _pull(stage, source)
    assert (first.left_older, first.counts) == (2, {})
    source.hand(good(stage.incident("3")))
    assert _pull(stage, source).counts == {"new": 1}
    assert ("source started", "handed", "2 older records left") in [
        (row.act, row.subject, row.detail) for row in stage.audit()
    ]


def test_a_new_source_may_begin_at_its_start(stage: Stage) -> None:
    source = HandedSource(from_start=False)
    source.hand(good(stage.incident("1")), good(stage.incident("2")))
    assert _pull(stage, source, Start(from_start=True)).counts == {"new": 2}


def test_what_a_source_left_can_be_asked_for_later(stage: Stage) -> None:
    source = HandedSource(from_start=False)
    source.hand(good(stage.incident("1")), good(stage.incident("2")))
    assert _pull(stage, source).left_older == 2
    source.hand(good(stage.incident("3")))
    assert _pull(stage, source).counts == {"new": 1}
    assert _pull(stage, source, Start(from_start=True)).counts == {"new": 2, "already known": 1}
    assert _pull(stage, source).counts == {}


def test_a_new_source_may_begin_at_a_day(stage: Stage) -> None:
    since = stage.clock.now() - timedelta(hours=2)
    source = HandedSource(from_start=False)
    source.hand(good(stage.incident("1", known_at=since)))
    old = since - timedelta(seconds=1)
    source.hand(good(stage.incident("2", known_at=old, occurred_from=old)))
    assert _pull(stage, source, Start(from_start=True, since=since)).counts == {"new": 1, "before the start": 1}


def test_what_identifies_a_person_stands_nowhere_in_clear(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    person = Person(
        name="Zebulon Fictitious", description=Description(headwear="paper hat"), case_reference="WARRANT-4711"
    )
    record = stage.incident(
        "NUMBER-8472",
        person=person,
        state=State.WANTED,
        free_text="seen near the Teapot Fountain",
        unknown_fields={"shift": "Moonbeam"},
        also_known_as=("CALL-5150",),
    )
    bad = BadRow(position="made-up.csv:7", reason="occurred_from: no date", raw=b"Zebulon Fictitious,not a date")
    stage.go(record)
    stage.take(bad)
    with stage.fleet.store.begin() as tx:
        ref = tx.log.entry(1).vault_ref
        assert ref is not None
        assert read_vault_document(tx.vault.open(ref)) == record
    folder = stage.fleet.settings.state_dir
    kept = b"".join(file.read_bytes() for file in folder.iterdir() if file.is_file())
    said = caplog.text + repr(stage.audit())
    secrets = ("Zebulon", "paper hat", "WARRANT-4711", "Teapot", "Moonbeam", "CALL-5150", "NUMBER-8472")
    assert b"incident:" in kept, "the store was not read"
    assert [word for word in secrets if word.encode() in kept or word in said] == []


def test_a_merged_incident_stays_merged_when_its_record_changes(stage: Stage) -> None:
    stage.go(stage.incident("1"))
    stage.go(stage.incident("2"))
    settle_twins(OFFICER, stage.fleet.store, stage.house.know, stage.clock, "2", "1", same=True)
    stage.go(stage.incident("2", offence_code="ASL"))
    assert len(stage.texts(GREEN)) == 1
    assert stage.fates()[-1] == ("already known", "merged")


def test_an_incident_first_seen_at_a_later_revision_is_offered_as_the_same(stage: Stage) -> None:
    stage.go(stage.incident("1"))
    stage.go(stage.incident("2", revision=3))
    assert stage.fates()[-1] == ("held", "maybe-same")


def test_a_record_whose_place_becomes_known_later_is_offered_as_the_same(stage: Stage) -> None:
    stage.go(stage.incident("1"))
    stage.go(stage.incident("2", station="12 Street"))
    stage.go(stage.incident("2", station="Harbour"))
    assert stage.fates()[-1] == ("held", "maybe-same")


def test_a_closed_incident_stays_closed_when_its_record_changes(stage: Stage) -> None:
    stage.take(stage.incident())
    close_incident(OFFICER, stage.fleet.store, stage.house.know, stage.clock, "1")
    stage.go(stage.incident(offence_code="ASL"))
    assert stage.texts(GREEN) == []
    assert stage.fates()[-1] == ("dropped", "closed")


def test_a_closed_incident_of_unclear_place_waits_for_nobody(stage: Stage) -> None:
    stage.take(stage.incident(station="12 Street"))
    close_incident(OFFICER, stage.fleet.store, stage.house.know, stage.clock, "1")
    assert stage.fates() == [("dropped", "superseded"), ("dropped", "closed")]
    with stage.fleet.store.begin() as tx:
        assert tx.waiting(10) == []


def test_only_the_fleet_and_the_bureau_take_records_in(stage: Stage) -> None:
    nobody = Actor(id="a rider", roles=frozenset(), via="web")
    with pytest.raises(NotAllowed), stage.fleet.store.begin() as tx:
        take_in(nobody, tx, stage.house.know, "x", MayAssert(), [good(stage.incident())], stage.clock.now())


def test_a_place_outside_the_network_is_dropped_by_rule(stage: Stage) -> None:
    stage.go(stage.incident(place=Place(station="Harbour", on_network=False)))
    assert stage.fates() == [("dropped", "off-network")]
