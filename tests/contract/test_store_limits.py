"""Limits, health and spending are kept for every process, and a claim leaves what is held back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.domain.accounts import AccountRecord, AccountState
from core.domain.deliveries import Act
from core.domain.holding import HeldBack
from core.domain.lines import Account, AccountId, AccountMode, LineId
from core.domain.notices import Urgency
from core.ports.channel import LimitKind, LimitSeen
from core.ports.limits import OTHERS, Health, Posted, Ready, Spent
from core.ports.store import Store
from tests.contract.conftest import Place
from tests.contract.samples import GREEN, NOW, RED, attempt, claim, key, owe, owed

MONTH = "2030-01"
LATER = NOW + timedelta(minutes=15)


def account(name: AccountId = GREEN) -> Account:
    channel, handle = name.split(":")
    return Account(
        id=name,
        channel=channel,
        handle=handle,
        line=LineId("G"),
        mode=AccountMode.LIVE,
        languages=("en",),
    )


def seen(remaining: int, name: str = "user-15min", **changes: object) -> LimitSeen:
    plain = LimitSeen(name=name, kind=LimitKind.POST, shared=False, limit=100, remaining=remaining, resets_at=LATER)
    return plain.model_copy(update=changes)


def tried(store: Store, name: str = "n1", of: AccountId = GREEN) -> int:
    """The number of an attempt."""
    owe(store, owed(key(name, of)))
    [taken] = [one for one in claim(store) if one.key.notice_id == name]
    made = attempt(store, taken)
    assert made is not None
    return made.id


def test_the_newest_word_of_a_limit_is_kept_over_a_restart(place: Place):
    store = place.open()
    with store.begin() as tx:
        tx.limits.keep(account(), seen(5), False, NOW)
        tx.limits.keep(account(), seen(4), False, NOW)
        tx.limits.keep(account(RED), seen(9, limit=None), False, NOW)
    store.close()
    again = place.open(migrate=False)
    with again.begin() as tx:
        kept = {one.account: one.seen for one in tx.limits.kept(NOW)}
        assert kept == {GREEN: seen(4), RED: seen(9, limit=None)}
        assert tx.limits.kept(LATER) == [], "its window has opened anew"
    again.close()


def test_a_limit_that_all_accounts_share_is_one(store: Store):
    with store.begin() as tx:
        tx.limits.keep(account(), seen(5, shared=True), False, NOW)
        tx.limits.keep(account(RED), seen(4, shared=True), False, NOW)
        [kept] = tx.limits.kept(NOW)
    assert (kept.account, kept.channel, kept.seen.remaining) == (None, "local", 4)


def test_since_when_it_is_low_holds_within_one_window(store: Store):
    def keep(remaining: int, low: bool, minutes: int):
        with store.begin() as tx:
            now = NOW + timedelta(minutes=minutes)
            tx.limits.keep(account(), seen(remaining, resets_at=now + timedelta(minutes=9)), low, now)
            [kept] = tx.limits.kept(now)
            return kept.low_since

    assert keep(50, False, 0) is None
    assert keep(9, True, 1) == NOW + timedelta(minutes=1)
    assert keep(8, True, 2) == NOW + timedelta(minutes=1)
    assert keep(9, True, 30) == NOW + timedelta(minutes=30), "another window"
    assert keep(90, False, 31) is None


def test_how_an_account_fares_is_kept_until_it_is_well(store: Store):
    bad = Health(account=GREEN, failures=6, failing_since=NOW, rests_until=LATER)
    for fares in (Health(account=GREEN, failures=5), bad, Health(account=RED, failures=1)):
        with store.begin() as tx:
            tx.limits.fared(fares)
    with store.begin() as tx:
        assert tx.limits.health() == [bad, Health(account=RED, failures=1)]
        tx.limits.fared(Health(account=GREEN))
        assert [one.account for one in tx.limits.health()] == [RED]


def test_what_was_booked_once_is_given_back_once(store: Store):
    first, second = tried(store), tried(store, "n2", RED)
    for _ in range(2):
        with store.begin() as tx:
            tx.limits.book(first, GREEN, MONTH, 15_000, True, NOW)
            tx.limits.book(second, RED, MONTH, 200_000, True, NOW)
            tx.limits.book_reads(RED, "2030-02", 5_000)
    with store.begin() as tx:
        assert tx.limits.spent(MONTH) == [
            Spent(account=GREEN, micros=15_000, reads=0),
            Spent(account=RED, micros=200_000, reads=0),
        ]
        assert tx.limits.spent("2030-02") == [Spent(account=RED, micros=10_000, reads=10_000)]
    for _ in range(2):
        with store.begin() as tx:
            tx.limits.give_back(second)
    with store.begin() as tx:
        assert [(one.account, one.micros) for one in tx.limits.spent(MONTH)] == [(GREEN, 15_000), (RED, 0)]
        assert [one.account for one in tx.limits.posted(NOW - timedelta(hours=1))] == [GREEN]


def test_posts_of_the_last_hour_are_counted_and_removals_are_not(store: Store):
    numbers = [tried(store, f"n{number}") for number in range(3)]
    with store.begin() as tx:
        for number, at in zip(numbers, (0, 10, 20), strict=True):
            publishes = at != 20
            tx.limits.book(number, GREEN, MONTH, 1, publishes, NOW + timedelta(minutes=at))
    with store.begin() as tx:
        assert tx.limits.posted(NOW - timedelta(seconds=1)) == [Posted(account=GREEN, count=2, first_at=NOW)]
        assert tx.limits.posted(NOW) == [Posted(account=GREEN, count=1, first_at=NOW + timedelta(minutes=10))]
        assert tx.limits.posted(NOW + timedelta(minutes=10)) == []


def test_of_one_account_its_posts_are_counted_beside_those_of_all_others(store: Store):
    numbers = [tried(store, f"n{number}", of) for number, of in enumerate((GREEN, RED, RED))]
    with store.begin() as tx:
        for at, (number, of) in enumerate(zip(numbers, (GREEN, RED, RED), strict=True)):
            tx.limits.book(number, of, MONTH, 1, True, NOW + timedelta(minutes=at))
    before = NOW - timedelta(seconds=1)
    green = Posted(account=GREEN, count=1, first_at=NOW)
    reds = Posted(account=OTHERS, count=2, first_at=NOW + timedelta(minutes=1))
    with store.begin() as tx:
        assert tx.limits.posted(before, of=GREEN) == [green, reds]
        assert tx.limits.posted(NOW, of=GREEN) == [reds]
        assert tx.limits.posted(NOW + timedelta(minutes=2), of=GREEN) == []
        assert [one.count for one in tx.limits.posted(before, of=AccountId("made-up:none"))] == [3]


def test_an_account_is_asked_for_its_own_limits_and_those_that_it_shares(store: Store):
    with store.begin() as tx:
        tx.limits.keep(account(), seen(5), False, NOW)
        tx.limits.keep(account(RED), seen(9), False, NOW)
        tx.limits.keep(account(RED), seen(7, "app-24h", shared=True), False, NOW)
        elsewhere = account(AccountId("elsewhere:Example"))
        tx.limits.keep(elsewhere, seen(3, "app-24h", shared=True), False, NOW)
        found = tx.limits.kept(NOW, of=account())
    assert sorted((one.account or "", one.seen.remaining) for one in found) == [("", 7), (GREEN, 5)]


def test_ready_is_what_could_go_and_takes_nothing_back(store: Store):
    owe(
        store,
        owed(key("a")),
        owed(key("a", part=2), needs=key("a")),
        owed(key("b"), urgency=Urgency.ROUTINE),
        owed(key("c", act=Act.REMOVE)),
        owed(key("d"), urgency=Urgency.TAKING_BACK),
        owed(key("e", RED)),
    )
    with store.begin() as tx:
        assert tx.limits.ready([GREEN]) == [
            Ready(account=GREEN, urgency=Urgency.URGENT, count=1),
            Ready(account=GREEN, urgency=Urgency.ROUTINE, count=1),
        ]
        tx.accounts.set_state(AccountRecord(account=RED, state=AccountState.NEEDS_LOGIN, why="made up"))
        assert tx.limits.ready([RED]) == []


@pytest.mark.parametrize(
    ("held", "goes"),
    [
        ([], {"urgent", "service", "routine"}),
        ([Urgency.URGENT], set()),
        ([Urgency.SERVICE], {"urgent"}),
        ([Urgency.ROUTINE], {"urgent", "service"}),
        ([Urgency.ROUTINE, Urgency.SERVICE], {"urgent"}),
    ],
)
def test_a_claim_leaves_what_is_held_back_and_takes_what_takes_back(store: Store, held: list[Urgency], goes: set[str]):
    names = {"urgent": Urgency.URGENT, "service": Urgency.SERVICE, "routine": Urgency.ROUTINE}
    owe(store, *(owed(key(name), urgency=urgency) for name, urgency in names.items()))
    owe(store, owed(key("remove", act=Act.REMOVE)), owed(key("correct"), urgency=Urgency.TAKING_BACK))
    owe(store, owed(key("other", RED), urgency=Urgency.ROUTINE))
    back = [HeldBack(account=GREEN, urgency=one, rule="made-up", why="held: made up", until=LATER) for one in held]
    with store.begin() as tx:
        taken = {one.key.notice_id for one in tx.outbox.claim("one", NOW, 60, 10, held=back)}
    assert taken == {*goes, "remove", "correct", "other"}
