"""A foreign post locks its account; from the command line an operator says whose it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bots.fleet import fleet as make_bots
from core.domain.staff import FLEET_ACTOR
from core.flow.sweep import SweepPlan, sweep
from core.wiring import Wiring
from tests.cli.conftest import Fleet
from tests.cli.test_check import credentials
from tests.fakes.clocks import SteppedClock
from tests.fakes.x_server import SteppedSeconds, XServer

RED = "x:ExampleRed"
PLAN = SweepPlan(every=timedelta(hours=1), back=timedelta(days=7), posts=200, reads=10_000)


@pytest.fixture
def seconds() -> SteppedSeconds:
    return SteppedSeconds()


@pytest.fixture
def x(seconds: SteppedSeconds) -> Iterator[XServer]:
    with XServer(seconds) as server:
        yield server


def swept(fleet: Fleet, x: XServer, hours: float) -> None:
    """A sweep of the real channel, so many hours after the server began."""
    wiring = Wiring(make_bots, fleet.environ)
    with wiring.open(wiring.settings(fleet.config)) as opened:
        now = SteppedClock(opened.clock.now() + timedelta(hours=hours))
        sweep(FLEET_ACTOR, replace(opened.office, clock=now), PLAN)


@pytest.fixture
def locked(desk: Fleet, x: XServer, seconds: SteppedSeconds) -> Fleet:
    """Somebody posted with the account's own app."""
    live = "x: {mode: live, languages: [en]"
    desk.bend(("price_post: 0.015,", f'price_post: 0.015, base_url: "{x.url}",'), ("x: {languages: [en]", live))
    account = x.add_account("ExampleRed")
    desk.environ |= credentials(x, "ExampleRed", account)
    assert desk("accounts", "connect", RED).code == 0
    red = x.site.world.by_name("ExampleRed")
    assert red is not None
    swept(desk, x, 0)
    seconds.advance(3600)
    x.site.world.publish(red, "Buy made-up coins", None, ())
    swept(desk, x, 2)
    return desk


def test_status_says_what_to_do(locked: Fleet):
    told = locked("status")
    assert told.code == 1
    assert f"{RED} is locked" in told.out
    assert f"accounts unlock {RED}" in told.out
    assert f"FOREIGN on {RED}" in told.out


def test_it_is_listed_and_taken_down(locked: Fleet, x: XServer):
    listed = locked("accounts", "unlock", RED, "--json")
    [post] = [row["platform_id"] for row in listed.json["foreign"]]
    assert listed.code == 1
    done = locked("accounts", "unlock", RED, "--remove", post)
    assert (done.code, list(x.live("ExampleRed"))) == (0, [])
    assert "locked" not in locked("status").out


def test_it_was_theirs(locked: Fleet, x: XServer):
    [post] = [row["platform_id"] for row in locked("accounts", "unlock", RED, "--json").json["foreign"]]
    assert locked("accounts", "unlock", RED, "--mine", post).code == 0
    swept(locked, x, 5)
    assert "locked" not in locked("status").out
    assert [one.text for one in x.live("ExampleRed")] == ["Buy made-up coins"]


def test_one_answer_at_a_time_and_only_for_what_is_there(locked: Fleet):
    assert "not both" in locked("accounts", "unlock", RED, "--mine", "1", "--remove", "1").one_line(2)
    assert "no foreign post" in locked("accounts", "unlock", RED, "--mine", "4711").one_line()
