"""A record's key comes out the same for every try, is one that Bluesky takes, and tells deliveries apart."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from core.adapters.channels.bluesky.keys import POST, REPOST, Address, post_key, read_address, repost_key

VALID = re.compile(r"[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}")
ALPHABET = "234567abcdefghijklmnopqrstuvwxyz"


def instant(key: str) -> datetime:
    """When a TID says that it was made."""
    number = 0
    for letter in key:
        number = number * 32 + ALPHABET.index(letter)
    return datetime.fromtimestamp((number >> 10) / 1e6, UTC)


@given(st.text("0123456789abcdef", min_size=64, max_size=64))
def test_every_key_is_a_valid_one_of_the_past(platform_key):
    key = post_key(platform_key)
    assert VALID.fullmatch(key)
    assert key == post_key(platform_key)
    assert 2023 <= instant(key).year <= 2025


def test_no_two_deliveries_share_a_key():
    posts = [f"{number:064x}" for number in range(20_000)]
    keys = {post_key(one) for one in posts}
    keys |= {repost_key("did:plc:teal", Address("did:plc:plum", POST, str(number))) for number in range(20_000)}
    assert len(keys) == 40_000


def test_each_account_has_its_own_key_for_a_repost():
    target = Address("did:plc:plum", POST, "3jzfcijpj2z2a")
    assert repost_key("did:plc:teal", target) == repost_key("did:plc:teal", target)
    assert repost_key("did:plc:teal", target) != repost_key("did:plc:gold", target)


def test_an_address_is_read_as_it_was_written():
    for collection in (POST, REPOST):
        address = Address("did:web:fleet.example", collection, "3jzfcijpj2z2a")
        assert read_address(str(address)) == address
    for other in ("17", "at://did:plc:teal", f"at://teal.test/{POST}/3jzfcijpj2z2a", f"at://did:plc:teal/{POST}/a/b"):
        assert read_address(other) is None
