"""What somebody was called for, on every database."""

from __future__ import annotations

import threading
from datetime import timedelta

from core.ports.store import Store
from tests.contract.conftest import Place
from tests.contract.samples import NOW

SOON, LATER = NOW + timedelta(minutes=2), NOW + timedelta(hours=4)


def take(store: Store, *keys: str, now=NOW) -> list[str]:
    with store.begin() as tx:
        return list(tx.calls.take(keys, now, now + timedelta(minutes=2)))


def test_each_trouble_is_taken_once_until_its_time_comes(store: Store):
    assert take(store, "one", "two") == ["one", "two"]
    assert take(store, "one", "two", "three") == ["three"]
    with store.begin() as tx:
        tx.calls.rung("one", LATER)
    assert take(store, "one", "two", "three", now=SOON) == ["two", "three"]
    assert take(store, "one", now=LATER) == ["one"]


def test_a_trouble_that_is_over_is_forgotten(store: Store):
    take(store, "one", "two")
    assert take(store, "two") == []
    assert take(store) == []
    assert take(store, "one") == ["one"]


def test_of_several_processes_one_takes_it(place: Place):
    stores = [place.open() for _ in range(4)]
    start, taken = threading.Barrier(4), []

    def call(store: Store) -> None:
        start.wait()
        taken.extend(take(store, "one"))

    threads = [threading.Thread(target=call, args=(store,)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert taken == ["one"]
    for store in stores:
        store.close()
