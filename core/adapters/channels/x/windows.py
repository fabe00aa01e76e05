"""Reads from the headers of X's answers how many calls of each kind are left."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

import requests

from core.adapters.limit_headers import limit_in
from core.ports.channel import LimitKind, LimitSeen

_COUNTED = (
    (LimitKind.POST, "POST", re.compile(r"/2/tweets")),
    (LimitKind.REMOVE, "DELETE", re.compile(r"/2/tweets/\d+")),
    (LimitKind.READ, "GET", re.compile(r"/2/users/\d+/tweets")),
)
"""X counts each of its addresses apart. Reposts, pictures and "who am I" have windows of their own: used up they defer
that call alone (its 429 says how long), and must keep back no post."""
_WINDOWS = (("x-rate-limit", "15min", False), ("x-user-limit-24hour", "user-24h", False))
_APP = ("x-app-limit-24hour", "app-24h", True)
"""Names: X documentation, rate limits, seen on live answers (November 2026)."""


def windows_of(response: requests.Response, now: datetime) -> Iterator[LimitSeen]:
    """What an answer, also a refusal, says of the windows that its call counts in. `now` is the fleet's time."""
    request = response.request
    path = (request.path_url or "").partition("?")[0]
    for kind, method, address in _COUNTED:
        if request.method == method and address.fullmatch(path):
            for prefix, window, shared in (*_WINDOWS, _APP):
                name = f"{kind.value}-{window}"
                seen = limit_in(response.headers, prefix, now, name=name, kind=kind, shared=shared)
                if seen is not None:
                    yield seen
