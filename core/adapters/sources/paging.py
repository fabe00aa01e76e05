"""How further pages of an endpoint are asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urljoin

from core.adapters.http import same_origin
from core.adapters.sources.json_rows import inside
from core.ports.source import SourceDown

_LINK = re.compile(r'<([^<>]*)>\s*;[^,<]*\brel="?next"?', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class NextLink:
    """The answer holds the next page's address in `field`, or in a Link header (RFC 8288)."""

    field: str = "next"


@dataclass(frozen=True, slots=True)
class Numbered:
    """Pages are asked for by number, until one is empty."""

    parameter: str = "page"
    first: int = 1
    size_parameter: str | None = None
    size: int = 100


@dataclass(frozen=True, slots=True)
class Offset:
    """Records are asked for from a position on, until none comes. A server that gives fewer than asked is believed."""

    parameter: str = "offset"
    size_parameter: str = "limit"
    size: int = 100


Paging = NextLink | Numbered | Offset | None


@dataclass(frozen=True, slots=True)
class Question:
    """One page's address and query; `number` counts pages, `given` the records of the pages before."""

    url: str
    params: Mapping[str, str]
    number: int = 1
    given: int = 0


def first_question(paging: Paging, url: str, params: Mapping[str, str]) -> Question:
    """The first page."""
    match paging:
        case Numbered():
            size = {paging.size_parameter: str(paging.size)} if paging.size_parameter else {}
            return Question(url, {**params, **size, paging.parameter: str(paging.first)})
        case Offset():
            return Question(url, {**params, paging.size_parameter: str(paging.size), paging.parameter: "0"})
        case NextLink() | None:
            return Question(url, params)


def next_question(
    paging: Paging, asked: Question, document: object, headers: Mapping[str, str], records: int
) -> Question | None:
    """The page after `asked`, or None when that was the last. Raises SourceDown for a link to another host."""
    number, given = asked.number + 1, asked.given + records
    match paging:
        case None:
            return None
        case NextLink():
            link = _link(document, paging.field, headers)
            if link is None:
                return None
            url = urljoin(asked.url, link)
            if not same_origin(asked.url, url):
                raise SourceDown("names a next page on another host, which is not followed")
            return Question(url, {}, number, given)
        case Numbered():
            changed = {paging.parameter: str(paging.first + asked.number)}
        case Offset():
            changed = {paging.parameter: str(given)}
    return Question(asked.url, {**asked.params, **changed}, number, given) if records else None


def _link(document: object, field: str, headers: Mapping[str, str]) -> str | None:
    named = inside(document, field)
    if isinstance(named, str) and named.strip():
        return named.strip()
    header = _LINK.search(headers.get("link", ""))
    return header.group(1) if header else None
