"""An attempt is written before it is made; how it ends, and who may say so."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.domain.deliveries import Act, Deferred, Delivered, Refused, Unknown
from core.domain.lines import AccountId
from core.domain.notices import ReplyTo, Urgency
from core.ports.store import Store
from tests.contract.conftest import Place
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
    leases_run_out,
    notice,
    owe,
    owed,
    receipt,
    revision,
    settle,
    state_of,
)


def unsettled(store: Store, owner: str = "two", lease: float = 60, grace: float = 0):
    with store.begin() as tx:
        return list(tx.outbox.unsettled(owner, lease, grace, 10))


def newer_revision(store: Store, name: str = "n1") -> None:
    with store.begin() as tx:
        tx.notices.create(notice(name))
        tx.notices.add_revision(revision(name, 1), PUBLISH, "hash")
        tx.notices.add_revision(revision(name, 2), PUBLISH, "hash")


def test_delivered_keeps_the_receipt(store: Store):
    owe(store, owed())
    assert deliver(store) == [key()]
    with store.begin() as tx:
        assert tx.outbox.receipt(key()) == receipt()
        [latest] = tx.outbox.recent(5)
        assert tx.outbox.receipt(key("other")) is None
    assert (latest.key, latest.receipt, latest.attempts) == (key(), receipt(), 1)


def test_an_update_carries_the_receipt_of_what_it_answers(store: Store):
    owe(store, owed())
    deliver(store)
    owe(store, owed(key(number=2), reply_to=ReplyTo(revision=1, language="en", part=1)))
    [taken] = claim(store)
    assert taken.reply_receipt == receipt()


def test_nothing_is_tried_without_the_lease(store: Store):
    owe(store, owed())
    [taken] = claim(store)
    assert attempt(store, taken, "two") is None
    assert attempt(store, taken, "one") is not None
    assert attempt(store, taken, "one") is None


def test_nothing_is_tried_when_the_lease_ran_out(store: Store):
    owe(store, owed())
    [taken] = claim(store, lease=0)
    assert attempt(store, taken) is None
    assert state_of(store, key()) == "due"


def test_a_newer_revision_stops_what_was_claimed_already(store: Store):
    owe(store, owed())
    [taken] = claim(store)
    newer_revision(store)
    assert attempt(store, taken) is None
    assert state_of(store, key()) == "withdrawn"


@pytest.mark.parametrize("back", [{"urgency": Urgency.TAKING_BACK}, {"this": key(act=Act.REMOVE)}])
def test_taking_back_goes_on_whatever_came_later(store: Store, back: dict):
    delivery = owed(**{"expires_at": NOW, **back})
    owe(store, delivery)
    [taken] = claim(store)
    newer_revision(store)
    with store.begin() as tx:
        assert tx.outbox.withdraw_older(key().notice_id, 2, "newer") == 0
    assert attempt(store, taken, now=NOW + timedelta(days=9)) is not None


def test_what_expired_after_the_claim_is_not_tried(store: Store):
    owe(store, owed())
    [taken] = claim(store)
    assert attempt(store, taken, now=taken.expires_at) is None
    assert state_of(store, key()) == "expired"


def test_a_newer_revision_withdraws_only_what_was_not_tried(store: Store):
    waits, in_air, said, other = key(), key(account=RED), key(account=AccountId("local:X")), key("other")
    owe(store, owed(said))
    deliver(store)
    owe(store, owed(in_air))
    [flying] = claim(store)
    tried = attempt(store, flying)
    owe(store, owed(waits), owed(key(number=2, account=GREEN, part=1)), owed(other))
    with store.begin() as tx:
        assert tx.outbox.withdraw_older(key().notice_id, 2, "a newer one came") == 1
    assert [state_of(store, k) for k in (waits, in_air, said, other)] == ["withdrawn", "attempting", "delivered", "due"]
    assert settle(store, tried)
    assert state_of(store, key(number=2)) == "due"


def test_an_erased_incident_is_not_posted(store: Store):
    with store.begin() as tx:
        tx.notices.create(notice("n1", about="the incident"))
    owe(store, owed(), owed(key("n2")))
    first, _ = claim(store)
    with store.begin() as tx:
        assert tx.vault.erase("the incident") == 1
    assert attempt(store, first) is None
    assert (state_of(store, key()), state_of(store, key("n2"))) == ("withdrawn", "due")


def test_an_open_attempt_whose_lease_runs_is_nobody_elses(store: Store):
    owe(store, owed())
    attempt(store, claim(store)[0])
    assert unsettled(store) == []
    assert claimed_keys(store, "two") == []


def test_an_open_attempt_whose_lease_ran_out_is_looked_up_and_never_due(store: Store, place: Place):
    owe(store, owed())
    tried = attempt(store, claim(store)[0])
    assert tried is not None
    leases_run_out(place.url)
    assert claimed_keys(store, "two") == []
    [(delivery, taken_over)] = unsettled(store, "two")
    assert (delivery.key, taken_over.id, taken_over.owner) == (key(), tried.id, "two")
    assert taken_over.started_at == tried.started_at
    assert claimed_keys(store, "two") == []


def test_an_owner_whose_lease_ran_out_still_settles_while_nobody_took_over(store: Store, place: Place):
    owe(store, owed())
    tried = attempt(store, claim(store)[0])
    leases_run_out(place.url)
    assert settle(store, tried)
    assert state_of(store, key()) == "delivered"


def test_whoever_took_an_attempt_over_fences_the_first(store: Store):
    owe(store, owed())
    tried = attempt(store, claim(store)[0])
    assert tried is not None
    settle(store, tried, Unknown(why="no answer"))
    [(_, mine)] = unsettled(store, "two")
    with store.begin() as tx:
        assert not tx.outbox.settle(tried, Delivered(receipt=receipt("stray")))
        assert not tx.outbox.surely_absent(tried)
        assert not tx.outbox.wait_for_person(tried, "made up")
        assert tx.outbox.looked(tried, conclusive=True).looks == 0
    assert state_of(store, key()) == "unknown"
    assert settle(store, mine)
    assert state_of(store, key()) == "delivered"


def test_an_attempt_is_settled_once(store: Store):
    owe(store, owed())
    tried = attempt(store, claim(store)[0])
    assert settle(store, tried)
    assert not settle(store, tried, Refused(why="late"))
    assert state_of(store, key()) == "delivered"


def test_an_unknown_is_leased_by_one_at_a_time(store: Store):
    owe(store, owed())
    deliver(store, outcome=Unknown(why="no answer"))
    assert len(unsettled(store, "two")) == 1
    assert unsettled(store, "three") == []


def test_a_look_up_rests_a_grace_before_the_next(store: Store):
    owe(store, owed())
    deliver(store, outcome=Unknown(why="no answer"))
    [(_, first)] = unsettled(store, "two", grace=3600)
    with store.begin() as tx:
        after = tx.outbox.looked(first, conclusive=True)
        seconds = tx.outbox.seconds_to_next()
    assert after.looks == 1
    assert after.looked_at is not None
    assert seconds is not None
    assert 3000 < seconds <= 3600
    assert unsettled(store, "three", grace=3600) == []
    [(_, second)] = unsettled(store, "three", grace=0)
    with store.begin() as tx:
        assert tx.outbox.looked(second, conclusive=False).looks == 1


def test_surely_absent_is_due_again_and_counts_its_tries(store: Store):
    owe(store, owed())
    deliver(store, outcome=Unknown(why="no answer"))
    [(_, looked)] = unsettled(store)
    with store.begin() as tx:
        assert tx.outbox.surely_absent(looked)
    assert not settle(store, looked)
    [again] = claim(store, "three")
    second = attempt(store, again, "three")
    assert second is not None
    assert second.id != looked.id
    assert settle(store, second)
    with store.begin() as tx:
        [stands] = tx.outbox.of_notice(key().notice_id)
    assert stands.attempts == 2


def test_what_a_person_must_settle_is_quiet_listed_and_still_settles(store: Store):
    repost = key(account=RED, act=Act.REPOST)
    owe(store, owed(), owed(repost, needs=key()))
    deliver(store, outcome=Unknown(why="no answer"))
    [(_, tried)] = unsettled(store)
    with store.begin() as tx:
        assert tx.outbox.wait_for_person(tried, "it can't be looked up")
        assert tx.outbox.quiet()
        assert [(row.role, row.why) for row in tx.waiting(9)] == [("operator", "it can't be looked up")]
    assert claimed_keys(store) == []
    assert settle(store, tried)
    with store.begin() as tx:
        assert not tx.outbox.quiet()
    assert claimed_keys(store) == [repost]


def test_quiet_and_the_next_time_follow_what_is_owed(store: Store):
    def rest() -> tuple[bool, float | None]:
        with store.begin() as tx:
            return tx.outbox.quiet(), tx.outbox.seconds_to_next()

    assert rest() == (True, None)
    owe(store, owed())
    assert rest() == (False, None)
    [taken] = claim(store, lease=3600)
    quiet, seconds = rest()
    assert (quiet, seconds is not None and 3000 < seconds <= 3600) == (False, True)
    tried = attempt(store, taken)
    assert not rest()[0]
    settle(store, tried, Deferred(seconds=0, why="again"))
    assert rest() == (False, None)
    deliver(store)
    assert rest() == (True, None)


def test_counts_and_states_tell_what_stands(store: Store):
    owe(store, owed(key("a")), owed(key("b", account=RED)), owed(key("c", account=RED)))
    claim(store, limit=0)
    [first, *_] = claim(store)
    settle(store, attempt(store, first), Refused(why="made up"))
    with store.begin() as tx:
        counts = {(row.account, row.state.value): row.count for row in tx.outbox.counts()}
        due = [d.key for d in tx.outbox.in_states([first.state], 9)]
    assert counts == {(GREEN, "refused"): 1, (RED, "due"): 2}
    assert due == [key("b", account=RED), key("c", account=RED)]
