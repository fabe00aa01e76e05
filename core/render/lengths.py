"""Counts a text as each platform counts it, and says whether it fits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, assert_never

import regex

from core.render.links import find_links
from core.render.x_weight import holds_refused, weigh

Measure = Literal["x", "graphemes", "mastodon", "characters"]

MASTODON_LINK = 23

_GRAPHEME = regex.compile(r"\X")
_NAME = r"[a-z0-9_]+(?:[.-]+[a-z0-9_]+)*"
_HOST_PART = r"[\w\p{M}]+(?:[.-]+[\w\p{M}]+)*"
_REMOTE_MENTION = regex.compile(rf"(?<![=/\w])(@{_NAME})@{_HOST_PART}", regex.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Limit:
    """The longest text one account takes: at most `maximum` by `measure`, and at most `max_bytes` in UTF-8.

    The measures:
    `x`           X's weight: 2 for CJK and emoji, 23 for a link (see `core.render.x_weight`).
    `graphemes`   what a reader sees as one character; Bluesky: 300, and 3,000 bytes.
    `mastodon`    graphemes, a link as 23, `@user@host` as `@user`; 500 unless the server says otherwise.
    `characters`  code points.
    """

    measure: Measure
    maximum: int
    max_bytes: int | None = None

    def length(self, text: str) -> int:
        """Return how long `text` is by this limit's measure; never raises."""
        match self.measure:
            case "x":
                return weigh(text)
            case "graphemes":
                return count_graphemes(text)
            case "mastodon":
                return _count_for_mastodon(text)
            case "characters":
                return len(text)
            case _ as unknown:
                assert_never(unknown)

    def fits(self, text: str) -> bool:
        """Say whether the platform takes `text`: its length, its bytes, and on X its code points."""
        if self.max_bytes is not None and len(text.encode("utf-8", "surrogatepass")) > self.max_bytes:
            return False
        if self.measure == "x" and holds_refused(text):
            return False
        return self.length(text) <= self.maximum


def graphemes(text: str) -> list[str]:
    """Return `text` cut into what a reader sees as single characters (grapheme clusters, UAX #29)."""
    return _GRAPHEME.findall(text)


def count_graphemes(text: str) -> int:
    """Return how many characters a reader sees in `text`."""
    return len(graphemes(text))


def _count_for_mastodon(text: str) -> int:
    """Count graphemes, with the concessions Mastodon makes: only to links that are written with `https://`."""
    total = position = 0
    for link in find_links(text):
        if link.has_protocol:
            total += _count_mentions_short(text[position : link.start]) + MASTODON_LINK
            position = link.end
    return total + _count_mentions_short(text[position:])


def _count_mentions_short(text: str) -> int:
    return count_graphemes(_REMOTE_MENTION.sub(r"\1", text))
