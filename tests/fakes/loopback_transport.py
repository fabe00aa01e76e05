"""Carries requests that are meant for X's own address to a server on loopback instead; for tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.exceptions import InvalidURL

if TYPE_CHECKING:
    import tweepy

    from tests.fakes.x_server import XAccount

X_ORIGINS = ("https://api.twitter.com", "https://api.x.com")


class LoopbackTransport(HTTPAdapter):
    """Sends every request to `origin`, path and query unchanged. Refuses an origin that isn't loopback."""

    def __init__(self, origin: str, timeout: float = 20) -> None:
        super().__init__()
        if urlsplit(origin).hostname != "127.0.0.1":
            raise InvalidURL(f"{origin} is not on loopback")
        self._origin, self._timeout = origin, timeout

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        """As HTTPAdapter.send, to the other origin and always with a timeout (tweepy sets none)."""
        parts = urlsplit(request.url or "")
        request.url = f"{self._origin}{parts.path}{'?' + str(parts.query) if parts.query else ''}"
        kwargs["timeout"] = kwargs.get("timeout") or self._timeout
        return super().send(request, *args, **kwargs)


def tweepy_client(account: XAccount, consumer: tuple[str, str], origin: str, timeout: float = 20) -> tweepy.Client:
    """A tweepy client that speaks for the account to the server (or the proxy before it) at `origin`."""
    import tweepy

    client = tweepy.Client(
        consumer_key=consumer[0],
        consumer_secret=consumer[1],
        access_token=account.token,
        access_token_secret=account.secret,
    )
    for one in X_ORIGINS:
        client.session.mount(one, LoopbackTransport(origin, timeout))
    return client
