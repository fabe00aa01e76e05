"""Which accounts are kept back from what, and why."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.domain.deliveries import Act, Deferred, Delivered, Outcome, Receipt, Refused, StandAlone, Unknown
from core.domain.holding import HeldBack, Restraint, dollars, micros
from core.domain.lines import Account, AccountId, AccountMode, LineId
from core.domain.notices import Urgency
from core.ports.channel import LimitKind, LimitSeen
from core.ports.limits import Health, KeptLimit, Posted, Ready
from core.rules.holding_back import (
    FEW,
    LONGEST_REST,
    REST,
    SPAN,
    STEP,
    Ground,
    fares,
    held_back,
    is_bounded,
    is_low,
    is_news,
)
from tests.contract.samples import key, owed

NOW = datetime(2030, 1, 7, 12, 0, tzinfo=UTC)
MONTH_ENDS = datetime(2030, 2, 1, 5, 0, tzinfo=UTC)
SOON = NOW + timedelta(minutes=10)
URGENT, SERVICE, ROUTINE = Urgency.URGENT, Urgency.SERVICE, Urgency.ROUTINE


def account(handle: str, channel: str = "x", **changes: Any) -> Account:
    return Account(
        id=AccountId(f"{channel}:{handle}"),
        channel=channel,
        handle=handle,
        line=LineId("Green"),
        mode=AccountMode.LIVE,
        languages=("en",),
        price_post=0.015,
        **changes,
    )


A, B, ELSEWHERE = account("A"), account("B"), account("A", "mastodon")


def ground(**changes: Any) -> Ground:
    plain: dict[str, Any] = {
        "now": NOW,
        "month_ends": MONTH_ENDS,
        "restraint": Restraint(),
        "accounts": (A, B, ELSEWHERE),
        "limits": (),
        "health": {},
        "spent": {},
        "posted": {},
        "posted_since_low": {},
        "ready": (),
    }
    return Ground(**{**plain, **changes})


def seen(remaining: int, *, shared: bool = False, limit: int = 100, kind: LimitKind = LimitKind.POST) -> LimitSeen:
    return LimitSeen(name="made-up", kind=kind, shared=shared, limit=limit, remaining=remaining, resets_at=SOON)


def own(remaining: int, of: Account = A, **how: Any) -> KeptLimit:
    return KeptLimit(channel=of.channel, account=of.id, seen=seen(remaining, **how))


def apps(remaining: int) -> KeptLimit:
    return KeptLimit(channel="x", account=None, seen=seen(remaining, shared=True), low_since=NOW)


def posted(count: int, of: Account = A) -> dict[AccountId, Posted]:
    return {of.id: Posted(account=of.id, count=count, first_at=NOW - timedelta(minutes=40))}


def ready(of: Account, urgency: Urgency, count: int) -> Ready:
    return Ready(account=of.id, urgency=urgency, count=count)


def resting(until: datetime) -> dict[AccountId, Health]:
    return {A.id: Health(account=A.id, failures=5, failing_since=NOW, rests_until=until)}


BUDGETS = Restraint(budgets={"x": micros(50)})
ALL = {(one.id, URGENT) for one in (A, B, ELSEWHERE)}
BOOK: list[tuple[str, Ground, set[tuple[AccountId, Urgency]], str]] = [
    ("nothing in the way", ground(), set(), ""),
    ("one post below its brake", ground(posted=posted(29)), set(), ""),
    ("at its brake", ground(posted=posted(30)), {(A.id, URGENT)}, "brake"),
    ("one below the fleet's", ground(posted=posted(29), restraint=Restraint(fleet_posts_per_hour=30)), set(), ""),
    (
        "the fleet at its brake",
        ground(posted=posted(29), restraint=Restraint(fleet_posts_per_hour=29)),
        ALL,
        "fleet-brake",
    ),
    ("a window of its own with one left", ground(limits=(own(1),)), set(), ""),
    ("a window of its own used up", ground(limits=(own(0),)), {(A.id, URGENT)}, "limit"),
    ("no more reading stops no post", ground(limits=(own(0, kind=LimitKind.READ),)), set(), ""),
    ("no more removing stops no post", ground(limits=(own(0, kind=LimitKind.REMOVE),)), set(), ""),
    ("the app's window used up", ground(limits=(apps(0),)), {(A.id, URGENT), (B.id, URGENT)}, "limit"),
    ("it rests", ground(health=resting(SOON)), {(A.id, URGENT)}, "breaker"),
    ("it has rested: one try", ground(health=resting(NOW)), set(), ""),
    ("of its budget one post is left", ground(accounts=(account("A", budget=1.0),), spent={A.id: 985_000}), set(), ""),
    (
        "its budget can't pay another post",
        ground(accounts=(account("A", budget=1.0),), spent={A.id: 985_001}),
        {(A.id, SERVICE)},
        "budget",
    ),
    (
        "the channel's budget is spent by others",
        ground(restraint=BUDGETS, spent={AccountId("x:Other"): micros(50)}),
        {(A.id, SERVICE), (B.id, SERVICE)},
        "budget",
    ),
    (
        "the fleet's budget is spent",
        ground(restraint=Restraint(budget=micros(1)), spent={ELSEWHERE.id: micros(1)}),
        {(A.id, SERVICE), (B.id, SERVICE), (ELSEWHERE.id, SERVICE)},
        "budget",
    ),
    ("a budget of nothing", ground(accounts=(account("A", budget=0.0),)), {(A.id, SERVICE)}, "budget"),
    ("enough for all that is ready", ground(limits=(apps(4),), ready=(ready(A, ROUTINE, 4),)), set(), ""),
    (
        "the urgent one goes first",
        ground(limits=(apps(2),), ready=(ready(A, ROUTINE, 9), ready(B, URGENT, 1))),
        {(A.id, SERVICE), (B.id, SERVICE)},
        "share",
    ),
    (
        "who had its share waits",
        ground(
            limits=(apps(4),),
            ready=(ready(A, ROUTINE, 9), ready(B, ROUTINE, 9)),
            posted_since_low={"x": {A.id: 5, B.id: 1}},
        ),
        {(A.id, ROUTINE)},
        "share",
    ),
    (
        "who is alone may have all",
        ground(limits=(apps(4),), ready=(ready(A, ROUTINE, 9),), posted_since_low={"x": {A.id: 4}}),
        set(),
        "",
    ),
    (
        "an urgent one that can't go keeps nobody back",
        ground(limits=(apps(2),), health=resting(SOON), ready=(ready(A, URGENT, 9), ready(B, ROUTINE, 1))),
        {(A.id, URGENT)},
        "breaker",
    ),
]


@pytest.mark.parametrize(("case", "held", "rule"), [row[1:] for row in BOOK], ids=[row[0] for row in BOOK])
def test_the_book_of_what_is_kept_back(case: Ground, held: set[tuple[str, Urgency]], rule: str) -> None:
    found = held_back(case)
    assert {(one.account, one.urgency) for one in found} == held
    assert {one.rule for one in found} == ({rule} if rule else set())
    assert all(one.why.startswith("held: ") and one.until > NOW for one in found)


def test_every_reason_has_a_row() -> None:
    assert {row[3] for row in BOOK} - {""} == {"brake", "fleet-brake", "limit", "breaker", "budget", "share"}


def test_the_sentence_names_the_budget_and_its_sum() -> None:
    [held, _] = held_back(ground(accounts=(A, B), restraint=BUDGETS, spent={A.id: micros(50)}))
    assert held.why == "held: the month's budget of x is spent ($50.00)"
    assert held.until == MONTH_ENDS


def test_a_brake_ends_when_its_oldest_post_is_an_hour_old() -> None:
    [held] = held_back(ground(posted=posted(31)))
    assert held.until == NOW + timedelta(minutes=20)


def test_nothing_that_takes_back_is_ever_kept_back() -> None:
    everything = HeldBack(account=key().account, urgency=URGENT, rule="brake", why="held: made up", until=SOON)
    assert everything.holds(owed())
    assert not everything.holds(owed(urgency=Urgency.TAKING_BACK))
    assert not everything.holds(owed(key(act=Act.REMOVE)))


@pytest.mark.parametrize(
    ("limit", "low"),
    [
        (seen(FEW, shared=True), True),
        (seen(FEW + 1, shared=True), False),
        (seen(1000, shared=True, limit=10_000), True),
        (seen(1001, shared=True, limit=10_000), False),
        (seen(0), False),
        (seen(0, shared=True, kind=LimitKind.READ), False),
    ],
)
def test_when_a_shared_limit_is_low(limit: LimitSeen, low: bool) -> None:
    assert is_low(limit) is low


WELL = Health(account=A.id)
RECEIPT = Delivered(receipt=Receipt(platform_id="1", at=NOW))


def failed(times: int, outcome: Outcome | None = None) -> Health:
    health = WELL
    for _ in range(times):
        health = fares(health, outcome or Unknown(why="lost"), (), 5, NOW)
    return health


@pytest.mark.parametrize("outcome", [Unknown(why="lost"), Deferred(seconds=5, why="down")])
def test_after_five_failures_in_a_row_it_rests_and_ever_longer(outcome: Outcome) -> None:
    rests = [failed(times, outcome).rests_until for times in range(1, 12)]
    assert rests[:4] == [None] * 4
    assert rests[4:6] == [NOW + REST, NOW + 2 * REST]
    assert rests[9:] == [NOW + LONGEST_REST] * 2


@pytest.mark.parametrize("outcome", [RECEIPT, Refused(why="no"), StandAlone(why="no answers")])
def test_an_answer_that_settles_it_closes_the_breaker(outcome: Outcome) -> None:
    assert fares(failed(9), outcome, (), 5, NOW) == WELL


def test_a_platform_that_names_its_time_does_not_count_as_failing() -> None:
    assert fares(failed(4), Deferred(seconds=600, why="429"), (seen(0),), 5, NOW) == failed(4)
    assert fares(failed(4), Deferred(seconds=600, why="429"), (seen(3),), 5, NOW).rests_until is not None


@pytest.mark.parametrize(
    ("amount", "said"), [(50_000_000, "$50.00"), (15_000, "$0.015"), (0, "$0.00"), (1, "$0.000001")]
)
def test_money_is_said_as_people_read_it(amount: int, said: str) -> None:
    assert dollars(amount) == said


class TestNews:
    """What of a limit is written down again."""

    @pytest.mark.parametrize(
        ("now", "minutes", "news"),
        [
            (90 - STEP + 1, 10, False),
            (90 - STEP, 10, True),
            (90 + STEP, 10, True),
            (89, 25, True),
            (FEW + 1, 10, True),
        ],
        ids=["some calls later", "a step later", "a step back", "another window", "many calls later"],
    )
    def test_far_from_its_end_a_limit_may_be_a_few_calls_behind(self, now: int, minutes: int, news: bool) -> None:
        later = seen(now).model_copy(update={"resets_at": NOW + timedelta(minutes=minutes)})
        assert is_news(later, (seen(90), NOW), NOW + SPAN / 2) is news

    @pytest.mark.parametrize("remaining", [FEW, 1, 0])
    def test_where_little_is_left_every_word_counts(self, remaining: int) -> None:
        assert is_news(seen(remaining), (seen(remaining + 1), NOW), NOW)
        assert is_news(seen(200, limit=2000), (seen(201, limit=2000), NOW), NOW), "a tenth of a large one"

    def test_what_was_low_is_told_when_it_is_no_more(self) -> None:
        assert is_news(seen(FEW + 1), (seen(FEW), NOW), NOW)

    def test_the_first_word_and_one_after_a_while_are_kept(self) -> None:
        assert is_news(seen(90), None, NOW)
        assert is_news(seen(90), (seen(90), NOW), NOW + SPAN)
        assert is_news(seen(90, limit=200), (seen(90), NOW), NOW), "another limit"


class TestOneAccount:
    """Before each attempt the rule is asked about one account: it must say what it says about all."""

    @pytest.mark.parametrize(
        "changes",
        [
            {"posted": posted(30)},
            {"posted": posted(30, B)},
            {"posted": posted(150) | posted(150, B)},
            {"limits": (own(0),)},
            {"health": {A.id: Health(account=A.id, failures=5, failing_since=NOW, rests_until=SOON)}},
            {"restraint": Restraint(budget=1), "spent": {B.id: 1}},
            {"restraint": Restraint(budgets={"x": 1}), "spent": {B.id: 1}},
            {"restraint": Restraint(budgets={"mastodon": 0})},
        ],
        ids=["brake", "another's brake", "fleet", "limit", "breaker", "budget", "channel's budget", "other channel's"],
    )
    def test_alone_or_among_all(self, changes: dict[str, Any]) -> None:
        alone = held_back(ground(**{**changes, "accounts": (A,)}))
        assert alone == tuple(one for one in held_back(ground(**changes)) if one.account == A.id)

    def test_only_who_is_bounded_by_a_budget_is_asked_for_what_was_spent(self) -> None:
        assert not is_bounded(Restraint(budgets={"mastodon": 5}), A)
        assert is_bounded(Restraint(budget=5), A)
        assert is_bounded(Restraint(budgets={"x": 5}), A)
        assert is_bounded(Restraint(), account("C", budget=5.0))
