"""The loopback X without its sockets: performs calls, keeps the log of requests, decides what a fault does to them."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl

from tests.fakes.x_server import problems, routes, signing
from tests.fakes.x_server.call import Call
from tests.fakes.x_server.faults import Fault, Faults, Order, answer_of, refusal
from tests.fakes.x_server.limits import QUARTER_HOUR, Budget
from tests.fakes.x_server.problems import Answer
from tests.fakes.x_server.world import World, XAccount


@dataclass(frozen=True)
class Asked:
    """A request as it came in."""

    method: str
    path: str
    query: str
    authorization: str
    body: bytes


@dataclass(frozen=True)
class Seen:
    """A line of the request log; `status` is what the client was told, None when it was told nothing."""

    method: str
    path: str
    account: str | None
    status: int | None
    fault: str | None = None


@dataclass(frozen=True)
class Sending:
    """What goes down the wire: an answer or, without one, a dropped connection; spoilt in the way of `fault`."""

    answer: Answer | None
    fault: Fault | None = None
    wait_for: threading.Event | None = None


class Site:
    """Everything behind the loopback X's address."""

    def __init__(self, world: World, budget: Budget, consumer: tuple[str, str]) -> None:
        self.world, self.budget, self.consumer = world, budget, consumer
        self.url = ""
        self.faults = Faults()
        self.seen: list[Seen] = []
        self.answers_after = 0.0
        """Seconds that each answer takes: how far away the server is."""
        self.watch: Callable[[str], object] = lambda moment: None
        """Told of each request: `asked` before it has an effect, `answered` before its answer goes down the wire."""

    def receive(self, asked: Asked) -> Sending:
        """Takes one request; its effect, if it has one now, is there when this returns."""
        self.watch("asked")
        self.faults.count_request()
        account = self.world.by_token(signing.token_of(asked.authorization))
        name = account.username if account else None
        order = self.faults.take(asked.method, asked.path, name)
        sending = self._with_fault(order, lambda: answer_of(lambda: self._perform(asked, account)))
        told = None if sending.answer is None else sending.answer.status
        self.seen.append(Seen(asked.method, asked.path, name, told, order.fault.value if order else None))
        if order is not None:
            order.struck.set()
        self.watch("answered")
        return sending

    def _with_fault(self, order: Order | None, effect: Callable[[], Answer]) -> Sending:
        if order is None:
            return Sending(effect())
        refused = refusal(order.fault, self._limit_headers())
        if refused is not None:
            return Sending(refused)
        match order.fault:
            case Fault.DROP_BEFORE:
                return Sending(None, order.fault)
            case Fault.LATE_EFFECT:
                order.hold(effect)
                return Sending(None, order.fault)
            case Fault.HTML_BEFORE:
                return Sending(Answer(200, {}), order.fault)
            case _:
                return self._after_effect(order, effect())

    def _after_effect(self, order: Order, answer: Answer) -> Sending:
        match order.fault:
            case Fault.DROP_AFTER:
                return Sending(None, order.fault)
            case Fault.FAIL_AFTER:
                return Sending(problems.broken())
            case Fault.HTML_AFTER:
                return Sending(Answer(200, {}), order.fault)
            case Fault.ANSWER_LATE:
                return Sending(answer, wait_for=order.released)
            case _:
                return Sending(answer, order.fault)

    def _perform(self, asked: Asked, account: XAccount | None) -> Answer:
        if account is None or not self._is_signed(asked, account):
            raise problems.unauthorized()
        found = routes.find(asked.method, asked.path)
        if found is None:
            raise problems.not_found("route", "path", asked.path)
        with self.world.lock:
            now = self.world.now().timestamp()
            headers = self.budget.spend(asked.method, asked.path, account.username, now)
            route, parts = found
            answer = answer_of(lambda: route(_call(self.world, account, parts, asked)))
            return replace(answer, headers={**headers, **answer.headers})

    def _is_signed(self, asked: Asked, account: XAccount) -> bool:
        secrets = (self.consumer[1], account.secret)
        return signing.is_signed(asked.authorization, asked.method, asked.path, asked.query, secrets, self.url)

    def _limit_headers(self) -> dict[str, str]:
        reset = int(self.world.now().timestamp()) + QUARTER_HOUR
        return {"x-rate-limit-limit": str(self.budget.limits.post), "x-rate-limit-reset": str(reset)}


def _call(world: World, account: XAccount, parts: dict[str, str], asked: Asked) -> Call:
    try:
        body = json.loads(asked.body or b"{}")
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise problems.invalid("The body is not a JSON object.")
    return Call(world, account, parts, dict(parse_qsl(asked.query)), body)
