"""Who may take which delivery, when and in what order."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from core.domain.accounts import AccountRecord, AccountState
from core.domain.deliveries import Act, Deferred, Refused, Unknown
from core.domain.lines import AccountId
from core.domain.notices import Urgency
from core.ports.store import Store
from tests.contract.samples import (
    GREEN,
    NOW,
    RED,
    attempt,
    claim,
    claimed_keys,
    deliver,
    key,
    owe,
    owed,
    receipt,
    settle,
    state_of,
)


def test_a_delivery_is_kept_once_under_its_key(store: Store):
    owe(store, owed())
    with store.begin() as tx:
        assert tx.outbox.add([owed(), owed()], NOW) == 0
    assert claimed_keys(store) == [key()]


def test_the_words_come_back_as_they_went_in(store: Store):
    owe(store, owed())
    [taken] = claim(store)
    assert taken.post == owed().post
    assert (taken.said_at, taken.expires_at, taken.reference) == (owed().said_at, owed().expires_at, "BCDFGH1")


def test_urgent_goes_before_routine_and_first_prepared_before_later(store: Store):
    late, early, routine, back = key("late"), key("early"), key("routine"), key("back")
    owe(
        store,
        owed(routine, urgency=Urgency.ROUTINE, said_at=NOW - timedelta(hours=9)),
        owed(late),
        owed(early, said_at=NOW - timedelta(hours=1)),
        owed(back, urgency=Urgency.TAKING_BACK, said_at=NOW + timedelta(hours=1)),
    )
    assert claimed_keys(store, limit=3) == [back, early, late]
    assert claimed_keys(store) == [routine]


def test_inside_a_notice_one_after_another(store: Store):
    parts = [key(part=number) for number in (1, 2, 3)]
    owe(store, *[owed(part) for part in parts])
    assert [deliver(store) for _ in parts] == [[part] for part in parts]
    assert deliver(store) == []


def test_what_is_needed_is_delivered_before(store: Store):
    lead, repost = key(), key(account=RED, act=Act.REPOST)
    owe(store, owed(lead), owed(repost, needs=lead))
    assert claimed_keys(store, "one") == [lead]
    assert claimed_keys(store, "two") == []
    with store.begin() as tx:
        tx.outbox.release("one")
    deliver(store)
    [taken] = claim(store)
    assert (taken.key, taken.needs_receipt) == (repost, receipt())


def test_two_owners_never_hold_one_account(store: Store):
    owe(store, owed(key("a")), owed(key("b")), owed(key("c", account=RED)))
    assert claimed_keys(store, "one", limit=1) == [key("a")]
    assert claimed_keys(store, "two") == [key("c", account=RED)]
    assert claimed_keys(store, "one") == [key("b")]


def test_one_account_at_a_time_leaves_the_others_to_others(store: Store):
    routine, urgent = key("routine"), [key("first", RED), key("second", RED)]
    owe(store, owed(routine, urgency=Urgency.ROUTINE), *map(owed, urgent))
    with store.begin() as tx:
        assert [one.key for one in tx.outbox.claim("one", NOW, 60, 10, one_account=True)] == urgent
        assert [one.key for one in tx.outbox.claim("two", NOW, 60, 10, one_account=True)] == [routine]
        assert list(tx.outbox.claim("three", NOW, 60, 10, one_account=True)) == []


def test_side_by_side_no_account_is_shared_and_nothing_is_taken_twice(store: Store):
    accounts = [AccountId(f"local:Example{number}") for number in range(6)]
    owe(store, *[owed(key(f"{account}-{number}", account=account)) for account in accounts for number in range(4)])
    taken: dict[str, list[tuple[str, str]]] = {"one": [], "two": [], "three": []}
    start = threading.Barrier(len(taken))

    def work(owner: str) -> None:
        start.wait()
        for _ in range(4):
            with store.begin() as tx:
                found = tx.outbox.claim(owner, NOW, 60, 3)
            taken[owner] += [(d.key.account, str(d.key)) for d in found]

    threads = [threading.Thread(target=work, args=(owner,)) for owner in taken]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    everything = [text for owner in taken.values() for _, text in owner]
    assert len(everything) == len(set(everything)) >= len(accounts)
    holders = [{account for account, _ in owner} for owner in taken.values()]
    assert sum(len(holder) for holder in holders) == len(set().union(*holders))


def test_a_lease_that_ran_out_without_an_attempt_is_due_again(store: Store):
    owe(store, owed())
    [lost] = claim(store, "one", lease=0)
    assert claimed_keys(store, "two") == [key()]
    assert attempt(store, lost, "one") is None
    [again] = [d for d in [lost] if attempt(store, d, "two")]
    assert again.key == key()


def test_a_lease_given_back_is_due_at_once_but_not_one_with_an_attempt(store: Store):
    owe(store, owed(key("a")), owed(key("b")))
    first, _second = claim(store)
    attempt(store, first)
    with store.begin() as tx:
        assert tx.outbox.release("one") == 1
    assert claimed_keys(store, "two") == []
    assert claimed_keys(store, "one") == [key("b")]


def test_an_account_that_is_not_ready_waits_and_others_go_on(store: Store):
    owe(store, owed(key("a")), owed(key("b", account=RED)))
    with store.begin() as tx:
        tx.accounts.set_state(AccountRecord(account=GREEN, state=AccountState.NEEDS_LOGIN, why="made up"))
    assert claimed_keys(store) == [key("b", account=RED)]
    with store.begin() as tx:
        tx.accounts.set_state(AccountRecord(account=GREEN))
    assert claimed_keys(store) == [key("a")]


@pytest.mark.parametrize("ends", [Unknown(why="no answer"), None])
def test_an_attempt_in_the_air_blocks_its_notice_on_its_account_only(store: Store, ends: Unknown | None):
    blocked, same_account, same_notice = key(part=2), key("other"), key(account=RED)
    owe(store, owed(), owed(blocked), owed(same_account), owed(same_notice))
    tried = attempt(store, claim(store, limit=1)[0])
    if ends is not None:
        settle(store, tried, ends)
    assert set(map(str, claimed_keys(store))) == {str(same_account), str(same_notice)}
    with store.begin() as tx:
        tx.outbox.release("one")
    if ends is not None:
        with store.begin() as tx:
            [(_, tried)] = tx.outbox.unsettled("one", 60, 0, 10)
    assert settle(store, tried)
    assert blocked in claimed_keys(store)


def test_what_waits_for_a_person_holds_back_posts_but_no_removal(store: Store):
    stuck, later, removal = key(part=1), key(part=2), key(number=2, act=Act.REMOVE)
    owe(store, owed(stuck), owed(later), owed(removal))
    [first, _] = claim(store, limit=2)
    tried = attempt(store, first)
    assert tried is not None
    with store.begin() as tx:
        tx.outbox.wait_for_person(tried, "made up")
        tx.outbox.release("one")
    assert claimed_keys(store) == [removal]


def test_deferred_is_due_only_after_its_seconds(store: Store):
    owe(store, owed())
    deliver(store, outcome=Deferred(seconds=3600, why="rate limit"))
    assert claimed_keys(store) == []
    with store.begin() as tx:
        seconds = tx.outbox.seconds_to_next()
    assert seconds is not None
    assert 3000 < seconds <= 3600


def test_deferred_for_no_time_is_due_at_once(store: Store):
    owe(store, owed())
    deliver(store, outcome=Deferred(seconds=0, why="rate limit"))
    assert deliver(store) == [key()]


def test_postponed_is_as_if_never_taken_until_its_seconds_are_over(store: Store):
    owe(store, owed())
    [taken] = claim(store)
    with store.begin() as tx:
        assert not tx.outbox.postpone(taken.id, "two", 0, "made up")
        assert tx.outbox.postpone(taken.id, "one", 3600, "made up")
        assert tx.outbox.seconds_to_next() is not None
    assert claimed_keys(store) == []
    with store.begin() as tx:
        [stands] = tx.outbox.of_notice(key().notice_id)
    assert (stands.attempts, stands.why) == (0, "made up")


def test_past_its_time_it_expires_and_takes_what_needs_it_along(store: Store):
    repost = key(account=RED, act=Act.REPOST)
    owe(store, owed(expires_at=NOW), owed(repost, needs=key(), expires_at=NOW + timedelta(hours=9)))
    assert claimed_keys(store) == []
    assert (state_of(store, key()), state_of(store, repost)) == ("expired", "withdrawn")


def test_taking_back_never_expires(store: Store):
    removal, correction = key(act=Act.REMOVE), key("n2", number=2)
    owe(store, owed(removal, expires_at=NOW), owed(correction, urgency=Urgency.TAKING_BACK, expires_at=NOW))
    assert set(map(str, deliver(store))) == {str(removal), str(correction)}


def test_a_practice_delivery_follows_a_practised_one_and_a_live_one_does_not(store: Store):
    practice, live = key(account=RED, act=Act.REPOST), key(account=AccountId("local:Other"), act=Act.REPOST)
    owe(store, owed(practice=True), owed(practice, needs=key(), practice=True), owed(live, needs=key()))
    [first] = claim(store)
    with store.begin() as tx:
        assert not tx.outbox.practised(first.id, "two")
        assert tx.outbox.practised(first.id, "one")
    assert state_of(store, key()) == "practised"
    assert claimed_keys(store) == [practice]


def test_a_live_delivery_is_never_taken_for_practised(store: Store):
    owe(store, owed())
    [taken] = claim(store)
    with store.begin() as tx:
        assert not tx.outbox.practised(taken.id, "one")
    assert state_of(store, key()) == "due"


def test_refused_withdraws_whatever_needs_it_with_the_reason(store: Store):
    second, repost, other = key(part=2), key(account=RED, act=Act.REPOST), key("other")
    owe(store, owed(), owed(second, needs=key()), owed(repost, needs=second), owed(other))
    taken = claim(store)
    settle(store, attempt(store, taken[0]), Refused(why="too long"))
    with store.begin() as tx:
        stand = {str(d.key): (d.state.value, d.why) for d in tx.outbox.of_notice(key().notice_id)}
    assert stand == {
        str(key()): ("refused", "too long"),
        str(second): ("withdrawn", "too long"),
        str(repost): ("withdrawn", "too long"),
    }
    assert state_of(store, other) == "due"
