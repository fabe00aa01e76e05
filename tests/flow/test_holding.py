"""Limits, breaker, brakes and budgets in a running fleet, judged by what the platform was asked and what stands."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from core.domain.holding import micros
from core.domain.lines import AccountId
from core.domain.notices import Speaker
from core.domain.staff import FLEET_ACTOR
from core.domain.taking_back import Because
from core.flow.calling import call_out
from core.flow.holding import held_now, seconds_to_next
from core.flow.retract import retract
from core.flow.spending import spending
from core.flow.taken_back import see_through
from core.flow.workers import drain, work_once
from core.ports.channel import PostDeferred, PostRefused
from tests.fakes.odd_platform import Window
from tests.flow.stage import BLUE, GREEN, RED, Stage, on_stage
from tests.flow.test_calling import Bell
from tests.flow.test_retract import REVIEWER

X_GREEN = AccountId(f"x:{GREEN}")
POST = micros(0.015)
GREENS = ("Harbour", "Upper Lock", "Fish Market", "Lantern Hill", "Quarry End")


def restrain(stage: Stage, **changes: Any) -> None:
    """The fleet's own bounds, as `delivery`, `spend` and `channels` set them."""
    know = stage.house.know
    bound = replace(know, restraint=know.restraint.model_copy(update=changes))
    stage.office.know, stage.house = bound, replace(stage.house, know=bound)


def owe(stage: Stage, *stations: str, first: int = 1) -> None:
    """One notice for each station, each at a time of its own."""
    now = stage.clock.now()
    for number, station in enumerate(stations, start=first):
        when = now - timedelta(hours=1 + number)
        stage.take(stage.incident(str(number), station=station, occurred_from=when))
    stage.think()


def at_once(stage: Stage) -> None:
    """All that can be done without time passing; a fleet that finds no end of it knocks at a closed door."""
    for _ in range(100):
        if not work_once(stage.office, "worker"):
            return
    raise AssertionError("there is no end of trying")


def passes(stage: Stage, seconds: float) -> None:
    """By every clock."""
    stage.clock.step(seconds=seconds)
    stage.time_passes(seconds)


def why(stage: Stage) -> set[str]:
    with stage.fleet.store.begin() as tx:
        return {one.rule for one in held_now(tx, stage.office.know, stage.clock.now())}


def spent(stage: Stage, name: str = "x") -> int:
    with stage.fleet.store.begin() as tx:
        return next(one.spent for one in spending(tx, stage.office.know, stage.clock.now()) if one.name == name)


def wait_seconds(stage: Stage) -> float | None:
    with stage.fleet.store.begin() as tx:
        return seconds_to_next(tx, stage.office.know, stage.clock.now())


def take_back(stage: Stage, seq: int = 1) -> None:
    """All of the notice that this entry made is taken back by one reviewer."""
    with stage.fleet.store.begin() as tx:
        notice = tx.notices.find(tx.log.entry(seq).subject, Speaker.BUREAU)
    assert notice is not None
    retract(REVIEWER, stage.fleet.store, stage.house.know, stage.clock, notice.reference, Because.ERROR)
    stage.think()
    seen = see_through(REVIEWER, stage.office, notice.reference, 10.0, wait=stage.time_passes)
    assert (seen.settled, seen.gone) == (True, True)


