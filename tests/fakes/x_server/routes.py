"""Which route answers which method and path."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.fakes.x_server import media, reading, writing
from tests.fakes.x_server.call import Call
from tests.fakes.x_server.problems import Answer

Route = Callable[[Call], Answer]

_ROUTES: tuple[tuple[str, str, Route], ...] = (
    ("GET", r"/2/users/me", reading.me),
    ("GET", r"/2/users/by/username/(?P<username>[^/]+)", reading.user_by_name),
    ("GET", r"/2/users/(?P<user>[^/]+)/tweets", reading.timeline),
    ("POST", r"/2/users/(?P<user>[^/]+)/retweets", writing.repost),
    ("DELETE", r"/2/users/(?P<user>[^/]+)/retweets/(?P<post>[^/]+)", writing.undo_repost),
    ("POST", r"/2/tweets", writing.create_post),
    ("GET", r"/2/tweets", reading.posts_by_ids),
    ("GET", r"/2/tweets/(?P<post>[^/]+)", reading.post_by_id),
    ("DELETE", r"/2/tweets/(?P<post>[^/]+)", writing.delete_post),
    ("POST", r"/2/media/upload", media.upload),
    ("POST", r"/2/media/upload/initialize", media.initialize),
    ("POST", r"/2/media/upload/(?P<media>[^/]+)/append", media.append),
    ("POST", r"/2/media/upload/(?P<media>[^/]+)/finalize", media.finalize),
    ("POST", r"/2/media/metadata", media.metadata),
)


def find(method: str, path: str) -> tuple[Route, dict[str, str]] | None:
    """The route of a call with the named parts of its path; None when X has no such call here."""
    for known, pattern, route in _ROUTES:
        found = re.fullmatch(pattern, path)
        if known == method and found is not None:
            return route, found.groupdict()
    return None
