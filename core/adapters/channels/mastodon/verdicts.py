"""Reads how a call to a Mastodon server failed: surely not taken, perhaps taken, or a person's business."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import requests

from core.adapters.http import Hidden
from core.adapters.one_try import before_sending, named, platform_time
from core.domain.lines import AccountId
from core.ports.channel import LoginNeeded, OutcomeUnknown, PostDeferred, PostRefused

UNREACHABLE_SECONDS = 5.0
"""The connection was not even made: the next try may find the network back."""
READ_AGAIN_SECONDS = 30.0
BARE_SECONDS = 300.0
"""A 429 without a reset: the usual window is five minutes long (Mastodon documentation, rate limits)."""
LONGEST_SECONDS = 86_400.0
LONGEST_REASON = 300

# What Mastodon says (app/controllers/api/base_controller.rb and concerns/api/error_handling.rb of its source). Only the
# words tell the kinds of 403 apart.
_ACCOUNT_SHUT = re.compile(
    r"\b(?:login|account|user)\b.{0,40}\b(?:disabled|suspended|locked|frozen|deactivated|confirmed|pending)\b"
    r"|outside the authorized scopes",
    re.IGNORECASE,
)
_NOBODY = "requires an authenticated user"
_NOT_ALLOWED = ("not allowed", "not permitted")
_STANDS_ALREADY = ("duplicate record", "already exists", "already been taken")


class Doing(StrEnum):
    """What a call was for: the same answer means different things."""

    PUBLISH = "publish"
    ANSWER = "answer"
    REPOST = "repost"
    REMOVE = "remove"
    PREPARE = "prepare"
    """A picture before its status: whatever went wrong, nothing was posted."""
    READ = "read"


class AlreadyGone(Exception):
    """What should be removed isn't there any more."""


@dataclass(frozen=True, slots=True)
class Judge:
    """Turns a failed call into an error of the port, for one account. `hidden` keeps its token out."""

    account: AccountId
    hidden: Hidden

    def judged(self, error: Exception, response: requests.Response | None, doing: Doing, at: datetime) -> Exception:
        """The port's error. `response` is the answer, None when there came none or it broke off; `at` the fleet's time,
        used when the answer bears no date of its own."""
        if response is not None and response.status_code >= 400:
            return self._refused(response, doing, at)
        # Mastodon.py wraps whatever requests raised in an error of its own; what it wrapped tells more.
        inside = error if isinstance(error, requests.RequestException) else error.__context__ or error
        why = named(inside) if response is None else f"the answer can't be read ({response.status_code})"
        if response is None and before_sending(inside):
            return PostDeferred(f"the server can't be reached: {why}", UNREACHABLE_SECONDS)
        return _unsure(why, doing)

    def _refused(self, response: requests.Response, doing: Doing, at: datetime) -> Exception:
        status, words = response.status_code, _words(response)
        reason = self.hidden.told(words)[:LONGEST_REASON] or f"answer {status}"
        if status == 401 or (status == 422 and _NOBODY in words):
            return LoginNeeded(f"the server does not take the token ({status}): run `accounts connect {self.account}`")
        if status == 429:
            return PostDeferred(f"the server wants no more calls now: {reason}", _wait(response.headers, at))
        if words and status == 403:
            return self._forbidden(words, reason, doing)
        if words and doing is not Doing.READ:
            if status == 404:
                return _missing(doing, reason)
            if status in (400, 413, 422) and not _has(words, _STANDS_ALREADY):
                return PostRefused(f"the server refuses it: {reason}")
        return _unsure(f"{reason} ({status})", doing)

    def _forbidden(self, words: str, reason: str, doing: Doing) -> Exception:
        if _ACCOUNT_SHUT.search(words) or doing is Doing.READ:
            return LoginNeeded(f"the server lets {self.account} do nothing until a person acts: {reason}")
        if _has(words, _NOT_ALLOWED) or doing in (Doing.REMOVE, Doing.PREPARE):
            return PostRefused(f"the server refuses it: {reason}")
        return OutcomeUnknown(f"the server forbids it for a reason that is not known here: {reason}")


def _unsure(why: str, doing: Doing) -> Exception:
    if doing in (Doing.READ, Doing.PREPARE):
        return PostDeferred(f"the server can't be asked: {why}", READ_AGAIN_SECONDS)
    return OutcomeUnknown(f"the server may have taken it: {why}")


def _missing(doing: Doing, reason: str) -> Exception:
    match doing:
        case Doing.REMOVE:
            return AlreadyGone(reason)
        case Doing.REPOST | Doing.ANSWER:
            return PostRefused(f"the post that it repeats or answers is gone: {reason}")
        case Doing.PREPARE:
            return PostRefused(f"the picture is gone: {reason}")
        case Doing.PUBLISH | Doing.READ:
            return OutcomeUnknown(f"the server may have taken it (404): {reason}")


def _wait(headers: Mapping[str, str], at: datetime) -> float:
    """Seconds until the window opens, by the server's clock where the answer has a date.

    Mastodon writes the reset as a date (config/initializers/rack_attack.rb), others as epoch seconds.
    """
    reset, now = headers.get("X-RateLimit-Reset", ""), platform_time(headers) or at
    if reset.isascii() and reset.isdigit() and len(reset) < 12:
        seconds = float(reset) - now.timestamp()
    else:
        try:
            seconds = (datetime.fromisoformat(reset) - now).total_seconds()
        except (ValueError, TypeError):  # no date; a date without a zone
            return BARE_SECONDS
    return min(max(seconds, 1.0), LONGEST_SECONDS)


def _words(response: requests.Response) -> str:
    """The server's own words (documentation of the Error entity); empty for a page of some server on the way."""
    try:
        body = response.json()
    except ValueError:
        return ""
    if not isinstance(body, dict):
        return ""
    return " ".join(said for name in ("error", "error_description") if isinstance(said := body.get(name), str))


def _has(words: str, phrases: tuple[str, ...]) -> bool:
    return any(one in words.lower() for one in phrases)
