"""Asks the rule what is kept back now, learns from each call, and says when to look again."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime

from core.domain.deliveries import Delivery, DeliveryState, NewDelivery, Outcome
from core.domain.holding import HeldBack
from core.domain.lines import Account, AccountId
from core.flow.knowledge import Knowledge
from core.ports.channel import Channel, LimitSeen
from core.ports.limits import Health
from core.ports.store import Tx
from core.rules.holding_back import HOUR, Ground, fares, held_back, is_bounded, is_low, is_news

log = logging.getLogger(__name__)
LimitsKept = dict[tuple[str, str], tuple[LimitSeen, datetime]]
"""Account, or channel where all share it, and name of a limit → what this process last wrote of it, and when."""


def held_now(tx: Tx, know: Knowledge, now: datetime) -> tuple[HeldBack, ...]:
    """Every reason why an account of a platform is kept back now."""
    if not know.public_accounts:
        return ()
    limits = tuple(tx.limits.kept(now))
    low = [kept for kept in limits if kept.low_since is not None and kept.account is None]
    return held_back(
        Ground(
            now=now,
            month_ends=know.month_ends(now),
            restraint=know.restraint,
            accounts=know.public_accounts,
            limits=limits,
            health={one.account: one for one in tx.limits.health()},
            spent={one.account: one.micros for one in tx.limits.spent(know.month(now))},
            posted={one.account: one for one in tx.limits.posted(now - HOUR)},
            posted_since_low={
                kept.channel: {one.account: one.count for one in tx.limits.posted(kept.low_since)}
                for kept in low
                if kept.low_since is not None
            },
            ready=tuple(tx.limits.ready([account.id for account in know.public_accounts])) if low else (),
        )
    )


def why_not_now(tx: Tx, know: Knowledge, now: datetime, delivery: NewDelivery) -> str | None:
    """Why this delivery is kept back now, in one sentence; None when it may go. It looks at that account alone, and
    says what `held_now` would: asked before every attempt."""
    account = next((one for one in know.public_accounts if one.id == delivery.key.account), None)
    if account is None or delivery.takes_back:
        return None
    limits = tuple(tx.limits.kept(now, of=account))
    if any(kept.low_since is not None and kept.account is None for kept in limits):
        return why_held(held_now(tx, know, now), delivery)  # what is left is shared out: that takes all accounts
    bounded = is_bounded(know.restraint, account)
    ground = Ground(
        now=now,
        month_ends=know.month_ends(now),
        restraint=know.restraint,
        accounts=(account,),
        limits=limits,
        health={one.account: one for one in tx.limits.health()},
        spent={one.account: one.micros for one in tx.limits.spent(know.month(now))} if bounded else {},
        posted={one.account: one for one in tx.limits.posted(now - HOUR, of=account.id)},
        posted_since_low={},
        ready=(),
    )
    return why_held(held_back(ground), delivery)


def why_held(held: Sequence[HeldBack], delivery: NewDelivery) -> str | None:
    """Why a delivery is kept back, in one sentence; None when it may go."""
    return next((one.why for one in held if one.holds(delivery)), None)


def with_reasons(tx: Tx, know: Knowledge, now: datetime, deliveries: Sequence[Delivery]) -> tuple[Delivery, ...]:
    """The deliveries, each that is due with the reason why it is kept back, if it is."""
    held = held_now(tx, know, now)
    reasons = [why_held(held, one) if one.state is DeliveryState.DUE else None for one in deliveries]
    return tuple(
        one if why is None else one.model_copy(update={"why": why})
        for one, why in zip(deliveries, reasons, strict=True)
    )


def held_count(tx: Tx, held: Sequence[HeldBack]) -> tuple[tuple[HeldBack, int], ...]:
    """Of what is kept back those reasons that keep something that is ready, with how much; each counts once."""
    counts = dict.fromkeys(held, 0)
    for ready in tx.limits.ready(sorted({one.account for one in held})) if held else ():
        by = next((one for one in held if one.account == ready.account and ready.urgency >= one.urgency), None)
        if by is not None:
            counts[by] += ready.count
    return tuple((one, count) for one, count in counts.items() if count)


def seconds_to_next(tx: Tx, know: Knowledge, now: datetime) -> float | None:
    """Seconds until something may next be done: what the outbox waits for, or the end of what keeps something back.
    None when time alone would make nothing ready."""
    seconds = tx.outbox.seconds_to_next()
    ends = [(one.until - now).total_seconds() for one, _ in held_count(tx, held_now(tx, know, now))]
    return min([max(end, 0.0) for end in ends] + ([] if seconds is None else [seconds]), default=None)


def asked(channel: Channel, account: Account) -> tuple[LimitSeen, ...]:
    """What the platform said of its limits since the last call. A slip there must not cost a receipt."""
    try:
        return channel.limits(account)
    except Exception as error:  # noqa: BLE001 - see above
        log.error("unforeseen %s while reading the limits of %s", type(error).__name__, account.id)  # noqa: TRY400
        return ()


def learn(
    tx: Tx,
    know: Knowledge,
    name: AccountId,
    outcome: Outcome,
    learned: Sequence[LimitSeen],
    known: LimitsKept,
    now: datetime,
) -> LimitsKept:
    """After a call: keep what the platform said of its limits and how the account fares, for every process. Of limits
    what is news beside `known`; given back is what was written, true once the transaction is committed."""
    account = know.accounts[name]
    if not know.abilities[account.channel].reaches_public:
        return {}
    said = {(account.channel if seen.shared else name, seen.name): seen for seen in learned}
    news = {key: (seen, now) for key, seen in said.items() if is_news(seen, known.get(key), now)}
    for seen, _ in news.values():
        tx.limits.keep(account, seen, is_low(seen), now)
    before = next((one for one in tx.limits.health() if one.account == name), Health(account=name))
    after = fares(before, outcome, learned, know.restraint.failures, now)
    if after != before:
        tx.limits.fared(after)
    return news