class TestLimits:
    def test_a_used_up_window_is_not_knocked_at_before_it_opens(self, live: Stage) -> None:
        live.platform.windows[GREEN] = Window(100, 2, live.clock.now() + timedelta(minutes=15))
        owe(live, *GREENS[:4])
        at_once(live)
        assert (len(live.platform.texts(GREEN)), live.platform.refused_by_limit) == (2, 0)
        assert why(live) == {"limit"}
        assert wait_seconds(live) == 15 * 60
        passes(live, 15 * 60)
        at_once(live)
        assert (len(live.platform.texts(GREEN)), live.platform.refused_by_limit) == (4, 0)

    def test_a_new_process_knows_it(self, tmp_path: Path) -> None:
        with on_stage(tmp_path) as first:
            first.connect()
            first.platform.windows[GREEN] = Window(100, 1, first.clock.now() + timedelta(minutes=15))
            owe(first, *GREENS[:3])
            at_once(first)
            assert first.platform.calls == [GREEN]
        with on_stage(tmp_path) as second:
            at_once(second)
            assert second.platform.calls == []
            passes(second, 15 * 60)
            at_once(second)
            assert len(second.platform.texts(GREEN)) == 2

    def test_others_are_unharmed(self, live: Stage) -> None:
        live.platform.windows[GREEN] = Window(100, 0, live.clock.now() + timedelta(minutes=15))
        owe(live, "Harbour", "Old Mill", "Upper Lock")
        at_once(live)
        assert len(live.platform.texts(RED)) == 1
        assert live.platform.refused_by_limit == 1

    def test_without_a_time_it_is_asked_again_ever_more_seldom(self, live: Stage) -> None:
        live.platform.windows[GREEN] = Window(100, 0, live.clock.now() + timedelta(hours=1), told=False)
        owe(live, *GREENS, *GREENS, *GREENS)
        at_once(live)
        assert live.platform.calls == [GREEN] * 5
        assert why(live) == {"breaker"}

    def test_what_the_app_may_post_is_shared_out(self, live: Stage) -> None:
        live.platform.app = Window(100, 7, live.clock.now() + timedelta(hours=20))

        def time_passes(_delivery: object, _outcome: object) -> None:
            live.clock.step(seconds=1)

        live.office.said = time_passes
        owe(live, *GREENS, *GREENS, "Old Mill", "Bell Tower Square", "Old Mill", "Old Mill", "Old Mill")
        at_once(live)
        said = Counter(live.platform.calls)
        assert live.platform.refused_by_limit == 0
        assert said.total() == 7
        assert max(said.values()) - min(said.values()) <= 2
        assert set(said) == {GREEN, RED}

    def test_at_most_the_platforms_own_refusal_stops_what_takes_back(self, live: Stage) -> None:
        live.go(live.incident())
        live.platform.windows[GREEN] = Window(100, 0, live.clock.now() + timedelta(minutes=15))
        owe(live, "Upper Lock", first=2)
        at_once(live)
        asked = live.platform.refused_by_limit
        with live.fleet.store.begin() as tx:
            notice = tx.notices.find(tx.log.entry(1).subject, Speaker.BUREAU)
        assert notice is not None
        retract(REVIEWER, live.fleet.store, live.house.know, live.clock, notice.reference, Because.ERROR)
        live.think()
        at_once(live)
        assert live.platform.texts(GREEN) == [], "the removal went"
        assert live.platform.refused_by_limit == asked + 1, "the correction was tried"
        passes(live, 15 * 60)
        at_once(live)
        assert len(live.platform.texts(GREEN)) == 2


class TestBreaker:
    def test_it_opens_lets_one_try_and_closes(self, live: Stage) -> None:
        live.platform.of_handle[GREEN] = PostDeferred("down", 0)
        owe(live, *GREENS, *GREENS, "Old Mill")
        at_once(live)
        assert live.platform.calls.count(GREEN) == 5
        assert len(live.platform.texts(RED)) == 1, "others are unharmed"
        assert wait_seconds(live) == 30
        passes(live, 30)
        at_once(live)
        assert live.platform.calls.count(GREEN) == 6, "one try"
        assert wait_seconds(live) == 60
        live.platform.of_handle.clear()
        passes(live, 59)
        at_once(live)
        assert live.platform.texts(GREEN) == []
        passes(live, 1)
        at_once(live)
        assert len(live.platform.texts(GREEN)) == 10
        assert why(live) == set()

    def test_it_is_kept_over_a_restart(self, tmp_path: Path) -> None:
        with on_stage(tmp_path) as first:
            first.connect()
            first.platform.of_handle[GREEN] = PostDeferred("down", 0)
            owe(first, *GREENS)
            at_once(first)
        with on_stage(tmp_path) as second:
            at_once(second)
            assert second.platform.calls == []
            passes(second, 30)
            at_once(second)
            assert len(second.platform.texts(GREEN)) == 5

    def test_what_takes_back_goes_while_it_rests(self, live: Stage) -> None:
        live.go(live.incident())
        live.platform.of_handle[GREEN] = PostDeferred("down", 0)
        owe(live, *GREENS, first=2)
        at_once(live)
        assert why(live) == {"breaker"}
        live.platform.of_handle.clear()
        take_back(live)
        assert live.platform.texts(GREEN)[0].startswith("Correction")

    def test_somebody_is_called_when_it_lasts(self, live: Stage) -> None:
        live.platform.of_handle[GREEN] = PostDeferred("down", 0)
        owe(live, *GREENS)
        at_once(live)
        assert rung(live) == []
        live.clock.step(minutes=15)
        assert rung(live) == [f"failing:{X_GREEN}"]


