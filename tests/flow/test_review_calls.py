"""Held posts that nobody looks at ring the reviewers on call in their order; a bypass rings at once."""

from __future__ import annotations

from datetime import timedelta

from core.domain.staff import FLEET_ACTOR
from core.flow.calling import call_out
from core.flow.review_calls import OnCall
from tests.flow.reviewing import ANN, offence_held, waiting, wanted, yes
from tests.flow.stage import Stage
from tests.flow.test_calling import AGAIN, Bell

TWO = OnCall(("ann", "bob"), timedelta(minutes=15))


def sweep(stage: Stage, bell: Bell, on_call: OnCall = TWO) -> list[str]:
    """Who is rung now."""
    before = len(bell.rung)
    call_out(FLEET_ACTOR, stage.fleet.store, stage.clock, (), bell, AGAIN, on_call=on_call)
    return bell.rung[before:]


def test_each_on_the_list_has_a_turn_and_the_last_one_stays(live: Stage) -> None:
    proposal, bell = offence_held(live), Bell()
    assert sweep(live, bell) == []
    live.clock.step(minutes=15)
    assert sweep(live, bell) == [f"review:{proposal.id}:1"]
    assert sweep(live, bell) == []
    live.clock.step(minutes=15)
    assert sweep(live, bell) == [f"review:{proposal.id}:2"]
    live.clock.step(minutes=60)
    assert sweep(live, bell) == []
    live.clock.step(hours=4)
    assert sweep(live, bell) == [f"review:{proposal.id}:2"]


def test_once_somebody_has_decided_nobody_is_rung(live: Stage) -> None:
    offence_held(live)
    live.clock.step(minutes=14)
    yes(live, ANN)
    live.clock.step(minutes=14)
    assert sweep(live, Bell()) == []


def test_without_a_list_somebody_is_rung_still(live: Stage) -> None:
    proposal = offence_held(live)
    live.clock.step(minutes=16)
    assert sweep(live, Bell(), OnCall()) == [f"review:{proposal.id}:1"]


def test_a_bypass_rings_at_once(live: Stage) -> None:
    live.go(wanted(live))
    proposal = waiting(live)
    yes(live, ANN, bypass="made up")
    assert sweep(live, Bell()) == [f"bypass:{proposal.id}"]


def test_posts_that_wait_for_their_release_are_not_stuck(live: Stage) -> None:
    live.go(wanted(live))
    yes(live, ANN, bypass="made up")
    live.clock.step(minutes=11)
    assert "stuck" not in sweep(live, Bell())
