"""Sweeps of the odd platform: their plan, their clock, and what came of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from core.domain.accounts import AccountState
from core.domain.lines import Account, AccountId
from core.domain.staff import FLEET_ACTOR, Actor, Role
from core.flow.calling import calls_for
from core.flow.status import Status, look_at
from core.flow.sweep import Compared, SweepPlan, sweep
from core.ports.limits import Spent
from tests.flow.stage import GREEN, Stage

PLAN = SweepPlan(every=timedelta(hours=6), back=timedelta(days=7), posts=200, reads=1000)
X_GREEN = AccountId(f"x:{GREEN}")
REVIEWER = Actor(id="made-up-reviewer", roles=frozenset({Role.REVIEWER}), via="cli")


def swept(live: Stage, hours: float = 6.1, plan: SweepPlan = PLAN) -> Compared:
    """The next sweep, so many hours later."""
    live.clock.step(hours=hours)
    return sweep(FLEET_ACTOR, live.office, plan)


def settled_in(live: Stage) -> None:
    """Every account has had its first sweep, and the fleet speaks since a while."""
    swept(live, 0)
    live.clock.step(hours=1)


def seen(live: Stage) -> Status:
    return look_at(live.fleet.store, live.clock, ())


def state(live: Stage, handle: str = GREEN) -> AccountState:
    return account_state(live, f"x:{handle}")


def account_state(live: Stage, account: str) -> AccountState:
    return next(row.state for row in seen(live).accounts if row.account == account)


def reads_cost(live: Stage) -> None:
    """Every account of the odd platform pays for what it reads."""
    accounts = live.office.know.accounts
    for account_id, account in accounts.items():
        if account.channel == "x":
            accounts[account_id] = account.model_copy(update={"price_read": 0.005})


def spent(live: Stage) -> Sequence[Spent]:
    with live.fleet.store.begin() as tx:
        return tx.limits.spent(live.house.know.month(live.clock.now()))


def green(live: Stage) -> Account:
    return live.house.know.accounts[X_GREEN]


def on_call(live: Stage) -> list[str]:
    return [call.key for call in calls_for(seen(live), live.clock.now())]
