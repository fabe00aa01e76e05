"""What is really up: receipts compared with what each account lists; what is gone is noted, what is not ours locks."""

from __future__ import annotations

import logging
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from math import ceil

from core.domain.accounts import AccountState
from core.domain.deliveries import Receipt
from core.domain.lines import Account, AccountMode
from core.domain.seen import Stray, Swept
from core.domain.staff import Actor, Role, demand
from core.flow.compare import Sight, compare
from core.flow.deliver import PostOffice, block, identity_holds
from core.flow.spending import book_reads, reads_left
from core.ports.channel import Listing, LoginNeeded, NotSupported, OutcomeUnknown, PostDeferred, PostRefused
from core.ports.store import Tx

log = logging.getLogger(__name__)
SOON = timedelta(minutes=15)
"""When an account that gave no answer is swept again."""
FEWEST = 5
"""Posts that a look must be allowed to read to be one: the smallest page that a dear platform gives."""


@dataclass(frozen=True)
class SweepPlan:
    """How often, how far back, and how much may be read."""

    every: timedelta
    back: timedelta
    posts: int
    """Posts that one sweep of one account reads at most."""
    reads: int
    """Posts that the sweeps of one account read in a month where a read costs something."""


@dataclass
class Compared:
    """What the sweeps of one round found."""

    accounts: int = 0
    gone: int = 0
    foreign: int = 0
    doubles: int = 0


def sweep(actor: Actor, office: PostOffice, plan: SweepPlan, stop: Callable[[], bool] = lambda: False) -> Compared:
    """Sweep every live account whose turn it is. Raises NotAllowed, StoreBusy, StoreBroken."""
    demand(actor, Role.FLEET, Role.OPERATOR)
    done = Compared()
    for account in office.know.accounts.values():
        if stop():
            break
        can = office.channels[account.channel].abilities
        if can.lists and can.reaches_public and _ready(office, account):
            _sweep_one(office, plan, account, done)
    return done


def _ready(office: PostOffice, account: Account) -> bool:
    """Whether there is something to compare. What is posted by hand while an account practises is its owner's."""
    now = office.clock.now()
    with office.store.begin() as tx:
        record = tx.accounts.get(account.id)
        practises = account.mode is AccountMode.PRACTICE
        tx.seen.begin(account.id, now, anew=practises)
    connected = record.platform_id is not None
    return not practises and connected and record.state in (AccountState.READY, AccountState.LOCKED)


def _sweep_one(office: PostOffice, plan: SweepPlan, account: Account, done: Compared) -> None:
    now = office.clock.now()
    with office.store.begin() as tx:
        turn = tx.seen.take(account.id, now, now + plan.every)
        at_most = 0 if turn is None else _may_read(tx, office, plan, account, turn)
        if turn is not None and at_most < FEWEST:
            why = (
                f"what may be read until today is read ({plan.reads} posts a month, or the read budget): look tomorrow"
            )
            tx.seen.rest(account.id, _tomorrow(now), why)
    if turn is None or at_most < FEWEST:
        return
    since = now - plan.back
    listing = _listed(office, plan, account, since, at_most)
    if listing is None:
        return
    with office.store.begin(durable=True) as tx:
        found = compare(tx, Sight(account.id, turn.ours_since, listing, since, now))
        book_reads(tx, office.know, account, listing.read, now)
        tx.seen.swept(account.id, now, office.know.month(now), listing.read, _cut_short(listing))
    done.accounts += 1
    done.gone += found.gone
    done.foreign += found.foreign
    for stray in found.doubles:
        done.doubles += _take_down(office, account, stray)


def _take_down(office: PostOffice, account: Account, stray: Stray) -> bool:
    """A late stray is removed; what fails now is tried again at the next sweep."""
    with office.store.begin() as tx:
        held = any(p.removals_too and p.account in (None, account.id) for p in tx.pauses.rows())
    if held or not office.channels[account.channel].abilities.remove:
        return False
    proof = Receipt(platform_id=stray.platform_id, url=stray.url, at=stray.posted_at)
    try:
        office.channels[account.channel].remove(account, proof)
    except (LoginNeeded, PostDeferred, OutcomeUnknown, PostRefused, NotSupported) as trouble:
        log.warning("a double on %s is not removed yet: %s", account.id, trouble)
        return False
    except Exception as error:  # noqa: BLE001 - one account's trouble must not stop the others
        log.error("unforeseen %s while removing a double on %s", type(error).__name__, account.id)  # noqa: TRY400
        return False
    now = office.clock.now()
    with office.store.begin(durable=True) as tx:
        tx.seen.keep(stray.model_copy(update={"removed": True}))
        tx.audit.write(now, "fleet", "schedule", "double removed", account.id, stray.platform_id)
    return True


def _may_read(tx: Tx, office: PostOffice, plan: SweepPlan, account: Account, turn: Swept) -> int:
    """The month's reads are spread over its days, so that its end is not blind; a channel's read budget bounds it."""
    if not account.price_read:
        return plan.posts
    now, know = office.clock.now(), office.know
    today, left = know.day(now), reads_left(tx, know, account, now)
    spent = turn.reads if turn.month == know.month(now) else 0
    by_today = ceil(plan.reads * today.day / monthrange(today.year, today.month)[1])
    return min(plan.posts, by_today - spent, plan.posts if left is None else left)


def _tomorrow(now: datetime) -> datetime:
    return datetime.combine(now.astimezone(UTC).date() + timedelta(days=1), time(), UTC)


def _cut_short(listing: Listing) -> str | None:
    return None if listing.complete else f"only the newest {len(listing.posts)} posts were compared"


def _listed(office: PostOffice, plan: SweepPlan, account: Account, since: datetime, at_most: int) -> Listing | None:
    """What the account lists; None when it gave no answer, and then it rests with the reason."""
    if not identity_holds(office, account):
        _rest(office, account, SOON, "the account can't say who it is")
        return None
    try:
        return office.channels[account.channel].listing(account, since, at_most)
    except LoginNeeded as dead:
        block(office, account.id, AccountState.NEEDS_LOGIN, str(dead))
        _rest(office, account, SOON, str(dead))
    except PostDeferred as later:
        _rest(office, account, max(timedelta(seconds=later.seconds), SOON), str(later))
    except (OutcomeUnknown, PostRefused) as unclear:
        _rest(office, account, SOON, str(unclear))
    except NotSupported as never:
        _rest(office, account, plan.every, str(never))
    except Exception as error:  # noqa: BLE001 - one account's trouble must not stop the others
        log.error("unforeseen %s while listing %s", type(error).__name__, account.id)  # noqa: TRY400
        _rest(office, account, plan.every, f"unforeseen {type(error).__name__}")
    return None


def _rest(office: PostOffice, account: Account, rest: timedelta, why: str) -> None:
    with office.store.begin() as tx:
        tx.seen.rest(account.id, office.clock.now() + rest, why)
