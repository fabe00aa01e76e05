"""What stands publicly, as other systems take it over: by receipts, without persons, and with what was taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from core.domain.alerts import ServiceAlert
from core.domain.incidents import State
from core.domain.lines import LineId
from core.domain.notices import Kind
from core.domain.persons import Person
from core.domain.published import Published
from core.domain.staff import FLEET_ACTOR
from core.domain.taking_back import Because
from core.flow.correct import Right, correct
from core.flow.intake import take_in
from core.flow.published import Kept, published
from core.flow.retract import retract
from core.ports.source import GoodRow
from core.render.feeds_alerts import holds
from tests.flow.stage import EVERYTHING, OFFICER, Stage, on_stage

KEEP, COUNTS = timedelta(days=7), timedelta(hours=12)


def stands(stage: Stage) -> Sequence[Published]:
    return published(stage.fleet.store, stage.house.know, stage.clock.now(), KEEP, COUNTS)


def test_a_notice_that_was_said_is_listed_with_lines_stops_and_words(stage: Stage):
    stage.go(stage.incident("1", station="Central"))
    (one,) = stands(stage)
    assert set(one.lines) <= {LineId("Green"), LineId("Red"), LineId("Blue")}
    assert one.kind is Kind.CRIME_ALERT
    assert one.stops
    assert one.words["en"].header.startswith("Robbery reported at")
    assert one.reference in one.words["en"].text
    assert one.page is not None
    assert one.until == one.at + COUNTS
    assert not one.withdrawn


def test_what_has_no_receipt_is_not_listed(stage: Stage):
    stage.take(stage.incident("1"))
    stage.think()
    assert stands(stage) == ()


def test_practice_is_not_public(tmp_path: Path):
    with on_stage(tmp_path, mode="practice", local="practice") as stage:
        stage.go(stage.incident("1"))
        assert stands(stage) == ()


def test_words_that_nobody_signed_are_not_handed_on(tmp_path: Path):
    with on_stage(tmp_path, signed=False) as stage:
        stage.go(stage.incident("1"))
        assert stage.texts("ExampleGreen")
        assert stands(stage) == ()


def test_the_agency_s_own_alerts_are_not_handed_back_to_it(stage: Stage):
    alert = ServiceAlert(
        agency="Example Transit",
        id="7",
        source="alerts",
        lines=(LineId("Green"),),
        header={"en": "Green Line trains are delayed."},
        known_at=stage.clock.now(),
    )
    with stage.fleet.store.begin() as tx:
        row = GoodRow(position="made-up", record=alert, raw=b"")
        take_in(FLEET_ACTOR, tx, stage.house.know, "alerts", EVERYTHING, [row], stage.clock.now())
    stage.think()
    stage.work()
    assert len(stage.texts("ExampleGreen")) == 1
    assert stands(stage) == ()


def test_a_notice_taken_back_says_nothing_of_what_it_said(stage: Stage):
    stage.go(stage.incident("1"))
    (before,) = stands(stage)
    stage.clock.step(minutes=5)
    retract(OFFICER, stage.fleet.store, stage.house.know, stage.clock, before.reference, Because.ERROR)
    (after,) = stands(stage)
    assert (after.id, after.reference, after.withdrawn, after.kind) == (
        before.id,
        before.reference,
        True,
        Kind.CORRECTION,
    )
    assert [one.revision for one in after.said] == [1, 2]
    assert after.at > before.at
    assert after.stops == ()
    assert "Harbour" not in after.model_dump_json()
    assert "obbery" not in after.model_dump_json()


def test_a_correction_stands_in_place_of_what_was_wrong(stage: Stage):
    stage.go(stage.incident("1"))
    (before,) = stands(stage)
    stage.clock.step(minutes=5)
    correct(OFFICER, stage.fleet.store, stage.house.know, stage.clock, before.reference, Right(station="Fish Market"))
    stage.work()
    (after,) = stands(stage)
    assert (after.id, after.kind, after.withdrawn) == (before.id, Kind.CORRECTION, False)
    assert after.stops != before.stops
    assert "Fish Market" in after.words["en"].text
    assert holds(after, stage.clock.now()), "what is right now is still news"
    retract(OFFICER, stage.fleet.store, stage.house.know, stage.clock, before.reference, Because.ERROR)
    stage.work()
    (gone,) = stands(stage)
    assert gone.withdrawn
    assert [one.revision for one in gone.said] == [1, 2, 3]


def test_words_that_stand_nowhere_as_they_are_made_are_not_handed_on(tmp_path: Path):
    with on_stage(tmp_path, local="practice", x="{limit: 100}") as stage:
        stage.connect()
        stage.go(stage.incident("1"))
        (one,) = stands(stage)
        assert one.words["en"].header == "Example Transit Police has published a notice about the Green Line."
        assert one.stops == ()
        assert "Harbour" not in one.model_dump_json()


def test_an_update_is_the_same_notice_with_another_revision(stage: Stage):
    stage.go(stage.incident("1"))
    (before,) = stands(stage)
    stage.clock.step(minutes=5)
    stage.go(stage.incident("1", station="Fish Market", revision=2))
    (after,) = stands(stage)
    assert after.id == before.id
    assert [one.revision for one in after.said] == [1, 2]
    assert "Fish Market" in after.words["en"].text


def test_nobody_s_name_stands_in_what_is_handed_on(stage: Stage):
    person = Person(ref="made-up-1", name="Pat Example")
    stage.go(stage.incident("1", state=State.WANTED, person=person), stage.incident("2", station="Central"))
    listed = "".join(one.model_dump_json() for one in stands(stage))
    assert listed
    assert "Pat" not in listed


def test_what_has_not_changed_is_not_read_anew_and_what_has_is(stage: Stage):
    kept: Kept = {}

    def listed() -> Sequence[Published]:
        return published(stage.fleet.store, stage.house.know, stage.clock.now(), KEEP, COUNTS, kept)

    stage.go(stage.incident("1"), stage.incident("2", station="Central"))
    first = listed()
    again = listed()
    assert [id(one) for one in first] == [id(one) for one in again]
    retract(OFFICER, stage.fleet.store, stage.house.know, stage.clock, first[0].reference, Because.ERROR)
    assert [one.withdrawn for one in listed()].count(True) == 1
    stage.work()
    stage.go(stage.incident("3", station="Fish Market"))
    assert list(listed()) == list(stands(stage))


def test_old_news_is_not_listed(stage: Stage):
    stage.go(stage.incident("1"))
    stage.clock.step(minutes=60 * 24 * 8)
    assert stands(stage) == ()


@pytest.mark.parametrize("language", ["en, es"])
def test_every_signed_language_is_there(tmp_path: Path, language: str):
    with on_stage(tmp_path, languages=language) as stage:
        stage.go(stage.incident("1"))
        (one,) = stands(stage)
        assert list(one.words) == ["en", "es"]
        assert one.words["es"].text != one.words["en"].text
