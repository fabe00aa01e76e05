"""The loopback X in the test's own process: start it, give it accounts, tell it to misbehave, read its record."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime
from types import TracebackType
from typing import Self

from tests.fakes.x_server.faults import Fault, Order
from tests.fakes.x_server.limits import Budget, Limits
from tests.fakes.x_server.site import Seen, Site
from tests.fakes.x_server.wire import Listener
from tests.fakes.x_server.world import Wording, World, XAccount, XMedia, XPost, utc_now

CONSUMER = ("loopback-consumer", "loopback-consumer-secret")


class SteppedSeconds:
    """A clock for the server that moves only when told to."""

    def __init__(self) -> None:
        self._at = 0.0

    def __call__(self) -> float:
        return self._at

    def advance(self, seconds: float) -> None:
        """Lets that many seconds pass."""
        self._at += seconds


class XServer:
    """A stateful X on 127.0.0.1, as a context manager.

    `clock` counts seconds; `began` is the instant that the server takes its first reading for (the wall's, at first).
    Clients sign with `consumer_key` and `consumer_secret` and an account's token and secret.
    """

    consumer_key, consumer_secret = CONSUMER

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        began: datetime | None = None,
        limits: Limits | None = None,
        port: int = 0,
    ) -> None:
        self._world = World(clock, began or utc_now())
        self.site = Site(self._world, Budget(limits or Limits()), CONSUMER)
        self._listener = Listener(self.site, port)
        self.site.url = self.url
        self._thread = threading.Thread(target=self._listener.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.close()
        self._thread.join()

    @property
    def url(self) -> str:
        """Where the server listens."""
        return f"http://127.0.0.1:{self._listener.server_address[1]}"

    @property
    def limits(self) -> Limits:
        """The limits in force; change them in place."""
        return self.site.budget.limits

    @property
    def requests(self) -> tuple[Seen, ...]:
        """Every request so far, in the order in which the server dealt with them."""
        return tuple(self.site.seen)

    def add_account(
        self, username: str, token: str | None = None, secret: str | None = None, *, self_serve: bool = False
    ) -> XAccount:
        """Opens an account; its attributes may be changed later. Raises ValueError on a used or too long name."""
        return self._world.add_account(username, token, secret, self_serve)

    def posts(self, username: str | None = None) -> tuple[XPost, ...]:
        """Every post and repost ever accepted, in order, deleted ones too: what a proof is judged by."""
        return self._world.record(username)

    def live(self, username: str | None = None) -> tuple[XPost, ...]:
        """The posts and reposts that are still up."""
        return tuple(one for one in self.posts(username) if not one.deleted)

    def media(self, media_id: str) -> XMedia:
        """An uploaded picture. Raises KeyError when there is none."""
        return self._world.media[media_id]

    def misbehave(
        self,
        fault: Fault,
        *,
        times: int | None = 1,
        method: str = ".*",
        path: str = ".*",
        account: str | None = None,
        after_requests: int | None = None,
    ) -> Order:
        """Orders a fault for the next `times` calls that match (patterns match the whole method and path).

        Orders are taken first come, first served. The order's `release()` lets late answers and late effects go,
        `struck` is set once it was applied, `applied` counts.
        """
        return self.site.faults.add(Order(fault, times, method, path, account, after_requests))

    def lossy(self, fraction: float, seed: int) -> None:
        """Loses that fraction of publishing replies from now on, half before and half after the effect; 0 ends it."""
        self.site.faults.lossy(fraction, seed)

    def set_read_lag(self, seconds: float) -> None:
        """From now on reads show what changed only after so many seconds of the server's clock (seen live)."""
        self._world.read_lag = seconds

    def refuse_duplicates(self, yes: bool) -> None:
        """Whether the rule against the same text twice is on. Off, it can't hide that a client posted twice."""
        self._world.refuses_duplicates = yes

    def answer_in(self, wording: Wording) -> None:
        """Whether answers speak of `referenced_tweets`, `referenced_posts`, or as the request does."""
        self._world.wording = wording
