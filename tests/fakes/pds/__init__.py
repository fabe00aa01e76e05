"""A real Bluesky server (PDS) on loopback, and its own record of what stands in each repository."""

from __future__ import annotations

import atexit
import functools
import itertools
import json
import os
import secrets
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.fakes.node_packages import NODE, NotInstalled, environment, install

_HERE = Path(__file__).parent
POST, REPOST = "app.bsky.feed.post", "app.bsky.feed.repost"
_SECONDS = 20


class PdsNotReady(Exception):
    """The server could not be installed or started; the text holds the program's own last words."""


@dataclass(frozen=True)
class PdsAccount:
    """An account of a made-up line. `password` is an app password, as a fleet has; `owner` opens everything."""

    did: str
    handle: str
    password: str = field(repr=False)
    owner: str = field(repr=False)


class RunningPds:
    """A server that somebody started, as anybody can ask it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._numbers = itertools.count(1)

    def add_account(self, name: str) -> PdsAccount:
        """A new account. Its handle is the name with a number, so that tests can share the server."""
        handle = f"{name.lower()}{next(self._numbers)}.test"
        owner = secrets.token_urlsafe(16)
        asked = {"handle": handle, "email": f"{handle}@fleet.example", "password": owner}
        made = self.call("POST", "com.atproto.server.createAccount", json=asked)
        token = {"Authorization": f"Bearer {made['accessJwt']}"}
        app = self.call("POST", "com.atproto.server.createAppPassword", json={"name": "fleet"}, headers=token)
        return PdsAccount(made["did"], handle, app["password"], owner)

    def records(self, who: PdsAccount, collection: str = POST) -> list[dict[str, Any]]:
        """What stands in a collection of a repository, oldest first: the server's own listing, read to its end."""
        found: list[dict[str, Any]] = []
        cursor = None
        while True:
            asked = {
                "repo": who.did,
                "collection": collection,
                "limit": "100",
                **({"cursor": cursor} if cursor else {}),
            }
            page = self.call("GET", "com.atproto.repo.listRecords", params=asked)
            found += page["records"]
            cursor = page.get("cursor")
            if cursor is None:
                return sorted(found, key=lambda one: str(one["value"]["createdAt"]))

    def refused_login(self, handle: str) -> None:
        """Somebody tries a wrong password."""
        asked = {"identifier": handle, "password": "made-up"}
        answer = requests.post(f"{self.url}/xrpc/com.atproto.server.createSession", json=asked, timeout=_SECONDS)
        assert answer.status_code == 401

    def call(self, method: str, name: str, **how: Any) -> dict[str, Any]:
        """A plain call of the server, with no part of the channel in it."""
        answer = requests.request(method, f"{self.url}/xrpc/{name}", timeout=_SECONDS, **how)
        answer.raise_for_status()
        body = answer.json() if answer.content else {}
        assert isinstance(body, dict)
        return body


class Pds(RunningPds):
    """A running server with its directory of identities; `close()` ends both.

    They end by themselves when this process does, however it ends: they hold on to its end of a pipe.
    """

    def __init__(self, *, limited: bool = False) -> None:
        """`limited` counts calls as Bluesky does. Raises PdsNotReady."""
        try:
            installed = install(_HERE)
        except NotInstalled as why:
            raise PdsNotReady(str(why)) from None
        asked = [str(NODE), str(_HERE / "launcher.mjs"), str(installed), "limited" if limited else "unlimited"]
        self._process = subprocess.Popen(
            asked,
            env={**environment(), "LOG_ENABLED": "false"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        first = self._process.stdout.readline()
        if not first.startswith("{"):
            self._process.kill()
            raise PdsNotReady(f"the PDS did not start: {first} {self._process.stderr.read()[-800:]}")
        said = json.loads(first)
        super().__init__(said["url"])
        self.directory: str = said["directory"]
        self._admin = ("admin", said["admin"])

    def blob(self, who: PdsAccount, cid: str) -> bytes:
        """The bytes of a picture that a record names."""
        asked = {"did": who.did, "cid": cid}
        answer = requests.get(f"{self.url}/xrpc/com.atproto.sync.getBlob", params=asked, timeout=_SECONDS)
        answer.raise_for_status()
        return answer.content

    def suspend(self, who: PdsAccount) -> None:
        """Take the account down, as the server's moderators do."""
        self._moderate(who, applied=True)

    def lift(self, who: PdsAccount) -> None:
        """Let a suspended account speak again."""
        self._moderate(who, applied=False)

    def close(self) -> None:
        """End the server; its folder goes with it."""
        self._process.communicate(timeout=_SECONDS)

    def _moderate(self, who: PdsAccount, *, applied: bool) -> None:
        subject = {"$type": "com.atproto.admin.defs#repoRef", "did": who.did}
        asked = {"subject": subject, "takedown": {"applied": applied, "ref": "made-up"}}
        self.call("POST", "com.atproto.admin.updateSubjectStatus", json=asked, auth=self._admin)


@functools.cache
def shared_pds() -> Pds:
    """One server for this process of tests. Where npm can't install it, CI fails; elsewhere the test is skipped."""
    try:
        running = Pds()
    except PdsNotReady as why:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(why))
    atexit.register(running.close)
    return running
