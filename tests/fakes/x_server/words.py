"""How X counts, shortens and escapes the text of a post; written apart from the product's own measure, to judge it."""

from __future__ import annotations

import hashlib
import html
import unicodedata
from dataclasses import dataclass
from typing import Any

import regex

MAX_WEIGHT = 280
URL_WEIGHT = 23

# X documentation (counting characters), configuration version 3: these code points weigh one, all others two.
_LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
# A link needs no scheme. X knows every public top-level domain; these are the ones that tests use.
_LINK = regex.compile(
    r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]']"
    r"|(?<![\w@./-])(?:[a-z0-9-]+\.)+(?:com|org|net|gov|info|example|nyc|us|io)\b(?:/[^\s<>\"]*[^\s<>\".,;:!?)\]'])?",
    regex.IGNORECASE,
)
_EMOJI = regex.compile(r"\p{Emoji_Presentation}|\p{Regional_Indicator}|\ufe0f|\u20e3")


@dataclass(frozen=True)
class Shown:
    """A text as readers of the API see it: links shortened, markup characters escaped, links listed."""

    text: str
    urls: tuple[dict[str, Any], ...]


def weight(text: str) -> int:
    """The weighted length of a text: a link is 23, an emoji 2 whatever it is made of, CJK 2 (X documentation)."""
    plain = unicodedata.normalize("NFC", text)
    links = _LINK.findall(plain)
    rest = _LINK.sub("", plain)
    return len(links) * URL_WEIGHT + sum(_cluster_weight(cluster) for cluster in regex.findall(r"\X", rest))


def _cluster_weight(cluster: str) -> int:
    if _EMOJI.search(cluster):
        return 2
    return sum(1 if any(low <= ord(char) <= high for low, high in _LIGHT) else 2 for char in cluster)


def shown(text: str, post_id: str, with_media: bool = False) -> Shown:
    """The text as X returns it.

    Every link becomes a t.co link with an entry in `entities.urls`; a picture adds one at the end; `&`, `<` and `>`
    come back as `&amp;`, `&lt;` and `&gt;` (measured on live timelines; entity fields: schema `PostEntities`).
    """
    pieces: list[str] = []
    urls: list[dict[str, Any]] = []
    length = at = 0
    for found in _LINK.finditer(text):
        before = _escaped(text[at : found.start()])
        pieces.append(before)
        length += len(before)
        urls.append(_entity(found.group(), post_id, length))
        pieces.append(urls[-1]["url"])
        length += len(urls[-1]["url"])
        at = found.end()
    pieces.append(_escaped(text[at:]))
    if with_media:
        gap = " " if text else ""
        start = sum(map(len, pieces)) + len(gap)
        urls.append(_entity(f"https://x.com/i/status/{post_id}/photo/1", post_id, start))
        pieces.append(gap + urls[-1]["url"])
    return Shown("".join(pieces), tuple(urls))


def mentions(text: str, username: str) -> bool:
    """Whether the text names the account."""
    return regex.search(rf"@{regex.escape(username)}\b", text, regex.IGNORECASE) is not None


def _escaped(text: str) -> str:
    return html.escape(text, quote=False)


def _entity(link: str, post_id: str, start: int) -> dict[str, Any]:
    short = "https://t.co/" + hashlib.sha256(f"{link} {post_id}".encode()).hexdigest()[:10]
    expanded = link if regex.match("https?://", link, regex.IGNORECASE) else f"http://{link}"
    display = expanded.partition("://")[2]
    return {
        "start": start,
        "end": start + len(short),
        "url": short,
        "expanded_url": expanded,
        "display_url": display,
    }
