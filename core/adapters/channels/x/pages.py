"""Reads an account's timeline page by page and knows a post of ours again, however X shows it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from core.adapters.read_back import ListedPage
from core.ports.channel import Listed, Outgoing

SLACK = timedelta(seconds=60)
"""How much further than the attempt's start a look reads back: the store's clock, ours, and the date in X's answer
(whole seconds, perhaps of a machine before X) need not agree to the second."""

_SHORT_LINK = re.compile(r"https?://t\.co/[A-Za-z0-9]+")
_LAST_LINK = re.compile(rf" ?{_SHORT_LINK.pattern}$")
_UNSEEN = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufe0e\ufe0f\ufeff]")


@dataclass(frozen=True, slots=True)
class Shown:
    """A post as the timeline shows it; `repost_of` is the reposted post's id."""

    id: str
    text: str
    at: datetime | None
    repost_of: str | None


@dataclass(frozen=True, slots=True)
class Page:
    """One page. `ahead`: seconds that X's clock is before ours, None when the answer had no date. `sound`: False when
    something that belongs to the page is missing."""

    posts: tuple[Shown, ...]
    ahead: float | None
    next_token: str | None
    sound: bool


Wanted = Callable[[Shown], bool]


def page_of(body: Mapping[str, Any], ahead: float | None) -> Page:
    """Read an answer of GET /2/users/:id/tweets. X's API description and live answers name two fields differently
    (`referenced_posts`, `note_post` and `referenced_tweets`, `note_tweet`): both are read."""
    rows = [row for row in _listed(body, "data") if isinstance(row.get("id"), str)]
    meta = body.get("meta")
    meta = meta if isinstance(meta, dict) else {}
    token = meta.get("next_token")
    return Page(
        posts=tuple(_shown(row) for row in rows),
        ahead=ahead,
        next_token=token if isinstance(token, str) and token else None,
        sound=not body.get("errors") and meta.get("result_count") == len(rows),
    )


def search(pages: Iterable[Page], wanted: Wanted, attempted_at: datetime) -> tuple[Shown | None, bool, int]:
    """The wanted post, whether the look read back past the attempt's start by X's own times, and the posts read.

    It asks for no time span: a post from before the attempt proves that the timeline was really read, while an empty
    answer for a span looks the same as a read that failed. A timeline that ends was read back past everything.
    """
    sound, past, read = True, False, 0
    for page in pages:
        read += len(page.posts)
        found = next(filter(wanted, page.posts), None)
        if found is not None:
            return found, True, read
        sound = sound and page.sound
        past = page.next_token is None or any(_is_older(post, page, attempted_at) for post in page.posts)
        if past:
            break
    return None, sound and past, read


def saying_again(outgoing: Outgoing) -> Wanted:
    """Knows the post again by its whole text, which holds reference, update and part.

    X shows every link as one of its own: there the text may hold any link. It escapes `&`, `<` and `>`, and adds a link
    to a post's picture at its end.
    """
    said = _plain(outgoing.text)

    def wanted(post: Shown) -> bool:
        shown = _plain(_unescaped(post.text))
        forms = [shown] if outgoing.picture is None else [shown, _LAST_LINK.sub("", shown)]
        return post.repost_of is None and any(_may_show(form, said) for form in forms)

    return wanted


def _may_show(shown: str, said: str) -> bool:
    return re.fullmatch(r"\S+".join(map(re.escape, _SHORT_LINK.split(shown))), said) is not None


def reposting(source: str) -> Wanted:
    """Knows a repost by the id of the post that it repeats."""
    return lambda post: post.repost_of == source


def listed(page: Page, address: str, repost: str) -> ListedPage:
    """The page for a listing: texts as X shows them, a repost under the id that its receipt has (`repost` before the
    source's id). `address` is where the account's posts are."""
    posts = tuple(
        Listed(
            platform_id=f"{repost}{post.repost_of}" if post.repost_of else post.id,
            at=post.at,
            text=post.text,
            url=f"{address}/{post.id}",
            repost_of=post.repost_of,
        )
        for post in page.posts
        if post.at is not None
    )
    whole = page.sound and len(posts) == len(page.posts)
    return ListedPage(posts, read=len(page.posts), sound=whole, last=page.next_token is None)


def _is_older(post: Shown, page: Page, attempted_at: datetime) -> bool:
    if post.at is None or page.ahead is None:
        return False
    return post.at < attempted_at + timedelta(seconds=page.ahead) - SLACK


def _shown(row: Mapping[str, Any]) -> Shown:
    notes = [note for name in ("note_tweet", "note_post") if isinstance(note := row.get(name), dict)]
    text = next((note["text"] for note in notes if isinstance(note.get("text"), str)), row.get("text"))
    return Shown(
        id=row["id"], text=text if isinstance(text, str) else "", at=_instant(row), repost_of=next(_sources(row), None)
    )


def _sources(row: Mapping[str, Any]) -> Iterator[str]:
    for name in ("referenced_tweets", "referenced_posts"):
        for one in _listed(row, name):
            if one.get("type") in ("retweeted", "reposted") and isinstance(one.get("id"), str):
                yield one["id"]


def _listed(body: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    held = body.get(name)
    return [one for one in held if isinstance(one, dict)] if isinstance(held, list) else []


def _instant(row: Mapping[str, Any]) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(row.get("created_at")))
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def _unescaped(text: str) -> str:
    """Undoes what X does to these three, and nothing that it doesn't do."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _plain(text: str) -> str:
    """One spelling: composed characters, single blanks, without marks that no reader sees."""
    return " ".join(_UNSEEN.sub("", unicodedata.normalize("NFC", text)).split())
