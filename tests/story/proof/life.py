"""One life of a fleet in a process of its own: it opens its store, goes on where the last one ended, and may die."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import core.adapters.channels.bluesky.speaker
import core.adapters.channels.mastodon.speaker
import core.adapters.channels.x.speaker  # noqa: F401 - what a life needs is there before it begins
from bots.fleet import fleet as make_bots
from core.cli.workshop import OpenFleet
from core.domain.lines import Account
from core.domain.staff import FLEET_ACTOR, Actor, Role
from core.domain.taking_back import Because
from core.flow.connect import connect
from core.flow.deliver import REST_SECONDS, PostOffice
from core.flow.passes import one_pass, think
from core.flow.pull import Start
from core.flow.retract import NoSuchNotice, retract
from core.flow.workers import Workers, drain
from core.ports.channel import PostDeferred
from core.settings.fleet_settings import Settings
from core.wiring import Wiring
from tests.story.proof.steps import OF_THE_PROCESS, Fuse, Step

CHIEF = Actor(id="made-up-chief", roles=frozenset({Role.OPERATOR}), via="cli")
EVERYTHING = Start(from_start=True)
QUIET, NOT_QUIET = 0, 1


@dataclass(frozen=True)
class Life:
    """What a life is to do. `step` and `number` say where it ends; `works`: connect its accounts, go `once` until all
    is quiet, or `run` until it is ended. Waits in seconds."""

    config: str
    environ: dict[str, str]
    works: str = "once"
    step: str | None = None
    number: int = 0
    retract: tuple[str, ...] = ()
    lease: float = 0.5
    grace: float = 0.3
    patience: float = 20.0


def live(life: Life) -> int:
    """QUIET when nothing is left to do."""
    if life.step is not None and Step(life.step) in OF_THE_PROCESS:
        Fuse(Step(life.step), life.number).lay()
    os.environ.update(life.environ)
    wiring = Wiring(make_bots, os.environ)
    with wiring.open(settings_of(life.config)) as fleet:
        office = replace(fleet.office, lease_seconds=life.lease, grace_seconds=life.grace)
        match life.works:
            case "connect":
                return _connect(fleet)
            case "run":
                return _run(wiring, fleet, office, life)
            case _:
                return _once(fleet, office, life)


@cache
def settings_of(config: str) -> Settings:
    """Read once by the parent: all its children know them."""
    return Wiring(make_bots, os.environ).settings(Path(config))


def _connect(fleet: OpenFleet) -> int:
    for account in fleet.know.accounts.values():
        if fleet.channels[account.channel].abilities.reaches_public:
            _connected(fleet, account)
    return QUIET


def _connected(fleet: OpenFleet, account: Account) -> None:
    """A busy machine may answer too late; whoever sets up asks again."""
    for _ in range(10):
        with suppress(PostDeferred):
            connect(CHIEF, fleet.store, fleet.clock, fleet.channels[account.channel], account)
            return
    raise TimeoutError(f"{account.id} never said who it is")


def _once(fleet: OpenFleet, office: PostOffice, life: Life) -> int:
    one_pass(FLEET_ACTOR, fleet.house, EVERYTHING)
    _take_back(fleet, life)
    # An account whose "who am I" got lost rests for so long: a life that can't wait for it ends in vain each time.
    return QUIET if drain(office, max(life.patience, REST_SECONDS + 5)) else NOT_QUIET


def _run(wiring: Wiring, fleet: OpenFleet, office: PostOffice, life: Life) -> int:
    """As `run` does, until somebody ends it."""
    workers = Workers(office, fleet.wakeups, 4)
    ticker = wiring.ticker(fleet, workers.ring, EVERYTHING)
    workers.start()
    ticker.start()
    _take_back(fleet, life)
    workers.ring()
    threading.Event().wait(life.patience)
    workers.stop()
    ticker.stop()
    return NOT_QUIET


def _take_back(fleet: OpenFleet, life: Life) -> None:
    for reference in life.retract:
        try:
            retract(CHIEF, fleet.store, fleet.know, fleet.clock, reference, Because.ERROR)
        except NoSuchNotice:
            continue
    if life.retract:
        think(FLEET_ACTOR, fleet.house)
