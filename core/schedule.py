"""APScheduler as a ticker only: each job calls one flow and rings the bell."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from core.domain.staff import FLEET_ACTOR
from core.flow.calling import call_out
from core.flow.deliver import PostOffice
from core.flow.listen import listen
from core.flow.passes import House, think
from core.flow.pull import Start, pull
from core.flow.sweep import SweepPlan, sweep
from core.ports.bot import Bot
from core.ports.pager import Pager
from core.ports.source import Source
from core.ports.store import StoreBroken, StoreBusy

log = logging.getLogger(__name__)
BOT_SECONDS = 60
"""A bot is woken by what comes in; this sweep catches what a crash left behind."""
THINK_SECONDS = 20
ANCHOR_SECONDS = 10
"""How far the anchor may lag behind an idle store; a busy one writes it by itself."""
CALL_SECONDS = 60
SWEEP_SECONDS = 300
"""How often it is asked which account's turn it is. Its rest stands in the store: several processes share it."""
JITTER_SHARE = 0.1


@dataclass(frozen=True)
class Sweeping:
    """What is swept, and how."""

    office: PostOffice
    plan: SweepPlan


class Ticker:
    """Wakes each source and each bot, with jitter, one instance each, missed ticks as one."""

    def __init__(
        self, house: House, ring: Callable[[], None], start: Start | None = None, sweeping: Sweeping | None = None
    ) -> None:
        self._house = house
        self._sweeping = sweeping
        self._stopping = threading.Event()
        self._ring = ring
        self._starts = {} if start is None else dict.fromkeys((source.name for source in house.sources), start)
        self._thinking = threading.Lock()
        self._scheduler = BackgroundScheduler(
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}, timezone="UTC"
        )

    def start(self) -> None:
        """Begin to tick; every source is asked at once."""
        now = self._house.clock.now()
        for source in self._house.sources:
            self._every(f"source:{source.name}", source.every_seconds, self._pull, source, next_run_time=now)
        for bot in self._house.bots:
            self._every(f"bot:{bot.line.id}", BOT_SECONDS, self._listen, bot)
        self._every("anchor", ANCHOR_SECONDS, self._house.store.keep_anchor)
        if self._house.pager is not None:
            self._every("call", CALL_SECONDS, self._call, self._house.pager)
        if self._sweeping is not None:
            self._every("sweep", SWEEP_SECONDS, self._sweep, self._sweeping)
        self._every("think", THINK_SECONDS, self._think, next_run_time=now)
        self._scheduler.start()

    def stop(self) -> None:
        """Let running jobs end, start no more."""
        self._stopping.set()
        self._scheduler.shutdown(wait=True)

    def _every(self, name: str, seconds: float, job: Callable[..., None], *args: object, **more: object) -> None:
        trigger = IntervalTrigger(seconds=seconds, jitter=max(1, int(seconds * JITTER_SHARE)), timezone="UTC")
        self._scheduler.add_job(_guarded(name, job), trigger, args=args, id=name, name=name, **more)

    def _pull(self, source: Source) -> None:
        house = self._house
        first = self._starts.get(source.name)
        pulled = pull(FLEET_ACTOR, house.store, house.know, house.clock, source, first)
        if pulled.down is not None:
            log.warning("source %s is down: %s", source.name, pulled.down)
        else:  # what was asked for at the start holds until one pass was whole
            self._starts.pop(source.name, None)
        if pulled.counts:
            self._think()

    def _call(self, pager: Pager) -> None:
        house = self._house
        call_out(
            FLEET_ACTOR, house.store, house.clock, house.sources, pager, house.call_again, house.know, house.on_call
        )

    def _sweep(self, sweeping: Sweeping) -> None:
        sweep(FLEET_ACTOR, sweeping.office, sweeping.plan, self._stopping.is_set)

    def _listen(self, bot: Bot) -> None:
        listen(FLEET_ACTOR, self._house.store, self._house.clock, [bot])

    def _think(self) -> None:
        with self._thinking:
            think(FLEET_ACTOR, self._house)
        self._ring()


def _guarded(name: str, job: Callable[..., None]) -> Callable[..., None]:
    """A job that fails says so in the log and is tried again at its next tick."""

    def guarded(*args: object) -> None:
        try:
            job(*args)
        except (StoreBusy, StoreBroken) as trouble:
            log.warning("%s waits for its next tick: %s", name, trouble)
        except Exception as error:  # noqa: BLE001 - its message may hold a record's words: only its name is kept
            log.error("%s failed with %s and waits for its next tick", name, type(error).__name__)  # noqa: TRY400

    return guarded
