"""What is routine waits while it is calm and in quiet hours, what is urgent goes, what takes back goes always."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.domain.silences import Calm
from core.domain.staff import Actor, NotAllowed, Role
from core.domain.taking_back import Because
from core.flow.calm import NotCalm, calm_off, calm_on
from core.flow.correct import Right, correct
from core.flow.retract import retract
from core.flow.status import look_at
from tests.fakes.alert_feeds import entity
from tests.flow.muting_scene import EVERYTHING, REVIEWER, arrest, later, mute, waiting_ids
from tests.flow.reviewing import ANN, BOB, refused, waiting, yes
from tests.flow.stage import GREEN, OFFICER, RED, Stage, on_stage
from tests.flow.test_retract import reference
from tests.flow.test_service_alerts import LATE, Agency

THREE_HOURS = timedelta(hours=3)


def calm(stage: Stage, where: str = "all", lasts: timedelta = THREE_HOURS, actor: Actor = REVIEWER) -> Calm:
    return calm_on(actor, stage.fleet.store, stage.house.know, stage.clock, where, lasts)


def end_calm(stage: Stage, where: str = "all") -> int:
    return calm_off(REVIEWER, stage.fleet.store, stage.house.know, stage.clock, where)[0]


class TestCalm:
    def test_what_is_urgent_goes_and_what_is_about_an_arrest_waits(self, live: Stage) -> None:
        made = calm(live, "Green")
        assert (made.scope, made.by, made.until) == ("line Green", "rue", live.clock.now() + THREE_HOURS)
        live.go(arrest(live))
        assert len(live.platform.texts(GREEN)) == 1, "its place is urgent"
        assert live.fates() == [("held", "calm")]
        assert waiting_ids(live) == []
        later(live, hours=3)
        assert len(waiting_ids(live)) == 1
        assert len(live.platform.texts(GREEN)) == 1

    def test_on_another_line_nothing_waits(self, live: Stage) -> None:
        calm(live, "Red")
        live.go(arrest(live))
        assert len(waiting_ids(live)) == 1

    def test_an_approval_does_not_go_through_it_and_does_once_it_is_over(self, live: Stage) -> None:
        live.go(arrest(live))
        proposal = waiting(live)
        yes(live, ANN, proposal)
        calm(live, "Green Line")
        assert refused(live, BOB, proposal) == "calm"
        end_calm(live, "Green")
        yes(live, BOB, proposal)
        later(live, minutes=1)
        assert len(live.platform.texts(GREEN)) == 2

    def test_turned_off_before_its_time_what_it_held_comes_up_again(self, live: Stage) -> None:
        calm(live)
        live.go(arrest(live))
        assert end_calm(live) == 1
        live.go()
        assert len(waiting_ids(live)) == 1

    def test_asked_for_again_it_ends_when_the_later_says(self, live: Stage) -> None:
        calm(live)
        live.go(arrest(live))
        calm(live, lasts=timedelta(hours=1))
        live.go()
        assert waiting_ids(live) == []
        later(live, hours=1)
        assert len(waiting_ids(live)) == 1

    def test_service_notices_pass(self, live: Stage) -> None:
        calm(live)
        Agency(live).publish(entity("lmm:1", LATE))
        assert len(live.platform.texts(GREEN)) == 1

    def test_status_names_who_and_until_when(self, live: Stage) -> None:
        made = calm(live)
        seen = look_at(live.fleet.store, live.clock, ())
        assert seen.calms == (made,)
        assert "calm: all" in seen.sentence
        live.clock.step(hours=3)
        assert look_at(live.fleet.store, live.clock, ()).calms == ()

    def test_what_is_no_line_or_not_calm_is_told(self, live: Stage) -> None:
        with pytest.raises(NotCalm, match="did you mean Green"):
            calm(live, "Gren")
        with pytest.raises(NotCalm, match="calm is: nowhere"):
            end_calm(live)
        with pytest.raises(NotAllowed):
            calm(live, actor=Actor(id="eve", roles=frozenset({Role.OFFICER}), via="cli"))


NIGHT = "quiet_hours: '23:00-06:00', digest_at: '23:30'"


@pytest.fixture
def night(tmp_path: Path) -> Iterator[Stage]:
    """Quiet from 23:00 to 06:00 in Lisbon, with a digest at 23:30."""
    with on_stage(tmp_path, policy=NIGHT) as made:
        made.connect()
        yield made


def at(stage: Stage, moment: str) -> None:
    """Turn the clock to this time in UTC, and let the fleet do what there is to do."""
    now = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    stage.clock.step(seconds=(now - stage.clock.now()).total_seconds())
    stage.think()
    stage.work()


@pytest.mark.parametrize(
    ("day", "digest", "still", "over"),
    [
        ("2030-01-07T12:00", "2030-01-07T23:30", "2030-01-08T05:59", "2030-01-08T06:00"),
        ("2030-03-30T12:00", "2030-03-30T23:30", "2030-03-31T04:59", "2030-03-31T05:00"),
        ("2030-10-26T12:00", "2030-10-26T22:30", "2030-10-27T05:59", "2030-10-27T06:00"),
    ],
    ids=["an ordinary night", "the night the clocks go forward", "the night they go back"],
)
def test_a_digest_waits_until_the_quiet_hours_end_in_the_agency_s_zone(
    night: Stage, day: str, digest: str, still: str, over: str
) -> None:
    at(night, day)
    night.go(night.incident(offence_code="THF"))
    at(night, digest)
    assert night.fates()[-1] == ("held", "quiet-hours")
    at(night, still)
    assert night.platform.record == []
    at(night, over)
    assert len(night.platform.texts(GREEN)) == 1
    at(night, over.replace(":00", ":30"))
    assert len(night.platform.record) == 1


def test_what_is_urgent_goes_in_quiet_hours(night: Stage) -> None:
    at(night, "2030-01-08T02:00")
    night.go(night.incident())
    assert len(night.platform.texts(GREEN)) == 1


def test_a_line_may_have_quiet_hours_of_its_own(tmp_path: Path) -> None:
    with on_stage(tmp_path, green="policy: {quiet_hours: '11:00-13:00'}") as stage:
        stage.connect()
        stage.go(arrest(stage, "1"), arrest(stage, "2", station="Old Mill"))
        assert stage.fates()[0] == ("held", "quiet-hours")
        assert len(waiting_ids(stage)) == 1
        later(stage, hours=1)
        assert len(waiting_ids(stage)) == 2


@pytest.fixture
def hushed(tmp_path: Path) -> Iterator[Stage]:
    """A notice on the Red Line stands; then everything is silenced and calm, in the middle of quiet hours."""
    with on_stage(tmp_path, policy="quiet_hours: '11:00-13:00, service 11:00-13:00'") as stage:
        stage.connect()
        stage.go(stage.incident(station="Central"))
        mute(stage, EVERYTHING, everything=True)
        calm(stage)
        yield stage


class TestWhatTakesBack:
    def test_a_retraction_passes_them_all_at_once(self, hushed: Stage) -> None:
        retract(REVIEWER, hushed.fleet.store, hushed.house.know, hushed.clock, reference(hushed), Because.ERROR)
        hushed.think()
        hushed.work()
        [said] = hushed.platform.texts(RED)
        assert said.startswith("Correction:")

    def test_a_correction_passes_them_all_at_once(self, hushed: Stage) -> None:
        right = Right(station="Museum")
        correct(REVIEWER, hushed.fleet.store, hushed.house.know, hushed.clock, reference(hushed), right)
        hushed.think()
        hushed.work()
        assert "Museum" in hushed.platform.texts(RED)[-1]

    def test_a_digest_that_says_right_what_another_said_wrong_passes_too(self, night: Stage) -> None:
        at(night, "2030-01-07T12:00")
        night.go(night.incident("1", offence_code="THF"), night.incident("2", offence_code="VND"))
        at(night, "2030-01-07T23:30")
        at(night, "2030-01-08T06:00")
        [first] = night.platform.texts(GREEN)
        at(night, "2030-01-08T23:10")
        mute(night, EVERYTHING, everything=True)
        right = Right(station="Upper Lock")
        correct(OFFICER, night.fleet.store, night.house.know, night.clock, reference(night, 1), right)
        night.think()
        night.work()
        assert first not in night.platform.texts(GREEN)
        assert any("Upper Lock" in text for text in night.platform.texts(GREEN))
