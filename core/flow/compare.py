"""Receipts against one account's listing: what is gone is noted, what is not ours locks the account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.domain.accounts import AccountState
from core.domain.deliveries import Delivery
from core.domain.lines import AccountId
from core.domain.seen import Gone, Stray, Verdict
from core.ports.channel import Listed, Listing
from core.ports.store import Tx
from core.rules.whose import Whose, whose

LAG = timedelta(hours=1)
"""A listing may trail behind: what is younger must be missed twice, this far apart, before it counts as gone."""
EDGE = timedelta(hours=1)
"""A receipt so near the end of what was read may be older by the platform's clock than the end itself."""
BEFORE = timedelta(days=7)
"""A stray may be of a notice that was prepared so long before the time that is compared."""
SLACK = timedelta(minutes=5)
"""What was posted so soon after an account began is not judged: the platform's clock is not ours."""


@dataclass(frozen=True)
class Sight:
    """What one account lists. Posts before `ours_since` stood there before the fleet; `now` is when the look began."""

    account: AccountId
    ours_since: datetime
    listing: Listing
    since: datetime
    now: datetime


@dataclass(frozen=True)
class Found:
    """What came out: how many count as gone from now on, how many are foreign, and doubles to take down."""

    gone: int
    foreign: int
    doubles: tuple[Stray, ...]


def compare(tx: Tx, sight: Sight) -> Found:
    """Note what is gone and what is not ours, in one transaction that began after the look: whatever the look saw of
    ours has its attempt written by then."""
    upright = _ours_still(tx.seen.receipts(sight.account, sight.since - BEFORE))
    gone = _missed(tx, sight, upright)
    strays = _strays(tx, sight, upright)
    foreign = [stray for stray in strays if stray.verdict is Verdict.FOREIGN]
    if foreign:
        lock(tx, sight.account)
    return Found(gone, len(foreign), tuple(stray for stray in strays if stray.verdict is Verdict.DOUBLE))


def _ours_still(said: Sequence[Delivery]) -> list[Delivery]:
    """Without what stands on an account in whose place another was opened: this one lists none of it."""
    return [one for one in said if one.receipt is None or one.receipt.former_account is None]


def lock(tx: Tx, account: AccountId) -> None:
    """Nothing new is said on the account until an operator has said whose each foreign post is. One whose login is dead
    is locked once it is connected again."""
    known = tx.accounts.get(account)
    open_ones = [stray for stray in tx.seen.strays(account) if stray.verdict is Verdict.FOREIGN]
    if not open_ones or known.state not in (AccountState.READY, AccountState.LOCKED):
        return
    named = ", ".join(stray.url or stray.platform_id for stray in open_ones[:3])
    more = f" and {len(open_ones) - 3} more" if len(open_ones) > 3 else ""
    why = f"not ours, or not known to be: {named}{more}"
    tx.accounts.set_state(known.model_copy(update={"state": AccountState.LOCKED, "why": why}))


def unlock(tx: Tx, account: AccountId) -> bool:
    """Ready again if nothing foreign is left to settle; True when it is."""
    if any(stray.verdict is Verdict.FOREIGN for stray in tx.seen.strays(account)):
        lock(tx, account)
        return False
    known = tx.accounts.get(account)
    if known.state is AccountState.LOCKED:
        tx.accounts.set_state(known.model_copy(update={"state": AccountState.READY, "why": None}))
    return True


def _missed(tx: Tx, sight: Sight, upright: Sequence[Delivery]) -> int:
    """Note what is not listed; how many count as gone from now on. What is listed after all counts no more."""
    posts = sight.listing.posts
    listed = {post.platform_id for post in posts}
    tx.seen.stands_again(sight.account, sorted(listed))
    begins = sight.since if sight.listing.complete else min((post.at for post in posts), default=None)
    if begins is None:
        return 0
    before = {gone.platform_id: gone for gone in tx.seen.gone(sight.account)}
    newly = 0
    for delivery in upright:
        receipt = delivery.receipt
        if receipt is None or receipt.platform_id in listed or not begins + EDGE < receipt.at < sight.now:
            continue
        known = before.get(receipt.platform_id)
        old = sight.listing.complete and sight.now - receipt.at > LAG
        sure = old or (known is not None and sight.now - known.since >= LAG)
        tx.seen.miss(_gone(delivery, receipt.platform_id, sight.now, sure))
        if sure and not (known is not None and known.sure):
            newly += 1
            where = f"{sight.account}: {receipt.platform_id}"
            tx.audit.write(sight.now, "fleet", "schedule", "gone from the platform", delivery.reference, where)
    return newly


def _gone(delivery: Delivery, platform_id: str, now: datetime, sure: bool) -> Gone:
    return Gone(
        account=delivery.key.account,
        key=delivery.key,
        reference=delivery.reference,
        platform_id=platform_id,
        since=now,
        sure=sure,
    )


def _strays(tx: Tx, sight: Sight, upright: Sequence[Delivery]) -> list[Stray]:
    """Foreign posts that are new, and doubles that stand."""
    upright_ids = {delivery.receipt.platform_id for delivery in upright if delivery.receipt}
    begins = sight.ours_since + SLACK
    bare = [p for p in sight.listing.posts if p.platform_id not in upright_ids and p.at >= begins]
    bare = _judged(tx, bare)
    if not bare:
        return []
    owed = _ours_still(tx.seen.owed(sight.account, sight.since - BEFORE))
    ours = {delivery.receipt.platform_id for delivery in owed if delivery.receipt}
    listed = {post.platform_id for post in sight.listing.posts}
    known = {stray.platform_id: stray for stray in tx.seen.strays(sight.account)}
    found = []
    for post in bare:
        before = known.get(post.platform_id)
        if before is not None and before.verdict is Verdict.DOUBLE and not before.removed:
            found.append(before)
        if before is not None or post.platform_id in ours:
            continue
        answer = whose(post, owed, listed, upright_ids)
        if answer is not Whose.OURS:
            found.append(_kept(tx, sight, post, Verdict.DOUBLE if answer is Whose.DOUBLE else Verdict.FOREIGN))
    return found


def _judged(tx: Tx, bare: list[Listed]) -> list[Listed]:
    """Without what was posted between a backup and the end of its restore's window: that may be ours without a receipt
    here."""
    window = tx.outbox.window() if bare else None
    return bare if window is None else [post for post in bare if not window.since <= post.at < window.until]


def _kept(tx: Tx, sight: Sight, post: Listed, verdict: Verdict) -> Stray:
    stray = Stray(
        account=sight.account,
        platform_id=post.platform_id,
        posted_at=post.at,
        seen_at=sight.now,
        url=post.url,
        verdict=verdict,
    )
    tx.seen.keep(stray)
    tx.audit.write(sight.now, "fleet", "schedule", f"{verdict.value} post", sight.account, post.platform_id)
    return stray
