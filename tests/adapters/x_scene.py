"""A loopback X, an X channel before it, and the clock of both."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.adapters.channels.x import XChannel
from core.domain.lines import Account
from core.ports.channel import Look, Probe
from tests.contract.channels import SAID_AT, KeptInMemory, account, saying, x_secrets
from tests.fakes.x_server import SteppedSeconds, XServer

TEAL, PLUM = account("x", "TealLineTest"), account("x", "PlumLineTest")
MADE_UP = {
    "x:app_key": "madeup-key-of-the-app",
    "x:app_secret": "madeup/secret+of=the app",
    "x:TealLineTest:token": "4711-madeup-token",
    "x:TealLineTest:token_secret": "madeup/secret+of=the token",
}


def facing(url: str, **limits: float) -> XChannel:
    """A channel with made-up secrets before any server; its clock stands still."""
    return XChannel(KeptInMemory(dict(MADE_UP)), base_url=url, now=lambda: SAID_AT, **limits)


@dataclass
class Scene:
    """The server began at SAID_AT by its own clock; the fleet's may be off by `fleet_ahead`."""

    server: XServer
    seconds: SteppedSeconds
    kept: KeptInMemory
    fleet_ahead: timedelta = timedelta(0)

    def __post_init__(self) -> None:
        self.channel = XChannel(self.kept, base_url=self.server.url, now=self.now)

    def now(self) -> datetime:
        """The fleet's time."""
        return SAID_AT + timedelta(seconds=self.seconds()) + self.fleet_ahead

    def texts(self, who: Account = TEAL) -> list[str]:
        """What stands, by the server's record."""
        return [one.text for one in self.server.live(who.handle)]

    def say(self, text: str) -> None:
        """A post of the first account that needs no call."""
        teal = self.server.site.world.by_name(TEAL.handle)
        assert teal is not None
        self.server.site.world.publish(teal, text, None, ())

    def look(self, text: str, attempted_at: datetime | None = None) -> Look:
        """A look-up for a post of the first account."""
        at = attempted_at or self.now()
        return self.channel.find(TEAL, Probe(outgoing=saying(text), repost_of=None, attempted_at=at))

    def posted(self) -> int:
        """How many publishing calls reached the server."""
        return sum(one.method == "POST" for one in self.server.requests)

    def pages_read(self) -> int:
        """How many pages of timelines were read."""
        return sum(one.path.endswith("/tweets") and one.method == "GET" for one in self.server.requests)


@contextmanager
def opened() -> Iterator[Scene]:
    """The scene with two accounts."""
    seconds = SteppedSeconds()
    with XServer(seconds, SAID_AT) as server:
        kept = x_secrets(server, *(server.add_account(one.handle) for one in (TEAL, PLUM)))
        yield Scene(server, seconds, kept)