class TestBrakes:
    def test_a_handle_that_talks_too_much_is_stopped_and_somebody_called(self, live: Stage) -> None:
        restrain(live, posts_per_hour=2)
        owe(live, *GREENS[:3], "Old Mill")
        at_once(live)
        assert (len(live.platform.texts(GREEN)), len(live.platform.texts(RED))) == (2, 1)
        assert rung(live) == [f"brake:{X_GREEN}"]
        assert wait_seconds(live) == 3600
        take_back(live)
        assert len(live.platform.texts(GREEN)) == 2, "the removal and the correction went"
        passes(live, 3600)
        at_once(live)
        assert len(live.platform.texts(GREEN)) == 3

    def test_a_repost_counts_on_the_handle_that_reposts(self, live: Stage) -> None:
        restrain(live, posts_per_hour=1)
        owe(live, "Central", "Central")
        at_once(live)
        assert (len(live.platform.texts(RED)), len(live.platform.reposts(BLUE))) == (1, 1)
        assert rung(live) == [f"brake:x:{handle}" for handle in (RED, BLUE)]

    def test_the_fleet_has_a_brake_of_its_own(self, live: Stage) -> None:
        restrain(live, fleet_posts_per_hour=3)
        owe(live, "Harbour", "Old Mill", "Upper Lock", "Museum", "Bell Tower Square")
        at_once(live)
        assert len(live.platform.record) == 3
        assert rung(live) == ["brake:the fleet"]

    def test_what_surely_was_not_sent_does_not_count(self, live: Stage) -> None:
        restrain(live, posts_per_hour=1)
        live.platform.before.extend([PostRefused("no"), PostRefused("no")])
        owe(live, *GREENS[:3])
        at_once(live)
        assert len(live.platform.texts(GREEN)) == 1

    def test_the_local_timeline_has_none(self, stage: Stage) -> None:
        restrain(stage, posts_per_hour=1, fleet_posts_per_hour=1)
        owe(stage, *GREENS[:3])
        at_once(stage)
        assert len(stage.texts(GREEN)) == 3


class TestWaiting:
    def test_a_drain_waits_for_the_end_of_a_rest_and_no_longer_than_it_may(self, live: Stage) -> None:
        live.platform.of_handle[GREEN] = PostDeferred("down", 0)
        owe(live, *GREENS)
        waited: list[float] = []

        def wait(seconds: float) -> None:
            waited.append(seconds)
            live.platform.of_handle.clear()
            passes(live, seconds)

        assert not drain(live.office, 29, wait)
        assert waited == []
        assert drain(live.office, 31, wait)
        assert waited == [30]
        assert len(live.platform.texts(GREEN)) == 5

    def test_what_is_held_keeps_nobody_busy(self, live: Stage) -> None:
        restrain(live, posts_per_hour=1)
        owe(live, *GREENS)
        at_once(live)
        calls = len(live.platform.calls)
        assert [work_once(live.office, "worker") for _ in range(3)] == [0, 0, 0]
        assert len(live.platform.calls) == calls == 1


def rung(stage: Stage) -> list[str]:
    """For what somebody is called now."""
    bell = Bell()
    call_out(FLEET_ACTOR, stage.fleet.store, stage.clock, (), bell, timedelta(hours=4), stage.office.know)
    return bell.rung
