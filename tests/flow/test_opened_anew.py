"""An account that was opened anew under its handle: it speaks again, and what the old one said is out of reach."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.domain.accounts import AccountState
from core.domain.staff import FLEET_ACTOR, NotAllowed
from core.domain.taking_back import Because
from core.flow.connect import connect
from core.flow.deliver import deliver
from core.flow.opened_anew import NotAnew, OpenedAnew, connect_anew
from core.flow.retract import retract
from core.flow.status import look_at
from tests.fakes.odd_platform import lost_answer
from tests.flow.stage import GREEN, OFFICER, Stage, on_stage
from tests.flow.sweep_scene import REVIEWER, green, on_call, seen, settled_in, state, swept
from tests.flow.test_retract import reference, take_back, ups


def anew(stage: Stage) -> OpenedAnew:
    return connect_anew(OFFICER, stage.fleet.store, stage.clock, stage.platform, green(stage))


@pytest.fixture
def lost(live: Stage) -> Stage:
    """The green account said something, was lost, and another was opened under its handle; the fleet noticed."""
    settled_in(live)
    live.go(live.incident("1"))
    live.platform.opens_anew(GREEN)
    live.office.checked.clear()
    live.go(live.incident("2", station="Upper Lock"))
    return live


def test_until_an_operator_says_so_nothing_is_posted_and_status_names_the_command(lost: Stage) -> None:
    assert state(lost) is AccountState.WRONG_IDENTITY
    assert lost.platform.texts(GREEN) == []
    said = look_at(lost.fleet.store, lost.clock, ()).sentence
    assert "is another account than the one that was connected (its id is id-ExampleGreen-anew" in said
    assert f"`accounts connect x:{GREEN} --anew`" in said
    with pytest.raises(ValueError, match="--anew"):
        lost.connect(GREEN)


def test_then_it_speaks_again(lost: Stage) -> None:
    done = anew(lost)
    assert (done.old_id, done.new_id, done.out_of_reach) == (f"id-{GREEN}", f"id-{GREEN}-anew", 1)
    lost.work()
    assert ["Upper Lock" in text for text in lost.platform.texts(GREEN)] == [True]
    [row] = [row for row in lost.audit() if row.act == "account opened anew"]
    assert (row.actor, row.subject) == (OFFICER.id, f"x:{GREEN}")
    assert row.detail == f"id-{GREEN} → id-{GREEN}-anew: 1 posts out of reach"


def test_what_the_old_one_said_is_listed_as_out_of_reach_and_never_tried(lost: Stage) -> None:
    anew(lost)
    lost.work()
    taken = take_back(lost)
    assert ups(taken) == ["out of reach"]
    assert (taken.settled, taken.gone) == (True, False)
    assert lost.platform.removals == []


def test_a_removal_that_was_owed_already_is_not_tried_either(live: Stage) -> None:
    live.go(live.incident("1"))
    live.platform.opens_anew(GREEN)
    live.office.checked.clear()
    retract(REVIEWER, live.fleet.store, live.house.know, live.clock, reference(live), Because.ERROR)
    live.work()
    anew(live)
    live.work()
    assert live.platform.removals == []
    assert ups(take_back(live)) == ["out of reach"]


def test_an_update_of_what_the_old_one_said_answers_nothing(lost: Stage) -> None:
    lost.go(lost.incident("1", offence_code="ASL"))  # owed while the fleet may not post
    anew(lost)
    lost.work()
    lost.go(lost.incident("1", offence_code="THF"))
    said = [row for row in lost.platform.record if row.handle == GREEN]
    assert len(said) >= 2
    mine = {row.id for row in said}
    assert all(row.reply_to is None or row.reply_to in mine for row in said)


def test_what_may_have_been_sent_by_the_old_one_waits_for_a_person(live: Stage) -> None:
    live.platform.after.append(lost_answer())
    live.platform.incomplete_looks = 3
    live.take(live.incident("1"))
    live.think()
    deliver(FLEET_ACTOR, live.office, "worker")
    assert live.states(GREEN) == ["unknown"]
    live.platform.opens_anew(GREEN)
    anew(live)
    live.work()
    assert live.states(GREEN) == ["waiting"]
    assert live.platform.texts(GREEN) == []


def test_no_sweep_misses_the_old_posts_nor_takes_what_stood_there_before_for_foreign(lost: Stage) -> None:
    lost.platform.posted_by_hand(GREEN, "Good morning")
    anew(lost)
    lost.work()
    found = swept(lost)
    assert (found.gone, found.foreign) == (0, 0)
    assert on_call(lost) == []


def test_a_foreign_post_of_the_old_one_locks_the_new_one_no_more(live: Stage) -> None:
    settled_in(live)
    live.platform.posted_by_hand(GREEN, "Buy made-up coins")
    assert swept(live).foreign == 1
    live.platform.opens_anew(GREEN)
    anew(live)
    assert state(live) is AccountState.READY
    assert [one.verdict.value for one in seen(live).strays] == ["out of reach"]


def test_only_where_it_is_another_account_and_only_by_an_operator(live: Stage) -> None:
    with pytest.raises(NotAnew, match="suffices"):
        anew(live)
    live.platform.opens_anew(GREEN)
    with pytest.raises(NotAllowed):
        connect_anew(REVIEWER, live.fleet.store, live.clock, live.platform, green(live))


def test_one_that_was_never_connected_is_connected_plainly(tmp_path: Path) -> None:
    with on_stage(tmp_path) as stage:
        with pytest.raises(NotAnew, match="never connected"):
            anew(stage)
        assert connect(OFFICER, stage.fleet.store, stage.clock, stage.platform, green(stage)).handle == GREEN
