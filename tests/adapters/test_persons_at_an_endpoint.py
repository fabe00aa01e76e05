"""What is said of a person reaches an endpoint that has proven itself, by its own record, and no other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from core.domain.taking_back import Because
from core.flow.partner_status import partner_status
from core.flow.pause import pause, resume
from core.flow.retract import retract
from core.flow.review_shown import list_reviews
from core.flow.reviews import undo
from core.ports.channel import PostDeferred
from tests.adapters.persons_scene import (
    HUB,
    LINKED,
    NAME,
    PROVEN,
    approve,
    asked,
    at_once,
    ever_handed,
    hand_over,
    handed,
    kept_from,
    on_the_handle,
    prove,
    rotate,
    told,
    wanted,
)
from tests.adapters.webhook_scene import handing_over, opened
from tests.fakes.alert_feeds import entity
from tests.fakes.endpoint import Endpoint
from tests.flow.reviewing import ANN, BOB, waiting, yes
from tests.flow.stage import GREEN, OFFICER, Stage
from tests.flow.test_service_alerts import OTHER, Agency
from tests.flow.test_two_voices import TYPES

Partner = tuple[Stage, Endpoint]
WEEK = timedelta(days=7)


@pytest.fixture
def partner(tmp_path: Path) -> Iterator[Partner]:
    with handing_over(tmp_path, PROVEN, LINKED) as both:
        yield both


class TestHandedOver:
    def test_a_proven_endpoint_is_handed_what_two_people_approved_and_nothing_earlier(self, partner: Partner) -> None:
        stage, endpoint = partner
        prove(stage)
        asked(stage)
        at_once(stage)
        assert [one.text.splitlines()[0][:7] for one in endpoint.held.values()] == ["Robbery"], "the place goes at once"
        yes(stage, ANN, waiting(stage))
        stage.work()
        assert ever_handed(endpoint) == [], "one yes is none"
        yes(stage, BOB, waiting(stage))
        at_once(stage)
        assert ever_handed(endpoint) == [], "it may still be undone"
        stage.work()
        [one] = handed(endpoint)
        assert NAME in one.text
        assert one.text == on_the_handle(stage)[0], "the very words of the handle"
        assert not any(HUB in one for one in told(stage))

    def test_what_is_undone_reaches_nobody(self, partner: Partner) -> None:
        stage, endpoint = partner
        prove(stage)
        asked(stage)
        approve(stage)
        leaving = next(one for one in list_reviews(ANN, stage.fleet.store, 9) if one.state.value == "leaving")
        undo(ANN, stage.fleet.store, stage.house.know, stage.clock, leaving.id)
        stage.work()
        assert ever_handed(endpoint) == []

    def test_a_lost_answer_makes_no_second_person(self, partner: Partner) -> None:
        stage, endpoint = partner
        prove(stage)
        asked(stage)
        approve(stage)
        endpoint.misbehave("notice.posted", "cut", 500)
        stage.work()
        assert len(handed(endpoint)) == 1
        assert len(ever_handed(endpoint)) == 1

    def test_people_approve_the_same_whether_it_is_proven_or_not(self, partner: Partner) -> None:
        stage, endpoint = partner
        asked(stage)
        first = waiting(stage)
        yes(stage, ANN, first)
        prove(stage)
        yes(stage, BOB, waiting(stage))
        assert waiting_or_gone(stage) == first.id
        stage.work()
        assert len(handed(endpoint)) == 1

    def test_an_endpoint_is_no_handle_and_hears_nothing_that_no_live_handle_says(self, tmp_path: Path) -> None:
        with handing_over(tmp_path, PROVEN, LINKED, local="practice") as (stage, endpoint):
            prove(stage)
            hand_over(stage)
            assert ever_handed(endpoint) == []


def waiting_or_gone(stage: Stage) -> str:
    [one] = [one for one in list_reviews(ANN, stage.fleet.store, 9) if one.state.value in ("leaving", "approved")]
    return one.id


def never_tried(stage: Stage, endpoint: Endpoint) -> None:
    """As it is."""


def too_slow(stage: Stage, endpoint: Endpoint) -> None:
    prove(stage, 301)


def long_ago(stage: Stage, endpoint: Endpoint) -> None:
    prove(stage)
    stage.clock.step(days=30)


def other_key(stage: Stage, endpoint: Endpoint) -> None:
    prove(stage)
    rotate(stage, endpoint)


def failed_a_trial(stage: Stage, endpoint: Endpoint) -> None:
    prove(stage)
    endpoint.misbehave("notice.withdrawn", "mute")
    with pytest.raises(PostDeferred):
        prove(stage)


def failed_since(stage: Stage, endpoint: Endpoint) -> None:
    """A real taking back of a place was acknowledged, and too late."""
    prove(stage)
    stage.go(stage.incident("9", station="Upper Lock"))
    endpoint.misbehave("notice.withdrawn", 500)
    retract(OFFICER, stage.fleet.store, stage.house.know, stage.clock, stage.posts(GREEN)[0].reference, Because.ERROR)
    at_once(stage)
    stage.clock.step(minutes=6)
    stage.work()
    assert endpoint.came["notice.withdrawn"] == 3, "the test's, and twice for the place"


WAYS: dict[Callable[[Stage, Endpoint], None], str] = {
    never_tried: "not been tried",
    too_slow: "too long",
    long_ago: "older than 30 days",
    other_key: "its key",
    failed_a_trial: "did not pass",
    failed_since: "not acknowledged in time",
}


class TestNotProven:
    @pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
    def test_it_is_handed_the_place_alone_and_whoever_runs_the_fleet_is_told(
        self, partner: Partner, way: Callable[[Stage, Endpoint], None]
    ) -> None:
        stage, endpoint = partner
        way(stage, endpoint)
        hand_over(stage)
        assert len(on_the_handle(stage)) == 1, "the handle says it all the same"
        assert ever_handed(endpoint) == []
        assert any("Robbery" in one.text for one in endpoint.held.values())
        assert [WAYS[way] in one for one in kept_from(stage)] == [True]
        assert any(WAYS[way] in one and "partner prove" in one for one in told(stage))
        stage.clock.step(minutes=1)
        prove(stage)
        stage.work()
        assert ever_handed(endpoint) == [], "what was kept from it does not follow hours later"
        assert not any(HUB in one for one in told(stage))

    def test_a_proof_falls_between_the_approval_and_the_delivery(self, partner: Partner) -> None:
        stage, endpoint = partner
        prove(stage)
        asked(stage)
        approve(stage)
        rotate(stage, endpoint)
        stage.work()
        assert ever_handed(endpoint) == []
        assert len(on_the_handle(stage)) == 1

    def test_a_proof_of_another_address_proves_nothing(self, partner: Partner, tmp_path: Path) -> None:
        stage, first = partner
        prove(stage)
        with Endpoint(first.key) as second:
            path = tmp_path / "lines.yaml"
            path.write_text(path.read_text("utf-8").replace(first.url, second.url), "utf-8")
            with opened(path, stage.clock) as moved:
                hand_over(moved)
                assert any("Robbery" in one.text for one in second.held.values()), "it is the same by its own word"
                assert ever_handed(second) == []
                assert any("its address" in one for one in told(moved))

    def test_a_trial_is_refused_where_another_endpoint_answers(self, partner: Partner) -> None:
        stage, endpoint = partner
        endpoint.name = "Somebody else's hub"
        with pytest.raises(Exception, match="another endpoint"):
            prove(stage)
        with stage.fleet.store.begin() as tx:
            assert tx.partners.proof(HUB) is None

    @pytest.mark.parametrize("channel", ["", ", persons: never"])
    def test_by_default_no_endpoint_is_handed_a_person_however_often_it_is_tried(
        self, tmp_path: Path, channel: str
    ) -> None:
        with handing_over(tmp_path, channel, LINKED) as (stage, endpoint):
            prove(stage)
            asked(stage)
            forms = waiting(stage)
            with stage.fleet.store.begin() as tx:
                assert {one.account.split(":")[0] for one in tx.reviews.content(forms.id).forms} == {"local"}
            approve(stage)
            stage.work()
            assert ever_handed(endpoint) == []
            assert told(stage) == []

    def test_a_place_that_took_a_person_s_turn_is_handed_over(self, partner: Partner) -> None:
        stage, endpoint = partner
        asked(stage)
        turn, notice = waiting(stage).revision, waiting(stage).notice_id
        stage.clock.step(minutes=5)
        stage.go(wanted(stage, station="Museum", revision=2))
        with stage.fleet.store.begin() as tx:
            [_, second] = tx.notices.revisions(notice)
        assert (second.number, second.place_only) == (turn, True)
        assert any("Museum" in one.text for one in endpoint.held.values())
        assert kept_from(stage) == []

    def test_a_paused_endpoint_is_asked_anew_once_it_goes_on(self, partner: Partner) -> None:
        stage, endpoint = partner
        prove(stage)
        asked(stage)
        approve(stage)
        pause(OFFICER, stage.fleet.store, stage.house.know, stage.clock, f"account {HUB}")
        stage.work()
        assert ever_handed(endpoint) == []
        rotate(stage, endpoint)
        resume(OFFICER, stage.fleet.store, stage.house.know, stage.clock, f"account {HUB}")
        stage.work()
        assert ever_handed(endpoint) == []


def test_a_partner_sees_what_it_is_handed_and_until_when(partner: Partner) -> None:
    stage, _ = partner
    store, know = stage.fleet.store, stage.house.know

    def shown() -> dict[str, tuple[bool, str | None]]:
        seen = partner_status(OFFICER, store, know, stage.clock, WEEK, WEEK)
        return {one.account: (one.persons, one.why) for one in seen.handed}

    assert shown()[HUB] == (False, "it has not been tried")
    prove(stage)
    assert shown()[HUB] == (True, None)
    [mine] = [one for one in partner_status(OFFICER, store, know, stage.clock, WEEK, WEEK).handed if one.persons]
    assert mine.until == stage.clock.now() + timedelta(days=30)


SEEKS = "Green Line trains are delayed at Harbour while police seek Pat Example, 24."


@pytest.mark.parametrize(("channel", "proves", "told"), [("", True, 0), (PROVEN, False, 0), (PROVEN, True, 1)])
def test_the_agency_s_own_words_about_somebody_are_no_other_than_ours(
    tmp_path: Path, channel: str, proves: bool, told: int
) -> None:
    with handing_over(tmp_path, channel, LINKED) as (stage, endpoint):
        if proves:
            prove(stage)
        Agency(stage, TYPES).publish(entity("7", SEEKS, alert_type="Delays"), OTHER)
        assert endpoint.held
        yes(stage, ANN)
        yes(stage, BOB)
        stage.work()
        assert any(NAME in text for text in stage.texts(GREEN))
        assert len(ever_handed(endpoint)) == told
        reference = stage.posts(GREEN)[0].reference
        retract(OFFICER, stage.fleet.store, stage.house.know, stage.clock, reference, Because.ERROR)
        stage.work()
        [last] = [one for one in endpoint.held.values() if reference in one.text]
        assert "wrong" in last.text, "that it was taken back is said to everyone"
        assert NAME not in last.text
