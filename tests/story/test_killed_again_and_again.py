"""SIGKILL at any moment of `run` and a new start: nothing twice, nothing lost, by the platform's own record."""

from __future__ import annotations

import random
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.story.crash import (
    HANDLES,
    feed,
    incidents,
    judge,
    kill_once,
    live_fleet,
    open_x,
    until_quiet,
    utc_now,
)

SEED, KILLS, COUNT = 20301, 8, 40
DELIVERY = "{lease_seconds: 2, grace_seconds: 2, workers: 4, batch: 4}"


def test_everything_is_said_once_however_often_it_is_killed(tmp_path: Path) -> None:
    chance, now = random.Random(SEED), utc_now()
    fed = incidents(COUNT, now)
    with open_x() as x:
        driven = live_fleet(tmp_path, x, DELIVERY, daily_limit=COUNT)
        assert x.posts() == (), "connecting posts nothing"
        x.lossy(0.2, seed=SEED)
        feed(fed, tmp_path / "inbox" / "night.jsonl", now)
        kinds = [kill_once(driven, x, chance) for _ in range(KILLS)]
        until_quiet(driven)
        verdict = judge(fed, x.posts(), lambda at: at.astimezone(ZoneInfo("Europe/Lisbon")))
        assert (verdict.twice, verdict.lost, verdict.strange) == ([], [], [])
        assert verdict.once == verdict.expected > COUNT * 2
        assert {post.username for post in x.posts()} == set(HANDLES)
        assert len(set(kinds)) > 2, "the draw did not reach enough kinds of moments"
        assert any(seen.fault for seen in x.requests), "no reply was lost"
