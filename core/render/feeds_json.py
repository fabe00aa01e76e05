"""A JSON Feed 1.1 (jsonfeed.org/version/1.1, read November 2026) of what stands, and of what was taken back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from core.domain.published import Published
from core.render.feed_head import DEMONSTRATION, FeedHead, notice_urn, stamp

VERSION = "https://jsonfeed.org/version/1.1"
MEDIA_TYPE = "application/feed+json"


def json_feed(head: FeedHead, notices: Sequence[Published]) -> bytes:
    """The feed, the latest first. An item that was taken back keeps its id, has the words of the taking back in place
    of its own, and `_withdrawn: true`."""
    feed: dict[str, Any] = {
        "version": VERSION,
        "title": head.title,
        "home_page_url": head.home,
        "feed_url": head.url,
        "language": head.language,
        "authors": [{"name": head.author}],
        "items": [_item(head, one) for one in notices],
    }
    if head.demonstration:
        feed["description"] = DEMONSTRATION
    return (json.dumps(feed, ensure_ascii=False, indent=1) + "\n").encode()


def _item(head: FeedHead, one: Published) -> dict[str, Any]:
    language, words = head.words(one)
    item: dict[str, Any] = {
        "id": notice_urn(one),
        "url": head.link(one),
        "title": words.header,
        "content_text": words.text,
        "date_published": stamp(one.first_at),
        "date_modified": stamp(one.at),
        "language": language,
        "tags": ["withdrawn" if one.withdrawn else one.kind.value],
        "_notice": notice_facts(head, one),
    }
    if one.withdrawn:
        item["_withdrawn"] = True
    return item


def notice_facts(head: FeedHead, one: Published) -> dict[str, Any]:
    """What a system wants to know beside the words: reference, revision, lines, routes, stops."""
    return {
        "reference": one.reference,
        "revision": one.revision,
        "kind": one.kind.value,
        "about": one.about.value,
        "lines": list(one.lines),
        "route_ids": [route for line in one.lines for route in head.routes.get(line, ())],
        "stop_ids": list(one.stops),
        "until": stamp(one.until),
        "withdrawn": one.withdrawn,
        "demonstration": head.demonstration,
    }
