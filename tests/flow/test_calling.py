"""Whoever is on call: rung once for each trouble, again after a while, and not for what is over."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from core.domain.accounts import AccountRecord, AccountState
from core.domain.lines import AccountId
from core.domain.places import Place
from core.domain.staff import FLEET_ACTOR, NotAllowed
from core.flow.calling import DOWN_AFTER, TRY_AGAIN, call_out
from core.ports.channel import LookUp
from core.ports.pager import Call, NotRung
from tests.fakes.handed_source import HandedSource
from tests.fakes.odd_platform import lost_answer
from tests.flow.stage import GREEN, OFFICER, Stage

AGAIN = timedelta(hours=4)
X_GREEN = AccountId(f"x:{GREEN}")


@dataclass
class Bell:
    """The port Pager: remembers who was called for, fails as told."""

    name: str = "bell"
    rung: list[str] = field(default_factory=list)
    deaf: Exception | None = None

    def ring(self, call: Call) -> None:
        if self.deaf is not None:
            raise self.deaf
        self.rung.append(call.key)


def sweep(stage: Stage, bell: Bell, *sources: HandedSource) -> int:
    return call_out(FLEET_ACTOR, stage.fleet.store, stage.clock, sources, bell, AGAIN)


def set_state(stage: Stage, state: AccountState) -> None:
    with stage.fleet.store.begin() as tx:
        known = tx.accounts.get(X_GREEN)
        tx.accounts.set_state(AccountRecord(account=X_GREEN, platform_id=known.platform_id, state=state, why="made up"))


def test_a_fleet_that_is_well_calls_nobody(live: Stage):
    live.go(live.incident())
    bell = Bell()
    assert (sweep(live, bell), bell.rung) == (0, [])


def test_dead_credentials_ring_once_and_again_only_after_a_while(live: Stage):
    bell = Bell()
    set_state(live, AccountState.NEEDS_LOGIN)
    assert [sweep(live, bell) for _ in range(3)] == [1, 0, 0]
    live.clock.step(hours=3.9)
    assert sweep(live, bell) == 0
    live.clock.step(hours=0.2)
    assert sweep(live, bell) == 1
    assert bell.rung == [f"login:{X_GREEN}"] * 2


def test_a_trouble_that_was_over_rings_at_once_when_it_comes_back(live: Stage):
    bell = Bell()
    for state in (AccountState.NEEDS_LOGIN, AccountState.READY, AccountState.NEEDS_LOGIN):
        set_state(live, state)
        sweep(live, bell)
    assert bell.rung == [f"login:{X_GREEN}"] * 2


def test_an_unknown_that_waits_for_a_person_rings(live: Stage):
    live.platform.abilities = live.platform.abilities.model_copy(update={"look_up": LookUp.NONE})
    live.platform.after.append(lost_answer())
    live.go(live.incident())
    bell = Bell()
    sweep(live, bell)
    assert bell.rung == [f"unknown:{X_GREEN}"]


def test_what_stands_and_must_come_down_rings(live: Stage):
    live.go(live.incident())
    live.go(live.incident(place=Place(station="Harbour", on_network=False)))
    bell = Bell()
    sweep(live, bell)
    assert [key.split(":")[0] for key in bell.rung] == ["must-come-down"]


def test_a_source_rings_when_it_is_down_or_silent_for_long(live: Stage):
    down, silent = HandedSource("down"), HandedSource("silent")
    silent.silent_after_seconds = 3600
    now = live.clock.now()
    with live.fleet.store.begin() as tx:
        tx.sources.failed("down", now, "can't be reached")
        tx.sources.advance("silent", None, now, {}, brought_new=True)
    bell = Bell()
    sweep(live, bell, down, silent)
    assert bell.rung == []
    live.clock.step(seconds=DOWN_AFTER.total_seconds())
    sweep(live, bell, down, silent)
    assert bell.rung == ["down:down"]
    live.clock.step(hours=1)
    sweep(live, bell, down, silent)
    assert bell.rung == ["down:down", "silent:silent"]


@pytest.mark.parametrize("deaf", [NotRung("nobody there"), RuntimeError("made up")])
def test_a_ring_that_reached_nobody_is_tried_again_soon(live: Stage, deaf: Exception):
    bell = Bell(deaf=deaf)
    set_state(live, AccountState.NEEDS_LOGIN)
    assert sweep(live, bell) == 0
    bell.deaf = None
    assert sweep(live, bell) == 0
    live.clock.step(seconds=TRY_AGAIN.total_seconds())
    assert (sweep(live, bell), bell.rung) == (1, [f"login:{X_GREEN}"])


def test_only_the_fleet_and_operators_call(live: Stage):
    nobody = OFFICER.model_copy(update={"roles": frozenset()})
    with pytest.raises(NotAllowed):
        call_out(nobody, live.fleet.store, live.clock, (), Bell(), AGAIN)
