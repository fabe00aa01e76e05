"""How the loopback Mastodon misbehaves when told to, in the words that Mastodon itself uses."""

from __future__ import annotations

import json
import random
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

RESET_AFTER = timedelta(seconds=20)


class Fault(StrEnum):
    """What may go wrong with one call. *Before* means without effect, *after* means that the effect is there."""

    DROP_BEFORE = "drop before"
    DROP_AFTER = "drop after"
    ANSWER_LATE = "answer late"
    LATE_EFFECT = "late effect"
    TOO_MANY = "429"
    TOO_MANY_BARE = "429 without headers"
    DISABLED = "403 disabled"
    UNCONFIRMED = "403 unconfirmed"
    SCOPES = "403 scopes"
    NOT_ALLOWED = "403 not allowed"
    REVOKED = "401 revoked"
    NOBODY = "422 nobody"
    INVALID = "422 invalid"
    FAIL_BEFORE = "5xx before"
    FAIL_AFTER = "5xx after"
    CUT_JSON = "cut json"
    CUT_BODY = "cut body"
    HTML_BEFORE = "html before"
    HTML_AFTER = "html after"


@dataclass(frozen=True)
class Answer:
    """One answer on the wire. `cut`: its length is announced in full, and half of it is sent."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: bool = False


def said(status: int, words: str, headers: Mapping[str, str] | None = None) -> Answer:
    """A refusal in Mastodon's form (its documentation, entity Error)."""
    return Answer(
        status, json.dumps({"error": words}).encode(), {"Content-Type": "application/json", **(headers or {})}
    )


# The words of Mastodon's source: app/controllers/api/base_controller.rb (403 and 422 of a login, scopes),
# app/controllers/concerns/api/error_handling.rb (not allowed, 503), config/locales/en.yml (errors.429 and
# in_reply_not_found) and Doorkeeper's locale (revoked).
REPLY_IS_GONE = said(404, "The post you are trying to reply to does not appear to exist.")
_PAGE = Answer(200, b"<!DOCTYPE html><p>Please wait", {"Content-Type": "text/html"})
_INSTEAD = {
    Fault.TOO_MANY_BARE: said(429, "Too many requests"),
    Fault.DISABLED: said(403, "Your login is currently disabled"),
    Fault.UNCONFIRMED: said(403, "Your login is missing a confirmed e-mail address"),
    Fault.SCOPES: said(403, "This action is outside the authorized scopes"),
    Fault.NOT_ALLOWED: said(403, "This action is not allowed"),
    Fault.REVOKED: said(401, "The access token was revoked"),
    Fault.NOBODY: said(422, "This method requires an authenticated user"),
    Fault.INVALID: said(422, "Validation failed: Text is invalid"),
    Fault.FAIL_BEFORE: said(503, "There was a temporary problem serving your request, please try again"),
    Fault.HTML_BEFORE: _PAGE,
}


def instead(fault: Fault) -> Answer | None:
    """What is answered in the server's place, without effect; None when the server is asked."""
    if fault is Fault.TOO_MANY:  # the throttled responder of config/initializers/rack_attack.rb: a date, not seconds
        reset = (datetime.now(UTC) + RESET_AFTER).isoformat()
        return said(429, "Too many requests", {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset})
    return _INSTEAD.get(fault)


def spoilt(fault: Fault, answer: Answer) -> Answer:
    """What becomes of the server's answer on its way."""
    match fault:
        case Fault.FAIL_AFTER:
            return Answer(502, b"<html><h1>502 Bad Gateway", {"Content-Type": "text/html"})
        case Fault.CUT_JSON:
            return Answer(answer.status, answer.body[: len(answer.body) // 2], answer.headers)
        case Fault.CUT_BODY:
            return Answer(answer.status, answer.body, answer.headers, cut=True)
        case Fault.HTML_AFTER:
            return _PAGE
        case _:
            return answer


@dataclass
class Order:
    """One order to misbehave: which calls, how often (`times` None: for ever), and the handle to let a held one go on.

    `struck` is set once it was applied. `release()` lets late answers go out and late effects land.
    """

    fault: Fault
    times: int | None = 1
    method: str = ".*"
    path: str = ".*"
    struck: threading.Event = field(default_factory=threading.Event)
    released: threading.Event = field(default_factory=threading.Event)
    _lands: list[Callable[[], object]] = field(default_factory=list)

    def release(self) -> None:
        """Lets late answers go, and late effects land before it returns."""
        self.released.set()
        while self._lands:
            self._lands.pop(0)()

    def hold(self, effect: Callable[[], object]) -> None:
        """Keeps an effect until the order is released."""
        self._lands.append(effect)

    def meant(self, method: str, path: str) -> bool:
        """Whether a call is one of those, and the order isn't used up."""
        wanted = re.fullmatch(self.method, method) and re.fullmatch(self.path, path)
        return self.times != 0 and wanted is not None


class Faults:
    """The queue of orders, and a seeded loss of publishing replies."""

    def __init__(self) -> None:
        self.orders: list[Order] = []
        self._lock = threading.Lock()
        self._fraction, self._chance = 0.0, random.Random(0)

    def lossy(self, fraction: float, seed: int) -> None:
        """Loses that fraction of publishing replies, half before and half after the effect; 0 ends it."""
        self._fraction, self._chance = fraction, random.Random(seed)

    def end(self) -> None:
        """Lets everything go that still waits to be answered; effects that were held never land."""
        for order in self.orders:
            order.released.set()

    def take(self, method: str, path: str) -> Order | None:
        """The first order that means this call; it counts as applied."""
        with self._lock:
            for order in self.orders:
                if order.meant(method, path):
                    order.times = None if order.times is None else order.times - 1
                    return order
            if method == "POST" and self._chance.random() < self._fraction:
                return Order(self._chance.choice((Fault.DROP_BEFORE, Fault.DROP_AFTER)))
            return None
