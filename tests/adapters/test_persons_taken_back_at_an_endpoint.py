"""What an endpoint was handed of a person is taken back from it however the notice ends, or somebody is rung."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from core.domain.incidents import State
from core.domain.staff import FLEET_ACTOR
from core.domain.taking_back import Because
from core.flow.calling import calls_for
from core.flow.pause import pause
from core.flow.retract import retract
from core.flow.seal import seal
from core.flow.status import look_at
from core.flow.terms import end_terms
from tests.adapters.persons_scene import (
    ANYONE,
    HUB,
    LINKED,
    PROVEN,
    approve,
    asked,
    at_once,
    ever_handed,
    hand_over,
    handed,
    on_the_handle,
    prove,
    told,
)
from tests.adapters.webhook_scene import handing_over, opened
from tests.fakes.endpoint import Endpoint
from tests.flow.reviewing import ANN
from tests.flow.stage import OFFICER, Stage
from tests.flow.test_cleared import EVERYTHING as ALL

Partner = tuple[Stage, Endpoint]
WEEK = timedelta(days=7)


@pytest.fixture
def partner(tmp_path: Path) -> Iterator[Partner]:
    with handing_over(tmp_path, PROVEN, LINKED) as both:
        yield both


def by_retraction(stage: Stage, reference: str) -> None:
    retract(ANN, stage.fleet.store, stage.house.know, stage.clock, reference, Because.ERROR)


def by_seal(stage: Stage, reference: str) -> None:
    assert seal(ANN, stage.fleet.store, stage.house.know, stage.clock, reference, "SO-2026-17").notices


def by_the_term(stage: Stage, reference: str) -> None:
    stage.clock.step(hours=73)
    assert end_terms(FLEET_ACTOR, stage.fleet.store, stage.house.know, stage.clock) == 1


def by_acquittal(stage: Stage, reference: str) -> None:
    stage.take(stage.incident("1", state=State.ACQUITTED, revision=2), may=ALL)
    stage.think()


ENDS = [by_retraction, by_seal, by_the_term, by_acquittal]


class TestTakenBack:
    @pytest.mark.parametrize("end", ENDS)
    def test_the_endpoint_is_told_however_it_ends(self, partner: Partner, end: Callable[[Stage, str], None]) -> None:
        stage, endpoint = partner
        prove(stage)
        reference = hand_over(stage)
        assert len(handed(endpoint)) == 1
        pause(OFFICER, stage.fleet.store, stage.house.know, stage.clock, "all")
        end(stage, reference)
        stage.work()
        assert handed(endpoint) == []
        assert on_the_handle(stage) == []

    @pytest.mark.parametrize("end", ENDS)
    def test_what_ends_before_it_was_delivered_is_handed_to_nobody(
        self, partner: Partner, end: Callable[[Stage, str], None]
    ) -> None:
        stage, endpoint = partner
        prove(stage)
        asked(stage)
        reference = approve(stage)
        end(stage, reference)
        stage.work()
        assert ever_handed(endpoint) == []
        assert not any(ANYONE in one.text for one in endpoint.held.values())

    def test_one_that_is_not_acknowledged_rings_and_ends_the_proof(self, partner: Partner) -> None:
        stage, endpoint = partner
        prove(stage)
        reference = hand_over(stage)
        endpoint.misbehave("notice.withdrawn", *["mute"] * 50)
        by_retraction(stage, reference)
        at_once(stage)
        stage.clock.step(minutes=6)
        status = look_at(stage.fleet.store, stage.clock, [], know=stage.house.know)
        assert f"unacknowledged:{HUB}" in {call.key for call in calls_for(status, stage.clock.now())}
        endpoint.faults["notice.withdrawn"].clear()
        prove(stage)
        assert any("not acknowledged in time" in one for one in told(stage)), "a test says less than a real one"
        stage.work()
        assert handed(endpoint) == []
        assert any("not acknowledged in time" in one for one in told(stage)), "it is tried again once it is done"
        stage.clock.step(minutes=1)
        prove(stage)
        assert not any(HUB in one for one in told(stage))

    def test_an_endpoint_that_left_lines_yaml_still_rings(self, partner: Partner, tmp_path: Path) -> None:
        stage, _ = partner
        prove(stage)
        reference = hand_over(stage)
        path = tmp_path / "lines.yaml"
        path.write_text(path.read_text("utf-8").replace("webhook: {mode: live}", "webhook: {mode: off}"), "utf-8")
        with opened(path, stage.clock) as without:
            assert "webhook" not in without.house.know.abilities
            by_retraction(without, reference)
            without.work()
            without.clock.step(minutes=6)
            status = look_at(without.fleet.store, without.clock, [], know=without.house.know)
            assert f"unacknowledged:{HUB}" in {call.key for call in calls_for(status, without.clock.now())}
