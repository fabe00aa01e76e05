"""A backup is put back after fifty posts: nothing twice, nothing lost, by the platform's own record."""

from __future__ import annotations

import shutil
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.fakes.x_server import XServer
from tests.story.crash import feed, incidents, judge, live_fleet, open_x, until_quiet, utc_now
from tests.story.driven import Driven

BEFORE, SINCE, AFTER = 4, 14, 3
"""Incidents said before the backup, between backup and restore, and first heard of after it. Two languages each."""
DELIVERY = "{lease_seconds: 5, grace_seconds: 2, workers: 4, batch: 20}"


def restore(driven: Driven, kept: Path) -> None:
    driven.must("restore", str(kept), "--replace")
    assert driven.must("audit", "verify").startswith("note: row ")


def copy_back_by_hand(driven: Driven, kept: Path) -> None:
    state = driven.config.parent / "state"
    for file in state.glob("fleet.db-*"):
        file.unlink()
    shutil.copy(kept / "fleet.db", state / "fleet.db")
    assert driven.call("audit", "verify").returncode == 1, "rows that are gone are gone"


def searched_reads(x: XServer) -> int:
    return sum(1 for seen in x.requests if seen.method == "GET" and seen.path.endswith("/tweets"))


@pytest.mark.parametrize("put_back", [restore, copy_back_by_hand])
def test_what_was_posted_since_the_backup_is_found_and_not_said_again(tmp_path: Path, put_back) -> None:
    now = utc_now()
    fed = incidents(BEFORE + SINCE + AFTER, now)
    old, lost, new = fed[:BEFORE], fed[BEFORE : BEFORE + SINCE], fed[BEFORE + SINCE :]
    inbox = tmp_path / "inbox"
    with open_x() as x:
        driven = live_fleet(tmp_path, x, DELIVERY, daily_limit=len(fed))
        feed(old, inbox / "one.jsonl", now)
        until_quiet(driven)
        driven.must("backup", str(tmp_path / "kept"))
        said = len(x.posts())
        feed(lost, inbox / "two.jsonl", now)
        until_quiet(driven)
        posted = x.posts()
        assert len(posted) - said >= 50, "too few posts to prove anything"
        put_back(driven, tmp_path / "kept")
        reads = searched_reads(x)
        feed(fed, inbox / "again.jsonl", now)
        until_quiet(driven)
        record = x.posts()
        assert record[: len(posted)] == posted
        verdict = judge(fed, record, lambda at: at.astimezone(ZoneInfo("Europe/Lisbon")))
        assert (verdict.twice, verdict.lost, verdict.strange) == ([], [], [])
        assert verdict.once == verdict.expected
        assert len(record) > len(posted), f"{len(new)} incidents were new after the restore"
        assert searched_reads(x) > reads, "nothing was looked up"
        assert {post.deleted for post in record} == {False}
