"""Reads from the headers of a Bluesky server's answers how many calls of each kind are left."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

import httpx

from core.adapters.limit_headers import limit_in
from core.ports.channel import LimitKind, LimitSeen

_CREATE_COSTS = 3
"""Of an account's points; a deletion costs one (Bluesky documentation, rate limits)."""
_WRITES = ("com.atproto.repo.createRecord", "com.atproto.repo.deleteRecord")
_LOGINS = ("com.atproto.server.createSession", "com.atproto.server.refreshSession")
_POLICY = re.compile(r"\d+;w=(\d+)")
_CALLS_WINDOW = "300"
"""The window in which calls are counted whatever they do, for the address that they come from; points count by the hour
and the day (source of the PDS, rate limits). An answer tells the tightest of its windows only."""


def windows_of(response: httpx.Response, now: datetime) -> Iterator[LimitSeen]:
    """What an answer, also a refusal, says of its tightest window. `now` is the fleet's time.

    Points are given in posts for posting and in removals for removing. A server that counts nothing says nothing; what
    is said of logging in is no limit of what may be said.
    """
    call = response.request.url.path.rpartition("/")[2]
    policy = _POLICY.fullmatch(response.headers.get("ratelimit-policy", ""))
    if policy is None or call in _LOGINS:
        return
    points = call in _WRITES and policy[1] != _CALLS_WINDOW
    for kind in (LimitKind.POST, LimitKind.REMOVE) if points else (LimitKind.READ,):
        name = f"{'points' if points else 'calls'}-{kind.value}-{policy[1]}s"
        seen = limit_in(response.headers, "ratelimit", now, name=name, kind=kind, shared=not points)
        if seen is not None:
            yield _in_posts(seen) if kind is LimitKind.POST else seen


def _in_posts(points: LimitSeen) -> LimitSeen:
    limit = None if points.limit is None else points.limit // _CREATE_COSTS
    return points.model_copy(update={"limit": limit, "remaining": points.remaining // _CREATE_COSTS})
