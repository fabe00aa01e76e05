"""Which accounts are kept back from what, and why: limits, a breaker, brakes, budgets. What takes back always goes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.domain.deliveries import Deferred, Delivered, Outcome, Refused, StandAlone, Unknown
from core.domain.holding import HeldBack, Purse, Restraint, dollars, micros
from core.domain.lines import Account, AccountId
from core.domain.notices import Urgency
from core.ports.channel import LimitKind, LimitSeen
from core.ports.limits import Health, KeptLimit, Posted, Ready

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
REST = timedelta(seconds=30)
LONGEST_REST = timedelta(minutes=15)
LOW_PART = 10
"""A shared limit is low when a tenth of it, or less than FEW, is left."""
FEW = 20
STEP, SPAN = 10, timedelta(seconds=10)
"""What is kept of a limit that is far from its end may be so many calls, or so long, behind."""


@dataclass(frozen=True)
class Ground:
    """All that the rule looks at. Money is of this month, counts of the last hour."""

    now: datetime
    month_ends: datetime
    restraint: Restraint
    accounts: tuple[Account, ...]
    limits: tuple[KeptLimit, ...]
    health: Mapping[AccountId, Health]
    spent: Mapping[AccountId, int]
    posted: Mapping[AccountId, Posted]
    posted_since_low: Mapping[str, Mapping[AccountId, int]]
    """Channel → account → posts since its shared limit is low."""
    ready: tuple[Ready, ...]
    """What could go now; asked for only while a shared limit is low."""


def held_back(ground: Ground) -> tuple[HeldBack, ...]:
    """Every reason why an account is kept back, the gravest first."""
    held = [*_fleet_brake(ground)]
    bounded: Sequence[Purse] = ()
    if any(is_bounded(ground.restraint, account) for account in ground.accounts):
        bounded = [one for one in purses(ground.restraint, ground.accounts, ground.spent) if one.budget is not None]
    for account in ground.accounts:
        held += [*_brake(ground, account), *_limits(ground, account), *_rest(ground, account)]
        held += _budgets(ground, account, bounded)
    return (*held, *_shares(ground, held))


def _brake(ground: Ground, account: Account) -> Iterator[HeldBack]:
    posted, most = ground.posted.get(account.id), ground.restraint.posts_per_hour
    if posted is not None and posted.count >= most:
        why = f"held: {account.id} posted {posted.count} times within an hour (posts_per_hour is {most})"
        yield _held(account, Urgency.URGENT, "brake", why, posted.first_at + HOUR)


def _fleet_brake(ground: Ground) -> Iterator[HeldBack]:
    total, most = sum(one.count for one in ground.posted.values()), ground.restraint.fleet_posts_per_hour
    if total < most:
        return
    why = f"held: the fleet posted {total} times within an hour (fleet_posts_per_hour is {most})"
    until = min(one.first_at for one in ground.posted.values()) + HOUR
    for account in ground.accounts:
        yield _held(account, Urgency.URGENT, "fleet-brake", why, until)


def _limits(ground: Ground, account: Account) -> Iterator[HeldBack]:
    for kept in ground.limits:
        if _draws_on(account, kept) and kept.seen.remaining <= 0:
            until = kept.seen.resets_at
            why = f"held: {account.channel} takes no more posts of {account.id} until {_time(until, ground.now)}"
            yield _held(account, Urgency.URGENT, "limit", f"{why} ({kept.seen.name})", until)


def _draws_on(account: Account, kept: KeptLimit) -> bool:
    mine = kept.account == account.id or (kept.account is None and kept.channel == account.channel)
    return mine and kept.seen.kind is LimitKind.POST


def _rest(ground: Ground, account: Account) -> Iterator[HeldBack]:
    health = ground.health.get(account.id)
    if health is not None and health.rests_until is not None and health.rests_until > ground.now:
        failed = f"after {health.failures} failures in a row"
        why = f"held: {account.id} rests until {_time(health.rests_until, ground.now)} {failed}"
        yield _held(account, Urgency.URGENT, "breaker", why, health.rests_until)


def _budgets(ground: Ground, account: Account, bounded: Sequence[Purse]) -> Iterator[HeldBack]:
    for purse in bounded:
        if purse.budget is None or purse.name not in (account.id, account.channel, FLEET):
            continue
        if purse.spent + micros(account.price_post) > purse.budget:
            why = f"held: the month's budget of {purse.name} is spent ({dollars(purse.budget)})"
            yield _held(account, Urgency.SERVICE, "budget", why, ground.month_ends)


FLEET = "the fleet"


def is_bounded(restraint: Restraint, account: Account) -> bool:
    """Whether any budget bounds what the account may cost."""
    own = account.budget is not None or account.channel in restraint.budgets
    return own or restraint.budget is not None


def purses(restraint: Restraint, accounts: Sequence[Account], spent: Mapping[AccountId, int]) -> Iterator[Purse]:
    """What is spent of each budget, and by each channel that costs anything: fleet, channels, accounts."""
    yield Purse(name=FLEET, spent=sum(spent.values()), budget=restraint.budget)
    for channel in dict.fromkeys(account.channel for account in accounts):
        of_it = sum(amount for account, amount in spent.items() if account.startswith(f"{channel}:"))
        yield Purse(name=channel, spent=of_it, budget=restraint.budgets.get(channel))
    for account in accounts:
        if account.budget is not None:
            yield Purse(name=account.id, spent=spent.get(account.id, 0), budget=micros(account.budget))


def is_low(seen: LimitSeen) -> bool:
    """Little is left of a limit that all accounts share: from here on it is shared out."""
    return seen.shared and seen.kind is LimitKind.POST and _little_left(seen)


def _little_left(seen: LimitSeen) -> bool:
    return seen.remaining <= max(FEW, (seen.limit or 0) // LOW_PART)


def is_news(seen: LimitSeen, known: tuple[LimitSeen, datetime] | None, now: datetime) -> bool:
    """Whether a limit must be written down again, beside what was and when. Where little is left, or was, each word
    counts; else a window that closes at another time, a step of some calls, or a while since."""
    if known is None or now - known[1] >= SPAN:
        return True
    kept = known[0]
    if _little_left(seen) or _little_left(kept) or kept.limit != seen.limit:
        return True
    return abs(kept.remaining - seen.remaining) >= STEP or abs(kept.resets_at - seen.resets_at) >= SPAN


def _shares(ground: Ground, held: Sequence[HeldBack]) -> Iterator[HeldBack]:
    """Of what is left, urgent ones go first, and among equals nobody takes more than an equal part."""
    for kept in ground.limits:
        if kept.low_since is None or kept.account is not None or kept.seen.remaining <= 0:
            continue
        accounts = [account for account in ground.accounts if _draws_on(account, kept)]
        ready = [
            one for one in ground.ready if not _kept_back(one, held) and any(one.account == a.id for a in accounts)
        ]
        if sum(one.count for one in ready) <= kept.seen.remaining:
            continue
        first = min(one.urgency for one in ready)
        until = kept.seen.resets_at
        left = f"held: {kept.channel} takes {kept.seen.remaining} more of all accounts until {_time(until, ground.now)}"
        if any(one.urgency > first for one in ready):
            why = f"{left}, and what is more pressing goes first"
            for account in accounts:
                yield _held(account, Urgency(first + 1), "share", why, until)
        taken = ground.posted_since_low.get(kept.channel, {})
        want = list(dict.fromkeys(one.account for one in ready if one.urgency is first))
        pool = kept.seen.remaining + sum(taken.get(account, 0) for account in want)
        for account in accounts:
            if account.id in want and taken.get(account.id, 0) >= -(-pool // len(want)):
                why = f"{left}, and {account.id} had its share"
                yield _held(account, first, "share", why, until)


def _kept_back(ready: Ready, held: Sequence[HeldBack]) -> bool:
    return any(one.account == ready.account and ready.urgency >= one.urgency for one in held)


def _time(moment: datetime, now: datetime) -> str:
    return f"{moment:%H:%M:%S} UTC" if moment - now < DAY else f"{moment:%Y-%m-%d %H:%M} UTC"


def _held(account: Account, urgency: Urgency, rule: str, why: str, until: datetime) -> HeldBack:
    return HeldBack(account=account.id, urgency=urgency, rule=rule, why=why, until=until)


def fares(before: Health, outcome: Outcome, learned: Sequence[LimitSeen], failures: int, now: datetime) -> Health:
    """How an account fares after a call. It fails when nobody knows whether it posted, or when it was put off without
    a time of the platform's own; from `failures` in a row on it rests, each time twice as long. Any answer that
    settles a post ends it; one that names its time changes nothing."""
    match outcome:
        case Delivered() | Refused() | StandAlone():
            return before if before.failures == 0 else Health(account=before.account)
        case Deferred() if any(seen.remaining <= 0 and seen.resets_at > now for seen in learned):
            return before
        case Deferred() | Unknown():
            count = before.failures + 1
            rest = None if count < failures else now + min(REST * 2 ** min(count - failures, 10), LONGEST_REST)
            since = before.failing_since or now
            return Health(account=before.account, failures=count, failing_since=since, rests_until=rest)
