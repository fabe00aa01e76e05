"""What posts cost on an account, before they are made."""

from __future__ import annotations

from collections.abc import Sequence

from core.domain.lines import Account
from core.domain.notices import Post
from core.render.links import find_links


def price(account: Account, posts: Sequence[Post]) -> float:
    """Dollars for publishing these posts: one call each, dearer where the text holds an address that is linked."""
    return round(sum(account.price_link_post if find_links(post.text) else account.price_post for post in posts), 6)
