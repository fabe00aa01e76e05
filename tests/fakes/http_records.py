"""A loopback server that gives records as JSON in several manners, misbehaves on order, and keeps every request."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import socket
import struct
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

Record = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """One request as it came in."""

    path: str
    params: Mapping[str, str]
    headers: Mapping[str, str]


@dataclass
class RecordServer:
    """What the server holds and how it gives it: `manner` is list, next, link-header, page, offset, socrata, whole."""

    manner: str = "list"
    records: list[Record] = field(default_factory=list)
    whole: Record = field(default_factory=dict)
    """The one document that manner `whole` gives."""
    page_size: int = 2
    since_field: str = "changed"
    asked: list[Asked] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    """Taken from the front, one a request; an empty one behaves."""
    always: str = ""
    """The fault of every request, once `faults` is empty."""
    etags: bool = False
    zipped: bool = False
    url: str = ""
    over: threading.Event = field(default_factory=threading.Event)

    def document(self, params: Mapping[str, str]) -> tuple[object, dict[str, str]]:
        """The JSON and further headers of a page."""
        since = params.get("since", "")
        match self.manner:
            case "list":
                return self._from(since), {}
            case "whole":
                return self.whole, {}
            case "next" | "link-header":
                return self._linked(int(params.get("at", "0")), since)
            case "page":
                start = (int(params["page"]) - 1) * self.page_size
                return {"items": self.records[start : start + self.page_size]}, {}
            case "offset":
                start = int(params["offset"])
                return self.records[start : start + min(int(params["limit"]), self.page_size)], {}
            case _:
                return self._socrata(params), {}

    def _from(self, since: str) -> list[Record]:
        return [record for record in self.records if not since or record[self.since_field] >= since]

    def _linked(self, start: int, since: str) -> tuple[object, dict[str, str]]:
        after, fitting = start + self.page_size, self._from(since)
        link = f"/records?at={after}&since={since}" if after < len(fitting) else None
        items = fitting[start:after]
        if self.manner == "next":
            return {"result": {"items": items}, "next": link}, {}
        return items, {"Link": f'</records?at=0>; rel="first", <{link}>; rel="next"'} if link else {}

    def _socrata(self, params: Mapping[str, str]) -> object:
        """What the documentation of SODA 2.1 says of $where, $order, $limit, $offset and count (dev.socrata.com)."""
        rows = sorted(self.records, key=lambda row: (row[":updated_at"], row[":id"]))
        for operator, than in re.findall(r":updated_at (>=?) '([^']*)'", params.get("$where", "")):
            rows = [
                row for row in rows if row[":updated_at"] > than or (operator == ">=" and row[":updated_at"] == than)
            ]
        if "count(*)" in params["$select"]:
            newest = {"newest": rows[-1][":updated_at"]} if rows else {}
            return [{"number": str(len(rows)), **newest}]
        assert params["$order"] == ":updated_at,:id", "without an order, pages overlap"
        start = int(params["$offset"])
        return rows[start : start + int(params["$limit"])]


class _Handler(BaseHTTPRequestHandler):
    server_of: RecordServer

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        params = dict(parse_qsl(parts.query))
        kept = self.server_of
        kept.asked.append(Asked(parts.path, params, {name.lower(): value for name, value in self.headers.items()}))
        fault = kept.faults.pop(0) if kept.faults else kept.always
        word, _, more = fault.partition(" ")
        if word in ("", "same-page"):
            self._behave({} if word == "" else {"page": "1", "offset": "0", "at": "0", "limit": "2"}, params)
        elif word.isdigit():
            self._send(int(word), b"busy", dict([more.split(": ", 1)]) if more else {})
        else:
            getattr(self, f"_{word}")(more)

    def _behave(self, forced: Mapping[str, str], params: Mapping[str, str]) -> None:
        document, headers = self.server_of.document({**params, **forced})
        body = json.dumps(document).encode()
        if self.server_of.etags:
            headers["ETag"] = f'"{hashlib.sha256(body).hexdigest()[:12]}"'
            if self.headers.get("If-None-Match") == headers["ETag"]:
                self._send(304, b"", headers)
                return
        if self.server_of.zipped:
            body, headers["Content-Encoding"] = gzip.compress(body), "gzip"
        self._send(200, body, headers)

    def _send(self, status: int, body: bytes, headers: Mapping[str, str], length: int | None = None) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def _html(self, more: str) -> None:
        self._send(200, b"<html><body>Please log in</body></html>", {"Content-Type": "text/html"})

    def _json(self, more: str) -> None:
        self._send(200, more.encode(), {})

    def _cut(self, more: str) -> None:
        self._send(200, b'[{"number": "EX', {}, length=5000)

    def _badzip(self, more: str) -> None:
        self._send(200, b"this was never packed", {"Content-Encoding": "gzip"})

    def _redirect(self, target: str) -> None:
        self._send(302, b"", {"Location": target})

    def _reset(self, more: str) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def _silence(self, more: str) -> None:
        self.server_of.over.wait(30)

    def _endless(self, more: str) -> None:
        """A piece at a time for as long as the other side listens; ends far beyond what anyone should take."""
        self.send_response(200)
        self.end_headers()
        try:
            for _ in range(min(200_000, 60_000_000 // int(more))):
                self.wfile.write(b" " * int(more))
                self.wfile.flush()
        except OSError:
            return

    def log_message(self, *args: object) -> None:
        """Nothing: the record of requests is kept in `asked`."""


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Nothing: resets are on order."""


@contextmanager
def serving(**settings: Any) -> Iterator[RecordServer]:
    """A server on a free port of this machine, ended with the block."""
    kept = RecordServer(**settings)
    handler = type("Handler", (_Handler,), {"server_of": kept})
    server = _Server(("127.0.0.1", 0), handler)
    kept.url = f"http://127.0.0.1:{server.server_port}/records"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield kept
    finally:
        kept.over.set()
        server.shutdown()
        server.server_close()
        thread.join()
