"""The loopback X in a process of its own, seen from a test: it outlives a fleet that is killed, and judges it."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import requests

from tests.fakes.x_server.faults import Fault
from tests.fakes.x_server.site import Seen
from tests.fakes.x_server.world import XAccount, XPost

_ROOT = Path(__file__).resolve().parents[3]


class XServerProcess:
    """Starts the server with these accounts and no limits of its own, as a context manager; ends it afterwards."""

    def __init__(self, *usernames: str) -> None:
        self._usernames = usernames
        self._session = requests.Session()
        self.url = self.consumer_key = self.consumer_secret = ""
        self.accounts: dict[str, XAccount] = {}

    def __enter__(self) -> Self:
        asked = ["--accounts", ",".join(self._usernames), "--no-limits", "--until-eof"]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.fakes.x_server", *asked],
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self._process.stdout is not None
        said = json.loads(self._process.stdout.readline())
        self.url, self.consumer_key, self.consumer_secret = said["url"], said["consumer_key"], said["consumer_secret"]
        self.accounts = {name: XAccount(**one) for name, one in said["accounts"].items()}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._session.close()
        self._process.terminate()
        self._process.communicate()

    def posts(self, username: str | None = None) -> tuple[XPost, ...]:
        """Every post and repost ever accepted, in order, deleted ones too."""
        asked = {"username": username} if username else {}
        return tuple(_post(one) for one in self._control("GET", "posts", params=asked))

    def live(self, username: str | None = None) -> tuple[XPost, ...]:
        """The posts and reposts that are still up."""
        return tuple(one for one in self.posts(username) if not one.deleted)

    @property
    def requests(self) -> tuple[Seen, ...]:
        """Every request so far."""
        return tuple(Seen(**one) for one in self._control("GET", "requests"))

    def add_account(self, username: str, **more: Any) -> XAccount:
        """Opens another account."""
        made = XAccount(**self._control("POST", "add_account", json={"username": username, **more}))
        self.accounts[username] = made
        return made

    def misbehave(self, fault: Fault, **which: Any) -> int:
        """Orders a fault, with the keywords of `XServer.misbehave`; gives the order's number for `release`."""
        return int(self._control("POST", "misbehave", json={"fault": fault.value, **which})["number"])

    def release(self, number: int) -> int:
        """Lets an order's late answers and effects go; gives how often it was applied."""
        return int(self._control("POST", "release", json={"number": number})["applied"])

    def lossy(self, fraction: float, seed: int) -> None:
        """Loses that fraction of publishing replies from now on."""
        self._control("POST", "lossy", json={"fraction": fraction, "seed": seed})

    def settings(self, **values: Any) -> None:
        """Sets `read_lag`, `refuses_duplicates`, `wording`, `answers_after` or `limits` (a mapping of numbers)."""
        self._control("POST", "settings", json=values)

    def _control(self, method: str, name: str, **more: Any) -> Any:
        said = self._session.request(method, f"{self.url}/_control/{name}", timeout=10, **more)
        if said.status_code != 200:
            raise ValueError(said.json()["error"])
        return said.json()


def _post(line: dict[str, Any]) -> XPost:
    times = {name: datetime.fromisoformat(line[name]) if line[name] else None for name in ("at", "deleted_at")}
    return XPost(**{**line, **times, "media_ids": tuple(line["media_ids"])})
