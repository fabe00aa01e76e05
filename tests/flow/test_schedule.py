"""The ticker wakes each source and each bot, one instance each, and a failing source harms no other."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
from apscheduler.schedulers.background import BackgroundScheduler

from core.adapters.clock import WallClock
from core.flow.pull import Start
from core.ports.source import Batch, SourceDown
from core.schedule import Ticker
from tests.fakes.clocks import SteppedClock
from tests.fakes.handed_source import HandedSource
from tests.flow.stage import GREEN, Stage, good

PATIENCE = 60.0


def scheduler_of(ticker: Ticker) -> BackgroundScheduler:
    """The one place that looks inside: what a scheduler was told is nowhere else to be seen."""
    found = [value for value in vars(ticker).values() if isinstance(value, BackgroundScheduler)]
    return found[0]


def at_wall(stage: Stage, *sources: HandedSource) -> Stage:
    """The same fleet by the wall's clock, as the ticker's own."""
    now = SteppedClock(WallClock().now())
    house, office = replace(stage.house, clock=now, sources=sources), replace(stage.office, clock=now)
    return replace(stage, house=house, office=office, clock=now)


class Rings:
    """Counts rings and lets a test wait for one."""

    def __init__(self) -> None:
        self._rung = threading.Semaphore(0)

    def __call__(self) -> None:
        self._rung.release()

    def wait(self) -> bool:
        return self._rung.acquire(timeout=PATIENCE)


def test_one_job_for_each_source_and_bot_that_never_piles_up(stage: Stage) -> None:
    sources = HandedSource("night", every_seconds=30), HandedSource("morning", every_seconds=300)
    ticker = Ticker(at_wall(stage, *sources).house, lambda: None)
    ticker.start()
    jobs = {job.id: job for job in scheduler_of(ticker).get_jobs()}
    ticker.stop()
    woken = {name for name in jobs if ":" in name}
    assert woken == {"source:night", "source:morning", "bot:Green", "bot:Red", "bot:Blue"}
    assert {(job.coalesce, job.max_instances) for job in jobs.values()} == {(True, 1)}
    assert all(job.trigger.jitter for job in jobs.values())
    assert jobs["source:night"].trigger.interval.total_seconds() == 30


def test_what_a_source_brings_is_ruled_and_rung_at_once(stage: Stage) -> None:
    source, rings = HandedSource(), Rings()
    wall = at_wall(stage, source)
    source.hand(good(wall.incident()))
    ticker = Ticker(wall.house, rings)
    ticker.start()
    while not stage.states(GREEN, "local"):
        assert rings.wait()
    ticker.stop()
    wall.work()
    assert len(stage.texts(GREEN)) == 1


@pytest.mark.parametrize("trouble", [RuntimeError("Zebulon Fictitious"), MemoryError("Zebulon Fictitious")])
def test_a_source_that_fails_harms_no_other_and_says_no_words(
    stage: Stage, trouble: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    ill, well, rings = HandedSource("ill", trouble=trouble), HandedSource("well"), Rings()
    wall = at_wall(stage, ill, well)
    well.hand(good(wall.incident()))
    ticker = Ticker(wall.house, rings)
    ticker.start()
    while not stage.states(GREEN, "local"):
        assert rings.wait()
    ticker.stop()
    with stage.fleet.store.begin() as tx:
        assert tx.sources.row("ill").why == f"unforeseen {type(trouble).__name__}"
        assert tx.sources.row("well").why is None
    assert "Zebulon" not in caplog.text


class DownAtFirst(HandedSource):
    """Can't be read at the first pass."""

    def pull(self, cursor: str | None) -> Iterator[Batch]:
        if self.trouble is not None:
            self.trouble = None
            raise SourceDown("it does not answer yet")
        yield from super().pull(cursor)


def test_from_the_start_holds_until_a_source_was_read_once(stage: Stage) -> None:
    source = DownAtFirst(from_start=False, trouble=SourceDown("it does not answer yet"), every_seconds=1)
    rings = Rings()
    wall = at_wall(stage, source)
    source.hand(good(wall.incident()))
    ticker = Ticker(wall.house, rings, Start(from_start=True))
    ticker.start()
    while not stage.states(GREEN, "local"):
        assert rings.wait()
    ticker.stop()
    assert stage.fates() == [("posted", "alone-and-fresh")]
