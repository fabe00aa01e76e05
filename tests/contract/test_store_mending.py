"""Lost leads, broken threads and old backlogs are set right on each database, and never behind an attempt's back."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from core.domain.deliveries import Act, Deferred, Delivery, DeliveryKey, NewDelivery, Refused, StandAlone, Unknown
from core.domain.lines import AccountId
from core.domain.notices import ReplyTo, Urgency
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
    states,
)

ELSEWHERE = AccountId("odd:ExampleGreenLine")
BLUE = AccountId("local:ExampleBlueLine")


def repost(account: AccountId, of: AccountId = GREEN) -> NewDelivery:
    return owed(key(account=account, act=Act.REPOST), needs=key(account=of))


def spoken(store: Store, revisions: int = 1) -> None:
    with store.begin() as tx:
        tx.notices.create(notice())
        for number in range(1, revisions + 1):
            tx.notices.add_revision(revision(number=number), PUBLISH, "hash")


def hand_over(store: Store, to: AccountId = RED, *others: AccountId) -> bool:
    """The notice of GREEN goes to another account, and `others` repeat it."""
    new = [owed(key(account=to)), *(repost(one, of=to) for one in others)]
    with store.begin(durable=True) as tx:
        return tx.mending.change_lead(key(), new, "the lead changed", NOW)


def unsaid(store: Store, before: timedelta = timedelta(0)) -> list[str]:
    with store.begin() as tx:
        return [str(one.key) for one in tx.mending.unsaid_leads(NOW, NOW - before)]


class TestLostLeads:
    def test_a_refused_first_post_and_one_that_waits_are_seen(self, store: Store) -> None:
        spoken(store)
        owe(store, owed(), owed(key(part=2), needs=key()), repost(RED))
        assert unsaid(store) == [str(key())]
        assert unsaid(store, timedelta(minutes=1)) == []
        deliver(store, outcome=Refused(why="no words today"))
        assert unsaid(store, timedelta(minutes=1)) == [str(key())]
        assert states(store)[str(repost(RED).key)] == "withdrawn"

    @pytest.mark.parametrize("how", ["practised", "takes back", "its life is over", "a newer revision"])
    def test_what_nobody_is_to_lead_any_more_is_not(self, store: Store, how: str) -> None:
        spoken(store, 2 if how == "a newer revision" else 1)
        fates: dict[str, dict[str, Any]] = {
            "practised": {"practice": True},
            "takes back": {"urgency": Urgency.TAKING_BACK},
            "its life is over": {"expires_at": NOW},
        }
        owe(store, owed(**fates.get(how, {})))
        assert unsaid(store) == []

    def test_withdrawn_reposts_are_due_again_and_need_the_new_lead(self, store: Store) -> None:
        owe(store, owed(), owed(key(part=2), needs=key()), repost(RED), repost(BLUE), owed(key(account=ELSEWHERE)))
        [taken] = [one for one in claim(store) if one.key == key()]
        assert settle(store, attempt(store, taken), Refused(why="no words today"))
        with store.begin() as tx:
            tx.outbox.release("one")
        assert hand_over(store, RED, BLUE)
        seen = states(store)
        assert (seen[str(key())], seen[str(key(part=2))]) == ("refused", "withdrawn")
        assert (seen[str(key(account=RED))], seen[str(repost(BLUE).key)]) == ("due", "due")
        assert seen[str(repost(RED).key)] == "withdrawn", "who says it in full repeats nothing"
        assert seen[str(key(account=ELSEWHERE))] == "due", "another platform has a lead of its own"
        assert repost(BLUE).key not in claimed_keys(store, owner="two"), "it needs the new lead's receipt"
        with store.begin() as tx:
            tx.outbox.release("two")
        assert key(account=RED) in deliver(store)
        assert deliver(store) == [repost(BLUE).key]

    def test_what_is_due_of_the_old_lead_is_withdrawn_with_it(self, store: Store) -> None:
        owe(store, owed(), owed(key(part=2), needs=key()), repost(RED))
        assert hand_over(store, RED, GREEN)
        assert {str(key()), str(key(part=2)), str(repost(RED).key)} == {
            one for one, state in states(store).items() if state == "withdrawn"
        }
        assert state_of(store, repost(GREEN).key) == "due"

    @pytest.mark.parametrize("how", ["attempting", "unknown", "waiting", "delivered"])
    def test_what_stands_or_may_stand_keeps_its_lead(self, store: Store, how: str) -> None:
        owe(store, owed(), repost(RED))
        tried = attempt(store, claim(store)[0])
        assert tried is not None
        if how == "waiting":
            with store.begin() as tx:
                assert tx.outbox.wait_for_person(tried, "nobody can tell")
        elif how != "attempting":
            assert settle(store, tried, Unknown(why="lost") if how == "unknown" else None)
        before = states(store)
        assert not hand_over(store)
        assert states(store) == before

    def test_a_second_time_changes_nothing(self, store: Store) -> None:
        owe(store, owed(), repost(RED), repost(BLUE))
        assert hand_over(store, RED, BLUE)
        before = states(store)
        assert not hand_over(store, BLUE, RED)
        assert states(store) == before

    def test_two_at_once_make_one_lead(self, store: Store) -> None:
        for number in range(4):
            lost = key(f"n{number}")
            owe(store, owed(lost))
            at_once = threading.Barrier(2)

            def change(to: AccountId, at_once: threading.Barrier = at_once, lost: DeliveryKey = lost) -> bool:
                at_once.wait()
                new = owed(lost.model_copy(update={"account": to}))
                with store.begin(durable=True) as tx:
                    return tx.mending.change_lead(lost, [new], "the lead changed", NOW)

            with ThreadPoolExecutor(2) as pool:
                done = [pool.submit(change, account) for account in (RED, BLUE)]
                assert sorted(one.result() for one in done) == [False, True]
            assert sorted(states(store, lost.notice_id).values()) == ["due", "withdrawn"]

    def test_a_worker_that_had_claimed_it_writes_no_attempt(self, store: Store) -> None:
        owe(store, owed())
        [taken] = claim(store)
        assert hand_over(store)
        assert attempt(store, taken) is None


def thread(store: Store, second: NewDelivery | None = None) -> list[Delivery]:
    """Part 1 stands; part 2 is claimed, part 3 follows it."""
    answers = ReplyTo(revision=1, language="en", part=1)
    two = second or owed(key(part=2), needs=key(), reply_to=answers)
    owe(store, owed(), two, owed(key(part=3), needs=key(part=2), reply_to=ReplyTo(revision=1, language="en", part=2)))
    assert deliver(store) == [key()]
    return claim(store)


def broken(store: Store) -> list[str]:
    with store.begin() as tx:
        return [str(one.key) for one in tx.mending.broken_threads(NOW - timedelta(days=1))]


def finish(store: Store) -> int:
    with store.begin(durable=True) as tx:
        return tx.mending.finish_thread(key(part=2), NOW + timedelta(hours=1))


class TestBrokenThreads:
    def test_a_refused_part_behind_one_that_stands_is_seen_and_finished(self, store: Store) -> None:
        spoken(store)
        [second] = thread(store)
        assert broken(store) == []
        assert settle(store, attempt(store, second), Refused(why="no words today"))
        assert broken(store) == [str(key(part=2))]
        assert finish(store) == 2
        assert finish(store) == 0
        [again] = claim(store)
        assert (again.key, again.reply_to, again.why) == (key(part=2), None, None)
        assert settle(store, attempt(store, again))
        [last] = claim(store)
        assert (last.key, last.reply_to) == (key(part=3), None)
        assert broken(store) == []

    def test_an_expired_part_has_a_life_again(self, store: Store) -> None:
        spoken(store)
        [_] = thread(store, owed(key(part=2), needs=key(), expires_at=NOW + timedelta(minutes=1)))
        with store.begin() as tx:
            tx.outbox.release("one")
        assert claim(store, now=NOW + timedelta(minutes=2)) == []
        assert broken(store) == [str(key(part=2))]
        assert finish(store) == 2
        assert [one.key for one in claim(store, now=NOW + timedelta(minutes=2))] == [key(part=2)]

    def test_what_a_newer_revision_took_the_place_of_is_left(self, store: Store) -> None:
        spoken(store)
        [second] = thread(store)
        assert settle(store, attempt(store, second), Refused(why="no words today"))
        with store.begin() as tx:
            tx.notices.add_revision(revision(number=2), PUBLISH, "hash")
        assert (broken(store), finish(store)) == ([], 0)

    @pytest.mark.parametrize(("how", "seen"), [("refused", 1), ("expired", 0)])
    def test_an_update_that_was_refused_where_its_first_stands_is_seen(self, store: Store, how: str, seen: int) -> None:
        spoken(store)
        update = key(number=2)
        owe(store, owed())
        assert deliver(store) == [key()]
        with store.begin() as tx:
            tx.notices.add_revision(revision(number=2), PUBLISH, "hash")
        owe(
            store,
            owed(update, expires_at=NOW + timedelta(minutes=1)),
            owed(key(number=2, account=RED, act=Act.REPOST), needs=update),
        )
        if how == "refused":
            deliver(store, outcome=Refused(why="no words today"))
        else:
            assert claim(store, now=NOW + timedelta(minutes=2)) == []
        assert state_of(store, update) == how
        assert broken(store) == [str(update)] * seen
        with store.begin(durable=True) as tx:
            assert tx.mending.finish_thread(update, NOW + timedelta(hours=1)) == seen
        if seen:
            assert deliver(store) == [update]
            assert deliver(store) == [key(number=2, account=RED, act=Act.REPOST)]

    def test_where_nothing_stands_it_is_no_thread(self, store: Store) -> None:
        spoken(store)
        owe(store, owed(), owed(key(part=2), needs=key()))
        deliver(store, outcome=Refused(why="no words today"))
        assert broken(store) == []

    def test_an_account_that_may_answer_nothing_says_the_rest_by_itself(self, store: Store) -> None:
        spoken(store)
        [second] = thread(store)
        assert settle(store, attempt(store, second), StandAlone(why="no answers"))
        assert broken(store) == []
        [again] = claim(store)
        assert (again.key, again.reply_to, again.attempts) == (key(part=2), None, 1)
        assert settle(store, attempt(store, again))
        assert [one.reply_to for one in claim(store)] == [None]


class TestBacklogs:
    def test_what_is_due_on_an_account_is_listed_and_withdrawn_with_what_needs_it(self, store: Store) -> None:
        owe(store, owed(), repost(RED), owed(key("n2")), owed(key("n3", account=RED)))
        with store.begin() as tx:
            assert [one.key for one in tx.mending.backlog(GREEN)] == [key(), key("n2")]
            assert tx.mending.withdraw([key()], "old news") == 1
            assert tx.mending.withdraw([key()], "old news") == 0
            assert [one.key for one in tx.mending.backlog(GREEN)] == [key("n2")]
        assert state_of(store, repost(RED).key) == "withdrawn"

    def test_an_attempt_that_is_open_is_not_withdrawn(self, store: Store) -> None:
        owe(store, owed())
        tried = attempt(store, claim(store)[0])
        with store.begin() as tx:
            assert tx.mending.withdraw([key()], "old news") == 0
        assert settle(store, tried, Deferred(seconds=0, why="busy"))


class TestWhatWaitsForAPerson:
    def test_it_comes_with_the_attempt_that_settles_it(self, store: Store) -> None:
        owe(store, owed(), repost(RED), owed(key("n2")))
        tried = attempt(store, next(one for one in claim(store) if one.key == key()))
        assert tried is not None
        assert settle(store, tried, Unknown(why="no answer"))
        with store.begin() as tx:
            assert tx.mending.waiting(key().notice_id) == [], "it is being looked up"
            assert tx.outbox.wait_for_person(tried, "can't tell")
            assert tx.mending.waiting(key("n2").notice_id) == []
            [(waits, again)] = tx.mending.waiting(key().notice_id)
        assert (waits.key, waits.why, again.id) == (key(), "can't tell", tried.id)
        assert settle(store, again)
        assert state_of(store, key()) == "delivered"
        assert not settle(store, again), "once"


class TestRenaming:
    def test_what_an_account_owes_and_said_goes_on_under_its_new_name(self, store: Store) -> None:
        new = AccountId("odd:ExampleRuby")
        with store.begin() as tx:
            tx.accounts.pin(GREEN, "id-1")
        owe(store, owed(), repost(RED))
        assert deliver(store) == [key()]
        owe(store, owed(key("n2")))
        with store.begin(durable=True) as tx:
            assert tx.renaming.moving(GREEN) == 0
            assert tx.renaming.rename(GREEN, new) == 2
            assert tx.accounts.get(GREEN).platform_id is None
            assert tx.outbox.receipt(key(account=new)) is not None
        [again] = [one for one in claim(store) if one.key == repost(RED).key]
        assert again.needs == key(account=new)
        assert again.needs_receipt is not None

    def test_what_is_being_looked_up_is_counted(self, store: Store) -> None:
        owe(store, owed())
        assert settle(store, attempt(store, claim(store)[0]), Unknown(why="no answer"))
        with store.begin() as tx:
            assert (tx.renaming.moving(GREEN), tx.renaming.moving(RED)) == (1, 0)
