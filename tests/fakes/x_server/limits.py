"""How many calls X allows: per account in 15 minutes, per account and per app in 24 hours."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tests.fakes.x_server.problems import Refused, too_many

QUARTER_HOUR = 15 * 60
DAY = 24 * 60 * 60


@dataclass
class Limits:
    """The numbers; set one lower to run into it.

    Posting: 100 in 15 minutes per account and 10,000 in 24 hours per app; deleting: 50 in 15 minutes (X
    documentation, which elsewhere says 200 in 15 minutes and 300 in 3 hours). A number per account and day is not
    documented, only its headers are: it starts at the app's.
    """

    post: int = 100
    delete: int = 50
    repost: int = 50
    read: int = 900
    media: int = 500
    user_day: int = 10_000
    app_day: int = 10_000

    @classmethod
    def none(cls) -> Limits:
        """No limit that a test could reach."""
        return cls(*[10**9] * 7)


@dataclass
class _Window:
    """A fixed window that opens with its first call."""

    opened: float
    used: int = 0


class Budget:
    """Counts the calls of one app's accounts against the limits."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._windows: dict[tuple[str, str], _Window] = {}

    def spend(self, method: str, path: str, account: str, now: float) -> dict[str, str]:
        """Takes one call; gives the headers of the answer (names: X documentation, seen on live answers).

        Raises Refused (429) when a window is used up; its headers are the same ones, and no Retry-After.
        """
        family = _family(method, path)
        counted = [("x-rate-limit", f"{family} {account}", getattr(self.limits, family), QUARTER_HOUR)]
        if family == "post":
            counted.append(("x-app-limit-24hour", "app", self.limits.app_day, DAY))
            counted.append(("x-user-limit-24hour", account, self.limits.user_day, DAY))
        headers: dict[str, str] = {}
        over = False
        for name, key, limit, length in counted:
            window = self._window(name, key, length, now)
            over = over or window.used >= limit
            headers |= _headers(name, limit, limit - window.used - 1, window.opened + length)
        if over:
            raise Refused(too_many(headers))
        for name, key, _limit, length in counted:
            self._window(name, key, length, now).used += 1
        return headers

    def _window(self, name: str, key: str, length: int, now: float) -> _Window:
        window = self._windows.get((name, key))
        if window is None or now >= window.opened + length:
            window = self._windows[name, key] = _Window(now)
        return window


def _family(method: str, path: str) -> str:
    if path.startswith("/2/media"):
        return "media"
    if re.fullmatch(r"/2/users/[^/]+/retweets(/[^/]+)?", path):
        return "repost"
    return {"POST": "post", "DELETE": "delete"}.get(method, "read")


def _headers(name: str, limit: int, remaining: int, reset: float) -> dict[str, str]:
    return {
        f"{name}-limit": str(limit),
        f"{name}-remaining": str(max(0, remaining)),
        f"{name}-reset": str(int(reset)),
    }
