"""A proxy on loopback that passes calls on to a real server and goes wrong where it is told to."""

from __future__ import annotations

import http.client
import random
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

_SECONDS = 20
_BETWEEN = {"connection", "keep-alive", "transfer-encoding", "host", "content-length", "date", "server"}
"""Headers that belong to one of the two connections, or that the proxy writes itself."""


class Mishap(StrEnum):
    """One way to go wrong. `before` and `after` say whether the server behind hears the call."""

    ANSWER_BEFORE = "answer before"
    """The order's own answer; the server hears nothing."""
    ANSWER_AFTER = "answer after"
    """The server acts, and the order's own answer takes its answer's place."""
    DROP_BEFORE = "drop before"
    DROP_AFTER = "drop after"
    LATE_ANSWER = "late answer"
    """The server acts at once; the answer waits for `release()`."""
    LATE_EFFECT = "late effect"
    """The connection is dropped at once; the server hears the call at `release()`."""
    CUT_BODY = "cut body"
    """The server acts; half of the body comes, and then the connection ends."""
    HALF_JSON = "half JSON"
    """The server acts; half of the body comes as if it were all."""


DOUBTFUL = (
    Mishap.DROP_BEFORE,
    Mishap.DROP_AFTER,
    Mishap.CUT_BODY,
    Mishap.HALF_JSON,
    Mishap.ANSWER_BEFORE,
    Mishap.ANSWER_AFTER,
)
"""After these nobody can tell whether the server acted."""


@dataclass(frozen=True)
class Answer:
    """What a server says."""

    status: int = 503
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True)
class Asked:
    """A call as it came in; `mishap` is what became of it."""

    method: str
    path: str
    mishap: Mishap | None


@dataclass
class _Order:
    mishap: Mishap
    method: str | None
    path: str
    answer: Answer
    left: int

    def fits(self, method: str, path: str) -> bool:
        return self.left != 0 and (self.method in (None, method)) and self.path in path


def _at_random(share: float, chance: random.Random, only: str, piece: str, method: str, path: str) -> _Order | None:
    if method != only or piece not in path or chance.random() >= share:
        return None
    return _Order(chance.choice(DOUBTFUL), method, path, Answer(), 0)


class MisbehavingProxy:
    """The running proxy. `asked` holds every call in order."""

    def __init__(self, upstream: str) -> None:
        self._behind = urlsplit(upstream).netloc
        self._orders: deque[_Order] = deque()
        self._released = threading.Event()
        self._lock = threading.Lock()
        self._late: list[threading.Thread] = []
        self._heard = threading.Semaphore(0)
        self._lossy: tuple[float, random.Random, str, str] | None = None
        self.asked: list[Asked] = []
        self.watch: Callable[[str], object] = lambda moment: None
        """Told of each call: `asked` before it has an effect, `answered` after it."""
        self.url = ""

    def order(
        self,
        mishap: Mishap,
        *,
        method: str | None = None,
        path: str = "",
        times: int = 1,
        answer: Answer | None = None,
    ) -> None:
        """The next call with this method and this piece of its path goes wrong; `times` of them, -1 for all."""
        with self._lock:
            self._orders.append(_Order(mishap, method, path, answer or Answer(), times))

    def lossy(self, share: float, seed: int, *, method: str = "POST", path: str = "") -> None:
        """Of the calls with this method and this piece of their path, so many go wrong at random, each in one of the
        ways that leave a caller in doubt."""
        with self._lock:
            self._lossy = (share, random.Random(seed), method, path)

    def behave(self) -> None:
        """Forget all orders."""
        with self._lock:
            self._orders.clear()
            self._lossy = None

    def release(self) -> None:
        """Let what is late happen, and wait until it has."""
        self._released.set()
        for thread in self._late:
            thread.join(_SECONDS)
        self._late.clear()
        self._released.clear()

    def until_heard(self) -> None:
        """Wait until the server behind has acted on a call whose answer is late."""
        assert self._heard.acquire(timeout=_SECONDS)

    def count(self, piece: str) -> int:
        """How many calls had this piece in their path."""
        return sum(piece in one.path for one in self.asked)

    def taken(self, method: str, path: str) -> _Order | None:
        """Note a call; the order that it meets."""
        with self._lock:
            met = next((order for order in self._orders if order.fits(method, path)), None)
            if met is not None:
                met.left -= 1
            elif self._lossy is not None:
                met = _at_random(*self._lossy, method, path)
            self.asked.append(Asked(method, path, met.mishap if met else None))
            return met

    def passed_on(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """What the server behind says."""
        self.watch("asked")
        link = http.client.HTTPConnection(self._behind, timeout=_SECONDS)
        try:
            kept = {name: value for name, value in headers.items() if name.lower() not in _BETWEEN}
            link.request(method, path, body or None, {**kept, "Host": self._behind, "Accept-Encoding": "identity"})
            said = link.getresponse()
            return Answer(said.status, dict(said.getheaders()), said.read())
        finally:
            link.close()
            self.watch("answered")

    def passed_on_later(self, *call: object) -> None:
        """Hand a call on when `release()` says so."""

        def later() -> None:
            self._released.wait(_SECONDS)
            self.passed_on(*call)  # type: ignore[arg-type]

        thread = threading.Thread(target=later, daemon=True)
        self._late.append(thread)
        thread.start()

    def hold_back(self) -> None:
        """The server has acted: wait until `release()`."""
        self._heard.release()
        self._released.wait(_SECONDS)

    def end(self) -> None:
        """Nobody waits any longer."""
        self._released.set()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    proxy: MisbehavingProxy

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hung up is no error; everything else is shown."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def _serve(self) -> None:
        proxy, sent = self.server.proxy, dict(self.headers.items())
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        order = proxy.taken(self.command, self.path)
        call = (self.command, self.path, sent, body)
        match order.mishap if order is not None else None:
            case None:
                self._say(proxy.passed_on(*call))
            case Mishap.ANSWER_BEFORE:
                self._say(order.answer if order is not None else Answer())
            case Mishap.ANSWER_AFTER:
                proxy.passed_on(*call)
                self._say(order.answer if order is not None else Answer())
            case Mishap.DROP_BEFORE:
                self.close_connection = True
            case Mishap.DROP_AFTER:
                proxy.passed_on(*call)
                self.close_connection = True
            case Mishap.LATE_ANSWER:
                said = proxy.passed_on(*call)
                proxy.hold_back()
                self._say(said)
            case Mishap.LATE_EFFECT:
                proxy.passed_on_later(*call)
                self.close_connection = True
            case Mishap.CUT_BODY | Mishap.HALF_JSON as how:
                said = proxy.passed_on(*call)
                half = said.body[: len(said.body) // 2]
                self._say(Answer(said.status, said.headers, half), len(said.body) if how is Mishap.CUT_BODY else None)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815 - the standard library's names

    def _say(self, answer: Answer, length: int | None = None) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            if name.lower() not in _BETWEEN:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body) if length is None else length))
        self.end_headers()
        self.wfile.write(answer.body)
        self.close_connection = self.close_connection or length is not None

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the standard library's name
        """Says nothing."""


@contextmanager
def misbehaving(upstream: str) -> Iterator[MisbehavingProxy]:
    """Serves on 127.0.0.1 before the server at `upstream`; well-behaved until it gets an order."""
    proxy = MisbehavingProxy(upstream)
    server = _Server(("127.0.0.1", 0), _Handler)
    server.proxy = proxy
    proxy.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        proxy.end()
        server.shutdown()
        server.server_close()
        thread.join()
