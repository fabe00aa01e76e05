"""X that lets an account answer nothing: in every form a notice is said whole and once, by the server's record."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes.x_server import XServer
from tests.story.crash import Fed, feed, live_fleet, open_x, until_quiet, utc_now

DELIVERY = "{lease_seconds: 5, grace_seconds: 2, workers: 4, batch: 20}"


def said(folder: Path, x: XServer, form: str) -> list[str]:
    """One incident of Central, said by Red in this form with answers forbidden; Red's posts."""
    now = utc_now()
    driven = live_fleet(folder, x, DELIVERY, daily_limit=9)
    for account in x.site.world.accounts.values():
        account.self_serve = True
    lines = driven.config.read_text(encoding="utf-8")
    driven.config.write_text(lines.replace("x: {mode: live}", f"x: {{mode: live, thread: {form}}}"), encoding="utf-8")
    feed([Fed("1", "Central", now.replace(second=0))], folder / "inbox" / "one.jsonl", now)
    until_quiet(driven)
    assert driven.call("status").returncode == 0
    posts = [post for post in x.posts() if post.kind == "post"]
    assert {post.username for post in posts} == {"ExampleRed"}
    assert all(post.reply_to is None for post in posts)
    firsts = x.posts("ExampleBlue")
    assert all(post.repost_of in {one.id for one in posts} for post in firsts)
    assert len(firsts) == 2, "its sister repeats the first post of each language"
    return [post.text for post in posts]


@pytest.mark.parametrize("form", ["thread", "numbered"])
def test_all_parts_stand_once_each_with_reference_and_number(tmp_path: Path, form: str) -> None:
    with open_x() as x:
        texts = said(tmp_path, x, form)
        refused = [seen for seen in x.requests if seen.status == 403]
    assert len(texts) == len(set(texts)) >= 4
    assert sum("(1/2)" in text for text in texts) == 2
    assert bool(refused) == (form == "thread"), "only who was told to make threads runs into it"


def test_a_short_form_is_one_post_a_language(tmp_path: Path) -> None:
    with open_x() as x:
        texts = said(tmp_path, x, "short")
        assert not [seen for seen in x.requests if seen.status == 403]
    assert len(texts) == 2
    assert not any("(1/2)" in text for text in texts)
