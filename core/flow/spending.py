"""What the fleet spends: booked when an attempt is written, given back when it surely was not sent."""

from __future__ import annotations

from datetime import datetime

from core.domain.deliveries import Act, Attempt, Deferred, Delivery, Outcome, Refused, StandAlone
from core.domain.holding import Purse, micros
from core.domain.lines import Account
from core.flow.knowledge import Knowledge
from core.ports.store import Tx
from core.render.price import cost
from core.rules.holding_back import purses


def book(tx: Tx, know: Knowledge, delivery: Delivery, attempt: Attempt, now: datetime) -> None:
    """Book an attempt in its own transaction. What does not leave the house costs nothing and is not counted."""
    account = know.accounts[delivery.key.account]
    if not know.abilities[account.channel].reaches_public:
        return
    act = delivery.key.act
    tx.limits.book(
        attempt.id, account.id, know.month(now), cost(account, act, delivery.post), act is not Act.REMOVE, now
    )


def give_back(tx: Tx, attempt: Attempt, outcome: Outcome) -> None:
    """What surely was not sent cost nothing. A removal whose end was not seen may have been done: it stays booked."""
    match outcome:
        case Refused() | StandAlone() | Deferred(unseen=False):
            tx.limits.give_back(attempt.id)
        case _:
            return


def book_reads(tx: Tx, know: Knowledge, account: Account, posts: int, now: datetime) -> None:
    """So many posts were read for this account."""
    if posts and account.price_read:
        tx.limits.book_reads(account.id, know.month(now), posts * micros(account.price_read))


def reads_left(tx: Tx, know: Knowledge, account: Account, now: datetime) -> int | None:
    """How many posts may still be read for what can wait, this month on this account's channel; None: any number.

    What settles an unknown is read in any case, and counts.
    """
    budget, each = know.restraint.read_budgets.get(account.channel), micros(account.price_read)
    if budget is None or not each:
        return None
    spent = sum(one.reads for one in tx.limits.spent(know.month(now)) if one.account.startswith(f"{account.channel}:"))
    return max(0, budget - spent) // each


def spending(tx: Tx, know: Knowledge, now: datetime) -> tuple[Purse, ...]:
    """What is spent this month of each budget, and on each channel: the fleet first, reading last."""
    rows = tx.limits.spent(know.month(now))
    named = purses(know.restraint, know.public_accounts, {one.account: one.micros for one in rows})
    reading = [
        Purse(
            name=f"reading {channel}",
            spent=sum(one.reads for one in rows if one.account.startswith(f"{channel}:")),
            budget=budget,
        )
        for channel, budget in know.restraint.read_budgets.items()
    ]
    return (*named, *reading)
