"""SIGTERM during `run` settles the call in flight and ends well."""

from __future__ import annotations

from pathlib import Path

from tests.fakes.x_server import Fault
from tests.story.crash import SILENCE, feed, incidents, live_fleet, open_x, until_quiet, utc_now
from tests.story.driven import PATIENCE


def test_the_call_in_flight_is_settled_and_nothing_more_begins(tmp_path: Path) -> None:
    now = utc_now()
    with open_x() as x:
        driven = live_fleet(tmp_path, x, "{lease_seconds: 30, grace_seconds: 30, workers: 2, batch: 20}", 50)
        order = x.misbehave(Fault.ANSWER_LATE, method="POST", path=".*/tweets")
        feed(incidents(20, now), tmp_path / "inbox" / "night.jsonl", now)
        with driven.start("run", "--no-pages", "--from", "start") as fleet:
            assert order.struck.wait(PATIENCE)
            fleet.terminate()
            assert fleet.wait_for_lines(1, "Stopping: settling what is in flight.") == 1
            order.release()
            assert fleet.ended() == 0
        looked_up = [seen for seen in x.requests if seen.method == "GET" and seen.path.endswith("/tweets")]
        before = len(x.posts())
        assert until_quiet(driven) == 1
        assert len(x.posts()) > before, "there was nothing left to stop"
        looks = [seen for seen in x.requests if seen.method == "GET" and seen.path.endswith("/tweets")]
        assert looks == looked_up == [], "no attempt was left open, so none had to be looked up"
        texts = [post.text for post in x.posts() if post.kind == "post"]
        assert len(set(texts)) == len(texts)


def test_a_quiet_fleet_stops_at_once(tmp_path: Path) -> None:
    now = utc_now()
    with open_x() as x:
        driven = live_fleet(tmp_path, x, "{lease_seconds: 30, grace_seconds: 30}", 50)
        feed(incidents(1, now), tmp_path / "inbox" / "night.jsonl", now)
        with driven.start("run", "--port", "0", "--from", "start") as fleet:
            assert fleet.wait_for_lines(2, " on x", SILENCE * 4) == 2
            fleet.terminate()
            assert fleet.ended() == 0
