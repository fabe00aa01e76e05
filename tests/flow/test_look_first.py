"""The window after a restore: asked first, said only when it is surely not there."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import create_engine, text

from core.domain.lines import Account
from core.domain.restored import LookFirst
from core.flow.workers import work_once
from core.ports.channel import Look, LookUp, PostDeferred, Probe
from tests.fakes.odd_platform import OddPlatform
from tests.flow.stage import GREEN, Stage


def open_window(live: Stage, hours: float = 1) -> None:
    """As a restore does, for what is prepared in the next hours."""
    now = live.clock.now()
    with live.fleet.store.begin() as tx:
        tx.outbox.open_window(LookFirst(until=now + timedelta(hours=hours), since=now - timedelta(hours=1)))


def forget(live: Stage) -> None:
    """Take back in the store, not on the platform, what was said: as an older copy of the store would have it."""
    engine = create_engine(live.fleet.settings.store_url)
    with engine.begin() as store:
        store.execute(text("UPDATE deliveries SET state = 'due', attempt_id = NULL, receipt = NULL, receipt_at = NULL"))
    engine.dispose()


def test_what_stands_there_is_found_and_not_said_again(live: Stage) -> None:
    live.go(live.incident())
    calls = list(live.platform.calls)
    forget(live)
    open_window(live)
    live.work()
    assert live.platform.calls == calls == [GREEN]
    assert live.states(GREEN) == ["delivered"]
    assert len(live.posts(GREEN)) == 1


@dataclass
class Asked(OddPlatform):
    """Remembers since when it was asked to look."""

    since: list[datetime] = field(default_factory=list)

    def find(self, account: Account, probe: Probe) -> Look:
        self.since.append(probe.attempted_at)
        return super().find(account, probe)


def test_the_look_reads_back_to_the_copy_and_not_to_the_try(live: Stage) -> None:
    asked = Asked(live.clock.now)
    office = replace(live.office, channels={**live.office.channels, "x": asked})
    open_window(live)
    live.take(live.incident())
    live.think()
    while work_once(office, "worker"):
        pass
    assert asked.since == [live.clock.now() - timedelta(hours=1)]


def test_what_is_not_there_is_looked_for_twice_and_then_said_once(live: Stage) -> None:
    open_window(live)
    live.go(live.incident())
    assert live.platform.looks == 2
    assert live.platform.calls == [GREEN]
    assert live.states(GREEN) == ["delivered"]


def test_what_was_surely_absent_once_is_not_looked_for_before_each_further_try(live: Stage) -> None:
    open_window(live)
    live.platform.before.append(PostDeferred("later", 5))
    live.go(live.incident())
    assert (live.platform.looks, live.platform.calls) == (2, [GREEN, GREEN])


def test_a_second_restore_asks_again(live: Stage) -> None:
    open_window(live)
    live.go(live.incident())
    forget(live)
    live.time_passes(1)
    open_window(live)
    live.work()
    assert live.platform.calls == [GREEN]


def test_where_nothing_can_be_looked_up_a_person_decides(live: Stage) -> None:
    live.platform.abilities = live.platform.abilities.model_copy(update={"look_up": LookUp.NONE})
    open_window(live)
    live.go(live.incident())
    assert live.platform.calls == []
    assert live.states(GREEN) == ["waiting"]


def test_what_is_prepared_after_the_window_is_said_at_once(live: Stage) -> None:
    open_window(live, hours=0.5)
    live.clock.step(hours=1)
    live.go(live.incident())
    assert (live.platform.looks, live.platform.calls) == (0, [GREEN])


def test_what_was_prepared_in_the_window_is_looked_up_also_when_it_goes_out_later(live: Stage) -> None:
    open_window(live, hours=0.5)
    live.take(live.incident())
    live.think()
    live.clock.step(hours=1)
    live.work()
    assert (live.platform.looks, live.platform.calls) == (2, [GREEN])
