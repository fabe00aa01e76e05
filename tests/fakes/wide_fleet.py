"""A made-up fleet of many lines, one handle each, and posts that are owed on them: for measuring delivery alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from bots.fleet import fleet as make_bots
from core.cli.workshop import OpenFleet
from core.domain.deliveries import Act, DeliveryKey, NewDelivery
from core.domain.lines import AccountId
from core.domain.notices import NoticeId, Post, Urgency
from core.domain.staff import Actor, Role
from core.flow.connect import connect
from core.wiring import Wiring
from tests.fakes.example_fleet import write_fleet
from tests.fakes.x_server import XAccount

CHIEF = Actor(id="made-up-chief", roles=frozenset({Role.OPERATOR}), via="cli")
_LINE = "  {0}: {{name: Line {0}, routes: [{0}], colour: '#00704A', symbol: '{1}', handle: {2}}}\n"


class OnX(Protocol):
    """The loopback X, in this process or in one of its own."""

    @property
    def url(self) -> str:
        """Where it listens."""

    @property
    def consumer_key(self) -> str:
        """Of the app."""

    @property
    def consumer_secret(self) -> str:
        """Of the app."""


def handles(count: int) -> tuple[str, ...]:
    """Of so many made-up lines."""
    return tuple(f"ExampleLine{number}" for number in range(1, count + 1))


@contextmanager
def wide_fleet(folder: Path, x: OnX, accounts: Sequence[XAccount], workers: int) -> Iterator[OpenFleet]:
    """A line for each account, connected, without brakes, open in `folder`."""
    limits = "posts_per_hour: 10000, fleet_posts_per_hour: 100000, failures_before_rest: 1000"
    delivery = f"{{workers: {workers}, {limits}}}"
    path = write_fleet(folder, x=f"{{limit: 280, base_url: '{x.url}'}}", delivery=delivery, local="practice")
    head = path.read_text("utf-8").partition("lines:\n")[0]
    lines = "".join(_LINE.format(f"N{at}", at, one.username) for at, one in enumerate(accounts, 1))
    path.write_text(f"{head}lines:\n{lines}", "utf-8")
    environ = {
        "SUBWAY_FLEET_SECRET_X_APP_KEY": x.consumer_key,
        "SUBWAY_FLEET_SECRET_X_APP_SECRET": x.consumer_secret,
    }
    for one in accounts:
        environ[f"SUBWAY_FLEET_SECRET_X_{one.username.upper()}_TOKEN"] = one.token
        environ[f"SUBWAY_FLEET_SECRET_X_{one.username.upper()}_TOKEN_SECRET"] = one.secret
    wiring = Wiring(make_bots, environ)
    with wiring.open(wiring.settings(path)) as fleet:
        for account in fleet.know.accounts.values():
            if account.channel == "x":
                connect(CHIEF, fleet.store, fleet.clock, fleet.channels["x"], account)
        yield fleet


def owed_on(handle: str, number: int, now: datetime, text: str) -> NewDelivery:
    """A made-up post of a notice of its own."""
    name = NoticeId(f"made-up-{handle}-{number}")
    key = DeliveryKey(notice_id=name, revision=1, account=AccountId(f"x:{handle}"), language="en", act=Act.POST, part=1)
    return NewDelivery(
        key=key,
        urgency=Urgency.URGENT,
        post=Post(language="en", part=1, text=text, spoken=text),
        reference="BCDFGH1",
        said_at=now,
        expires_at=now + timedelta(hours=24),
    )
