"""What of a text can be tapped: links, hashtags and mentions with their places in UTF-8 bytes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from atproto_client.utils.facet_detection import detect_facets, detect_mentions

_SCHEMES = (b"http://", b"https://")


def facets(text: str, did_of: Callable[[str], str | None]) -> list[dict[str, Any]]:
    """The facets of a text, in its order; `did_of` tells whose a handle is, None for nobody's.

    Only a written-out address becomes a link: with a blank missing, "delays.in both" would link to a stranger's site.
    A sum of money is no hashtag, although Bluesky knows tags that begin with a dollar sign.
    """
    whole = text.encode()
    found: list[dict[str, Any]] = []
    for one in detect_facets(text):
        begin, end = one.index.byte_start, one.index.byte_end
        if whole[begin:end].startswith((*_SCHEMES, b"#", "＃".encode())):
            found.append(one.model_dump(by_alias=True, exclude_none=True))
    for mention in detect_mentions(text):
        did = did_of(mention.handle)
        if did is not None:
            found.append(
                {
                    "$type": "app.bsky.richtext.facet",
                    "index": {"byteStart": mention.byte_start, "byteEnd": mention.byte_end},
                    "features": [{"$type": "app.bsky.richtext.facet#mention", "did": did}],
                }
            )
    return sorted(found, key=lambda one: int(one["index"]["byteStart"]))
