"""What posts cost on an account, before they are made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from core.domain.deliveries import Act
from core.domain.holding import MICROS, micros
from core.domain.lines import Account
from core.domain.notices import Post
from core.render.links import find_links


def cost(account: Account, act: Act, post: Post | None) -> int:
    """Millionths of a dollar that one act costs: a post is dearer where its text holds an address that is linked, and
    where it has a picture with its alt text."""
    match act:
        case Act.POST:
            if post is None:
                return 0
            linked = account.price_link_post if find_links(post.text) else account.price_post
            return micros(linked) + (micros(account.price_alt) if post.picture is not None else 0)
        case Act.REPOST:
            return micros(account.price_post)
        case Act.REMOVE:
            return micros(account.price_delete)
        case _:
            assert_never(act)


def price(account: Account, posts: Sequence[Post]) -> float:
    """Dollars for publishing these posts: one call each."""
    return sum(cost(account, Act.POST, post) for post in posts) / MICROS
