"""What limits, brakes and budgets do to a fleet at this moment, for whoever looks at it or is called."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from core.domain.holding import HeldBack, Purse, dollars
from core.domain.lines import AccountId, Frozen
from core.flow.holding import held_count, held_now
from core.flow.knowledge import Knowledge
from core.flow.spending import spending
from core.ports.limits import Health
from core.ports.pager import Call, CallUrgency
from core.ports.store import Tx

FAILING_LONG = timedelta(minutes=15)
"""An account that fails for less mends itself more often than not."""
NEARLY = 0.8
"""From this part of a budget on somebody is told."""


class Holding(Frozen):
    """Posts that could go and are kept back, with the reason."""

    account: AccountId
    count: int
    why: str


class Restrained(Frozen):
    """What keeps accounts back, and what was spent."""

    held: tuple[HeldBack, ...] = ()
    holding: tuple[Holding, ...] = ()
    """What of it keeps back posts that could go."""
    spending: tuple[Purse, ...] = ()
    """This month, in millionths of a dollar."""
    failing: tuple[Health, ...] = ()
    """Accounts that failed so often in a row that they rest between two tries."""

    def keeps(self, account: AccountId) -> bool:
        """Whether anything keeps this account back, or would soon again."""
        kept = {one.account for one in self.held} | {one.account for one in self.failing}
        return account in kept


def restrained(tx: Tx, know: Knowledge | None, now: datetime) -> Restrained:
    """What keeps a fleet back now; nothing where no account leaves the house."""
    if know is None or not know.public_accounts:
        return Restrained()
    held = held_now(tx, know, now)
    return Restrained(
        held=held,
        holding=tuple(Holding(account=one.account, count=count, why=one.why) for one, count in held_count(tx, held)),
        spending=spending(tx, know, now),
        failing=tuple(one for one in tx.limits.health() if one.failures >= know.restraint.failures),
    )


def troubles(seen: Restrained, now: datetime) -> list[str]:
    """What somebody should act on, each with what to do."""
    said = [one.why.removeprefix("held: ") + ": is it a runaway? `pause` stops it" for one in _braked(seen)]
    said += [f"{one.account} fails since {_since(one)}: look at the platform" for one in _failing_long(seen, now)]
    return said + [
        f"the month's budget of {purse.name} is spent ({dollars(purse.budget or 0)}): raise it, or routine waits"
        for purse in seen.spending
        if purse.budget is not None and purse.share >= 1
    ]


def calls(seen: Restrained, now: datetime) -> Iterator[Call]:
    """What a person is rung for: a brake reached, an account that fails for long, a budget nearly or wholly spent."""
    for one in _braked(seen):
        name = "the fleet" if one.rule == "fleet-brake" else one.account
        to_do = "see what it says; `pause` stops it, `retract` takes back; a busy hour goes on by itself"
        yield Call(
            key=f"brake:{name}",
            what=f"{name} talks too much",
            why=one.why.removeprefix("held: "),
            to_do=to_do,
            urgency=CallUrgency.NOW,
        )
    for account in _failing_long(seen, now):
        yield Call(
            key=f"failing:{account.account}",
            what=f"{account.account} fails",
            why=f"since {_since(account)}, {account.failures} times in a row",
            to_do="look whether the platform is down or refuses the fleet (`status`, `accounts`)",
            urgency=CallUrgency.NOW,
        )
    for purse in seen.spending:
        if purse.budget is not None and purse.share >= NEARLY:
            yield _budget(purse, purse.budget)


def _budget(purse: Purse, budget: int) -> Call:
    spent = purse.share >= 1
    return Call(
        key=f"budget:{purse.name}:{100 if spent else 80}",
        what=f"The month's budget of {purse.name} is {'spent' if spent else 'nearly spent'}",
        why=f"{dollars(purse.spent)} of {dollars(budget)}",
        to_do="raise it in lines.yaml, or let routine and service notices wait for the month's end",
        urgency=CallUrgency.NOW if spent else CallUrgency.TODAY,
    )


def _braked(seen: Restrained) -> list[HeldBack]:
    """One for each brake that is reached; the fleet's keeps every account back and is told once."""
    first: dict[str, HeldBack] = {}
    for one in seen.held:
        if one.rule in ("brake", "fleet-brake"):
            first.setdefault("" if one.rule == "fleet-brake" else one.account, one)
    return list(first.values())


def _failing_long(seen: Restrained, now: datetime) -> list[Health]:
    return [one for one in seen.failing if one.failing_since is not None and now - one.failing_since >= FAILING_LONG]


def _since(health: Health) -> str:
    return f"{health.failing_since:%Y-%m-%d %H:%M} UTC"
