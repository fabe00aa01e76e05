"""The final text is read once more before it is owed, whoever wrote its words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.domain.alerts import AlertSaying, ServiceAlert
from core.domain.lines import LineId
from core.domain.policy import MayAssert
from core.domain.reviews import Edit, RejectBecause
from core.domain.staff import FLEET_ACTOR
from core.flow.intake import take_in
from core.flow.reviews import reject
from core.ports.source import GoodRow
from tests.flow.reviewing import ANN, BOB, changed, edit_refused, refused, shown_texts, waiting, yes
from tests.flow.stage import GREEN, Stage, on_stage


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with on_stage(tmp_path, mode="live") as stage:
        yield stage


def says(stage: Stage, header: str, number: str = "1", **changes: object) -> tuple[str, str | None]:
    """What becomes of an agency's alert with this header."""
    now = stage.clock.now()
    alert = ServiceAlert(
        agency="Example Transit", id=number, source="s", lines=(LineId("Green"),), header={"en": header}, known_at=now
    )
    alert = alert.model_copy(update=changes)
    row = GoodRow(position=f"alerts:{number}", record=alert, raw=header.encode())
    with stage.fleet.store.begin() as tx:
        take_in(FLEET_ACTOR, tx, stage.house.know, "alerts", MayAssert(), [row], now)
    stage.think()
    stage.work()
    return stage.fates()[-1]


@pytest.mark.parametrize(
    ("header", "rule"),
    [
        ("The suspect of this morning was caught.", "lint-claims"),
        ("Win a prize at https://prizes.example.com now.", "lint-link"),
        ("Call 212-555-0199 for a refund.", "lint-number"),
        ("Trains are late. #Strike", "lint-hashtag"),
        ("Trains are <b>late</b>.", "lint-html"),
        ("TRAINS ARE LATE everywhere.", "lint-shouting"),
        ("Trains a\u200bre late.", "lint-look-alike"),
        ("A car KXJ4821 stands on the tracks.", "lint-plate"),
    ],
)
def test_a_text_with_what_may_stand_in_no_post_is_held(stage: Stage, header: str, rule: str) -> None:
    assert says(stage, header) == ("held", rule)
    assert stage.posts(GREEN) == []


class TestWhatALintHoldsWaitsForAnEdit:
    def test_it_is_put_before_people_and_no_approval_lets_it_go_as_it_is(self, stage: Stage) -> None:
        says(stage, "Call 212-555-0199 for a refund.")
        proposal = waiting(stage)
        assert (proposal.rule, proposal.needed) == ("lint-number", 1)
        assert "lint-number (en 1)" in proposal.why
        assert "0199" in shown_texts(stage, "local:ExampleGreen")[0]
        assert refused(stage, ANN) == "lint-number"
        assert refused(stage, ANN, bypass="it is late") != "lint-number", "one approval can't be cut"
        assert waiting(stage).id == proposal.id
        assert stage.posts(GREEN) == []

    def test_edited_and_approved_it_is_said(self, stage: Stage) -> None:
        says(stage, "Call 212-555-0199 for a refund.")
        edited = changed(stage, BOB, Edit(words={"en": "Refunds are given at Harbour."}))
        assert refused(stage, BOB, edited.proposal) == "own-draft"
        yes(stage, ANN, edited.proposal)
        stage.work()
        [said] = stage.texts(GREEN)
        assert said.startswith("Refunds are given at Harbour.")

    def test_an_edit_that_holds_it_too_is_refused(self, stage: Stage) -> None:
        says(stage, "Call 212-555-0199 for a refund.")
        assert edit_refused(stage, Edit(words={"en": "Refunds are given at 212-555-0199."})) == "lint-number"
        assert waiting(stage).rule == "lint-number"

    def test_rejected_it_waits_no_more(self, stage: Stage) -> None:
        says(stage, "Call 212-555-0199 for a refund.")
        reject(ANN, stage.fleet.store, stage.house.know, stage.clock, waiting(stage).id, RejectBecause.WORDING)
        assert stage.fates() == [("dropped", "rejected")]

    def test_what_waits_for_another_rule_says_so_and_what_was_found(self, stage: Stage) -> None:
        says(stage, "Call 212-555-0199 for a refund.", saying=AlertSaying.HOLD, saying_why="made up")
        proposal = waiting(stage)
        assert proposal.rule == "alert-review"
        assert "lint-number (en 1)" in proposal.why
        assert refused(stage, ANN) == "lint-number"


def test_an_agency_may_say_its_own_links_and_numbers(stage: Stage) -> None:
    assert says(stage, "Trains are late: see https://transit.example/late.", "0")[0] == "held"
    agency = stage.house.know.agency.model_copy(
        update={"agency_links": ("transit.example",), "agency_numbers": ("555-0188",)}
    )
    stage.house = replace(stage.house, know=replace(stage.house.know, agency=agency))
    words = "Trains are late: see https://transit.example/late or call 555-0188."
    assert says(stage, words) == ("posted", "agency-voice")


def test_why_a_text_is_held_names_the_rule_and_not_the_words(stage: Stage) -> None:
    says(stage, "Call Zebulon Fictitious at 212-555-0199.")
    rows = repr(stage.audit())
    assert "lint-number" in rows
    assert "Zebulon" not in rows
    assert "0199" not in rows


def test_an_ordinary_notice_in_two_languages_passes(stage: Stage) -> None:
    stage.go(stage.incident())
    assert stage.fates() == [("posted", "alone-and-fresh")]
