"""A thread that broke off is told to a person, finished or taken back; one that may answer nothing stands alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.domain.staff import Actor, NotAllowed, Role
from core.flow.calling import calls_for
from core.flow.half_threads import finish
from core.flow.status import look_at
from core.ports.channel import PostRefused, ReplyRefused
from tests.flow.stage import BLUE, GREEN, OFFICER, RED, Stage, on_stage
from tests.flow.test_retract import WRONG, reference, take_back

NO = PostRefused("no such words today")


@pytest.fixture
def live(tmp_path: Path) -> Iterator[Stage]:
    """Two short languages on X: at least two parts each."""
    with on_stage(tmp_path, x="{limit: 160}", languages="en, es") as made:
        made.connect()
        yield made


def half_said(stage: Stage, why: PostRefused = NO) -> int:
    """The first post stands, the second is refused; how many a whole notice has."""
    stage.take(stage.incident())
    stage.think()
    stage.platform.before.extend([None, why])
    stage.work()
    return len(stage.states(GREEN))


def calls(stage: Stage) -> list[str]:
    seen = look_at(stage.fleet.store, stage.clock, [])
    return [call.key for call in calls_for(seen, stage.clock.now())]


class TestBroken:
    def test_a_person_is_told_and_called(self, live: Stage) -> None:
        half_said(live)
        assert len(live.platform.texts(GREEN)) == 1
        seen = look_at(live.fleet.store, live.clock, [])
        named = reference(live)
        assert seen.sentence == (
            f"Act: {named} is only half said on x:{GREEN} (refused: {NO}): `incident finish {named}` tries the rest "
            f"again, `retract {named}` takes it back."
        )
        assert calls(live) == [f"half:{named}:x:{GREEN}"]

    def test_the_rest_is_said_by_itself_once_somebody_asks(self, live: Stage) -> None:
        whole = half_said(live)
        [done] = finish(OFFICER, live.fleet.store, live.house.know, live.clock, reference(live))
        assert (done.part, done.account) == (2, f"x:{GREEN}")
        live.work()
        rows = [row for row in live.platform.record if row.handle == GREEN]
        assert len(rows) == whole
        assert [row.reply_to for row in rows] == [None] * whole
        assert len({row.text for row in rows}) == whole, "nothing is said twice"
        assert all(f"Ref {reference(live)}" in row.text or f"Referencia {reference(live)}" in row.text for row in rows)
        assert calls(live) == []
        assert finish(OFFICER, live.fleet.store, live.house.know, live.clock, reference(live)) == ()
        assert [row.act for row in live.audit()].count("half a notice finished") == 1

    def test_it_may_be_refused_again(self, live: Stage) -> None:
        half_said(live)
        live.platform.of_handle[GREEN] = NO
        finish(OFFICER, live.fleet.store, live.house.know, live.clock, reference(live))
        live.work()
        assert len(live.platform.texts(GREEN)) == 1
        assert calls(live) == [f"half:{reference(live)}:x:{GREEN}"]

    def test_taken_back_it_is_told_no_more(self, live: Stage) -> None:
        half_said(live)
        take_back(live)
        live.work()
        assert calls(live) == []
        assert live.platform.texts(GREEN)[0].startswith(WRONG)

    def test_an_auditor_may_not(self, live: Stage) -> None:
        half_said(live)
        auditor = Actor(id="an auditor", roles=frozenset({Role.AUDITOR}), via="cli")
        with pytest.raises(NotAllowed):
            finish(auditor, live.fleet.store, live.house.know, live.clock, reference(live))


def refused_update(stage: Stage) -> None:
    """What happened stands at Central, and what people add to it is refused by the lead's account."""
    stage.go(stage.incident(station="Central"))
    stage.platform.of_handle[RED] = NO
    stage.go(stage.incident(station="Central", offence_code="ASL"))
    stage.think()
    stage.work()


class TestAnUpdateThatWasRefused:
    def test_no_sister_says_it_in_full_and_a_person_is_told(self, live: Stage) -> None:
        refused_update(live)
        assert live.platform.texts(BLUE) == [], "the notice has one lead there: its corrections stand in one place"
        named = reference(live)
        assert (
            f"{named} is only half said on x:{RED} (refused: {NO})"
            in look_at(live.fleet.store, live.clock, []).sentence
        )
        assert calls(live) == [f"half:{named}:x:{RED}"]

    def test_finished_it_is_said_and_repeated(self, live: Stage) -> None:
        refused_update(live)
        before = len(live.platform.texts(RED))
        live.platform.of_handle.clear()
        [done] = finish(OFFICER, live.fleet.store, live.house.know, live.clock, reference(live))
        assert (done.account, done.part) == (f"x:{RED}", 1)
        live.work()
        said = [row for row in live.platform.record if row.handle == RED][before:]
        assert "assault" in said[0].text.lower()
        assert said[0].id in live.platform.reposts(BLUE)
        assert calls(live) == []


def test_where_nothing_may_be_answered_the_rest_goes_by_itself(live: Stage) -> None:
    whole = half_said(live, ReplyRefused("it may answer nothing: set `thread: numbered`"))
    rows = [row for row in live.platform.record if row.handle == GREEN]
    assert len(rows) == whole == len({row.text for row in rows})
    assert [row.reply_to for row in rows] == [None] * whole
    assert calls(live) == []


def test_an_update_that_may_not_answer_stands_alone(live: Stage) -> None:
    live.go(live.incident())
    before = len(live.platform.record)
    live.platform.before.append(ReplyRefused("it may answer nothing"))
    live.go(live.incident(offence_code="ASL"))
    [update, *_] = live.platform.record[before:]
    assert update.reply_to is None
    assert "assault" in update.text.lower()


def test_a_post_that_answers_nothing_is_refused_for_good(live: Stage) -> None:
    live.platform.of_handle[GREEN] = ReplyRefused("it may answer nothing")
    live.go(live.incident())
    assert live.platform.record == []
    assert live.states(GREEN)[0] == "refused"
