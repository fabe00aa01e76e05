"""Lists what stands in an account's repository, whose record keys say nothing of time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from core.adapters.channels.bluesky.keys import POST, Address, read_address
from core.ports.channel import Listed, Listing


def listing_of(
    collections: Iterable[Iterable[tuple[Mapping[str, Any], ...]]], since: datetime, at_most: int
) -> Listing:
    """What the collections hold since then, newest first, at most so many.

    A server lists by key, and ours are derived from the delivery: a new post may stand on any page. So each collection
    is read to its end, which is an empty page; `at_most` counts what is answered, since reading has no price.
    """
    kept: list[Listed] = []
    read, whole = 0, True
    for pages in collections:
        ended = False
        for page in pages:
            ended = not page
            read += len(page)
            found = [listed(row) for row in page]
            whole = whole and None not in found
            kept += [one for one in found if one is not None and one.at >= since]
        whole = whole and ended
    kept.sort(key=lambda one: one.at, reverse=True)
    return Listing(posts=tuple(kept[:at_most]), complete=whole and len(kept) <= at_most, read=read)


def listed(row: Mapping[str, Any]) -> Listed | None:
    """A post or repost out of its record; None where it can't be read."""
    address, value = read_address(str(row.get("uri"))), row.get("value")
    if address is None or not isinstance(value, dict):
        return None
    at, subject = instant(value.get("createdAt")), value.get("subject")
    repeated = read_address(str(subject.get("uri"))) if isinstance(subject, dict) else None
    if at is None or (repeated is None and address.collection != POST):
        return None
    text = value.get("text")
    return Listed(
        platform_id=str(address),
        at=at,
        text=text if isinstance(text, str) else "",
        url=shown_at(repeated or address),
        repost_of=None if repeated is None else str(repeated),
    )


def shown_at(post: Address) -> str:
    """Where a reader sees a post."""
    return f"https://bsky.app/profile/{post.did}/post/{post.key}"


def instant(text: object) -> datetime | None:
    """A record's time; None without a zone."""
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return found if found.tzinfo is not None else None
