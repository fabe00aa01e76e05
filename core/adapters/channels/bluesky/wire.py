"""One client of atproto for all accounts: time limits for whole answers, no redirects, nothing sent twice."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import httpx
from atproto_client.client.raw import ClientRaw
from atproto_client.request import Request

from core.adapters.http import is_loopback

ORIGIN = "https://bsky.social"
"""Where every account of Bluesky's own servers can be spoken for (atproto documentation, "Get started")."""
MOST_BYTES = 1_000_000
_BEGAN = "fleet_began"
Hears = Callable[[httpx.Response], None]
_hearing: ContextVar[Hears | None] = ContextVar("hearing", default=None)

for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)  # below it they write every call, and parts of it, into logs


def make_client(base_url: str | None, connect_seconds: float, answer_seconds: float) -> ClientRaw:
    """A client that holds no session: each call brings its own token, so that all accounts share its connections.

    httpx limits only the pause between two pieces of an answer; here the answer's whole body counts.
    """
    origin = base_url or ORIGIN
    whole = connect_seconds + answer_seconds

    def begins(request: httpx.Request) -> None:
        request.extensions[_BEGAN] = time.monotonic()

    def answers(response: httpx.Response) -> None:
        hears = _hearing.get()
        if hears is not None:
            hears(response)
        if response.has_redirect_location:  # following one would send a post a second time
            raise httpx.RemoteProtocolError("it answers with another address")
        end = response.request.extensions[_BEGAN] + whole
        assert isinstance(response.stream, httpx.SyncByteStream)  # noqa: S101 - for the type checker
        response.stream = _Watched(response.stream, end)

    request = Request(
        timeout=httpx.Timeout(answer_seconds, connect=connect_seconds),
        event_hooks={"request": [begins], "response": [answers]},
        trust_env=not is_loopback(origin),  # the proxies of the environment: never towards this machine
        headers={"User-Agent": "subway-fleet"},
    )
    return ClientRaw(base_url=origin, request=request)


@contextmanager
def heard_by(hears: Hears) -> Iterator[None]:
    """Hands every answer that this thread gets meanwhile, refusals too, to `hears` before its body is read."""
    before = _hearing.set(hears)
    try:
        yield
    finally:
        _hearing.reset(before)


class _Watched(httpx.SyncByteStream):
    """An answer's body that ends in an error when it isn't whole in time or grows too long."""

    def __init__(self, body: httpx.SyncByteStream, end: float) -> None:
        self._body, self._end = body, end

    def __iter__(self) -> Iterator[bytes]:
        read = 0
        for piece in self._body:
            read += len(piece)
            if time.monotonic() > self._end:
                raise httpx.ReadTimeout("the answer is not whole in time")
            if read > MOST_BYTES:
                raise httpx.RemoteProtocolError("the answer is too long")
            yield piece

    def close(self) -> None:
        """Give the connection back."""
        self._body.close()
