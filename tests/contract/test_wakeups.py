"""A ring wakes whoever waits, at once and once."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.adapters.postgres_wakeups import PostgresWakeups
from core.adapters.wakeups import InProcessWakeups, SocketWakeups
from core.ports.store import StoreBroken
from tests.fakes.postgres import Postgres

ROOT = Path(__file__).parents[2]
LONG = 60.0
PIPES: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
OPEN = (
    "import sys, pathlib; from core.adapters.wakeups import SocketWakeups; w = SocketWakeups(pathlib.Path(sys.argv[1]))"
)


def folders(tmp_path: Path) -> list[Path]:
    return [tmp_path / "bells", tmp_path / ("a-long-name-" * 12) / "bells"]


POSTGRES = pytest.param("postgres", marks=pytest.mark.postgres)


@pytest.fixture(params=["in process", "socket", "socket far down", POSTGRES])
def wakeups(
    request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[InProcessWakeups | SocketWakeups | PostgresWakeups]:
    short, long = folders(tmp_path)
    made: InProcessWakeups | SocketWakeups | PostgresWakeups
    match request.param:
        case "in process":
            made = InProcessWakeups()
        case "postgres":
            made = PostgresWakeups(request.getfixturevalue("bell_url"))
        case "socket far down":
            made = SocketWakeups(long)
        case _:
            made = SocketWakeups(short)
    yield made
    made.close()
    made.close()


@pytest.fixture
def bell_url(postgres: Postgres) -> Iterator[str]:
    """An empty database."""
    url = postgres.empty_database()
    yield url
    postgres.drop(url)


def test_without_a_ring_the_wait_ends_by_itself(wakeups):
    assert not wakeups.wait(0)


def test_a_ring_before_the_wait_counts_and_counts_once(wakeups):
    wakeups.ring()
    wakeups.ring()
    assert wakeups.wait(LONG)
    assert not wakeups.wait(0)


def test_a_ring_wakes_a_thread_that_waits(wakeups):
    woken: list[bool] = []
    waiter = threading.Thread(target=lambda: woken.append(wakeups.wait(LONG)))
    waiter.start()
    wakeups.ring()
    waiter.join(LONG)
    assert woken == [True]


def test_more_rings_than_anything_can_hold_do_not_block(wakeups):
    for _ in range(3000):
        wakeups.ring()
    assert wakeups.wait(LONG)
    assert not wakeups.wait(0)


def test_another_process_wakes_and_is_woken(tmp_path: Path):
    mine = SocketWakeups(tmp_path)
    told = "; w.ring(); w.wait(60); print('heard myself', flush=True); print(w.wait(60)); w.close()"
    with subprocess.Popen([sys.executable, "-c", OPEN + told, str(tmp_path)], cwd=ROOT, **PIPES) as other:
        assert mine.wait(LONG)
        assert other.stdout is not None
        assert other.stdout.readline().strip() == "heard myself"
        mine.ring()
        assert other.stdout.read().strip() == "True"
    mine.close()
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_left_is_cleared_away(tmp_path: Path):
    mine = SocketWakeups(tmp_path)
    told = "; print(1, flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", OPEN + told, str(tmp_path)], cwd=ROOT, **PIPES) as other:
        assert other.stdout is not None
        other.stdout.readline()
        other.kill()
    assert len(list(tmp_path.iterdir())) == 2
    mine.ring()
    assert mine.wait(LONG)
    assert len(list(tmp_path.iterdir())) == 1
    mine.close()


def test_a_place_that_can_hold_no_sockets():
    with tempfile.TemporaryDirectory(dir="/tmp") as short:  # a long path would be given another, short one
        (Path(short) / "file").write_text("made up")
        with pytest.raises(StoreBroken, match="wake-up"):
            SocketWakeups(Path(short) / "file")


def test_a_long_place_under_a_long_temporary_folder_still_rings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    long = tmp_path / ("x" * 60) / ("y" * 60)
    long.mkdir(parents=True)
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    mine = SocketWakeups(long)
    mine.ring()
    assert mine.wait(5)
    mine.close()


def test_a_ring_never_touches_what_is_no_socket(tmp_path: Path):
    (tmp_path / "fleet.db").write_text("made up")
    mine = SocketWakeups(tmp_path)
    mine.ring()
    mine.close()
    assert (tmp_path / "fleet.db").read_text() == "made up"
