"""What sweeps saw is kept; each turn is one process's; a lock stops all but taking back. On each database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from core.domain.accounts import AccountRecord, AccountState
from core.domain.deliveries import Act
from core.domain.notices import Urgency
from core.domain.seen import Gone, Stray, Swept, Verdict
from core.ports.store import Store
from tests.contract.samples import GREEN, NOW, RED, attempt, claim, claimed_keys, deliver, key, owe, owed, state_of

HOUR = timedelta(hours=1)
GONE = Gone(account=GREEN, key=key(), reference="BCDFGH1", platform_id="1", since=NOW, sure=False)
STRAY = Stray(account=GREEN, platform_id="9", posted_at=NOW, seen_at=NOW, verdict=Verdict.FOREIGN)


def locked(store: Store, state: AccountState = AccountState.LOCKED) -> None:
    with store.begin(durable=True) as tx:
        tx.accounts.set_state(AccountRecord(account=GREEN, state=state, why="a made-up post"))


def take(store: Store, hours: int) -> Swept | None:
    with store.begin() as tx:
        return tx.seen.take(GREEN, NOW + hours * HOUR, NOW + (hours + 6) * HOUR)


class TestTurns:
    def test_nothing_is_taken_of_an_account_that_never_began(self, store: Store) -> None:
        assert take(store, 0) is None

    def test_it_rests_after_each(self, store: Store) -> None:
        with store.begin() as tx:
            tx.seen.begin(GREEN, NOW)
        assert [take(store, hours) is not None for hours in (0, 0, 5, 6, 7)] == [True, False, False, True, False]

    def test_of_several_at_once_one_gets_it(self, store: Store) -> None:
        with store.begin() as tx:
            tx.seen.begin(GREEN, NOW)
        with ThreadPoolExecutor(4) as pool:
            taken = list(pool.map(lambda _: take(store, 0), range(4)))
        assert sum(one is not None for one in taken) == 1

    def test_reads_add_up_within_a_month_and_begin_anew_with_the_next(self, store: Store) -> None:
        with store.begin() as tx:
            tx.seen.begin(GREEN, NOW)
            for month, reads in (("2030-01", 3), ("2030-01", 4), ("2030-02", 5)):
                tx.seen.swept(GREEN, NOW, month, reads, None)
            [kept] = tx.seen.sweeps()
        assert (kept.month, kept.reads, kept.at, kept.trouble) == ("2030-02", 5, NOW, None)

    def test_what_keeps_it_from_comparing_is_kept_until_it_did(self, store: Store) -> None:
        with store.begin() as tx:
            tx.seen.begin(GREEN, NOW)
            tx.seen.rest(GREEN, NOW + HOUR, "made-up trouble")
            assert tx.seen.take(GREEN, NOW, NOW) is None
            assert tx.seen.sweeps()[0].trouble == "made-up trouble"
            tx.seen.swept(GREEN, NOW, "2030-01", 1, None)
            assert tx.seen.sweeps()[0].trouble is None

    def test_it_begins_once_unless_anew_and_at_its_first_receipt(self, store: Store) -> None:
        owe(store, owed())
        deliver(store)
        later = NOW + 5 * HOUR
        with store.begin() as tx:
            tx.seen.begin(GREEN, later)
            tx.seen.begin(RED, later)
            assert {one.account: one.ours_since for one in tx.seen.sweeps()} == {GREEN: NOW, RED: later}
            tx.seen.begin(GREEN, later)
            assert tx.seen.sweeps()[0].ours_since == NOW
            tx.seen.begin(GREEN, later, anew=True)
            assert tx.seen.sweeps()[0].ours_since == later


class TestReceipts:
    def test_only_the_accounts_own_that_were_not_removed(self, store: Store) -> None:
        owe(store, owed(), owed(key("n2")), owed(key("n3", RED)))
        deliver(store)
        removal = owed(key("n2", act=Act.REMOVE), urgency=Urgency.TAKING_BACK, needs=key("n2"))
        owe(store, removal)
        with store.begin() as tx:
            assert [one.key for one in tx.seen.receipts(GREEN, NOW)] == [key(), key("n2")]
        deliver(store)
        with store.begin() as tx:
            assert [one.key for one in tx.seen.receipts(GREEN, NOW)] == [key()]
            assert tx.seen.receipts(GREEN, NOW + HOUR) == []
            assert [one.key for one in tx.seen.owed(GREEN, NOW)] == [key(), key("n2")]
            assert tx.seen.owed(GREEN, NOW + HOUR) == []
            assert len(tx.seen.prepared(NOW, NOW + HOUR)) == 3
            assert tx.seen.prepared(NOW + HOUR, NOW + 2 * HOUR) == []

    def test_what_is_not_delivered_has_no_receipt_but_is_owed(self, store: Store) -> None:
        owe(store, owed())
        with store.begin() as tx:
            assert tx.seen.receipts(GREEN, NOW) == []
            assert [one.key for one in tx.seen.owed(GREEN, NOW)] == [key()]


class TestNotes:
    def test_a_second_miss_changes_nothing_but_makes_it_sure(self, store: Store) -> None:
        with store.begin() as tx:
            tx.seen.miss(GONE)
            tx.seen.miss(GONE.model_copy(update={"since": NOW + HOUR, "sure": True}))
            tx.seen.miss(GONE.model_copy(update={"since": NOW + 2 * HOUR}))
            assert tx.seen.gone(GREEN) == [GONE.model_copy(update={"sure": True})]
            assert tx.seen.gone(RED) == []

    def test_what_is_listed_after_all_is_forgotten(self, store: Store) -> None:
        with store.begin() as tx:
            tx.seen.miss(GONE)
            assert tx.seen.stands_again(RED, ["1"]) == 0
            assert tx.seen.stands_again(GREEN, ["7", "1"]) == 1
            assert tx.seen.gone() == []

    def test_a_stray_is_kept_in_place_of_what_was_known_of_it(self, store: Store) -> None:
        settled = STRAY.model_copy(update={"verdict": Verdict.MINE, "settled_by": "ana"})
        with store.begin() as tx:
            tx.seen.keep(STRAY)
            tx.seen.keep(settled)
            assert tx.seen.strays() == tx.seen.strays(GREEN) == [settled]
            assert tx.seen.strays(RED) == []


class TestLocked:
    def test_nothing_new_is_claimed_and_goes_on_once_it_is_ready(self, store: Store) -> None:
        owe(store, owed(), owed(key("n2", RED)))
        locked(store)
        assert claimed_keys(store) == [key("n2", RED)]
        locked(store, AccountState.READY)
        assert deliver(store) == [key()]

    def test_no_attempt_is_written_for_what_was_claimed_before(self, store: Store) -> None:
        owe(store, owed())
        [taken] = claim(store)
        locked(store)
        assert attempt(store, taken) is None
        assert state_of(store, key()) == "due"

    def test_what_takes_back_goes_all_the_same(self, store: Store) -> None:
        removal = owed(key("n9", act=Act.REMOVE), urgency=Urgency.TAKING_BACK)
        owe(store, owed(), removal)
        locked(store)
        assert deliver(store) == [removal.key]

    @pytest.mark.parametrize("state", [AccountState.NEEDS_LOGIN, AccountState.WRONG_IDENTITY])
    def test_without_working_credentials_not_even_that(self, store: Store, state: AccountState) -> None:
        owe(store, owed(key("n9", act=Act.REMOVE), urgency=Urgency.TAKING_BACK))
        locked(store, state)
        assert claimed_keys(store) == []
