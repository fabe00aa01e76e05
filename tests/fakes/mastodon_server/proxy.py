"""The proxy before mastodon_mock: passes calls on, misbehaves when told to, and mends where the mock is no Mastodon."""

from __future__ import annotations

import json
import socket
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.fakes.mastodon_server.faults import REPLY_IS_GONE, Answer, Fault, Faults, instead, spoilt
from tests.fakes.mastodon_server.showing import shown

_PASSED_ON = ("authorization", "content-type", "idempotency-key")
_PASSED_BACK = ("content-type", "link")
_HELD_AT_MOST = 30.0


@dataclass(frozen=True)
class Call:
    """One request that reached the proxy."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        """Without the query."""
        return urlsplit(self.target).path

    def form(self, name: str) -> str | None:
        """A field of the request's form."""
        return parse_qs(self.body.decode()).get(name, [None])[0]


def _window_of(call: Call) -> tuple[str, int, int]:
    """The window that a call counts in, how many it holds and for how many seconds: each account has its own.
    (Mastodon's source, rate_limiter.rb and config/initializers/rack_attack.rb.)"""
    if call.method == "DELETE" or call.path.endswith("/unreblog"):
        return "remove", 30, 30 * 60
    if call.method == "POST" and (call.path == "/api/v1/statuses" or call.path.endswith("/reblog")):
        return "post", 300, 3 * 60 * 60
    if call.method == "POST":
        return "media", 30, 30 * 60
    return "read", 300, 5 * 60


@dataclass
class Way:
    """What lies between a client and the mock. `texts` tells what stands there: id → text, None for a repost."""

    port: int
    texts: Callable[[], Mapping[str, str]]
    faults: Faults = field(default_factory=Faults)
    seen: list[Call] = field(default_factory=list)
    ignores_keys: bool = False
    readable: frozenset[str] | None = None
    """The ids that reads show while they lag; None: they don't."""
    watch: Callable[[str], object] = lambda moment: None
    """Told of each call: `asked` before it has an effect, `answered` before its answer goes down the wire."""
    struck: list[Fault] = field(default_factory=list)
    """Every fault so far."""

    windows: dict[tuple[str, str], tuple[datetime, int]] = field(default_factory=dict)
    """Token and kind of call → when the window ends, and how many calls it has counted."""
    questions: int = 0
    """How many questions an uploaded picture is not ready for."""
    asked: dict[str, int] = field(default_factory=dict)

    def passed_on(self, call: Call) -> Answer:
        """The server's answer, as a Mastodon would give it, with what it says of its limits."""
        answer = self._answered(call)
        return Answer(answer.status, answer.body, {**answer.headers, **self._left(call)})

    def _left(self, call: Call) -> dict[str, str]:
        """Headers of the window that a call counts in. Nothing is refused here: faults do that."""
        kind, limit, seconds = _window_of(call)
        mine, now = (call.headers.get("authorization", ""), kind), datetime.now(UTC)
        reset, used = self.windows.get(mine, (now, 0))
        if reset <= now:
            reset, used = now + timedelta(seconds=seconds), 0
        self.windows[mine] = reset, used + 1
        said = {"Limit": str(limit), "Remaining": str(max(limit - used - 1, 0)), "Reset": reset.isoformat()}
        return {f"X-RateLimit-{name}": value for name, value in said.items()}

    def _answered(self, call: Call) -> Answer:
        answers = call.form("in_reply_to_id") if (call.method, call.path) == ("POST", "/api/v1/statuses") else None
        if answers is not None and answers not in self.texts():
            return REPLY_IS_GONE  # the mock takes an answer to nothing
        answer = self._worked_up(call, self._asked(call))
        if call.method != "GET" or not call.path.endswith("/statuses") or answer.status != 200:
            return answer
        texts, rows = self.texts(), json.loads(answer.body)
        kept = [row for row in rows if self.readable is None or row["id"] in self.readable]
        for row in kept:
            for one in filter(None, (row, row["reblog"])):
                one["content"] = shown(texts.get(one["id"], ""))
        return Answer(200, json.dumps(kept).encode(), answer.headers)

    def _worked_up(self, call: Call, answer: Answer) -> Answer:
        """An upload that takes its time is a 202, then a 206 to those who ask too early (Mastodon documentation)."""
        if not self.questions or answer.status != 200 or not call.path.startswith(("/api/v2/media", "/api/v1/media/")):
            return answer
        if call.method == "POST":
            return Answer(202, answer.body, answer.headers)
        self.asked[call.path] = self.asked.get(call.path, 0) + 1
        early = self.asked[call.path] <= self.questions
        return Answer(206, answer.body, answer.headers) if early else answer

    def _asked(self, call: Call) -> Answer:
        names = [name for name in _PASSED_ON if not (self.ignores_keys and name == "idempotency-key")]
        headers = {name: value for name, value in call.headers.items() if name in names}
        connection = HTTPConnection("127.0.0.1", self.port, timeout=_HELD_AT_MOST)
        try:
            connection.request(call.method, call.target, call.body or None, headers)
            response = connection.getresponse()
            kept = {name: value for name, value in response.getheaders() if name.lower() in _PASSED_BACK}
            return Answer(response.status, response.read(), kept)
        finally:
            connection.close()

    def dealt_with(self, call: Call) -> Answer | None:
        """The answer, None to hang up without one."""
        self.seen.append(call)
        self.watch("asked")
        try:
            return self._answer(call)
        finally:
            self.watch("answered")

    def _answer(self, call: Call) -> Answer | None:
        order = self.faults.take(call.method, call.path)
        if order is None:
            return self.passed_on(call)
        self.struck.append(order.fault)
        answer = self._faulty(order.fault, call, order.hold)
        order.struck.set()
        if order.fault is Fault.ANSWER_LATE:
            order.released.wait(_HELD_AT_MOST)
        return answer

    def _faulty(self, fault: Fault, call: Call, hold: Callable[[Callable[[], object]], None]) -> Answer | None:
        if fault is Fault.DROP_BEFORE:
            return None
        if fault is Fault.LATE_EFFECT:
            hold(lambda: self.passed_on(call))
            return None
        ready = instead(fault)
        if ready is not None:
            return ready
        answer = self.passed_on(call)
        return None if fault is Fault.DROP_AFTER else spoilt(fault, answer)


class Listener(ThreadingHTTPServer):
    """Serves the way on a free port of 127.0.0.1."""

    daemon_threads = True

    def __init__(self, way: Way) -> None:
        self.way = way
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hung up is no error; everything else is shown."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # head and body are two writes: the second would wait 40 ms for the first
    server: Listener

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = self.server.way.dealt_with(Call(self.command, self.path, headers, body))
        if answer is None:
            self._hang_up()
            return
        self.send_response(answer.status)
        for name, value in {**answer.headers, "Content-Length": str(len(answer.body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body[: len(answer.body) // 2] if answer.cut else answer.body)
        if answer.cut:
            self._hang_up()

    do_GET = do_POST = do_DELETE = _serve  # noqa: N815 - the standard library's names

    def _hang_up(self) -> None:
        self.close_connection = True
        self.wfile.flush()
        self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the standard library's name
        """Says nothing."""
