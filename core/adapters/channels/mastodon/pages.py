"""Reads an account's statuses page by page and knows a post or repost of ours again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from core.adapters.channels.mastodon.wording import plain, words_of_html
from core.adapters.read_back import ListedPage
from core.ports.channel import Listed, Outgoing

SLACK = timedelta(seconds=60)
"""How much further than the attempt's start a look reads back: the store's clock, ours, the date of the server before
Mastodon (whole seconds) and the time that Mastodon gives a status need not agree to the second."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A status as the server shows it; `repost_of` is the id of the status that it repeats, `url` then that one's."""

    id: str
    content: str
    url: str | None
    at: datetime | None
    repost_of: str | None


@dataclass(frozen=True, slots=True)
class Page:
    """One page, newest first. `ahead`: seconds that the server's clock is before ours, None when the answer had no
    date. `sound`: False when the page holds something that can't be read."""

    statuses: tuple[Shown, ...]
    ahead: float | None
    sound: bool


Wanted = Callable[[Shown], bool]


def page_of(body: Any, ahead: float | None) -> Page:
    """Read an answer of GET /api/v1/accounts/:id/statuses."""
    rows = body if isinstance(body, list) else [None]
    read = [status for row in rows if (status := shown_of(row)) is not None]
    return Page(tuple(read), ahead, sound=len(read) == len(rows))


def shown_of(row: Any) -> Shown | None:
    """A status out of its JSON; None where it isn't one."""
    if not isinstance(row, dict) or not isinstance(row.get("id"), str) or not row["id"]:
        return None
    source = row.get("reblog")
    repeated = source.get("id") if isinstance(source, dict) else None
    if source is not None and not isinstance(repeated, str):
        return None
    url = (source or row).get("url")
    content = row.get("content")
    return Shown(
        id=row["id"],
        content=content if isinstance(content, str) else "",
        url=url if isinstance(url, str) else None,
        at=_instant(row),
        repost_of=repeated,
    )


def search(pages: Iterable[Page], wanted: Wanted, attempted_at: datetime) -> tuple[Shown | None, bool]:
    """The wanted status, and whether the look read back past the attempt's start by the server's own times.

    An empty page is the end, and then everything was read; a page's `Link` header is not asked, since servers that
    speak the API differ in when they leave it out. It is the last status of a page that must be older: a server may
    show a pinned one first.
    """
    sound, past = True, False
    for page in pages:
        found = next(filter(wanted, page.statuses), None)
        if found is not None:
            return found, True
        sound = sound and page.sound
        past = not page.statuses or _is_older(page.statuses[-1], page, attempted_at)
        if past:
            break
    return None, sound and past


def saying_again(outgoing: Outgoing) -> Wanted:
    """Knows the post again by its whole text, which holds reference, update and part."""
    said = plain(outgoing.text)
    return lambda status: status.repost_of is None and words_of_html(status.content) == said


def reposting(source: str) -> Wanted:
    """Knows a repost by the id of the status that it repeats."""
    return lambda status: status.repost_of == source


def listed(page: Page, repost: str) -> ListedPage:
    """The page for a listing: the words of each status, a repost under the id that its receipt has (`repost` before the
    source's id). An empty page is the end."""
    posts = tuple(
        Listed(
            platform_id=f"{repost}{one.repost_of}" if one.repost_of else one.id,
            at=one.at,
            text=words_of_html(one.content),
            url=one.url,
            repost_of=one.repost_of,
        )
        for one in page.statuses
        if one.at is not None
    )
    whole = page.sound and len(posts) == len(page.statuses)
    return ListedPage(posts, read=len(page.statuses), sound=whole, last=not page.statuses)


def _is_older(status: Shown, page: Page, attempted_at: datetime) -> bool:
    if status.at is None or page.ahead is None:
        return False
    return status.at < attempted_at + timedelta(seconds=page.ahead) - SLACK


def _instant(row: Mapping[str, Any]) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(row.get("created_at")))
    except ValueError:
        return None
    return found if found.tzinfo is not None else None
