"""Reads how a call to X failed: surely not taken, perhaps taken, or a person's business."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import requests
import tweepy

from core.adapters.http import Hidden
from core.adapters.one_try import before_sending, named, platform_time
from core.domain.lines import AccountId
from core.ports.channel import LoginNeeded, OutcomeUnknown, PostDeferred, PostRefused, ReplyRefused, UnclearRefusal

UNREACHABLE_SECONDS = 5.0
"""The connection was not even made: the next try may find the network back."""
READ_AGAIN_SECONDS = 30.0
BARE_SECONDS = 900.0
"""A 429 may come without any reset header. The shortest window that X documents is 15 minutes long: after that it has
surely opened anew, while an earlier try could only knock at the same closed window."""
CAP_SECONDS = 3600.0
"""A used-up plan without a reset header ends when a person pays or the month does: ask once an hour."""
LONGEST_SECONDS = 86_400.0
"""No window is longer than a day (X documentation, rate limits)."""
LONGEST_REASON = 300

_WINDOWS = ("x-rate-limit", "x-app-limit-24hour", "x-user-limit-24hour")
_SIGNED = re.compile(r'(?:OAuth\s+)?oauth_\w+="?[^",\s]*"?,?')

# A 403 has no code: only its words tell which kind it is (measured), and for some its problem type.
_STANDS_ALREADY = ("duplicate content", "already retweeted", "already reposted")
_NO_ANSWERS = ("reply to this conversation",)
_NOT_ALLOWED = ("not permitted to perform", "attempted to reply")
_ACCOUNT_SHUT = re.compile(r"\baccount\b.{0,40}\b(?:suspended|locked)\b", re.IGNORECASE)
_USED_UP = ("usage cap", "usage-capped")
_APP_LACKS_RIGHTS = ("oauth1-permissions", "client-forbidden")


class Doing(StrEnum):
    """What a call was for: the same answer means different things."""

    PUBLISH = "publish"
    REPOST = "repost"
    REMOVE = "remove"
    PREPARE = "prepare"
    """A picture before its post: whatever went wrong, nothing was posted."""
    READ = "read"


_HARMLESS = (Doing.READ, Doing.PREPARE)


class AlreadyGone(Exception):
    """What should be removed isn't there any more."""


@dataclass(frozen=True, slots=True)
class _Said:
    """X's own words in a refusal and its problem's type; both empty for a page of some server on the way."""

    words: str = ""
    kind: str = ""

    def __bool__(self) -> bool:
        return bool(self.words or self.kind)

    def has(self, phrases: tuple[str, ...]) -> bool:
        return any(one in f"{self.words} {self.kind}".lower() for one in phrases)


@dataclass(frozen=True, slots=True)
class Judge:
    """Turns what a call raised into an error of the port, for one account. `hidden` keeps its secrets out."""

    account: AccountId
    hidden: Hidden

    def judged(self, error: Exception, doing: Doing, at: datetime) -> Exception:
        """The port's error. `at` is the fleet's time, used when the answer bears no date of its own."""
        if isinstance(error, tweepy.HTTPException):
            return self._refused(error.response, doing, at)
        why = named(error)
        if before_sending(error):
            return PostDeferred(f"X can't be reached: {why}", UNREACHABLE_SECONDS)
        if doing in _HARMLESS:
            return PostDeferred(f"X can't be asked: {why}", READ_AGAIN_SECONDS)
        return OutcomeUnknown(f"X may have taken it: {why}")

    def _refused(self, response: requests.Response, doing: Doing, at: datetime) -> Exception:
        status, said = response.status_code, _said(response)
        reason = self.hidden.told(_SIGNED.sub("[hidden]", said.words))[:LONGEST_REASON] or f"answer {status}"
        if status == 401:
            return LoginNeeded(f"X does not take the credentials (401): run `accounts connect {self.account}`")
        if status == 429:
            return PostDeferred(f"X wants no more calls now: {reason}", _wait(response.headers, at, BARE_SECONDS))
        if said and (status == 402 or (status == 403 and said.has(_USED_UP))):
            return PostDeferred(f"X's plan is used up: {reason}", _wait(response.headers, at, CAP_SECONDS))
        if said and status == 403:
            return self._forbidden(said, reason, doing)
        if said and status in (400, 413) and doing is not Doing.READ:
            return PostRefused(f"X refuses it: {reason}")
        if doing in _HARMLESS:
            return PostDeferred(f"X can't be asked ({status}): {reason}", READ_AGAIN_SECONDS)
        if said and status == 404:
            return _missing(doing, reason)
        return OutcomeUnknown(f"X may have taken it ({status}): {reason}")

    def _forbidden(self, said: _Said, reason: str, doing: Doing) -> Exception:
        if _ACCOUNT_SHUT.search(said.words) or said.has(_APP_LACKS_RIGHTS) or doing is Doing.READ:
            return LoginNeeded(f"X lets {self.account} do nothing until a person acts: {reason}")
        if said.has(_STANDS_ALREADY):
            return UnclearRefusal(f"X has it already, perhaps from us: {reason}")
        if said.has(_NO_ANSWERS) and doing is Doing.PUBLISH:
            to_do = "the post goes without an answer; set `thread: numbered` for it in lines.yaml"
            return ReplyRefused(f"X lets {self.account} answer no post of its own: {to_do} ({reason})")
        if said.has((*_NOT_ALLOWED, *_NO_ANSWERS)) or doing in (Doing.REMOVE, Doing.PREPARE):
            return PostRefused(f"X refuses it: {reason}")
        return UnclearRefusal(f"X forbids it for a reason that is not known here: {reason}")


def _wait(headers: Mapping[str, str], at: datetime, otherwise: float) -> float:
    """Seconds until the last of the used-up windows opens, by the platform's clock where the answer has a date."""
    ends = [headers.get(f"{name}-reset", "") for name in _WINDOWS if headers.get(f"{name}-remaining", "0") == "0"]
    read = [float(end) for end in ends if end.isascii() and end.isdigit() and len(end) < 12]
    if not read:
        return otherwise
    return min(max(max(read) - (platform_time(headers) or at).timestamp(), 1.0), LONGEST_SECONDS)


def _missing(doing: Doing, reason: str) -> Exception:
    match doing:
        case Doing.REMOVE:
            return AlreadyGone(reason)
        case Doing.REPOST:
            return PostRefused(f"the post to repost is gone: {reason}")
        case Doing.PUBLISH | Doing.PREPARE | Doing.READ:
            return OutcomeUnknown(f"X may have taken it (404): {reason}")


def _said(response: requests.Response) -> _Said:
    try:
        body = response.json()
    except ValueError:
        return _Said()
    if not isinstance(body, dict):
        return _Said()
    kind = body.get("type")
    return _Said(" ".join(_words(body)), kind if isinstance(kind, str) else "")


def _words(body: dict[str, object]) -> Iterator[str]:
    yield from (value for name in ("detail", "message") if isinstance(value := body.get(name), str))
    errors = body.get("errors")
    for error in errors if isinstance(errors, list) else ():
        if isinstance(error, dict):
            yield from _words(error)
