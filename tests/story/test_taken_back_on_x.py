"""A notice is taken back on X with all paused and a fifth of the answers lost, by the server's record."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.fakes.x_server import Fault, XServer
from tests.story.crash import Fed, feed, live_fleet, open_x, until_quiet, utc_now
from tests.story.driven import Driven

DELIVERY = "{lease_seconds: 5, grace_seconds: 2, workers: 4, batch: 20}"


def two_said(folder: Path, x: XServer) -> tuple[Driven, str]:
    """Two notices said, the one of Central by Red, reposted by Blue; its reference."""
    now = utc_now()
    fed = [Fed("1", "Central", now.replace(second=0)), Fed("2", "Upper Lock", now.replace(second=0))]
    driven = live_fleet(folder, x, DELIVERY, daily_limit=9)
    feed(fed, folder / "inbox" / "one.jsonl", now)
    until_quiet(driven)
    [reference] = {
        found[1]
        for post in x.live("ExampleRed")
        if (found := re.search(r"\bRef ([0-9B-DF-HJ-NP-TV-Z]{7})", post.text or ""))
    }
    return driven, reference


@pytest.mark.parametrize("fault", [None, Fault.DROP_BEFORE, Fault.DROP_AFTER], ids=["well", "asked in vain", "lost"])
def test_all_of_it_goes_and_the_correction_stands_alone(tmp_path: Path, fault: Fault | None) -> None:
    with open_x() as x:
        driven, reference = two_said(tmp_path, x)
        others = x.live("ExampleGreen")
        before = {post.id for post in x.live("ExampleRed")} | {post.id for post in x.live("ExampleBlue")}
        driven.must("pause", "all")
        order = None if fault is None else x.misbehave(fault, times=2, method="DELETE", path=".*/(tweets|retweets)/.*")
        x.lossy(0.0 if fault is None else 0.2, seed=7)
        answer = json.loads(driven.must("retract", reference, "--json", "--patience", "90"))
        assert (answer["gone"], answer["settled"]) == (True, True)
        assert order is None or order.applied == 2
        after = [*x.live("ExampleRed"), *x.live("ExampleBlue")]
        assert not before & {post.id for post in after}, "something of it is still up"
        own = x.live("ExampleRed")
        assert all(reference in post.text for post in own), "only the correction, under its reference"
        assert not any("Central" in post.text for post in own)
        assert len(own) == 2, "once in each language"
        assert len(x.live("ExampleBlue")) == 2, "and its sister reposts both"
        assert [post.id for post in x.live("ExampleGreen")] == [post.id for post in others], "the other notice stands"
