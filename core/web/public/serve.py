"""Serves the public pages from a thread of their own, and ends them promptly."""

from __future__ import annotations

import asyncio
import errno
import resource
import socket
import threading
from collections.abc import Mapping

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from core.flow.knowledge import Knowledge
from core.ports.timeline import Timeline
from core.web.public.app import build_app
from core.web.public.watch import Watch

LAST_SECONDS = 3
"""How long answers that are under way may take once the pages are to end."""
MOST_CONNECTIONS = 4000
"""Open connections of riders, at most; fewer where the process may open fewer files."""
AT_ONCE = 64
"""Connections taken in one breath: asyncio opens all of these before it looks whether there are too many."""
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - read here, not listened on


class PortTaken(Exception):
    """Nothing can be served at this address; the message is one line that says what to do."""


class _Bounded(H11Protocol):
    """Turns away who comes while as many connections stand open as may. The fleet's store and its calls to platforms
    share this process: open pages, or someone who only opens connections, must not take the last file from them."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """As asyncio says. Who is turned away isn't counted: at its own limit uvicorn refuses everybody's requests."""
        super().connection_made(transport)
        if self.limit_concurrency is not None and len(self.connections) >= self.limit_concurrency:
            self.connections.discard(self)
            transport.abort()


class PagesServer:
    """The pages while they are served. `url` is where a browser finds them."""

    def __init__(self, server: _Uvicorn, listener: socket.socket, host: str) -> None:
        self.url = f"http://{_bracketed(_EVERYWHERE.get(host, host))}:{listener.getsockname()[1]}"
        self._server = server
        self._thread = threading.Thread(target=server.run, args=([listener],), name="pages", daemon=True)

    def start(self) -> None:
        """Serve; returns once a request would be answered."""
        self._thread.start()
        self._server.ready.wait()

    def stop(self) -> None:
        """Stop serving, also while pages listen for changes; a second time is no error."""
        self._server.should_exit = True
        self._thread.join()


class _Uvicorn(uvicorn.Server):
    """Says when it is ready, and lets the open streams go before it waits for them."""

    def __init__(self, config: uvicorn.Config, watch: Watch) -> None:
        super().__init__(config)
        self.ready = threading.Event()
        self._watch = watch

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._watch.close()
        await super().shutdown(sockets)


def serve_pages(
    timeline: Timeline,
    know: Knowledge,
    host: str,
    port: int,
    *,
    demonstration: bool,
    most_connections: int | None = None,
    beside: Mapping[str, ASGIApp] | None = None,
) -> PagesServer:
    """Serve the pages at host and port (0 takes a free one) until `stop`. At most `most_connections` stand open, of
    which pages that listen for changes hold half; left out: as many as leave the fleet half of its files. `beside`
    holds other applications by their path. Raises PortTaken, and MissingMessage when no language has words for them."""
    most = most_connections or _most_connections()
    app = build_app(timeline, know, demonstration=demonstration, most_streams=most // 2, beside=beside)
    listener = _listen(host, port)
    config = uvicorn.Config(
        app,
        http=_Bounded,
        limit_concurrency=most + 1,
        backlog=AT_ONCE,
        loop="asyncio",
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=LAST_SECONDS,
    )
    server = PagesServer(_Uvicorn(config, app.state.watch), listener, host)
    server.start()
    return server


def _most_connections() -> int:
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MOST_CONNECTIONS if files == resource.RLIM_INFINITY else min(MOST_CONNECTIONS, files // 2)


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket of our own, so that a taken port is told at once. Raises PortTaken."""
    try:
        family, *_ = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise PortTaken(_why(error, host, port)) from error


def _why(error: OSError, host: str, port: int) -> str:
    match error.errno:
        case errno.EADDRINUSE:
            return f"port {port} on {host} is taken: stop what runs there or choose another with --port"
        case errno.EACCES:
            return f"port {port} on {host} is not for this user: choose one above 1023 with --port"
        case _:
            why = (error.strerror or "no such address").lower()
            return f"the pages can't be served on {host} ({why}): choose an address of this machine with --host"


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
