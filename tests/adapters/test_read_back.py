"""A listing says that it is complete only when it read everything that it should have."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

import pytest

from core.adapters.channels.bluesky.pages import listing_of as listing_of_collections
from core.adapters.channels.x.pages import listed, page_of
from core.adapters.read_back import ListedPage, listing_of
from core.ports.channel import Listed
from tests.contract.channels import SAID_AT

SINCE = SAID_AT - timedelta(hours=1)


def page(*minutes_ago: int, sound: bool = True, last: bool = False) -> ListedPage:
    posts = tuple(
        Listed(platform_id=str(ago), at=SAID_AT - timedelta(minutes=ago), text="7K3M9X2") for ago in minutes_ago
    )
    return ListedPage(posts, read=len(posts), sound=sound, last=last)


@pytest.mark.parametrize(
    ("pages", "at_most", "ids", "complete", "read"),
    [
        ([page(1, 2), page(3, 70)], 10, ["1", "2", "3"], True, 4),
        ([page(1, 2), page(3, last=True)], 10, ["1", "2", "3"], True, 3),
        ([page(1, 2), page(3, 4)], 10, ["1", "2", "3", "4"], False, 4),
        ([page(1, 2, sound=False), page(3, 70)], 10, ["1", "2", "3"], False, 4),
        ([page(1, 2), page(3, 70)], 3, ["1", "2"], False, 2),
        ([page(90, 1), page(70)], 10, ["1"], True, 3),
        ([page(last=True)], 10, [], True, 0),
        ([page(70, 80)], 1, [], False, 0),
    ],
    ids=["past", "ends", "gives up", "unread row", "too dear", "pinned first", "empty", "no page allowed"],
)
def test_complete_is_what_was_read_to_the_end(pages, at_most, ids, complete, read):
    listing = listing_of(pages, SINCE, at_most, 2)
    assert ([one.platform_id for one in listing.posts], listing.complete, listing.read) == (ids, complete, read)


def test_no_page_is_asked_for_that_is_not_needed():
    asked = count()
    listing_of((page(70) for _ in asked), SINCE, 100, 2)
    assert next(asked) == 1


def test_a_row_of_x_without_a_time_makes_the_page_unsound_but_is_counted():
    row = {"id": "7", "text": "x"}
    dated = row | {"id": "8", "created_at": "2026-03-02T08:00:00.000Z"}
    shown = listed(page_of({"data": [dated, row], "meta": {"result_count": 2}}, 0.0), "https://x.example", "repost:")
    assert ([one.platform_id for one in shown.posts], shown.read, shown.sound, shown.last) == (["8"], 2, False, True)


def record(key: str, created: str = "2026-03-02T08:00:00Z") -> dict[str, object]:
    return {"uri": f"at://did:plc:a/app.bsky.feed.post/{key}", "value": {"text": key, "createdAt": created}}


@pytest.mark.parametrize(
    ("pages", "complete"),
    [
        ([(record("3aaa"),), ()], True),
        ([(record("3aaa"),)], False),
        ([(record("3aaa"), record("3bbb", "once")), ()], False),
        ([(record("3aaa"), {"uri": "at://did:plc:a/other/3bbb", "value": {}}), ()], False),
    ],
    ids=["to the end", "gives up", "no time", "no post"],
)
def test_a_repository_is_complete_when_every_page_was_read_and_understood(pages, complete):
    listing = listing_of_collections([pages], SINCE, 50)
    assert ([one.text for one in listing.posts], listing.complete) == (["3aaa"], complete)
