"""How the loopback X misbehaves when told to: a queue of faults, and a seeded loss of publishing replies."""

from __future__ import annotations

import random
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from tests.fakes.x_server import problems
from tests.fakes.x_server.problems import Answer, Refused


class Fault(StrEnum):
    """What may go wrong with one call. *Before* means without effect, *after* means that the effect is there."""

    DROP_BEFORE = "drop before"
    DROP_AFTER = "drop after"
    ANSWER_LATE = "answer late"
    LATE_EFFECT = "late effect"
    TOO_MANY = "429"
    TOO_MANY_BARE = "429 without headers"
    DUPLICATE = "403 duplicate"
    SUSPENDED = "403 suspended"
    LOCKED = "403 locked"
    NOT_PERMITTED = "403 not permitted"
    USAGE_CAP = "403 usage cap"
    REPLY_NOT_ALLOWED = "403 reply"
    FAIL_BEFORE = "5xx before"
    FAIL_AFTER = "5xx after"
    CUT_JSON = "cut json"
    CUT_BODY = "cut body"
    HTML_BEFORE = "html before"
    HTML_AFTER = "html after"


_FORBIDDEN = {
    Fault.DUPLICATE: problems.DUPLICATE,
    Fault.SUSPENDED: problems.SUSPENDED,
    Fault.LOCKED: problems.LOCKED,
    Fault.NOT_PERMITTED: problems.NOT_PERMITTED,
    Fault.USAGE_CAP: problems.USAGE_CAP,
    Fault.REPLY_NOT_ALLOWED: problems.REPLY_NOT_ALLOWED,
}


@dataclass
class Order:
    """One order to misbehave: which calls, how often, and the handle to let a held one go on.

    `times` None means for ever. `release()` lets late answers go out and late effects land; a late effect also lands
    by itself once `after_requests` further requests have been answered.
    """

    fault: Fault
    times: int | None = 1
    method: str = ".*"
    path: str = ".*"
    account: str | None = None
    after_requests: int | None = None
    number: int = 0
    applied: int = 0
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

    def holds(self) -> bool:
        """Whether an effect is still to land."""
        return bool(self._lands)

    def matches(self, method: str, path: str, account: str | None) -> bool:
        """Whether the order is for this call and not used up."""
        return (
            (self.times is None or self.applied < self.times)
            and re.fullmatch(self.method, method) is not None
            and re.fullmatch(self.path, path) is not None
            and self.account in (None, account)
        )


def refusal(fault: Fault, limit_headers: dict[str, str]) -> Answer | None:
    """The answer of a fault that refuses before any effect; None for the other faults."""
    if fault in _FORBIDDEN:
        return problems.forbidden(_FORBIDDEN[fault]).answer
    if fault is Fault.TOO_MANY:
        return problems.too_many(limit_headers | {"x-rate-limit-remaining": "0"})
    if fault is Fault.TOO_MANY_BARE:
        return problems.too_many({})
    return problems.broken() if fault is Fault.FAIL_BEFORE else None


class Faults:
    """The orders still open, and the seeded loss."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._orders: list[Order] = []
        self._loss: tuple[float, random.Random] | None = None

    def add(self, order: Order) -> Order:
        """Queues an order; the first that matches a call is taken."""
        with self._lock:
            order.number = len(self._orders)
            self._orders.append(order)
            return order

    def get(self, number: int) -> Order:
        """The order with that number. Raises IndexError when there is none."""
        return self._orders[number]

    def lossy(self, fraction: float, seed: int) -> None:
        """From now on loses that fraction of publishing replies, half of them before the effect, half after."""
        with self._lock:
            self._loss = (fraction, random.Random(seed)) if fraction else None

    def take(self, method: str, path: str, account: str | None) -> Order | None:
        """The order that applies to this call, counted as applied; a lost reply counts as an order of its own."""
        with self._lock:
            found = next((one for one in self._orders if one.matches(method, path, account)), None)
            if found is not None:
                found.applied += 1
                return found
            return self._lost() if is_publishing(method, path) else None

    def count_request(self) -> None:
        """Says that another request came in: late effects that waited for a number of them land now."""
        for one in self._due():
            one.release()

    def release_all(self) -> None:
        """Lets everything go that is held: the server is closing."""
        for one in self._orders:
            one.released.set()

    def _due(self) -> list[Order]:
        due: list[Order] = []
        with self._lock:
            for one in self._orders:
                if one.holds() and one.after_requests is not None:
                    one.after_requests -= 1
                    if one.after_requests < 0:
                        due.append(one)
        return due

    def _lost(self) -> Order | None:
        if self._loss is None:
            return None
        fraction, chance = self._loss
        if chance.random() >= fraction:
            return None
        return Order(chance.choice([Fault.DROP_BEFORE, Fault.DROP_AFTER]), applied=1)


def is_publishing(method: str, path: str) -> bool:
    """Whether a call makes a post or a repost."""
    return method == "POST" and re.fullmatch(r"/2/tweets|/2/users/[^/]+/retweets", path) is not None


def answer_of(effect: Callable[[], Answer]) -> Answer:
    """Runs a call; a refusal is an answer like any other."""
    try:
        return effect()
    except Refused as refused:
        return refused.answer
