"""What is really up, by the platform's own record: gone is noted, foreign locks, a double comes down."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from core.domain.accounts import AccountState
from core.domain.seen import Verdict
from core.domain.staff import NotAllowed
from core.domain.taking_back import Because, Up
from core.flow.pause import pause
from core.flow.retract import retract
from core.flow.sweep import Compared, SweepPlan
from core.flow.taken_back import taken_back
from core.flow.unlock import NotForeign, it_is_mine, open_strays, take_it_down
from core.ports.channel import PostDeferred
from tests.fakes.odd_platform import lost_answer
from tests.flow.stage import BLUE, GREEN, OFFICER, RED, Stage, two_notices
from tests.flow.sweep_scene import (
    REVIEWER,
    X_GREEN,
    green,
    on_call,
    seen,
    settled_in,
    state,
    swept,
)


class TestGone:
    def test_what_stands_is_not_gone_and_nothing_is_foreign(self, live: Stage) -> None:
        settled_in(live)
        two_notices(live)
        live.work()
        assert swept(live) == Compared(accounts=3)
        assert swept(live) == Compared(accounts=3)
        assert (seen(live).gone, seen(live).strays, on_call(live)) == ((), (), [])

    def test_a_post_taken_down_by_hand_is_noted_and_not_said_again(self, live: Stage) -> None:
        live.go(live.incident())
        live.platform.removed_by_hand(live.platform.record[0].id)
        assert swept(live).gone == 1
        assert swept(live).gone == 0
        live.work()
        assert live.platform.texts(GREEN) == []
        [gone] = seen(live).gone
        assert (gone.account, gone.platform_id) == (X_GREEN, "1")
        assert seen(live).well
        assert [row.subject for row in live.audit() if row.act == "gone from the platform"] == [gone.reference]

    def test_a_repost_that_is_gone_is_noted_too(self, live: Stage) -> None:
        two_notices(live)
        live.work()
        reposted = next(row for row in live.platform.record if row.handle == BLUE)
        live.platform.removed_by_hand(reposted.id)
        assert swept(live).gone == 1
        assert [gone.account for gone in seen(live).gone] == [f"x:{BLUE}"]

    def test_a_listing_that_lags_makes_no_fresh_post_gone(self, live: Stage) -> None:
        live.go(live.incident())
        live.platform.unlisted.add("1")
        assert swept(live, 0.1).gone == 0
        assert seen(live).gone == ()
        live.platform.unlisted.clear()
        swept(live)
        with live.fleet.store.begin() as tx:
            assert tx.seen.gone() == []

    def test_what_two_sweeps_missed_is_gone_and_what_is_listed_after_all_is_not(self, live: Stage) -> None:
        live.go(live.incident())
        live.platform.unlisted.add("1")
        assert [swept(live, 0.1).gone, swept(live).gone] == [0, 1]
        live.platform.unlisted.clear()
        swept(live)
        assert seen(live).gone == ()

    def test_what_lies_before_the_part_that_was_read_is_not_gone(self, live: Stage) -> None:
        for number, station in (("1", "Harbour"), ("2", "Upper Lock")):
            live.go(live.incident(number, station=station))
            live.clock.step(hours=5)
        assert len(live.platform.texts(GREEN)) == 2
        first = next(row for row in live.platform.record if row.handle == GREEN)
        live.platform.removed_by_hand(first.id)
        short = SweepPlan(every=timedelta(hours=6), back=timedelta(hours=8), posts=200, reads=1000)
        assert swept(live, plan=short).gone == 0
        assert swept(live).gone == 1

    def test_a_retraction_lists_it_as_not_there(self, live: Stage) -> None:
        live.go(live.incident())
        live.platform.removed_by_hand("1")
        swept(live)
        [gone] = seen(live).gone
        store, know = live.fleet.store, live.house.know
        retract(REVIEWER, store, know, live.clock, gone.reference, Because.EXPIRY)
        before = next(one for one in taken_back(REVIEWER, store, know, gone.reference).taken if one.account == X_GREEN)
        assert before.up is Up.NOT_THERE
        assert "a sweep found it gone" in (before.why or "")


class TestForeign:
    def test_it_locks_the_account_and_rings_at_once(self, live: Stage) -> None:
        settled_in(live)
        post = live.platform.posted_by_hand(GREEN, "Buy made-up coins")
        assert swept(live).foreign == 1
        assert swept(live).foreign == 0
        assert (state(live), state(live, RED)) == (AccountState.LOCKED, AccountState.READY)
        assert on_call(live) == [f"foreign:{X_GREEN}"]
        assert f"accounts unlock {X_GREEN}" in seen(live).sentence
        [row] = [row for row in live.audit() if row.act == "foreign post"]
        assert (row.subject, row.detail) == (X_GREEN, post)

    def test_its_queue_is_held_and_the_others_go_on(self, live: Stage) -> None:
        settled_in(live)
        live.platform.posted_by_hand(GREEN, "Buy made-up coins")
        swept(live)
        two_notices(live)
        live.work()
        assert live.platform.texts(GREEN) == ["Buy made-up coins"]
        assert (len(live.platform.texts(RED)), len(live.platform.reposts(BLUE))) == (1, 1)

    def test_what_was_claimed_before_the_lock_is_not_sent(self, live: Stage) -> None:
        settled_in(live)
        two_notices(live)
        with live.fleet.store.begin() as tx:
            claimed = tx.outbox.claim("worker", live.clock.now(), 30, 20)
        live.platform.posted_by_hand(GREEN, "Buy made-up coins")
        swept(live)
        [mine] = [one for one in claimed if one.key.account == X_GREEN]
        with live.fleet.store.begin(durable=True) as tx:
            assert tx.outbox.begin_attempt(mine.id, "worker", live.clock.now()) is None

    def test_taking_back_goes_all_the_same(self, live: Stage) -> None:
        settled_in(live)
        live.go(live.incident())
        live.platform.posted_by_hand(GREEN, "Buy made-up coins")
        swept(live)
        with live.fleet.store.begin() as tx:
            [said] = [one for one in tx.outbox.recent(5) if one.key.account == X_GREEN]
        retract(REVIEWER, live.fleet.store, live.house.know, live.clock, said.reference, Because.EXPIRY)
        live.work()
        standing = live.platform.texts(GREEN)
        assert said.post is not None
        assert said.post.text not in standing
        assert len(standing) == 2  # the stranger's, and "withdrawn"
        assert state(live) is AccountState.LOCKED

    def test_an_operator_says_it_is_theirs_and_it_is_never_foreign_again(self, live: Stage) -> None:
        settled_in(live)
        post = live.platform.posted_by_hand(GREEN, "A word of our own, made up")
        swept(live)
        two_notices(live)
        assert it_is_mine(OFFICER, live.office, green(live), post)
        live.work()
        assert len(live.platform.texts(GREEN)) == 2
        assert swept(live) == Compared(accounts=3)
        assert state(live) is AccountState.READY
        with live.fleet.store.begin() as tx:
            assert [(one.verdict, one.settled_by) for one in tx.seen.strays()] == [(Verdict.MINE, OFFICER.id)]

    def test_an_operator_has_it_removed(self, live: Stage) -> None:
        settled_in(live)
        first = live.platform.posted_by_hand(GREEN, "Buy made-up coins")
        second = live.platform.posted_by_hand(GREEN, "Buy more of them")
        swept(live)
        assert not take_it_down(OFFICER, live.office, green(live), first)
        assert [one.platform_id for one in open_strays(live.fleet.store, green(live))] == [second]
        assert state(live) is AccountState.LOCKED
        assert take_it_down(OFFICER, live.office, green(live), second)
        assert live.platform.texts(GREEN) == []
        assert state(live) is AccountState.READY

    def test_a_removal_that_fails_leaves_it_locked(self, live: Stage) -> None:
        settled_in(live)
        post = live.platform.posted_by_hand(GREEN, "Buy made-up coins")
        swept(live)
        live.platform.removing.append(PostDeferred("not now", 60))
        with pytest.raises(PostDeferred):
            take_it_down(OFFICER, live.office, green(live), post)
        assert state(live) is AccountState.LOCKED

    def test_only_an_operator_settles_it_and_only_what_is_foreign(self, live: Stage) -> None:
        settled_in(live)
        post = live.platform.posted_by_hand(GREEN, "Buy made-up coins")
        swept(live)
        with pytest.raises(NotAllowed):
            it_is_mine(REVIEWER, live.office, green(live), post)
        with pytest.raises(NotForeign, match=post):
            take_it_down(OFFICER, live.office, green(live), "4711")
        assert live.platform.texts(GREEN) == ["Buy made-up coins"]

    def test_what_stood_there_before_the_fleet_is_nobodys_concern(self, live: Stage) -> None:
        live.platform.posted_by_hand(GREEN, "We are the made-up Green Line")
        settled_in(live)
        assert swept(live) == Compared(accounts=3)

    def test_connecting_anew_after_a_dead_login_settles_nothing(self, live: Stage) -> None:
        settled_in(live)
        live.platform.posted_by_hand(GREEN, "Buy made-up coins")
        swept(live)
        live.connect(GREEN)
        assert state(live) is AccountState.LOCKED

    def test_our_words_with_other_words_beside_them_are_foreign(self, live: Stage) -> None:
        settled_in(live)
        live.go(live.incident())
        live.platform.posted_by_hand(GREEN, live.platform.texts(GREEN)[0] + " Buy made-up coins")
        assert swept(live).foreign == 1


class TestStrays:
    def test_a_double_of_ours_is_removed_counted_and_the_one_with_the_receipt_stays(self, live: Stage) -> None:
        settled_in(live)
        live.go(live.incident())
        text = live.platform.texts(GREEN)[0]
        kept = next(row.id for row in live.platform.record if row.handle == GREEN)
        live.platform.posted_by_hand(GREEN, text)
        assert swept(live) == Compared(accounts=3, doubles=1)
        assert [row.id for row in live.platform.record if row.handle == GREEN] == [kept]
        assert state(live) is AccountState.READY
        assert [(one.verdict, one.removed) for one in seen(live).strays] == [(Verdict.DOUBLE, True)]
        assert "double removed" in [row.act for row in live.audit()]

    def test_one_that_can_not_be_removed_now_is_removed_by_a_later_sweep(self, live: Stage) -> None:
        settled_in(live)
        live.go(live.incident())
        live.platform.posted_by_hand(GREEN, live.platform.texts(GREEN)[0])
        live.platform.removing.append(PostDeferred("not now", 60))
        assert swept(live).doubles == 0
        assert len(live.platform.texts(GREEN)) == 2
        assert swept(live).doubles == 1
        assert len(live.platform.texts(GREEN)) == 1

    def test_a_pause_of_a_hijacked_account_stops_it(self, live: Stage) -> None:
        settled_in(live)
        live.go(live.incident())
        live.platform.posted_by_hand(GREEN, live.platform.texts(GREEN)[0])
        pause(OFFICER, live.fleet.store, live.house.know, live.clock, X_GREEN, removals_too=True)
        assert swept(live).doubles == 0
        assert len(live.platform.texts(GREEN)) == 2

    def test_when_the_one_with_the_receipt_is_gone_the_other_is_left_alone(self, live: Stage) -> None:
        settled_in(live)
        live.go(live.incident())
        row = next(row for row in live.platform.record if row.handle == GREEN)
        live.platform.posted_by_hand(GREEN, row.text)
        live.platform.removed_by_hand(row.id)
        found = swept(live)
        assert (found.doubles, found.foreign) == (0, 0)
        assert live.platform.texts(GREEN) == [row.text]

    def test_what_is_still_being_looked_up_is_neither_foreign_nor_double(self, live: Stage) -> None:
        settled_in(live)
        live.platform.after.append(lost_answer())
        live.platform.incomplete_looks = 10_000
        live.go(live.incident())
        assert swept(live) == Compared(accounts=3)
        assert len(live.platform.texts(GREEN)) == 1

    def test_a_post_that_was_removed_and_is_still_listed_is_ours(self, live: Stage) -> None:
        settled_in(live)
        live.go(live.incident())
        row = next(row for row in live.platform.record if row.handle == GREEN)
        with live.fleet.store.begin() as tx:
            [said] = [one for one in tx.outbox.recent(5) if one.key.account == X_GREEN]
        retract(REVIEWER, live.fleet.store, live.house.know, live.clock, said.reference, Because.EXPIRY)
        live.work()
        live.platform.record.append(row)  # a listing that trails behind
        found = swept(live)
        assert (found.foreign, found.doubles) == (0, 0)


class TestSurplusReposts:
    def twice(self, live: Stage) -> tuple[str, str]:
        """Blue repeats Red's post twice, as its record has it; both ids."""
        settled_in(live)
        live.go(live.incident(station="Central"))
        kept = next(row for row in live.platform.record if row.handle == BLUE)
        live.platform.record.append(replace(kept, id="surplus"))
        return kept.id, "surplus"

    def test_the_one_without_a_receipt_comes_down_and_counts_as_a_double(self, live: Stage) -> None:
        kept, _ = self.twice(live)
        assert swept(live) == Compared(accounts=3, doubles=1)
        assert [row.id for row in live.platform.record if row.handle == BLUE] == [kept]
        assert swept(live) == Compared(accounts=3)

    def test_where_ours_is_gone_the_other_is_left(self, live: Stage) -> None:
        kept, surplus = self.twice(live)
        live.platform.removed_by_hand(kept)
        found = swept(live)
        assert (found.doubles, found.foreign) == (0, 0)
        assert [row.id for row in live.platform.record if row.handle == BLUE] == [surplus]
