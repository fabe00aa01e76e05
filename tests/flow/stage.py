"""A fleet of the example agency for tests: real store, keys, bots, words and local timeline; a clock that steps."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

from bots.fleet import fleet as make_bots
from core.adapters.channels.local import LocalChannel
from core.cli.workshop import OpenFleet
from core.domain.incidents import Incident
from core.domain.places import Place
from core.domain.policy import MayAssert
from core.domain.staff import FLEET_ACTOR, Actor, Role
from core.flow.connect import connect
from core.flow.deliver import PostOffice
from core.flow.intake import take_in
from core.flow.passes import House, think
from core.flow.workers import work_once
from core.ports.channel import Channel
from core.ports.source import BadRow, GoodRow
from core.ports.store_rows import AuditRow
from core.ports.timeline import StandingPost, Timeline
from core.wiring import Wiring
from tests.fakes.clocks import SteppedClock
from tests.fakes.example_fleet import write_fleet
from tests.fakes.odd_platform import OddPlatform

EVERYTHING = MayAssert(
    states=frozenset({"reported", "wanted", "arrested", "unfounded", "sealed"}), persons=True, pictures=True
)
OFFICER = Actor(id="made-up-officer", roles=frozenset({Role.OFFICER, Role.OPERATOR}), via="cli")
GREEN, RED, BLUE = "ExampleGreen", "ExampleRed", "ExampleBlue"


@dataclass
class Stage:
    """What a test sees and does. `platform` stands where X would."""

    fleet: OpenFleet
    clock: SteppedClock
    house: House
    office: PostOffice
    platform: OddPlatform

    def incident(self, number: str = "1", **changes: Any) -> Incident:
        """A robbery at Harbour on the Green Line an hour ago, with changes; `station` is short for its place."""
        now = self.clock.now()
        place = changes.pop("place", None) or Place(station=changes.pop("station", "Harbour"))
        return Incident(
            **{
                "authority": "Example Transit Police",
                "number": number,
                "source": "made-up",
                "occurred_from": now - timedelta(hours=1),
                "known_at": now - timedelta(minutes=30),
                "offence_code": "ROB",
                "place": place,
                **changes,
            }
        )

    def take(self, *incidents: Incident | BadRow, may: MayAssert = EVERYTHING, source: str = "made-up") -> Counter[str]:
        """Take records in as one batch."""
        rows = [one if isinstance(one, BadRow) else good(one) for one in incidents]
        with self.fleet.store.begin() as tx:
            return take_in(FLEET_ACTOR, tx, self.house.know, source, may, rows, self.clock.now())

    def think(self) -> tuple[int, int]:
        return think(FLEET_ACTOR, self.house)

    def work(self) -> None:
        """Deliver and reconcile until nothing would be ready, however much time passed; at most a day of it."""
        left = 24 * 3600.0
        while True:
            while work_once(self.office, "worker"):
                pass
            with self.fleet.store.begin() as tx:
                seconds = tx.outbox.seconds_to_next()
            if seconds is None or left <= 0:
                return
            self.time_passes(seconds + 0.001)
            left -= seconds + 0.001

    def go(self, *incidents: Incident) -> None:
        """Take in, think, deliver."""
        self.take(*incidents)
        self.think()
        self.work()

    def time_passes(self, seconds: float) -> None:
        """By the database's clock, which is nobody's to turn: everything that waits for it moves nearer."""
        micro = round(seconds * 1_000_000)
        engine = create_engine(self.fleet.settings.store_url)
        with engine.begin() as db:
            for change in (
                "UPDATE deliveries SET due_at = due_at - :m",
                "UPDATE deliveries SET lease_until = lease_until - :m WHERE lease_until IS NOT NULL",
                "UPDATE attempts SET started_at = started_at - :m",
                "UPDATE attempts SET looked_at = looked_at - :m WHERE looked_at IS NOT NULL",
            ):
                db.execute(text(change), {"m": micro})
        engine.dispose()

    def posts(self, handle: str) -> list[StandingPost]:
        """What stands on a local timeline, oldest first."""
        found = [post for thread in self.fleet.timeline.threads(handle, 500) for post in thread]
        return sorted(found, key=lambda post: int(post.id))

    def texts(self, handle: str) -> list[str]:
        """What the handle said itself on its local timeline."""
        return [post.text for post in self.posts(handle) if post.reposted_from is None]

    def fates(self) -> list[tuple[str, str | None]]:
        """Fate and rule of every entry, oldest first."""
        with self.fleet.store.begin() as tx:
            return [(entry.fate.value, entry.rule) for entry in tx.log.after(0, 1000)]

    def audit(self) -> Sequence[AuditRow]:
        with self.fleet.store.begin() as tx:
            return list(reversed(tx.audit.rows(1000)))

    def connect(self, *handles: str) -> None:
        """Connect accounts of the platform."""
        for handle in handles or (GREEN, RED, BLUE):
            account = next(a for a in self.house.know.accounts.values() if a.id == f"x:{handle}")
            connect(OFFICER, self.fleet.store, self.clock, self.platform, account)

    def states(self, handle: str, channel: str = "x") -> list[str]:
        """How the account's deliveries stand, oldest first."""
        engine = create_engine(self.fleet.settings.store_url)
        with engine.begin() as db:
            asked = text("SELECT state FROM deliveries WHERE account = :a ORDER BY id")
            found = list(db.execute(asked, {"a": f"{channel}:{handle}"}).scalars())
        engine.dispose()
        return found


def good(incident: Incident, raw: bytes | None = None) -> GoodRow:
    """The row as a source reads it."""
    return GoodRow(
        position=f"made-up.jsonl:{incident.number}", record=incident, raw=raw or incident.model_dump_json().encode()
    )


def everything_said_once(stage: Stage) -> None:
    """A notice for Green and one for Red and Blue stand once each, with one repost."""
    assert len(stage.platform.texts(GREEN)) == 1
    assert len(stage.platform.texts(RED)) == 1
    assert len(stage.platform.reposts(BLUE)) == 1
    assert len(stage.platform.record) == 3


def two_notices(stage: Stage) -> None:
    stage.take(stage.incident("1"), stage.incident("2", station="Central"))
    stage.think()


@contextmanager
def on_stage(
    folder: Path, environ: dict[str, str] | None = None, *, rewrite: bool = True, **how: Any
) -> Iterator[Stage]:
    """The fleet open in `folder`; keywords as for `write_fleet`. `rewrite=False`: with the lines.yaml that is there."""
    logging.getLogger("core").setLevel(logging.INFO)
    wiring = Wiring(make_bots, environ or {})
    clock = SteppedClock()
    platform = OddPlatform(clock.now)
    path = write_fleet(folder, **how) if rewrite else folder / "lines.yaml"
    with wiring.open(wiring.settings(path)) as fleet:
        local = LocalChannel(f"sqlite:///{fleet.settings.state_dir / 'local.db'}", clock)
        with closing(local):
            channels: dict[str, Channel] = {"local": local, "x": platform}
            assert isinstance(local, Timeline)
            yield Stage(
                fleet=replace(fleet, clock=clock),
                clock=clock,
                house=replace(fleet.house, clock=clock),
                office=replace(fleet.office, clock=clock, channels=channels, checked=set()),
                platform=platform,
            )
