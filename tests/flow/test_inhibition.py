"""While a line is suspended its small delays are noise; they are said once it runs again, if they are still true."""

from __future__ import annotations

import pytest

from core.domain.notices import Speaker
from core.domain.taking_back import Because
from core.flow.retract import retract
from tests.fakes.alert_feeds import entity
from tests.flow.muting_scene import REVIEWER, later
from tests.flow.stage import BLUE, GREEN, RED, Stage
from tests.flow.test_service_alerts import LATE, Agency

STOPPED = entity("stop", "No Green Line trains are running.", alert_type="Suspended")
SMALL = entity("small", LATE)
NOISE = ("held", "inhibited")


@pytest.fixture
def agency(live: Stage) -> Agency:
    return Agency(live)


def test_a_small_delay_waits_while_the_line_is_suspended_and_comes_up_again(agency: Agency) -> None:
    stage = agency.stage
    agency.publish(STOPPED)
    agency.publish(STOPPED, SMALL)
    assert stage.fates() == [("posted", "agency-voice"), NOISE]
    assert len(stage.platform.texts(GREEN)) == 1
    agency.minutes(5)
    agency.publish(SMALL)
    agency.minutes(11)
    agency.publish(SMALL)
    stage.think()
    stage.work()
    assert stage.fates()[1] == ("posted", "agency-voice")
    assert [LATE in text for text in stage.platform.texts(GREEN)] == [False, False, True]
    later(stage, hours=1)
    assert len(stage.platform.record) == 3


def test_one_that_ends_meanwhile_is_never_said(agency: Agency) -> None:
    stage = agency.stage
    agency.publish(STOPPED, SMALL)
    agency.minutes(5)
    agency.publish(STOPPED)
    agency.minutes(11)
    agency.publish(STOPPED)
    agency.minutes(1)
    agency.publish(entity("other", "Blue Line trains are delayed.", routes=["Blue"]))
    agency.minutes(11)
    agency.publish(entity("other", "Blue Line trains are delayed.", routes=["Blue"]))
    later(stage, hours=1)
    assert not any(LATE in text for text in stage.platform.texts(GREEN))


def test_it_ends_with_the_period_of_the_bigger_one(agency: Agency) -> None:
    stage, ends = agency.stage, agency.now + 3600
    stopped = entity(
        "stop", "No Green Line trains are running.", alert_type="Suspended", periods=[(agency.now - 60, ends)]
    )
    agency.publish(stopped)
    agency.publish(stopped, SMALL)
    assert stage.fates()[1] == NOISE
    later(stage, minutes=59)
    assert stage.fates()[1] == NOISE
    later(stage, minutes=1)
    assert stage.fates()[1] == ("posted", "agency-voice")


def test_delays_of_other_lines_and_of_more_lines_go_on(agency: Agency) -> None:
    both = entity("both", "Green and Red Line trains are delayed.", routes=["GB", "Red"])
    blue = entity("blue", "Blue Line trains are delayed.", routes=["Blue"])
    agency.publish(STOPPED)
    agency.publish(STOPPED, both, blue)
    assert [len(agency.stage.platform.texts(handle)) for handle in (GREEN, RED, BLUE)] == [2, 0, 1]


def test_a_suspension_that_was_taken_back_makes_nothing_noise(agency: Agency) -> None:
    stage = agency.stage
    agency.publish(STOPPED)
    agency.publish(STOPPED, SMALL)
    with stage.fleet.store.begin() as tx:
        notice = tx.notices.find(tx.log.entry(1).subject, Speaker.AGENCY)
    assert notice is not None
    retract(REVIEWER, stage.fleet.store, stage.house.know, stage.clock, notice.reference, Because.ERROR)
    later(stage, minutes=1)
    assert any(LATE in text for text in stage.platform.texts(GREEN))
