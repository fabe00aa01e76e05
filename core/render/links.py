"""Finds the web addresses in a text as X does, because each of them counts as 23 there, whatever its length.

The rules are those X has published as twitter-text 3: what may stand before an address, which characters a
host, a path and a query may hold and end with, and that a host without `https://` counts by its Latin part only.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import regex

MAX_ADDRESS = 4096  # twitter-text: a longer one is not linked
MAX_TCO_SLUG = 40

_SPOILED = r"\uFFFE\uFEFF\uFFFF"  # code points X takes in no text
_DIRECTION = r"\u202A-\u202E\u061C\u200E\u200F\u2066-\u2069"
_ACCENTED = (
    r"\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u024F\u0253\u0254\u0256\u0257\u0259\u025B\u0263\u0268\u026F\u0272\u0289\u028B"
    r"\u02BB\u0300-\u036F\u1E00-\u1EFF"
)
# A host may be written in any script, but not with marks, blanks or what steers the direction of a line; a hyphen
# (and before the last dot but one an underscore) only inside. The counts bound the search on texts full of dots:
# a host name has at most 253 letters in 127 labels (RFC 1035).
_NEVER_HOST = rf"!-,./:-@\[-\^`{{-~\s\p{{Z}}\u2000-\u206F\u180E\u061C{_SPOILED}"
_HOST = rf"[^{_NEVER_HOST}_-]"
_LABEL = rf"{_HOST}[^{_NEVER_HOST}_]{{0,252}}+(?<!-)\."
_SUBDOMAIN = rf"{_HOST}[^{_NEVER_HOST}]{{0,252}}+(?<![_-])\."
_PATH = rf"[a-z0-9\u0400-\u04FF{_ACCENTED}!*';:=+,.$/%#\[\]\-\u2013_~@|&]"
_PATH_END = rf"[a-z0-9\u0400-\u04FF{_ACCENTED}+\-=_#/]"
_PARENTHESES = rf"\((?:{_PATH}+|{_PATH}*\({_PATH}+\){_PATH}*)\)"  # balanced, at most one pair inside
_QUERY = r"\?[a-z0-9!?*'@();:&=+$/%#\[\]\-_.,~|]*[a-z0-9\-_&=#/]"
# A top-level domain must end there: `foo.community` is not `foo.com`, and `a.jp@mail` is no address of Japan.
_TOP = r"(?:\L<top>(?=[^0-9a-z@+-]|$)|xn--[\-0-9a-z]+)"


@dataclass(frozen=True, slots=True)
class Link:
    """One address in a text: `text[start:end]`, and whether it was written with its `http(s)://`."""

    start: int
    end: int
    has_protocol: bool


@dataclass(frozen=True, slots=True)
class _Patterns:
    address: regex.Pattern[str]
    latin_host: regex.Pattern[str]
    shortened: regex.Pattern[str]


@cache
def _patterns() -> _Patterns:
    table = Path(__file__).with_name("tlds.txt").read_text(encoding="utf-8")
    rows = [row for row in table.splitlines() if not row.startswith(("#", "["))]
    top = frozenset(word for row in rows for word in row.split())
    address = regex.compile(
        rf"(?P<before>[^a-z0-9@\uFF20$#\uFF03{_SPOILED}]|^)"
        r"(?P<url>(?P<protocol>https?://)?"
        rf"(?P<host>(?:{_SUBDOMAIN}){{0,125}}{_LABEL}{_TOP})"
        r"(?::[0-9]+)?"
        rf"(?P<path>/(?:(?:{_PATH}|{_PARENTHESES})*(?:{_PATH_END}|{_PARENTHESES}))?)?"
        rf"(?:{_QUERY})?)",
        regex.IGNORECASE,
        top=top,
    )
    latin_host = regex.compile(rf"(?:[\-a-z0-9{_ACCENTED}]+\.)+{_TOP}", regex.IGNORECASE, top=top)
    shortened = regex.compile(rf"https?://t\.co/([a-z0-9]+)(?:{_QUERY})?", regex.IGNORECASE)
    return _Patterns(address, latin_host, shortened)


def find_links(text: str) -> tuple[Link, ...]:
    """Return the addresses that X would link in `text`, in order and apart from each other."""
    if "." not in text:
        return ()
    found: list[Link] = []
    for match in _patterns().address.finditer(text):
        if _can_be_named(match["url"], match["protocol"], match["host"]):
            found.extend(_with_protocol(match) if match["protocol"] else _without_protocol(match))
    return tuple(found)


def _can_be_named(url: str, protocol: str | None, host: str) -> bool:
    """Say whether the host has an ASCII name (RFC 3490: no label over 63) and the whole is not too long."""
    try:
        ascii_host = host.encode("idna")
    except UnicodeError:
        return False
    added = 0 if protocol else len("https://")
    return added + len(url) + len(ascii_host) - len(host) <= MAX_ADDRESS


def _with_protocol(match: regex.Match[str]) -> list[Link]:
    start, end = match.span("url")
    short = _patterns().shortened.match(match["url"])
    if short is None:
        return [Link(start, end, has_protocol=True)]
    if len(short[1]) > MAX_TCO_SLUG:
        return []
    # X's own short addresses end with their slug, so that an apostrophe after one is not taken in.
    return [Link(start, start + len(short[0]), has_protocol=True)]


def _without_protocol(match: regex.Match[str]) -> list[Link]:
    if match["before"] and match["before"] in "-_./":
        return []
    offset = match.start("host")
    hosts = list(_patterns().latin_host.finditer(match["host"]))
    links = [Link(offset + host.start(), offset + host.end(), has_protocol=False) for host in hosts]
    if links and match["path"]:
        links[-1] = Link(links[-1].start, match.end("url"), has_protocol=False)
    return links
