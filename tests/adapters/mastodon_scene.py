"""A loopback Mastodon with two accounts, a channel before it, and a clock of the fleet that may be off."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.adapters.channels.mastodon import MastodonChannel
from core.adapters.clock import WallClock
from core.domain.lines import Account
from core.ports.channel import Look, Probe
from tests.contract.channels import SAID_AT, KeptInMemory, account, saying
from tests.contract.mastodon_stage import mastodon_secrets, mastodon_with
from tests.fakes.mastodon_server import MastodonServer

TEAL, PLUM = account("mastodon", "TealLineTest"), account("mastodon", "PlumLineTest")
TOKEN = "made-up/token+of=teal"


def facing(url: str, **limits: float) -> MastodonChannel:
    """A channel with a made-up token before any server; its clock stands still."""
    kept = KeptInMemory({f"mastodon:{TEAL.handle}:token": TOKEN})
    return MastodonChannel(kept, base_url=url, now=lambda: SAID_AT, **limits)


@dataclass
class Scene:
    """The server keeps real time; the fleet's clock is `fleet_ahead` of it."""

    server: MastodonServer
    kept: KeptInMemory
    fleet_ahead: timedelta = timedelta(0)

    def __post_init__(self) -> None:
        self.channel = MastodonChannel(self.kept, base_url=self.server.url, now=self.now)

    def now(self) -> datetime:
        """The fleet's time."""
        return WallClock().now() + self.fleet_ahead

    def texts(self, who: Account = TEAL) -> list[str]:
        """What stands, by the server's record."""
        return [one.text for one in self.server.live(who.handle)]

    def say(self, *texts: str, ago: timedelta = timedelta(0)) -> None:
        """Statuses of the first account that need no call, said so long ago by the server's clock."""
        self.server.say(TEAL.handle, WallClock().now() - ago, *texts)

    def look(self, text: str, attempted_at: datetime | None = None) -> Look:
        """A look-up for a post of the first account."""
        at = attempted_at or self.now()
        return self.channel.find(TEAL, Probe(outgoing=saying(text), repost_of=None, attempted_at=at))

    def posted(self) -> int:
        """How many publishing calls reached the server."""
        return sum(one.method == "POST" for one in self.server.requests)

    def pages_read(self) -> int:
        """How many pages of statuses were read."""
        return sum(one.path.endswith("/statuses") and one.method == "GET" for one in self.server.requests)


@contextmanager
def opened() -> Iterator[Scene]:
    """The scene with two accounts."""
    kept = mastodon_secrets(TEAL.handle, PLUM.handle)
    with mastodon_with(kept) as server:
        yield Scene(server, kept)
