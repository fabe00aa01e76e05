"""A partner's endpoint on loopback: takes signed events once each, keeps its own record, or misbehaves as told."""

from __future__ import annotations

import json
import threading
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from core.adapters.signing import SIGNED, is_genuine

NAME = "Example Transit alerts hub"


@dataclass(frozen=True)
class Held:
    """One event as the system holds it."""

    id: str
    handle: str
    text: str
    language: str
    spoken: str
    reply_to: str | None
    picture: dict[str, Any] | None = None


class Endpoint:
    """A context manager. `faults` holds what the next events of a type meet: a status, `cut` (taken, and the connection
    ends), `mute` (an answer without words)."""

    def __init__(self, key: str, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.key, self.now, self.name = key, now, NAME
        self.held: dict[str, Held] = {}
        self.gone: set[str] = set()
        self.ever: list[Held] = []
        """Everything that it was ever handed, whatever became of it."""
        self.came: Counter[str] = Counter()
        self.faults: dict[str, deque[int | str]] = {}
        self.retry_after: str | None = None
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status, said = outer.take(body, self.headers.get(SIGNED, ""))
                if status == 0:
                    self.close_connection = True
                    return
                words = b"" if said is None else json.dumps(said).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(words)))
                if status == 503 and outer.retry_after is not None:
                    self.send_header("Retry-After", outer.retry_after)
                self.end_headers()
                self.wfile.write(words)

            def log_message(self, *args: object) -> None:
                """Says nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/events"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    def misbehave(self, event: str, *faults: int | str) -> None:
        self.faults.setdefault(event, deque()).extend(faults)

    def take(self, body: bytes, header: str) -> tuple[int, Any]:
        """Status and words of the answer; 0 = none."""
        if not is_genuine(self.key, header, body, self.now()):
            return 401, None
        event = json.loads(body)
        kind = event["type"]
        self.came[kind] += 1
        waiting = self.faults.get(kind)
        fault = waiting.popleft() if waiting else None
        if isinstance(fault, int) and fault < 500:
            return fault, None
        status, said = self._act(kind, event)
        if fault is None:
            return status, said
        return (0, None) if fault == "cut" else (status, None) if fault == "mute" else (int(fault), None)

    def _act(self, kind: str, event: dict[str, Any]) -> tuple[int, Any]:
        match kind:
            case "endpoint.asked":
                return 200, {"endpoint": self.name}
            case "notice.asked":
                return 200, {"received": event["id"] in self.held}
            case "notice.withdrawn":
                self.held.pop(event["withdraws"], None)
                self.gone.add(event["withdraws"])
                return 200, {"acknowledged": event["withdraws"]}
            case _:
                if event["reply_to"] in self.gone:
                    return 409, None
                names = ("id", "handle", "text", "language", "spoken", "reply_to")
                held = Held(**{name: event[name] for name in names}, picture=event.get("picture"))
                self.held.setdefault(event["id"], held)
                self.ever.append(held)
                return 200, {"received": True}

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
