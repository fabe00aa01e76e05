"""A server on loopback that gives every request one and the same answer and keeps what it was asked."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class OneAnswer:
    """The running server. `asked` holds method and path of every request, in order."""

    url: str = ""
    asked: list[str] = field(default_factory=list)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hung up is no error; everything else is shown."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


@contextmanager
def answering(
    status: int,
    body: str | Callable[[Mapping[str, str]], str],
    headers: Mapping[str, str] | None = None,
    *,
    drip: float = 0,
) -> Iterator[OneAnswer]:
    """Serves on 127.0.0.1. `body` may be made from the request's headers, as an echoing server on the way does.

    With `drip` it goes out byte by byte, with so many seconds before each, until the server is ended.
    """
    running, ended = OneAnswer(), threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            running.asked.append(f"{self.command} {self.path}")
            said = (body if isinstance(body, str) else body(dict(self.headers.items()))).encode()
            self.send_response_only(status)
            for name, value in {"Content-Length": str(len(said)), **(headers or {})}.items():
                self.send_header(name, value)
            self.end_headers()
            for piece in (said,) if not drip else [said[at : at + 1] for at in range(len(said))]:
                ended.wait(drip)
                self.wfile.write(piece)

        do_GET = do_POST = do_DELETE = _serve  # noqa: N815 - the standard library's names

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the standard library's name
            """Says nothing."""

    server = _Server(("127.0.0.1", 0), Handler)
    running.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield running
    finally:
        ended.set()
        server.shutdown()
        server.server_close()
        thread.join()
