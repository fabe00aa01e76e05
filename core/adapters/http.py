"""Asks HTTP servers: one factory for sessions, with time limits, bounded answers, retries and nothing secret told."""

from __future__ import annotations

import email.utils
import ipaddress
import logging
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter

REDIRECTS = frozenset({301, 302, 303, 307, 308})
MOST_REDIRECTS = 5
_CHUNK = 65_536

logging.getLogger("urllib3").setLevel(logging.WARNING)  # at DEBUG it writes queries, and with them tokens, into logs


class HttpDown(Exception):
    """The server can't be asked, or its answer can't be used; the message is one line without secrets."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds, bytes and tries that one reading may take. `overall` covers all tries of one reading; None: three times
    what one answer may take."""

    connect: float = 5.0
    read: float = 20.0
    overall: float | None = None
    max_bytes: int = 20_000_000
    tries: int = 4
    first_pause: float = 0.5
    longest_pause: float = 30.0

    def in_all(self) -> float:
        """Seconds for all tries together."""
        return 3 * self.read if self.overall is None else self.overall


@dataclass(frozen=True, slots=True)
class Answer:
    """A usable answer: 200 with its body, or 304 without one. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Pace:
    """What waiting needs; tests hand in their own, so that no test waits."""

    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random
    ticks: Callable[[], float] = time.monotonic


@dataclass(frozen=True, slots=True)
class Hidden:
    """Values that no message may hold."""

    values: Sequence[str] = field(default=(), repr=False)

    def told(self, text: str) -> str:
        """The text on one line, without the values."""
        for value in sorted((value for value in self.values if len(value) > 3), key=len, reverse=True):
            text = text.replace(value, "[hidden]")
        return " ".join(text.split())

    def address(self, url: str) -> str:
        """An address without its query, fragment and credentials: they may hold tokens."""
        parts = urlsplit(url)
        return self.told(f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}")


class _Again(Exception):
    """This try failed in a way that the next may not; `pause` is what the server asked for."""

    def __init__(self, why: str, pause: float = 0.0) -> None:
        super().__init__(why)
        self.pause = pause


def is_loopback(url: str) -> bool:
    """True for an address on this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def checked_url(url: str) -> str:
    """The address, when it may be asked: https anywhere, plain http on loopback only (records hold persons and travel
    with tokens), no credentials inside. Raises ValueError."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("an address must begin with https:// and name a host")
    if parts.username is not None or parts.password is not None:
        raise ValueError("an address must not hold a name or password: put them into the secrets")
    if parts.scheme == "http" and not is_loopback(url):
        raise ValueError("plain http is for this machine only: use https")
    return url


def make_session(loopback: bool = False) -> requests.Session:
    """A session that retries nothing by itself and takes no credentials from .netrc; proxies of the environment are
    used, but not towards this machine."""
    session = requests.Session()
    session.trust_env = not loopback
    session.auth = lambda request: request  # without it, requests would look into .netrc
    adapter = HTTPAdapter(max_retries=0)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    session.headers["User-Agent"] = "subway-fleet"
    session.headers["Accept-Encoding"] = "gzip, deflate"
    return session


class HttpReader:
    """GET with `headers`, patiently. `hidden` are the values that no error may show."""

    def __init__(
        self,
        limits: Limits | None = None,
        headers: Mapping[str, str] | None = None,
        hidden: Sequence[str] = (),
        pace: Pace | None = None,
    ) -> None:
        self._limits = limits or Limits()
        self._headers = dict(headers or {})
        self._hidden = Hidden((*hidden, *self._headers.values()))
        self._pace = pace or Pace()

    def get(
        self, url: str, params: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """The answer (200, or 304 to a conditional question). Raises HttpDown."""
        where = self._hidden.address(url)
        end = self._pace.ticks() + self._limits.in_all()
        with make_session(is_loopback(url)) as session:
            for number in range(1, self._limits.tries + 1):
                try:
                    return self._follow(session, url, params or {}, {**self._headers, **(headers or {})}, end)
                except _Again as again:
                    why, pause = str(again), max(again.pause, self._pause(number))
                if number == self._limits.tries:
                    raise HttpDown(f"{where}: {why} ({number} tries)")
                if self._pace.ticks() + pause > end:
                    raise HttpDown(f"{where}: {why}, and the time for it is over")
                self._pace.sleep(pause)
        raise HttpDown(f"{where}: was not asked")

    def _pause(self, number: int) -> float:
        """Twice as long after each try, and anywhere in the upper half of it, so that not all come back at once."""
        longest = min(self._limits.longest_pause, self._limits.first_pause * 2.0 ** (number - 1))
        return longest * (0.5 + self._pace.chance() / 2)

    def _follow(
        self, session: requests.Session, url: str, params: Mapping[str, str], headers: Mapping[str, str], end: float
    ) -> Answer:
        where = self._hidden.address(url)
        for _ in range(MOST_REDIRECTS + 1):
            try:
                with session.get(
                    url,
                    params=params,
                    headers=headers,
                    timeout=(self._limits.connect, self._limits.read),
                    allow_redirects=False,
                    stream=True,
                ) as response:
                    if response.status_code not in REDIRECTS:
                        return self._answer(response, where, end)
                    url, params = self._next(url, response.headers.get("Location", ""), where), {}
            except (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError) as error:
                raise _Again(_named(error)) from None
            except requests.RequestException as error:
                raise HttpDown(f"{where}: {_named(error)}") from None
            except (urllib3.exceptions.HTTPError, OSError) as error:
                raise _Again(_named(error)) from None
        raise HttpDown(f"{where}: redirects in a circle")

    def _next(self, url: str, location: str, where: str) -> str:
        target = urljoin(url, location)
        if not location or not same_origin(url, target):
            raise HttpDown(f"{where}: redirects to another host, which is not followed")
        return target

    def _answer(self, response: requests.Response, where: str, end: float) -> Answer:
        status = response.status_code
        if status == 429 or status >= 500:
            raise _Again(f"answers {status}", _asked_pause(response.headers))
        if status not in (200, 304):
            raise HttpDown(f"{where}: answers {status}")
        body = self._body(response, where, end)
        return Answer(status, {name.lower(): value for name, value in response.headers.items()}, body)

    def _body(self, response: requests.Response, where: str, end: float) -> bytes:
        """The body, piece by piece as it comes: a slow drip must not outlast the overall limit."""
        body = bytearray()
        while True:
            piece = response.raw.read1(_CHUNK, decode_content=True)
            if not piece:
                break
            body += piece
            if len(body) > self._limits.max_bytes:
                raise HttpDown(f"{where}: answers with more than {self._limits.max_bytes} bytes")
            if self._pace.ticks() > end:
                raise HttpDown(f"{where}: takes longer than {self._limits.in_all():g} s")
        return bytes(body)


def same_origin(url: str, other: str) -> bool:
    """True when scheme, host and port are the same, or the other is the same host under https."""
    one, two = urlsplit(url), urlsplit(other)
    try:
        same_place = (one.hostname, one.port) == (two.hostname, two.port)
    except ValueError:
        return False
    return same_place and (one.scheme == two.scheme or (one.scheme, two.scheme) == ("http", "https"))


def _named(error: Exception) -> str:
    """What went wrong by its class: the text of these errors holds addresses with their queries."""
    if isinstance(error, requests.ConnectTimeout):
        return "can't be reached in time"
    if isinstance(error, requests.Timeout | urllib3.exceptions.ReadTimeoutError):
        return "does not answer in time"
    if isinstance(error, requests.exceptions.SSLError):
        return "its certificate does not hold"
    if isinstance(error, urllib3.exceptions.DecodeError):
        return "its answer is packed wrongly"
    if isinstance(error, requests.exceptions.ChunkedEncodingError | urllib3.exceptions.ProtocolError):
        return "breaks off its answer"
    if isinstance(error, requests.ConnectionError):
        return "can't be reached"
    return f"fails ({type(error).__name__})"


def _asked_pause(headers: Mapping[str, str]) -> float:
    """Seconds that Retry-After asks for (RFC 9110, 10.2.3); a date counts from the answer's own date."""
    asked = headers.get("Retry-After", "").strip()
    if asked.isascii() and asked.isdigit():
        return float(asked[:9])
    try:
        until = email.utils.parsedate_to_datetime(asked)
        return max(0.0, (until - email.utils.parsedate_to_datetime(headers.get("Date", ""))).total_seconds())
    except (TypeError, ValueError):
        return 0.0
