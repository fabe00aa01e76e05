"""Our own notice that comes back through somebody else's feed is known by what only we write."""

from __future__ import annotations

import re
from collections.abc import Iterable

from core.domain.identity import read_reference

ECHO = "echo"
"""The rule's name."""
_TOKEN = re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z]{7}(?![0-9A-Za-z])")
_ID = re.compile(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])")


def references_in(texts: Iterable[str]) -> tuple[str, ...]:
    """Whatever in these texts may be one of our references: seven signs of which the last checks the others."""
    found = (read_reference(token) for text in texts for token in _TOKEN.findall(text))
    return tuple(dict.fromkeys(one for one in found if one is not None))


def notice_ids_in(text: str) -> tuple[str, ...]:
    """What in an alert's id may be a notice's id of ours, as our feeds give it; a mirror may put a name before it."""
    return tuple(_ID.findall(text))


def holds_own_link(texts: Iterable[str], addresses: Iterable[str]) -> bool:
    """True when one of the texts links to our pages; `addresses` are what our links begin with."""
    beginnings = tuple(address.rstrip("/").lower() + "/" for address in addresses if address)
    return any(beginning in text.lower() for text in texts for beginning in beginnings)
