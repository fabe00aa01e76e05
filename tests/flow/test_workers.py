"""The pool: woken at once, side by side across accounts, settled when it stops."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from typing import Any, cast

import pytest
from sqlalchemy import create_engine, text

from core.adapters.wakeups import InProcessWakeups
from core.domain.deliveries import Delivery, Outcome
from core.flow.deliver import PostOffice
from core.flow.workers import Workers, drain
from core.ports.channel import PostDeferred
from core.ports.store import Store, Tx
from tests.fakes.odd_platform import lost_answer
from tests.flow.stage import BLUE, GREEN, RED, Stage

PATIENCE = 60.0
"""Seconds after which an event that does not come is taken to be lost; far more than a sweep."""


@contextmanager
def at_work(office: PostOffice, wakeups: InProcessWakeups, size: int = 2) -> Iterator[Workers]:
    workers = Workers(office, wakeups, size)
    workers.start()
    try:
        yield workers
    finally:
        workers.stop()


@contextmanager
def let_go(held: threading.Event) -> Iterator[None]:
    """Whatever a test finds, what it holds goes on."""
    try:
        yield
    finally:
        held.set()


class Settled:
    """Counts what was settled on the odd platform, and lets a test wait for it."""

    def __init__(self) -> None:
        self._count = threading.Semaphore(0)

    def __call__(self, delivery: Delivery, outcome: Outcome | None) -> None:
        if delivery.key.account.startswith("x:"):
            self._count.release()

    def wait_for(self, number: int) -> bool:
        return all(self._count.acquire(timeout=PATIENCE) for _ in range(number))


def test_a_ring_delivers_without_waiting_for_the_sweep(live: Stage) -> None:
    settled, wakeups = Settled(), InProcessWakeups()
    never_sweeping = replace(live.office, said=settled)
    with at_work(never_sweeping, wakeups):
        for number in range(3):
            live.take(live.incident(str(number), station=("Harbour", "Upper Lock", "Quarry End")[number]))
            live.think()
            wakeups.ring()
            assert settled.wait_for(1)
            assert len(live.platform.texts(GREEN)) == number + 1


def test_stop_settles_what_is_in_flight_and_begins_nothing_more(live: Stage) -> None:
    live.platform.hold = threading.Event()
    live.take(live.incident("1"), live.incident("2", station="Upper Lock"))
    live.think()
    workers = Workers(live.office, InProcessWakeups(), 1)
    workers.start()
    assert live.platform.called.acquire(timeout=PATIENCE)
    stopping = threading.Thread(target=workers.stop)
    stopping.start()
    live.platform.hold.set()
    stopping.join(PATIENCE)
    assert not stopping.is_alive()
    assert "attempting" not in live.states(GREEN)
    assert len(live.platform.record) == live.states(GREEN).count("delivered")
    live.platform.hold = None
    live.work()
    assert len(live.platform.texts(GREEN)) == 2
    assert live.platform.looks == 0, "nothing was left open"


def test_a_slow_account_holds_up_no_other(live: Stage) -> None:
    settled = Settled()
    held = threading.Event()
    live.platform.hold = held
    live.take(live.incident("1"))
    live.think()
    with at_work(replace(live.office, said=settled), InProcessWakeups(), size=3) as workers, let_go(held):
        assert live.platform.called.acquire(timeout=PATIENCE)
        live.platform.hold = None
        live.take(live.incident("2", station="Central"))
        live.think()
        workers.ring()
        assert settled.wait_for(2)
        assert (len(live.platform.texts(RED)), len(live.platform.reposts(BLUE))) == (1, 1)
        assert live.states(GREEN) == ["attempting"]
    assert live.states(GREEN) == ["delivered"]


def test_what_is_told_of_a_post_can_not_stop_the_pool(live: Stage) -> None:
    settled = Settled()

    def told(delivery: Delivery, outcome: Outcome | None) -> None:
        settled(delivery, outcome)
        raise BrokenPipeError

    wakeups = InProcessWakeups()
    with at_work(replace(live.office, said=told), wakeups, size=1) as workers:
        for number, station in enumerate(("Harbour", "Upper Lock")):
            live.take(live.incident(str(number), station=station))
            live.think()
            workers.ring()
            assert settled.wait_for(1)
    live.work()
    assert len(live.platform.texts(GREEN)) == 2


def test_a_store_that_breaks_is_told_and_ends_the_pool(live: Stage) -> None:
    engine = create_engine(live.fleet.settings.store_url)
    with engine.begin() as db:
        db.execute(text("ALTER TABLE deliveries RENAME TO somewhere_else"))
    gave_up = threading.Event()
    workers = Workers(live.office, InProcessWakeups(), 2, gave_up.set)
    workers.start()
    assert gave_up.wait(PATIENCE)
    workers.stop()
    assert workers.trouble is not None
    assert "can't be used" in workers.trouble
    with engine.begin() as db:
        db.execute(text("ALTER TABLE somewhere_else RENAME TO deliveries"))
    engine.dispose()


def test_draining_waits_for_what_time_alone_makes_ready(live: Stage) -> None:
    live.platform.before.append(PostDeferred("busy", 40))
    live.take(live.incident())
    live.think()
    waited: list[float] = []

    def wait(seconds: float) -> None:
        waited.append(seconds)
        live.time_passes(seconds + 0.01)

    assert drain(live.office, 120, wait)
    assert 30 < sum(waited) < 41
    assert len(live.platform.texts(GREEN)) == 1


def test_draining_gives_up_when_patience_runs_out(live: Stage) -> None:
    live.platform.after.append(lost_answer())
    live.platform.incomplete_looks = 1000
    live.take(live.incident())
    live.think()
    waited: list[float] = []

    def wait(seconds: float) -> None:
        waited.append(seconds)
        live.time_passes(seconds + 0.01)

    assert not drain(live.office, 100, wait)
    assert sum(waited) <= 100
    assert len(live.platform.texts(GREEN)) == 1


@dataclass
class _Hesitant:
    """A store of which one transaction comes late: by then the database's clock has gone on."""

    store: Store
    late: int
    wait: Callable[[], None]
    begun: int = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    def begin(self, durable: bool = False) -> AbstractContextManager[Tx]:
        self.begun += 1
        if self.begun == self.late:
            self.wait()
        return self.store.begin(durable)


@pytest.mark.parametrize("late", range(1, 7))
def test_a_dead_owners_lease_may_end_at_any_moment_of_draining(live: Stage, late: int) -> None:
    live.take(live.incident())
    live.think()
    with live.fleet.store.begin() as tx:
        assert len(tx.outbox.claim("killed", live.clock.now(), 30, 10)) == 2
    hesitant = _Hesitant(live.fleet.store, late, lambda: live.time_passes(31))
    assert drain(replace(live.office, store=cast("Store", hesitant)), 120, live.time_passes)
    assert len(live.platform.texts(GREEN)) == 1, "quiet is said of what could have gone"
