"""The window after a restore, on every database: an attempt says since when its post may stand."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.domain.deliveries import Act, Deferred, Unknown
from core.domain.restored import LookFirst
from core.ports.store import Store
from tests.contract.samples import GREEN, NOW, attempt, claim, key, owe, owed, settle

WINDOW = LookFirst(until=NOW + timedelta(days=1), since=NOW - timedelta(hours=3))


def open_window(store: Store, window: LookFirst = WINDOW) -> None:
    with store.begin() as tx:
        tx.outbox.open_window(window)


def test_there_is_no_window_until_one_is_opened_and_the_newest_counts(store: Store):
    with store.begin() as tx:
        assert tx.outbox.window() is None
    for days in (1, 2):
        window = WINDOW.model_copy(update={"until": NOW + timedelta(days=days)})
        open_window(store, window)
        with store.begin() as tx:
            found = tx.outbox.window()
        assert found is not None
        assert (found.until, found.since) == (window.until, window.since)


@pytest.mark.parametrize(("said_at", "asked"), [(NOW - timedelta(days=9), True), (NOW, True), (WINDOW.until, False)])
def test_what_was_prepared_before_the_window_ends_is_asked_for(store: Store, said_at, asked: bool):
    open_window(store)
    owe(store, owed(said_at=said_at, expires_at=NOW + timedelta(days=9)))
    tried = attempt(store, claim(store)[0])
    assert tried is not None
    assert tried.posted_since == (WINDOW.since if asked else None)


def test_what_takes_a_post_down_asks_nothing_first(store: Store):
    open_window(store)
    owe(store, owed(key(act=Act.REMOVE)))
    tried = attempt(store, claim(store)[0])
    assert tried is not None
    assert tried.posted_since is None


def test_a_look_up_is_handed_since_when_to_look_and_absent_once_is_enough(store: Store):
    open_window(store)
    owe(store, owed(key(account=GREEN)))
    tried = attempt(store, claim(store)[0])
    settle(store, tried, Unknown(why="made up"))
    with store.begin() as tx:
        [(_, found)] = tx.outbox.unsettled("one", 60, 0, 10)
        assert found.posted_since == WINDOW.since
        assert tx.outbox.surely_absent(found)
    again = attempt(store, claim(store)[0])
    assert again is not None
    assert again.posted_since is None
    settle(store, again, Deferred(seconds=0, why="made up"))
    open_window(store)
    third = attempt(store, claim(store)[0])
    assert third is not None
    assert third.posted_since == WINDOW.since
