"""A month's budget: what waits at its end, what goes on, and what is booked, by what stands on the platform."""

from __future__ import annotations

import pytest

from core.domain.holding import micros
from core.domain.notices import Speaker
from core.flow.holding import with_reasons
from core.flow.spending import book_reads, reads_left
from core.flow.status import look_at
from core.ports.channel import PostDeferred, PostRefused
from tests.fakes.alert_feeds import entity
from tests.fakes.odd_platform import lost_answer
from tests.flow.stage import GREEN, Stage
from tests.flow.test_holding import (
    GREENS,
    POST,
    X_GREEN,
    at_once,
    owe,
    passes,
    restrain,
    rung,
    spent,
    take_back,
    wait_seconds,
)
from tests.flow.test_service_alerts import LATE, Agency


class TestBudgets:
    def test_at_its_end_service_waits_urgent_goes_and_so_does_what_takes_back(self, live: Stage) -> None:
        restrain(live, budgets={"x": 2 * POST})
        owe(live, *GREENS[:2])
        at_once(live)
        assert spent(live) == 2 * POST
        agency = Agency(live)
        agency.publish(entity("1", LATE))
        assert LATE not in "".join(live.platform.texts(GREEN))
        owe(live, *GREENS[2:4], first=5)
        at_once(live)
        assert len(live.platform.texts(GREEN)) == 4
        take_back(live)
        assert spent(live) == micros(0.015 * 5 + 0.01), "four posts, one removal, its correction"

    def test_it_goes_on_when_the_month_turns(self, live: Stage) -> None:
        know = live.house.know
        live.clock.step(seconds=(know.month_ends(live.clock.now()) - live.clock.now()).total_seconds() - 3600)
        restrain(live, budgets={"x": 0})
        Agency(live).publish(entity("1", LATE))
        assert live.platform.record == []
        assert wait_seconds(live) == 3600
        passes(live, 3600)
        restrain(live, budgets={"x": POST})
        at_once(live)
        assert len(live.platform.texts(GREEN)) == 1

    def test_status_and_the_incident_say_why_it_waits(self, live: Stage) -> None:
        restrain(live, budgets={"x": 0})
        Agency(live).publish(entity("1", LATE))
        sentence = "held: the month's budget of x is spent ($0.00)"
        status = look_at(live.fleet.store, live.clock, (), know=live.office.know)
        assert [(one.account, one.count, one.why) for one in status.restrained.holding] == [(X_GREEN, 1, sentence)]
        assert "the month's budget of x is spent" in status.sentence
        with live.fleet.store.begin() as tx:
            notice = tx.notices.find(tx.log.entry(1).subject, Speaker.AGENCY)
            assert notice is not None
            owed = tx.outbox.of_notice(notice.id)
            shown = with_reasons(tx, live.office.know, live.clock.now(), owed)
        assert {one.why for one in shown if one.key.account == X_GREEN} == {sentence}

    def test_what_a_budget_holds_is_not_stuck(self, live: Stage) -> None:
        restrain(live, budgets={"x": 0})
        Agency(live).publish(entity("1", LATE))
        live.clock.step(minutes=20)
        assert look_at(live.fleet.store, live.clock, (), know=live.office.know).stuck == 0
        assert look_at(live.fleet.store, live.clock, ()).stuck == 1

    @pytest.mark.parametrize(("posts", "key"), [(3, []), (4, ["budget:x:80"]), (5, ["budget:x:100"])])
    def test_somebody_is_called_at_80_and_at_100_of_a_hundred(self, live: Stage, posts: int, key: list[str]) -> None:
        restrain(live, budgets={"x": 5 * POST})
        owe(live, *GREENS[:posts])
        at_once(live)
        assert rung(live) == key

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ([PostDeferred("busy", 0), PostDeferred("busy", 0)], []),
            ([lost_answer()], []),
            ([], [lost_answer()]),
        ],
        ids=["put off twice", "lost on the way there", "lost on the way back"],
    )
    def test_one_post_costs_once_whatever_went_astray(self, live: Stage, before: list, after: list) -> None:
        live.platform.before.extend(before)
        live.platform.after.extend(after)
        live.go(live.incident())
        assert len(live.platform.texts(GREEN)) == 1
        assert spent(live) == POST

    def test_what_is_refused_costs_nothing(self, live: Stage) -> None:
        live.platform.before.append(PostRefused("no"))
        live.go(live.incident())
        assert spent(live) == 0

    def test_looks_that_can_wait_are_bounded_and_those_that_settle_are_counted(self, live: Stage) -> None:
        account = live.house.know.accounts[X_GREEN]
        know, now = live.house.know, live.clock.now()
        with live.fleet.store.begin() as tx:
            assert reads_left(tx, know, account, now) is None
        restrain(live, read_budgets={"x": micros(0.5)})
        with live.fleet.store.begin() as tx:
            assert reads_left(tx, live.office.know, account, now) == 100
            book_reads(tx, live.office.know, account, 60, now)
            assert reads_left(tx, live.office.know, account, now) == 40
            book_reads(tx, live.office.know, account, 60, now)
            assert reads_left(tx, live.office.know, account, now) == 0
        assert spent(live) == micros(0.6)
