"""The sockets of the loopback X: HTTP/1.1 with keep-alive on 127.0.0.1, and the ways to spoil an answer on its way."""

from __future__ import annotations

import json
import socket
import struct
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.fakes.x_server import control
from tests.fakes.x_server.faults import Fault
from tests.fakes.x_server.site import Asked, Sending, Site

_HTML = b"<!doctype html><title>Down for maintenance</title><p>Back soon."
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Listener(ThreadingHTTPServer):
    """Listens on a free port and serves one site; every connection ends with it."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, site: Site, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Connection)
        self.site = site
        self.open: set[socket.socket] = set()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Remembers the connection, so that closing the server ends it."""
        self.open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forgets a connection that is done."""
        self.open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no error; everything else is shown."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)

    def close(self) -> None:
        """Ends the server and every connection."""
        self.shutdown()
        self.site.faults.release_all()
        for one in list(self.open):
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue
        self.server_close()


class _Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True
    server: Listener

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path, _, query = self.path.partition("?")
        if path.startswith("/_control/"):
            status, said = control.answer(self.server.site, self.command, path, query, body)
            self._write(status, "application/json", json.dumps(said).encode())
            return
        asked = Asked(self.command, path, query, self.headers.get("Authorization", ""), body)
        self._send(self.server.site.receive(asked))

    do_GET = do_POST = do_DELETE = do_PUT = do_PATCH = _serve  # noqa: N815 - the standard library's names

    def _send(self, sending: Sending) -> None:
        if sending.wait_for is not None:
            sending.wait_for.wait()
        if self.server.site.answers_after:
            time.sleep(self.server.site.answers_after)
        if sending.answer is None:
            self._drop(reset=sending.fault is not Fault.LATE_EFFECT)
            return
        answer = sending.answer
        content = json.dumps(answer.body).encode()
        match sending.fault:
            case Fault.HTML_BEFORE | Fault.HTML_AFTER:
                self._write(200, "text/html", _HTML)
            case Fault.CUT_JSON:
                self._write(answer.status, answer.media_type, content[: len(content) // 2])
            case Fault.CUT_BODY:
                self._write(answer.status, answer.media_type, content[: len(content) // 2], length=len(content))
                self.close_connection = True
            case _:
                self._write(answer.status, answer.media_type, content, headers=dict(answer.headers))

    def _write(
        self, status: int, media_type: str, content: bytes, *, length: int | None = None, headers: Any = None
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(content) if length is None else length))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def _drop(self, reset: bool) -> None:
        self.close_connection = True
        if reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)

    def date_time_string(self, timestamp: float | None = None) -> str:
        """The `Date` of an answer: the server's own clock, as all its other times are."""
        return super().date_time_string(self.server.site.world.now().timestamp() if timestamp is None else timestamp)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the standard library's name
        """Says nothing: the site keeps its own log."""
