"""What is to be safe before its caller goes on: durably committed, whoever else commits with it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from core.domain.lines import AccountId
from core.ports.limits import Health
from core.ports.store import Store, StoreBusy, Tx
from tests.contract.conftest import Place
from tests.contract.samples import GREEN, NOW, RED, claim, key, owe, owed, state_of


def failing(name: AccountId) -> Health:
    return Health(account=name, failures=1, failing_since=NOW)


def test_an_act_answers_once_another_process_may_see_what_it_wrote(place: Place):
    store, other = place.open(), place.open(migrate=False)
    names = [AccountId(f"made-up:{number:03}") for number in range(40)]

    def write(name: AccountId) -> bool:
        def act(tx: Tx) -> AccountId:
            tx.limits.fared(failing(name))
            return name

        answer = store.durably(act)
        with other.begin() as tx:
            return answer == name and failing(name) in tx.limits.health()

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(write, names))
    store.close()
    other.close()


def test_an_act_that_raises_leaves_nothing(store: Store):
    def fails(tx: Tx) -> None:
        tx.limits.fared(failing(GREEN))
        raise KeyError("of its own")

    with pytest.raises(KeyError):
        store.durably(fails)
    store.durably(lambda tx: tx.limits.fared(failing(RED)))
    with store.begin() as tx:
        assert tx.limits.health() == [failing(RED)]


def test_an_attempt_is_there_for_others_before_its_caller_goes_on(place: Place):
    store, other = place.open(), place.open(migrate=False)
    owe(store, owed(key()))
    [taken] = claim(store, "worker")
    made = store.durably(lambda tx: tx.outbox.begin_attempt(taken.id, "worker", NOW))
    assert made is not None
    assert state_of(other, key()) == "attempting"
    store.close()
    other.close()


def test_a_store_that_another_holds_says_so(place: Place):
    holder, store = place.open(), place.open(busy_seconds=0.2, migrate=False)
    with holder.begin() as tx:
        tx.limits.fared(failing(GREEN))
        with pytest.raises(StoreBusy):
            store.durably(lambda mine: mine.limits.fared(failing(GREEN)))
    store.durably(lambda mine: mine.limits.fared(failing(RED)))
    holder.close()
    store.close()
