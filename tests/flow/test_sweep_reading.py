"""How much a sweep reads, when, and what a platform that gives no answer does to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from core.domain.accounts import AccountState
from core.domain.holding import Restraint
from core.domain.lines import AccountMode
from core.flow.sweep import SweepPlan
from core.ports.channel import LoginNeeded, OutcomeUnknown, PostDeferred
from tests.flow.stage import GREEN, Stage
from tests.flow.sweep_scene import (
    X_GREEN,
    reads_cost,
    seen,
    settled_in,
    spent,
    swept,
)


class TestReading:
    def test_an_account_is_swept_when_its_turn_comes_and_not_before(self, live: Stage) -> None:
        assert [swept(live, 0).accounts, swept(live, 5.9).accounts, swept(live, 0.2).accounts] == [3, 0, 3]

    def test_where_a_read_costs_a_days_share_is_read_and_it_says_so(self, live: Stage) -> None:
        reads_cost(live)
        settled_in(live)
        for number in range(30):
            live.platform.posted_by_hand(GREEN, f"made up {number}")
        with live.fleet.store.begin() as tx:
            tx.seen.begin(X_GREEN, live.clock.now() + timedelta(days=1), anew=True)  # nobody asks whose they are
        # It is the seventh of a month of 31 days: 7/31 of the reads may be used, rounded up.
        thrifty = SweepPlan(every=timedelta(hours=1), back=timedelta(days=7), posts=20, reads=100)
        assert [swept(live, hours, thrifty).accounts for hours in (6.1, 1.1, 1.1)] == [3, 2, 2]
        assert live.platform.reads == 20
        [green_row] = [one for one in seen(live).sweeps if one.account == X_GREEN]
        assert "100 posts a month" in (green_row.trouble or "")
        assert sum(row.reads for row in spent(live)) == 20 * 5000
        live.clock.step(hours=24)
        swept(live, 0, thrifty)
        assert live.platform.reads > 20

    def test_the_channels_read_budget_bounds_it_too(self, live: Stage) -> None:
        reads_cost(live)
        settled_in(live)
        live.office.know = replace(live.office.know, restraint=Restraint(read_budgets={"x": 4 * 5000}))
        reads_cost(live)
        assert swept(live).accounts == 0
        assert all("read budget" in (one.trouble or "") for one in seen(live).sweeps if one.account.startswith("x:"))

    def test_reads_are_counted_by_month_and_booked(self, live: Stage) -> None:
        live.go(live.incident())
        swept(live)
        assert sum(one.reads for one in seen(live).sweeps) == live.platform.reads > 0

    @pytest.mark.parametrize("trouble", [PostDeferred("busy", 60), OutcomeUnknown("no answer"), ValueError("odd")])
    def test_a_platform_that_gives_no_answer_holds_up_nobody_else(self, live: Stage, trouble: Exception) -> None:
        live.platform.list_raises.append(trouble)
        assert swept(live).accounts == 2
        assert [one.trouble for one in seen(live).sweeps].count(None) >= 2
        assert "odd" not in " ".join(one.trouble or "" for one in seen(live).sweeps)

    def test_dead_credentials_are_said_as_always(self, live: Stage) -> None:
        live.platform.list_raises.append(LoginNeeded("the token is dead"))
        swept(live)
        assert AccountState.NEEDS_LOGIN in {row.state for row in seen(live).accounts}

    def test_what_is_posted_by_hand_while_an_account_practises_is_its_owners(self, live: Stage) -> None:
        accounts = live.house.know.accounts
        accounts[X_GREEN] = accounts[X_GREEN].model_copy(update={"mode": AccountMode.PRACTICE})
        settled_in(live)
        live.platform.posted_by_hand(GREEN, "Soon we speak here")
        swept(live, 1)
        accounts[X_GREEN] = accounts[X_GREEN].model_copy(update={"mode": AccountMode.LIVE})
        assert swept(live).foreign == 0
        live.clock.step(hours=1)
        live.platform.posted_by_hand(GREEN, "Buy made-up coins")
        assert swept(live).foreign == 1
