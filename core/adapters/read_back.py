"""Reads an account's timeline back, page by page, and counts honestly how much of it was seen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from core.ports.channel import Listed, Listing


@dataclass(frozen=True, slots=True)
class ListedPage:
    """One page, newest first. `read`: how many posts the platform gave. `sound`: all of them could be read. `last`:
    the platform says that nothing older is there."""

    posts: tuple[Listed, ...]
    read: int
    sound: bool
    last: bool


def listing_of(pages: Iterable[ListedPage], since: datetime, at_most: int, page: int) -> Listing:
    """What was said since, reading no page (of `page` posts) that could come over `at_most`.

    It is complete when every page was sound and the last one read ends before `since`, or the timeline does. `since` is
    held against the platform's own times.
    """
    kept: list[Listed] = []
    read, sound, coming = 0, True, iter(pages)
    while read + page <= at_most:
        one = next(coming, None)
        if one is None:  # more pages than a channel reads
            break
        read += one.read
        sound = sound and one.sound
        kept += [post for post in one.posts if post.at >= since]
        if one.last or (one.posts and one.posts[-1].at < since):
            return Listing(posts=tuple(kept), complete=sound, read=read)
    return Listing(posts=tuple(kept), complete=False, read=read)
