"""Processes on several machines wake each other through the database that holds the store."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from bots.fleet import fleet as make_bots
from core.adapters.postgres_wakeups import PostgresWakeups
from core.flow.workers import Workers
from core.ports.wakeups import Wakeups
from core.wiring import Wiring
from tests.fakes.example_fleet import write_fleet
from tests.fakes.postgres import Postgres
from tests.story.driven import Driven

pytestmark = pytest.mark.postgres
ROOT = Path(__file__).parents[2]
LONG = 60.0
OTHER = (
    "import sys; from core.adapters.postgres_wakeups import PostgresWakeups; w = PostgresWakeups(sys.argv[1]);"
    "print('listens', flush=True); print(w.wait(60), flush=True); w.ring(); w.close()"
)


@pytest.fixture
def url(postgres: Postgres) -> Iterator[str]:
    made = postgres.empty_database()
    yield made
    postgres.drop(made)


def cut_off(url: str) -> None:
    """The server ends every other connection to this database."""
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as line:
        line.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def test_another_process_wakes_and_is_woken_and_its_last_ring_is_heard(url: str) -> None:
    with (
        closing(PostgresWakeups(url)) as mine,
        subprocess.Popen([sys.executable, "-c", OTHER, url], cwd=ROOT, stdout=subprocess.PIPE, text=True) as other,
    ):
        assert other.stdout is not None
        assert other.stdout.readline().strip() == "listens"
        mine.ring()
        assert mine.wait(LONG)  # one's own ring counts
        assert other.stdout.readline().strip() == "True"
        assert mine.wait(LONG)  # and so does the other's, rung just before it ended


def test_a_lost_connection_is_made_anew_and_rings_since_something_may_have_been_missed(
    url: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    with closing(PostgresWakeups(url)) as mine:
        cut_off(url)
        assert mine.wait(LONG)  # connected again
        with closing(PostgresWakeups(url)) as other:
            other.ring()
        assert mine.wait(LONG)
    assert "wakes this fleet no more" in caplog.text


def test_without_a_database_the_ring_harms_nobody_and_the_wait_ends_by_itself(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with closing(PostgresWakeups("postgresql+psycopg://nobody:made-up-word@127.0.0.1:1/none")) as alone:
        alone.ring()
        assert alone.wait(LONG)  # its own workers hear it all the same
        assert not alone.wait(0)
    assert "made-up-word" not in caplog.text


class Overheard:
    """The port Wakeups before a real one: remembers that somebody outside rang, and lets a test wait for it."""

    def __init__(self, bell: Wakeups) -> None:
        self._bell = bell
        self.rang = threading.Event()
        self.ring, self.close = bell.ring, bell.close

    def wait(self, seconds: float) -> bool:
        rang = self._bell.wait(seconds)
        if rang:
            self.rang.set()
        return rang


def test_what_one_process_prepares_another_process_is_woken_for_and_delivers(url: str, tmp_path: Path) -> None:
    config = write_fleet(tmp_path, mode="off")
    around = {"SUBWAY_FLEET_STORE": url}
    driven = Driven(config, around)
    around["SUBWAY_FLEET_TOKEN"] = driven.must(
        "people", "add", "ann", "--role", "officer", "--role", "operator"
    ).strip()
    driven.environ |= around
    wiring = Wiring(make_bots, around)
    said = threading.Event()
    with wiring.open(wiring.settings(config), said=lambda delivery, outcome: said.set()) as fleet:
        bell = Overheard(fleet.wakeups)
        workers = Workers(fleet.office, bell, 2)
        workers.start()
        try:
            driven.must("incident", "add", "--station", "Harbour", "--offence", "ROB")
            assert bell.rang.wait(LONG)  # nobody in this process rings before the pool stops
            assert said.wait(LONG)
        finally:
            workers.stop()
        assert len(fleet.timeline.threads("ExampleGreen", 10)) == 1
