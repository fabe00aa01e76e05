"""Names of records: keys that a second try comes to again, and the addresses that receipts hold."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256

POST, REPOST = "app.bsky.feed.post", "app.bsky.feed.repost"
_ALPHABET = "234567abcdefghijklmnopqrstuvwxyz"
_BEGAN = 1_672_531_200_000_000
"""1 January 2023 in microseconds. Of a digest's bits, 46 count on from there (to March 2025), so that no key points to
the future, and 10 are the "clock": 56 bits in all, under which a million posts of one account meet by chance once in
some 140,000 fleets."""
_TIME_BITS, _CLOCK_BITS = 46, 10
_ADDRESS = re.compile(r"at://(?P<did>did:[a-z]+:[A-Za-z0-9._:%-]+)/(?P<collection>[A-Za-z0-9.-]+)/(?P<key>[\w.~:-]+)")


@dataclass(frozen=True, slots=True)
class Address:
    """Where a record is: whose repository, which collection, which key. Its text is the receipt's platform id."""

    did: str
    collection: str
    key: str

    def __str__(self) -> str:
        return f"at://{self.did}/{self.collection}/{self.key}"


def read_address(text: str) -> Address | None:
    """A post's or repost's address; None for anything else."""
    found = _ADDRESS.fullmatch(text)
    if found is None or found["collection"] not in (POST, REPOST):
        return None
    return Address(found["did"], found["collection"], found["key"])


def post_key(platform_key: str) -> str:
    """The record key of a delivery: the same for every try."""
    return _tid(f"post {platform_key}")


def repost_key(did: str, target: Address) -> str:
    """The record key of this account's repost of that post: there is never a second one."""
    return _tid(f"repost {did} {target}")


def _tid(seed: str) -> str:
    """A valid TID: 53 bits of microseconds and 10 bits of clock in base 32 (atproto specification, "Record Keys").

    Posts and reposts must have one, and a PDS takes no other key for them.
    """
    bits = int.from_bytes(sha256(seed.encode()).digest()[:7], "big")
    number = (_BEGAN + (bits >> _CLOCK_BITS)) << _CLOCK_BITS | bits & ((1 << _CLOCK_BITS) - 1)
    return "".join(_ALPHABET[number >> 5 * place & 31] for place in reversed(range(13)))
