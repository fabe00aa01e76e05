"""Reads how a call to Bluesky failed: surely not taken, perhaps taken, or a person's business."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum

import httpx
from atproto_client.exceptions import RequestErrorBase

from core.adapters.http import Hidden
from core.domain.lines import AccountId
from core.ports.channel import LoginNeeded, OutcomeUnknown, PostDeferred, PostRefused

UNREACHABLE_SECONDS = 5.0
"""The connection was not even made: the next try may find the network back."""
READ_AGAIN_SECONDS = 30.0
BARE_SECONDS = 300.0
"""A 429 without a reset header: the shortest window that a PDS counts in is five minutes (its source, rate limits)."""
LONGEST_SECONDS = 86_400.0
"""No window is longer than a day (the same)."""
LONGEST_REASON = 300

_BEFORE_SENDING = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_TOKEN_OVER = ("ExpiredToken", "InvalidToken")
_ACCOUNT_SHUT = ("AccountTakedown", "AccountSuspended", "AccountDeactivated", "AccountDeleted")
_ABSENT = "RecordNotFound"


class Doing(StrEnum):
    """What a call was for: the same answer means different things."""

    WRITE = "write"
    """A post, repost or removal."""
    PREPARE = "prepare"
    """A picture before its post: whatever went wrong, nothing was posted."""
    READ = "read"
    """A record."""
    NAME = "name"
    """Whose a handle is."""
    SESSION = "session"


class TokenOver(Exception):
    """The session is over; nothing was done."""


class NoSuchRecord(Exception):
    """The server says that no such record is there."""


@dataclass(frozen=True, slots=True)
class _Said:
    """The server's own words in a refusal; empty for a page of something else on the way."""

    name: str = ""
    words: str = ""

    def __bool__(self) -> bool:
        return bool(self.name)


@dataclass(frozen=True, slots=True)
class Judge:
    """Turns what a call raised into an error of the port, or one of the two above. `hidden` keeps secrets out."""

    account: AccountId
    hidden: Hidden

    def judged(self, error: Exception, doing: Doing, at: datetime) -> Exception:
        """The error to raise. `at` is the fleet's time, used when the answer bears no date of its own."""
        if isinstance(error, RequestErrorBase) and error.response is not None:
            said, headers = _said(error.response.content), error.response.headers
            return self._refused(error.response.status_code, said, headers, doing, at)
        inside = error.__cause__ if isinstance(error, RequestErrorBase) and error.__cause__ else error
        why = _named(inside)
        if isinstance(inside, _BEFORE_SENDING):
            return PostDeferred(f"Bluesky can't be reached: {why}", UNREACHABLE_SECONDS)
        return _in_doubt(why, doing)

    def _refused(self, status: int, said: _Said, headers: Mapping[str, str], doing: Doing, at: datetime) -> Exception:
        """By the status and the server's own name for the error: the SDK's classes lump 409, 413 and 502 together."""
        reason = self.hidden.told(f"{said.name}: {said.words}")[:LONGEST_REASON] if said else f"answer {status}"
        if said.name in _ACCOUNT_SHUT:
            return LoginNeeded(f"Bluesky lets {self.account} do nothing until a person acts: {reason}")
        if status == 401 or (status == 400 and (said.name in _TOKEN_OVER or (said and doing is Doing.SESSION))):
            return TokenOver(reason)
        if status == 429:
            return PostDeferred(f"Bluesky wants no more calls now: {reason}", _wait(headers, at))
        if said and status == 403:
            return LoginNeeded(f"Bluesky does not let {self.account} do this: {reason}")
        if status == 400 and (said.name == _ABSENT if doing is Doing.READ else said and doing is Doing.NAME):
            return NoSuchRecord(reason)
        if said and status in (400, 404, 413) and doing in (Doing.WRITE, Doing.PREPARE):
            return PostRefused(f"Bluesky refuses it: {reason}")
        return _in_doubt(f"({status}) {reason}", doing)


def _in_doubt(why: str, doing: Doing) -> Exception:
    if doing is Doing.WRITE:
        return OutcomeUnknown(f"Bluesky may have taken it: {why}")
    return PostDeferred(f"Bluesky can't be asked: {why}", READ_AGAIN_SECONDS)


def _wait(headers: Mapping[str, str], at: datetime) -> float:
    """Seconds until the window opens: as asked (RFC 9110, 10.2.3), else to the reset by the platform's own clock."""
    asked, reset = headers.get("retry-after", ""), headers.get("ratelimit-reset", "")
    if asked.isascii() and asked.isdigit() and len(asked) < 8:
        seconds = float(asked)
    elif reset.isascii() and reset.isdigit() and len(reset) < 12:
        seconds = float(reset) - (_platform_time(headers) or at).timestamp()
    else:
        return BARE_SECONDS
    return min(max(seconds, 1.0), LONGEST_SECONDS)


def _platform_time(headers: Mapping[str, str]) -> datetime | None:
    try:
        found = parsedate_to_datetime(headers.get("date", ""))
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def _said(content: object) -> _Said:
    """An XRPC error is an object with `error` and mostly `message` (atproto specification, "HTTP API")."""
    name, words = getattr(content, "error", None), getattr(content, "message", None)
    return _Said(name, words if isinstance(words, str) else "") if isinstance(name, str) and name else _Said()


def _named(error: BaseException) -> str:
    """What happened, by class: the text of these errors may hold addresses and headers."""
    if isinstance(error, httpx.TimeoutException):
        return "no answer in time"
    if isinstance(error, httpx.RemoteProtocolError | httpx.ReadError):
        return "the answer broke off"
    if isinstance(error, httpx.NetworkError):
        return "the connection broke"
    if isinstance(error, ValueError):
        return "the answer can't be read"
    return f"unforeseen {type(error).__name__}"
