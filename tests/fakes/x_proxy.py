"""A validating proxy: holds what a client and the loopback X say to each other against X's own API description."""

from __future__ import annotations

import json
import queue
import re
import subprocess
import tempfile
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from tests.fakes.node_packages import NODE, NotInstalled, environment, install

_PINNED = Path(__file__).parent / "prism"
_PRISM = Path("node_modules") / "@stoplight" / "prism-cli" / "dist" / "index.js"

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_REQUEST = re.compile(r"\[HTTP SERVER\]\s+(\w+ \S+).*Request received")
_LISTENING = re.compile(r"Prism is listening on (http://127\.0\.0\.1:\d+)")
_COMPLAINT = re.compile(r"(Violation: .*|Request terminated with error: .*)")
START_SECONDS = 60
_MARK = "/_control/mark-"  # the loopback X doesn't count calls of its control face


class ProxyNotReady(Exception):
    """The proxy could not be installed or started; the text holds the program's own last words."""


@dataclass
class ValidatingProxy:
    """A running proxy: clients call `url`."""

    url: str
    _lines: queue.Queue[str | None]
    _found: list[str] = field(default_factory=list)
    _request: str = ""

    def violations(self) -> tuple[str, ...]:
        """Every breach of the description so far, each with the request it was seen at.

        Prism writes them to its log. A marked request of our own is sent and the log read until it shows up, so that
        everything before it is surely in. Raises ProxyNotReady when the proxy has ended.
        """
        mark = f"{_MARK}{uuid.uuid4().hex}"
        requests.get(self.url + mark, timeout=START_SECONDS)
        while not self._request.endswith(mark):
            self._read_line()
        return tuple(self._found)

    def _read_line(self) -> None:
        line = self._lines.get(timeout=START_SECONDS)
        if line is None:
            raise ProxyNotReady("the validating proxy ended by itself")
        if (asked := _REQUEST.search(line)) is not None:
            self._request = asked.group(1)
        complaint = _COMPLAINT.search(line)
        if complaint is not None and _MARK not in self._request:
            self._found.append(f"{self._request}: {complaint.group(1)}")


@contextmanager
def validating_proxy(openapi_path: Path, upstream_url: str) -> Iterator[ValidatingProxy]:
    """Starts Prism on 127.0.0.1 before `upstream_url`, with the OpenAPI document at `openapi_path`.

    The first use installs the pinned Prism below `.cache/prism`. Answers come through unchanged even when they
    breach the description: ask `violations()`. Raises ProxyNotReady.
    """
    try:
        installed = install(_PINNED)
    except NotInstalled as why:
        raise ProxyNotReady(str(why)) from None
    with tempfile.TemporaryDirectory() as folder:
        document = Path(folder) / "openapi.json"
        document.write_text(json.dumps(readable_copy(json.loads(openapi_path.read_text("utf-8")))), "utf-8")
        asked = ["proxy", "--host", "127.0.0.1", "--port", "0", str(document), upstream_url]
        process = subprocess.Popen(
            [NODE, installed / _PRISM, *asked],
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        lines: queue.Queue[str | None] = queue.Queue()
        reader = threading.Thread(target=_forward, args=(process, lines), daemon=True)
        reader.start()
        try:
            yield ValidatingProxy(_address(lines), lines)
        finally:
            process.terminate()
            process.wait()
            reader.join()


def readable_copy(document: dict[str, Any]) -> dict[str, Any]:
    """The document with the two things changed that Prism reads wrongly.

    It knows no HTTP scheme `OAuth`: a signed request carries its proof in the Authorization header, which an `apiKey`
    scheme can name. And it takes `application/problem+json` for the first `.../json` listed: problems go first, so
    that every error body is held against the Problem types.
    """
    copy: dict[str, Any] = json.loads(json.dumps(document))
    copy["components"]["securitySchemes"]["UserToken"] = {"type": "apiKey", "in": "header", "name": "Authorization"}
    for path in copy["paths"].values():
        for operation in (one for one in path.values() if isinstance(one, dict)):
            for response in operation.get("responses", {}).values():
                if "content" in response:
                    contents = response["content"].items()
                    response["content"] = dict(sorted(contents, key=lambda item: "problem" not in item[0]))
    return copy


def _forward(process: subprocess.Popen[str], lines: queue.Queue[str | None]) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        lines.put(_COLOUR.sub("", line.rstrip()))
    lines.put(None)


def _address(lines: queue.Queue[str | None]) -> str:
    said: list[str] = []
    try:
        while (line := lines.get(timeout=START_SECONDS)) is not None:
            said.append(line)
            found = _LISTENING.search(line)
            if found is not None:
                return found.group(1)
    except queue.Empty:
        pass
    raise ProxyNotReady(f"the validating proxy did not start: {' / '.join(said[-5:])}")
