"""What was taken back stays so, and no attempt comes after a pause but one that takes back, on each database."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.domain.deliveries import Act, Deferred, NewDelivery
from core.domain.lines import AccountId
from core.domain.notices import Urgency
from core.domain.taking_back import Because, Pause, Retraction
from core.ports.store import Store
from tests.contract.samples import (
    GREEN,
    NOW,
    PUBLISH,
    RED,
    attempt,
    claim,
    claimed_keys,
    deliver,
    key,
    notice,
    owe,
    owed,
    revision,
    settle,
    state_of,
)

BACK = {"urgency": Urgency.TAKING_BACK}


def paused(store: Store, account: AccountId | None = None, *, removals_too: bool = False, scope: str = "all") -> None:
    with store.begin(durable=True) as tx:
        tx.pauses.add([Pause(scope=scope, account=account, removals_too=removals_too, by="ana", at=NOW)])


def removal() -> NewDelivery:
    return owed(key("n9", act=Act.REMOVE), **BACK)


@pytest.mark.parametrize("account", [None, GREEN], ids=["everything", "the account"])
class TestPaused:
    def test_nothing_is_claimed_and_goes_on_where_it_stood(self, store: Store, account: AccountId | None) -> None:
        owe(store, owed())
        paused(store, account)
        assert claimed_keys(store) == []
        with store.begin() as tx:
            assert tx.pauses.remove("all") == 1
            assert tx.pauses.remove("all") == 0
        assert deliver(store) == [key()]

    def test_no_attempt_is_written_for_what_was_claimed_before(self, store: Store, account: AccountId | None) -> None:
        owe(store, owed())
        [taken] = claim(store)
        paused(store, account)
        assert attempt(store, taken) is None
        assert state_of(store, key()) == "due"

    def test_what_takes_back_goes_all_the_same(self, store: Store, account: AccountId | None) -> None:
        correction = owed(key("n8"), **BACK)
        owe(store, owed(), removal(), correction)
        paused(store, account)
        assert set(map(str, deliver(store))) == {str(removal().key), str(correction.key)}

    def test_not_even_that_where_the_pause_says_so(self, store: Store, account: AccountId | None) -> None:
        owe(store, removal())
        [taken] = claim(store)
        paused(store, account, removals_too=True)
        assert attempt(store, taken) is None
        assert claimed_keys(store, "two") == []

    def test_what_is_paused_is_quiet(self, store: Store, account: AccountId | None) -> None:
        owe(store, owed())
        paused(store, account)
        with store.begin() as tx:
            assert tx.outbox.quiet()
            assert tx.outbox.seconds_to_next() is None


def test_other_accounts_go_on(store: Store):
    owe(store, owed(), owed(key(account=RED)))
    paused(store, GREEN)
    assert deliver(store) == [key(account=RED)]


def test_a_pause_under_the_same_name_takes_the_place_of_the_first(store: Store):
    paused(store, GREEN)
    paused(store, GREEN, removals_too=True)
    paused(store, RED, scope="account")
    with store.begin() as tx:
        assert [(row.scope, row.account, row.removals_too) for row in tx.pauses.rows()] == [
            ("account", RED, False),
            ("all", GREEN, True),
        ]


def test_no_attempt_row_stands_after_the_pauses(store: Store):
    """However the two meet: an attempt was written before the pause could be, or there is none."""
    for number in range(6):
        name = f"n{number}"
        owe(store, owed(key(name)))
        taken = next(one for one in claim(store) if one.key == key(name))
        at_once = threading.Barrier(2)
        done: list[str] = []

        def try_it(taken=taken, at_once=at_once, done=done) -> bool:
            at_once.wait()
            with store.begin(durable=True) as tx:
                tried = tx.outbox.begin_attempt(taken.id, "one", NOW)
                done.append("attempt")
            return tried is not None

        def pause_it(at_once=at_once, done=done) -> None:
            at_once.wait()
            with store.begin(durable=True) as tx:
                tx.pauses.add([Pause(scope="all", account=None, removals_too=False, by="ana", at=NOW)])
                done.append("pause")

        with ThreadPoolExecutor(2) as pool:
            tried, _ = pool.submit(try_it), pool.submit(pause_it).result()
            assert tried.result() == (done[0] == "attempt")
        with store.begin() as tx:
            tx.pauses.remove("all")
            tx.outbox.release("one")


def test_a_removal_waits_for_no_other_post_of_its_notice(store: Store):
    owe(store, owed(key(part=1)), owed(key(part=2)))
    [first] = claim(store)
    assert attempt(store, first) is not None
    owe(store, owed(key(number=2, act=Act.REMOVE), **BACK))
    assert claimed_keys(store) == [key(number=2, act=Act.REMOVE)]


def test_only_what_takes_back_is_claimed_when_that_is_asked(store: Store):
    owe(store, owed(), removal())
    with store.begin() as tx:
        assert [one.key for one in tx.outbox.claim("one", NOW, 60, 10, taking_back=True)] == [removal().key]


@pytest.mark.parametrize("how", ["deferred", "absent"])
def test_what_surely_was_not_sent_is_withdrawn_at_once_when_a_newer_revision_came(store: Store, how: str):
    with store.begin() as tx:
        tx.notices.create(notice())
        tx.notices.add_revision(revision(), PUBLISH, "hash")
    owe(store, owed(), owed(key(act=Act.REMOVE), needs=key(), **BACK))
    [taken] = claim(store)
    tried = attempt(store, taken)
    with store.begin() as tx:
        tx.notices.add_revision(revision(number=2), PUBLISH, "hash")
    if how == "deferred":
        assert settle(store, tried, Deferred(seconds=60, why="busy"))
    else:
        assert tried is not None
        with store.begin(durable=True) as tx:
            assert tx.outbox.surely_absent(tried)
    assert (state_of(store, key()), state_of(store, key(act=Act.REMOVE))) == ("withdrawn", "withdrawn")


def test_what_waits_for_a_person_is_looked_up_once_more(store: Store):
    owe(store, owed())
    [taken] = claim(store)
    tried = attempt(store, taken)
    assert tried is not None
    with store.begin(durable=True) as tx:
        assert tx.outbox.wait_for_person(tried, "nobody can tell")
    with store.begin() as tx:
        assert tx.outbox.look_again(key().notice_id) == 1
        assert tx.outbox.look_again(key().notice_id) == 0
        [(again, _)] = tx.outbox.unsettled("two", 60, 30, 10)
    assert again.key == key()


def test_the_first_retraction_stands(store: Store):
    this, other = notice("n1"), notice("n2")
    first = Retraction(notice_id=this.id, for_notice=this.id, because=Because.ERROR, by="ana", at=NOW)
    beside = Retraction(notice_id=other.id, for_notice=this.id, because=Because.ERROR, by="ana", at=NOW)
    with store.begin() as tx:
        tx.notices.create(this)
        tx.notices.create(other)
        assert tx.retractions.get(this.id) is None
        assert tx.retractions.add(first)
        assert tx.retractions.add(beside)
        assert not tx.retractions.add(first.model_copy(update={"because": Because.EXPIRY}))
        assert tx.retractions.get(this.id) == first
        assert tx.retractions.made_for(this.id) == [first, beside]
        assert tx.retractions.made_for(other.id) == []
