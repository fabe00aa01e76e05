"""Reads from the headers of a Mastodon server's answers how many calls of each kind are left."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

import requests

from core.adapters.limit_headers import limit_in
from core.ports.channel import LimitKind, LimitSeen

_COUNTED = (
    (LimitKind.POST, "POST", re.compile(r"/api/v1/statuses(?:/[^/]+/reblog)?")),
    (LimitKind.REMOVE, "DELETE", re.compile(r"/api/v1/statuses/[^/]+")),
    (LimitKind.REMOVE, "POST", re.compile(r"/api/v1/statuses/[^/]+/unreblog")),
    (LimitKind.READ, "GET", re.compile(r"/.*")),
)
"""Statuses and reblogs count together, so do deletions and undone reblogs, and all the rest (Mastodon's source,
override_rate_limit_headers and config/initializers/rack_attack.rb). Pictures have a window of their own: used up it
defers that call alone."""


def windows_of(response: requests.Response, now: datetime) -> Iterator[LimitSeen]:
    """What an answer, also a refusal, says of the window that its call counts in. `now` is the fleet's time."""
    request = response.request
    path = (request.path_url or "").partition("?")[0]
    for kind, method, address in _COUNTED:
        if request.method == method and address.fullmatch(path):
            name = f"{kind.value}-window"
            seen = limit_in(response.headers, "X-RateLimit", now, name=name, kind=kind, shared=False)
            if seen is not None:
                yield seen
            return
