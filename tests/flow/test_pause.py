"""A pause stops what is new at once, and nothing that takes back."""

from __future__ import annotations

import pytest

from core.domain.staff import Actor, NotAllowed, Role
from core.flow.pause import NothingToPause, pause, resume
from tests.flow.stage import BLUE, GREEN, OFFICER, RED, Stage, everything_said_once, two_notices

REVIEWER = Actor(id="made-up-reviewer", roles=frozenset({Role.REVIEWER}), via="cli")


def stop(stage: Stage, what: str) -> list[str | None]:
    return [row.account for row in pause(REVIEWER, stage.fleet.store, stage.house.know, stage.clock, what)]


def go_on(stage: Stage, what: str) -> None:
    resume(REVIEWER, stage.fleet.store, stage.house.know, stage.clock, what)


def test_everything_waits_and_then_everything_is_said_once(live: Stage) -> None:
    two_notices(live)
    assert stop(live, "all") == [None]
    live.work()
    assert live.platform.calls == []
    go_on(live, "all")
    live.work()
    everything_said_once(live)


def test_one_account_waits_and_the_others_go_on(live: Stage) -> None:
    two_notices(live)
    assert stop(live, f"x:{GREEN}") == [f"x:{GREEN}"]
    live.work()
    assert live.platform.texts(GREEN) == []
    assert (len(live.platform.texts(RED)), len(live.platform.reposts(BLUE))) == (1, 1)
    assert len(live.texts(GREEN)) == 1


def test_a_line_is_paused_on_every_platform(live: Stage) -> None:
    two_notices(live)
    assert set(stop(live, "Green")) == {f"x:{GREEN}", f"local:{GREEN}"}
    live.work()
    assert (live.platform.texts(GREEN), live.texts(GREEN)) == ([], [])
    assert len(live.platform.texts(RED)) == 1


def test_what_is_paused_for_too_long_expires(live: Stage) -> None:
    two_notices(live)
    stop(live, "all")
    live.clock.step(days=2)
    live.work()
    go_on(live, "all")
    live.work()
    assert live.platform.record == []


def test_who_did_it_stands_in_the_log(live: Stage) -> None:
    stop(live, "Green")
    go_on(live, "Green")
    assert [(row.act, row.actor, row.subject) for row in live.audit()][-2:] == [
        ("paused", "made-up-reviewer", "line Green"),
        ("resumed", "made-up-reviewer", "line Green"),
    ]


def test_removals_too_is_an_operators(live: Stage) -> None:
    officer = Actor(id="an officer", roles=frozenset({Role.OFFICER}), via="cli")
    with pytest.raises(NotAllowed):
        pause(officer, live.fleet.store, live.house.know, live.clock, "all")
    with pytest.raises(NotAllowed):
        pause(REVIEWER, live.fleet.store, live.house.know, live.clock, "all", removals_too=True)
    assert pause(OFFICER, live.fleet.store, live.house.know, live.clock, "all", removals_too=True)[0].removals_too


@pytest.mark.parametrize("what", ["x:ExampleGrene", "Purple", ""])
def test_an_unknown_name_pauses_nothing(live: Stage, what: str) -> None:
    with pytest.raises(NothingToPause):
        stop(live, what)
    with pytest.raises(NothingToPause, match="paused is: nothing"):
        go_on(live, "all")
