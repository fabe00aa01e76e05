"""On X a refused lead hands its notice on, and what stands is corrected: each once, by the server's record."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.fakes.x_server import Fault, XPost, XServer
from tests.story.crash import Fed, feed, live_fleet, open_x, until_quiet, utc_now

DELIVERY = "{lease_seconds: 2, grace_seconds: 2, workers: 4, batch: 20}"
TERMINUS = "Great Central Terminus"
"""All three lines stop there: Green leads."""
_REFERENCE = re.compile(r"\bRef ([0-9B-DF-HJ-NP-TV-Z]{7})")


def full(x: XServer) -> list[XPost]:
    return [post for post in x.posts() if post.kind == "post"]


def repeated(x: XServer) -> list[tuple[str, str | None]]:
    return sorted((post.username, post.repost_of) for post in x.posts() if post.kind == "repost")


@pytest.mark.parametrize("killed", [0, 2], ids=["well", "killed twice"])
def test_the_next_line_says_it_once_and_the_other_sister_repeats_that(tmp_path: Path, killed: int) -> None:
    with open_x() as x:
        driven = live_fleet(tmp_path, x, DELIVERY, daily_limit=9)
        x.misbehave(Fault.NOT_PERMITTED, times=None, method="POST", path=".*/tweets", account="ExampleGreen")
        now = utc_now()
        feed([Fed("1", TERMINUS, now.replace(second=0))], tmp_path / "inbox" / "one.jsonl", now)
        for _ in range(killed):
            with driven.start("run", "--no-pages", "--from", "start") as fleet:
                fleet.wait_for_lines(1, "was refused", patience=4.0)
        until_quiet(driven)
        until_quiet(driven)
        said = full(x)
        assert {post.username for post in said} == {"ExampleRed"}
        assert len({post.text for post in said}) == len(said) >= 2, "in both languages, nothing twice"
        firsts = [post.id for post in said if post.reply_to is None or "(1/" in post.text]
        assert [handle for handle, _ in repeated(x)] == ["ExampleBlue"] * 2, "the refused handle repeats nothing"
        assert {of for _, of in repeated(x)} <= {post.id for post in said}
        assert firsts


def test_what_stands_is_corrected_with_everything_paused(tmp_path: Path) -> None:
    with open_x() as x:
        driven = live_fleet(tmp_path, x, DELIVERY, daily_limit=9)
        now = utc_now()
        feed([Fed("1", "Central", now.replace(second=0))], tmp_path / "inbox" / "one.jsonl", now)
        until_quiet(driven)
        before = full(x)
        [reference] = {found[1] for post in before if (found := _REFERENCE.search(post.text))}
        driven.must("pause", "all")
        answer = json.loads(driven.must("correct", reference, "--station", "Old Mill", "--json"))
        assert (answer["reference"], answer["digests_anew"]) == (reference, 0)
        until_quiet(driven)
        after = [post for post in full(x) if post.id not in {one.id for one in before}]
        assert all(not post.deleted for post in before), "what stands stays"
        assert {post.username for post in after} == {"ExampleRed"}
        words = [post.text.split("\n")[0] for post in after]
        assert sum(text.startswith("Correction of our earlier notice:") for text in words) == 1
        assert sum("Old Mill" in post.text for post in after) == 2, "once in each language"
        assert not any("Central" in post.text for post in after)
        assert after[0].reply_to in {post.id for post in before}
        assert driven.call("correct", reference).returncode == 2
        assert driven.call("incident", "finish", reference).returncode == 2
