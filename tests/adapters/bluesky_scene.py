"""A real PDS, a proxy before it that goes wrong on order, and a Bluesky channel before both."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from core.adapters.channels.bluesky import BlueskyChannel
from core.domain.lines import Account
from core.ports.channel import Look, Outgoing, Probe
from tests.contract.bluesky_stage import CREATE, bluesky_secrets, standing_on
from tests.contract.channels import SAID_AT, KeptInMemory, Standing, account
from tests.fakes.misbehaving_proxy import Answer, MisbehavingProxy, misbehaving
from tests.fakes.pds import Pds, PdsAccount, shared_pds

REFRESH, ENTER = "com.atproto.server.refreshSession", "com.atproto.server.createSession"
READ, REMOVE = "com.atproto.repo.getRecord", "com.atproto.repo.deleteRecord"


def says(status: int, error: str = "", message: str = "", **headers: str) -> Answer:
    """An answer in the shape of a PDS's errors; without words it is some other server's page."""
    body = json.dumps({"error": error, "message": message}).encode() if error else b"<html>"
    kind = "application/json" if error else "text/html"
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, {"Content-Type": kind, **named}, body)


@dataclass
class Scene:
    """Two new accounts; `teal` is the one that most tests speak with."""

    pds: Pds
    proxy: MisbehavingProxy
    accounts: dict[str, PdsAccount]
    kept: KeptInMemory

    def __post_init__(self) -> None:
        self.teal, self.plum = (account("bluesky", handle) for handle in self.accounts)
        self.channel = self.facing()

    def facing(self, kept: KeptInMemory | None = None, answer_seconds: float = 20) -> BlueskyChannel:
        """Another channel before the same server, as after a restart or in another process."""
        return BlueskyChannel(kept or self.kept, base_url=self.proxy.url, answer_seconds=answer_seconds)

    def standing(self, who: Account | None = None) -> list[Standing]:
        """What stands, by the server's own listing."""
        return standing_on(self.pds, self.accounts[(who or self.teal).handle])

    def records(self) -> list[dict[str, Any]]:
        """The first account's posts as the server holds them."""
        return self.pds.records(self.accounts[self.teal.handle])

    def look(self, outgoing: Outgoing) -> Look:
        """A look-up for a post of the first account."""
        return self.channel.find(self.teal, Probe(outgoing=outgoing, repost_of=None, attempted_at=SAID_AT))

    def session(self) -> dict[str, str]:
        """The first account's kept session."""
        found = json.loads(self.kept.get(f"bluesky:{self.teal.handle}:session") or "{}")
        assert isinstance(found, dict)
        return found

    def keep(self, **changes: str) -> None:
        """Change the kept session."""
        self.kept.put(f"bluesky:{self.teal.handle}:session", json.dumps({**self.session(), **changes}))

    def created(self) -> int:
        """How many publishing calls were made."""
        return self.proxy.count(CREATE)


@contextmanager
def opened() -> Iterator[Scene]:
    """The scene on the shared server."""
    pds = shared_pds()
    accounts = {one.handle: one for one in (pds.add_account("TealLine"), pds.add_account("PlumLine"))}
    with misbehaving(pds.url) as proxy:
        yield Scene(pds, proxy, accounts, bluesky_secrets(*accounts.values()))
