"""Sends a request to a platform once, within its time limits, and tells by what it raised whether it surely left."""

from __future__ import annotations

import io
import ssl
import time
from collections.abc import Iterator, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse
from urllib3.exceptions import NewConnectionError, ProtocolError, ReadTimeoutError

from core.adapters.http import is_loopback

_CHUNK = 65_536


class OneTry(HTTPAdapter):
    """Sends with time limits and never again by itself.

    requests limits only the pause between two pieces of an answer: here the answer's whole body counts.
    """

    def __init__(self, connect_seconds: float, answer_seconds: float) -> None:
        super().__init__(max_retries=0)
        self._limits = (connect_seconds, answer_seconds)

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        """As HTTPAdapter.send, with the body read. Raises ReadTimeout when it isn't whole in time."""
        end = time.monotonic() + sum(self._limits)
        raw = super().send(request, *args, **{**kwargs, "stream": True, "timeout": self._limits}).raw
        body = io.BytesIO()
        try:
            while piece := raw.read1(_CHUNK, decode_content=False):
                body.write(piece)
                if time.monotonic() > end:
                    raise requests.ReadTimeout("the answer is not whole in time")
        except ReadTimeoutError as late:
            raise requests.ReadTimeout(str(late)) from late
        except ProtocolError as broken:
            raise requests.exceptions.ChunkedEncodingError(str(broken)) from broken
        finally:
            raw.close()
        body.seek(0)
        whole = HTTPResponse(body, raw.headers, raw.status, reason=raw.reason, preload_content=False)
        return self.build_response(request, whole)


def session_of_one_try(origin: str, connect_seconds: float, answer_seconds: float) -> requests.Session:
    """A session for one account on one origin: every request is sent once, no redirect is followed (that would send a
    post a second time), no cookie is kept, and no proxy stands before this machine."""
    session = requests.Session()
    session.auth = lambda request: request  # without it, requests would look into .netrc
    adapter = OneTry(connect_seconds, answer_seconds)
    for scheme in ("https://", "http://"):
        session.mount(scheme, adapter)
    session.max_redirects = 0
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
    session.trust_env = not is_loopback(origin)
    return session


def platform_time(headers: Mapping[str, str]) -> datetime | None:
    """The answer's own date (RFC 9110, 6.6.1), None without a readable one."""
    try:
        found = parsedate_to_datetime(headers.get("Date", ""))
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def before_sending(error: BaseException) -> bool:
    """True when the connection was never made, so that the platform can't have seen the call."""
    if isinstance(error, requests.ConnectTimeout):
        return True
    return any(isinstance(one, NewConnectionError | ssl.SSLCertVerificationError) for one in _layers(error))


def named(error: BaseException) -> str:
    """What happened, by class: the text of these errors may hold addresses and headers."""
    if isinstance(error, requests.Timeout):
        return "no answer in time"
    if isinstance(error, requests.exceptions.SSLError):
        return "the secure connection does not hold"
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return "the answer broke off"
    if isinstance(error, requests.TooManyRedirects):
        return "it answers with another address"
    if isinstance(error, requests.ConnectionError):
        return "the connection broke"
    if isinstance(error, ValueError):
        return "the answer can't be read"
    return f"unforeseen {type(error).__name__}"


def _layers(error: BaseException) -> Iterator[BaseException]:
    """An error of requests wraps one of urllib3, which wraps the socket's."""
    seen: object = error
    for _ in range(6):
        if not isinstance(seen, BaseException):
            return
        yield seen
        seen = getattr(seen, "reason", None) or (seen.args or (None,))[0]
