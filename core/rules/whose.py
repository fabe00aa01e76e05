"""Whose a post is that stands on an account of ours and bears no receipt."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from enum import StrEnum

from core.domain.deliveries import Act, Delivery, DeliveryState
from core.ports.channel import Listed

_LINK = re.compile(r"https?://\S+")
_UNSEEN = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufe0e\ufe0f\ufeff]")
_UNSETTLED = frozenset({DeliveryState.DUE, DeliveryState.ATTEMPTING, DeliveryState.UNKNOWN, DeliveryState.WAITING})


class Whose(StrEnum):
    """The answer."""

    OURS = "ours"
    """It is, or will be, some delivery's own post: looking up settles it."""
    DOUBLE = "double"
    """A late stray: our words, which stand under another id already, were removed, or were given up."""
    FOREIGN = "foreign"


def whose(post: Listed, owed: Sequence[Delivery], listed: Collection[str], upright: Collection[str]) -> Whose:
    """`owed` is what this account owed of late, in any state; `listed` the ids of all that is listed; `upright` the ids
    of our receipts that were not removed.

    It is a double only when it repeats the exact words: a reference can be copied by anybody.
    """
    if post.repost_of is not None:
        return _whose_repost(post, owed, listed, upright)
    said = [d for d in owed if d.key.act is Act.POST and d.post is not None]
    open_ones = [d for d in said if d.state in _UNSETTLED]
    if any(d.reference in post.text.upper() for d in open_ones):
        return Whose.OURS
    words = _plain(post.text)
    same = [d for d in said if d.post is not None and _plain(d.post.text) == words]
    if any(d in open_ones for d in same):
        return Whose.OURS
    for delivery in same:
        if delivery.state is DeliveryState.PRACTISED:
            continue
        receipt = delivery.receipt
        if receipt is None or receipt.platform_id in listed or receipt.platform_id not in upright:
            return Whose.DOUBLE
        return Whose.OURS  # ours is not listed: this may be the only one that stands
    return Whose.FOREIGN


def _whose_repost(post: Listed, owed: Sequence[Delivery], listed: Collection[str], upright: Collection[str]) -> Whose:
    """A second repost of one post, where ours stands too. Where undoing the one would undo the other (X, Mastodon) both
    have one id, and it is never asked about."""
    same = [d for d in owed if d.needs_receipt and d.needs_receipt.platform_id == post.repost_of]
    if not same:
        return Whose.FOREIGN
    if any(d.state in _UNSETTLED for d in same):
        return Whose.OURS
    stands = [d.receipt.platform_id for d in same if d.receipt and d.key.act is Act.REPOST]
    return Whose.DOUBLE if any(one in listed and one in upright for one in stands) else Whose.OURS


def _plain(text: str) -> str:
    """One spelling: platforms shorten links, escape three characters and drop marks that no reader sees."""
    read = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return " ".join(_UNSEEN.sub("", _LINK.sub("[link]", unicodedata.normalize("NFC", read))).split())
