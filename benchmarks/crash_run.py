"""Kill a live fleet again and again on a loopback X that loses a fifth of its replies, and count on X's own record.

    python benchmarks/crash_run.py --rounds 5 --seed 1 [--kills 20] [--incidents 120]

Each round is a fresh fleet and a fresh X. A row holds: what was expected (threads, parts, reposts), how much of it
stands once, twice, not at all, or is strange; kills; requests that X saw; seconds.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import threading
from pathlib import Path
from time import perf_counter
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.fakes.x_server import XServer
from tests.story.crash import Verdict, feed, incidents, judge, kill_once, live_fleet, open_x, until_quiet, utc_now
from tests.story.driven import Driven

DELIVERY = "{lease_seconds: 2, grace_seconds: 2, workers: 4, batch: 4}"
MOST_INCIDENTS = 140
"""Five minutes apart they fill twelve hours: after that a minute of the clock would come again."""


def kill_at_any_time(driven: Driven, chance: random.Random) -> None:
    """Also while it starts, reads, or has nothing to do."""
    with driven.start("run", "--no-pages", "--from", "start") as fleet:
        timer = threading.Timer(chance.uniform(0.1, 3.0), fleet.kill)
        timer.start()
        timer.join()


def one_round(seed: int, kills: int, count: int) -> tuple[Verdict, XServer, float]:
    """One fleet from its first start until it is quiet."""
    chance, now, began = random.Random(seed), utc_now(), perf_counter()
    fed = incidents(count, now)
    with tempfile.TemporaryDirectory(prefix="crash-") as name, open_x() as x:
        folder = Path(name)
        driven = live_fleet(folder, x, DELIVERY, daily_limit=1000)
        x.lossy(0.2, seed=seed)
        feed(fed, folder / "inbox" / "night.jsonl", now)
        for number in range(kills):
            if number % 2:
                kill_at_any_time(driven, chance)
            else:
                kill_once(driven, x, chance)
        until_quiet(driven)
        verdict = judge(fed, x.posts(), lambda at: at.astimezone(ZoneInfo("Europe/Lisbon")))
    return verdict, x, perf_counter() - began


def main() -> int:
    """Print a row for each round; 0 when all was said once."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kills", type=int, default=12)
    parser.add_argument("--incidents", type=int, default=80, choices=range(1, MOST_INCIDENTS + 1), metavar="N")
    given = parser.parse_args()
    print("round  seed  expected  once  twice  lost  strange  kills  requests  seconds", flush=True)
    bad = 0
    for number in range(given.rounds):
        verdict, x, seconds = one_round(given.seed + number, given.kills, given.incidents)
        bad += not verdict.good
        print(
            f"{number + 1:5}  {given.seed + number:4}  {verdict.expected:8}  {verdict.once:4}  {len(verdict.twice):5}"
            f"  {len(verdict.lost):4}  {len(verdict.strange):7}  {given.kills:5}  {len(x.requests):8}  {seconds:7.1f}",
            flush=True,
        )
        for line in (*verdict.twice, *verdict.lost, *verdict.strange):
            print(f"       {line}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
