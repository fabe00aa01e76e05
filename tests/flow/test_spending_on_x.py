"""Limits and money on the loopback X: what it was asked, by its own record, and what the fleet booked for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from core.adapters.channels.x import XChannel
from core.domain.holding import micros
from core.flow.connect import connect
from core.flow.spending import spending
from tests.contract.channels import KeptInMemory, x_secrets
from tests.fakes.alert_feeds import entity
from tests.fakes.x_server import Fault, SteppedSeconds, XServer
from tests.flow.stage import BLUE, GREEN, OFFICER, RED, Stage, on_stage
from tests.flow.test_holding import GREENS, at_once, owe, take_back, why
from tests.flow.test_service_alerts import Agency

QUARTER = 15 * 60
LINKED = "Green Line trains are delayed. See https://example.org/green for more."
PRICES = {"post": 0.015, "repost": 0.015, "removal": 0.01}


@dataclass
class OnX:
    """A fleet whose accounts are live on the loopback X; both have one clock."""

    stage: Stage
    server: XServer
    seconds: SteppedSeconds
    kept: KeptInMemory

    def process(self) -> None:
        """A new process takes over: it knows what the store knows."""
        channel = XChannel(self.kept, base_url=self.server.url, now=self.stage.clock.now)
        channels = {**self.stage.office.channels, "x": channel}
        self.stage.office = replace(self.stage.office, channels=channels, checked=set())

    def passes(self, seconds: float) -> None:
        self.seconds.advance(seconds)
        self.stage.clock.step(seconds=seconds)
        self.stage.time_passes(seconds)

    def asked(self, account: str | None = None) -> int:
        """How many publishing calls came to the server."""
        told = (one for one in self.server.requests if one.method == "POST" and account in (None, one.account))
        return sum(one.path == "/2/tweets" for one in told)

    def done(self) -> dict[str, int]:
        """What the server did, by its log: calls of each kind that it answered as done."""
        kinds = dict.fromkeys(PRICES, 0)
        for one in self.server.requests:
            if one.status in (200, 201) and one.method in ("POST", "DELETE"):
                kinds["removal" if one.method == "DELETE" else "repost" if "retweets" in one.path else "post"] += 1
        return kinds

    def booked(self) -> int:
        """What the fleet booked for its calls, reading left out."""
        now, know = self.stage.clock.now(), self.stage.office.know
        with self.stage.fleet.store.begin() as tx:
            reads = sum(one.reads for one in tx.limits.spent(know.month(now)))
            return next(one.spent for one in spending(tx, know, now) if one.name == "x") - reads


@pytest.fixture
def on_x(tmp_path: Path) -> Iterator[OnX]:
    with opened(tmp_path) as made:
        yield made


@contextmanager
def opened(folder: Path, **how: Any) -> Iterator[OnX]:
    seconds = SteppedSeconds()
    with on_stage(folder, **how) as stage, XServer(seconds, stage.clock.now()) as server:
        kept = x_secrets(server, *(server.add_account(handle) for handle in (GREEN, RED, BLUE)))
        made = OnX(stage, server, seconds, kept)
        made.process()
        for account in stage.house.know.public_accounts:
            connect(OFFICER, stage.fleet.store, stage.clock, stage.office.channels["x"], account)
        yield made


def test_what_was_booked_is_what_the_server_did(on_x: OnX) -> None:
    on_x.server.misbehave(Fault.DROP_BEFORE, method="POST", path="/2/tweets")
    on_x.server.misbehave(Fault.NOT_PERMITTED, method="POST", path="/2/tweets", account=GREEN)
    owe(on_x.stage, "Central", *GREENS[:3])
    on_x.stage.work()
    take_back(on_x.stage)
    done = on_x.done()
    assert all(done.values())
    assert on_x.booked() == sum(micros(PRICES[kind]) * number for kind, number in done.items())


@pytest.mark.parametrize(
    ("policy", "said", "booked"),
    [
        ("live", ["Example Transit: Green Line trains are delayed."], 0.015),
        ("live, links: drop", ["Example Transit: Green Line trains are delayed."], 0.015),
        ("live, links: keep", [f"Example Transit: {LINKED}"], 0.2),
        ("live, links: hold", [], 0.0),
    ],
)
def test_a_link_is_dropped_on_x_or_paid_for_or_waits(
    tmp_path: Path, policy: str, said: list[str], booked: float
) -> None:
    with opened(tmp_path, mode=policy) as on_x:
        know = on_x.stage.house.know
        linking = replace(know, agency=know.agency.model_copy(update={"agency_links": ("example.org",)}))
        on_x.stage.house = replace(on_x.stage.house, know=linking)
        Agency(on_x.stage).publish(entity("1", LINKED))
        assert [post.text.partition("\n")[0] for post in on_x.server.live(GREEN)] == said
        assert on_x.booked() == micros(booked)
        assert on_x.stage.fates() == [("posted", "agency-voice") if said else ("held", "link-costs")]


def test_a_window_that_the_headers_told_is_kept_over_a_restart(on_x: OnX) -> None:
    on_x.server.limits.post = 2
    owe(on_x.stage, *GREENS, "Old Mill")
    at_once(on_x.stage)
    assert (on_x.asked(GREEN), on_x.asked(RED)) == (2, 1), "nobody knocks at a window that is said to be shut"
    on_x.process()
    at_once(on_x.stage)
    assert on_x.asked(GREEN) == 2
    assert why(on_x.stage) == {"limit"}
    for _ in range(2):
        on_x.passes(QUARTER)
        at_once(on_x.stage)
    assert on_x.asked(GREEN) == len(on_x.server.live(GREEN)) == 5


def test_a_429_with_its_time_is_believed_and_does_not_open_the_breaker(on_x: OnX) -> None:
    on_x.server.misbehave(Fault.TOO_MANY, method="POST", path="/2/tweets", account=GREEN)
    owe(on_x.stage, *GREENS)
    at_once(on_x.stage)
    assert on_x.asked(GREEN) == 1
    assert why(on_x.stage) == {"limit"}
    on_x.passes(QUARTER)
    at_once(on_x.stage)
    assert len(on_x.server.live(GREEN)) == 5


def test_a_429_without_any_time_rests_the_account(on_x: OnX) -> None:
    on_x.server.misbehave(Fault.TOO_MANY_BARE, times=5, method="POST", path="/2/tweets", account=GREEN)
    owe(on_x.stage, *GREENS, *GREENS, "Old Mill")
    at_once(on_x.stage)
    assert (on_x.asked(GREEN), on_x.asked(RED)) == (5, 1)
    assert why(on_x.stage) == {"breaker"}
    on_x.process()
    at_once(on_x.stage)
    assert on_x.asked(GREEN) == 5, "a new process rests too"
    on_x.passes(30)
    at_once(on_x.stage)
    on_x.passes(QUARTER)
    at_once(on_x.stage)
    assert len(on_x.server.live(GREEN)) == 10


def test_the_apps_day_is_shared_out_and_nobody_is_turned_away(on_x: OnX) -> None:
    on_x.server.limits.app_day = 8
    on_x.stage.office.said = lambda delivery, outcome: on_x.passes(1)
    owe(on_x.stage, *GREENS, *GREENS, *["Old Mill"] * 10)
    at_once(on_x.stage)
    said = [len(on_x.server.live(handle)) for handle in (GREEN, RED)]
    assert sum(said) == on_x.asked() == 8
    assert max(said) - min(said) <= 2, "the first came before anybody knew, and what was left then is shared"


def test_what_was_read_to_settle_an_unknown_is_paid_for(on_x: OnX) -> None:
    owe(on_x.stage, *GREENS)
    on_x.stage.work()
    on_x.server.misbehave(Fault.DROP_AFTER, method="POST", path="/2/tweets")
    owe(on_x.stage, "Harbour", first=9)
    on_x.stage.work()
    now, know = on_x.stage.clock.now(), on_x.stage.office.know
    with on_x.stage.fleet.store.begin() as tx:
        [spent] = [one for one in tx.limits.spent(know.month(now)) if one.account == f"x:{GREEN}"]
    assert spent.reads == 5 * micros(0.005), "one page of five posts"
    assert on_x.booked() == 6 * micros(0.015)
