"""What practice accounts would have posted, set beside the time before and beside what live accounts said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta

from pydantic import AwareDatetime

from core.domain.deliveries import Act, Delivery, DeliveryState
from core.domain.lines import Account, AccountId, AccountMode, Frozen
from core.domain.notices import NoticeId
from core.domain.staff import Actor, Role, demand
from core.flow.knowledge import Knowledge
from core.ports.store import Store, Tx


class Period(Frozen):
    """A span of time, its end not included."""

    since: AwareDatetime
    until: AwareDatetime

    @property
    def before(self) -> Period:
        """As much time just before it."""
        return Period(since=self.since - (self.until - self.since), until=self.since)


class Spoken(Frozen):
    """One revision of a notice on one account: when, of which kind, by which rule."""

    reference: str
    revision: int
    at: AwareDatetime
    kind: str
    rule: str
    act: Act
    texts: tuple[str, ...]
    """In the order of languages and parts; empty for a repost, and for what was erased."""


class Shift(Frozen):
    """How often a rule let a kind out, in this period and in the one before."""

    rule: str
    kind: str
    now: int
    before: int


class Practised(Frozen):
    """What one handle would have posted."""

    account: AccountId
    would_have: tuple[Spoken, ...]
    shifts: tuple[Shift, ...]
    """Every rule and kind that was there in either period."""
    beside: tuple[AccountId, ...]
    """The line's live accounts."""
    only_here: tuple[Spoken, ...]
    """What none of those said."""
    only_live: tuple[Spoken, ...]
    """What they said, and this handle would not have."""


def week(know: Knowledge, now: datetime, ago: int = 0) -> Period:
    """The week, from Monday by the agency's clocks, that lies so many weeks back; 0 is this one, up to now."""
    monday = know.day(now) - timedelta(days=know.day(now).weekday()) - timedelta(weeks=ago)
    begins = datetime.combine(monday, time(), know.zone)
    ends = datetime.combine(monday + timedelta(weeks=1), time(), know.zone)
    return Period(since=begins, until=min(ends, now))


def practice(actor: Actor, store: Store, know: Knowledge, period: Period, before: Period) -> tuple[Practised, ...]:
    """Per practice account what it would have posted in the period, the change since the one before, and the difference
    to what the line's live accounts said. Reads the whole outbox. Raises NotAllowed, StoreBusy, StoreBroken."""
    demand(actor, Role.REVIEWER, Role.OPERATOR, Role.OFFICER, Role.AUDITOR)
    with store.begin() as tx:
        rulings = _Rulings(tx)
        now = _by_account(tx.seen.prepared(period.since, period.until), rulings)
        then = _by_account(tx.seen.prepared(before.since, before.until), rulings)
    accounts = know.accounts.values()
    practising = [account for account in accounts if account.mode is AccountMode.PRACTICE]
    return tuple(_practised(account, _live_beside(account, accounts), now, then) for account in practising)


def _live_beside(account: Account, accounts: Iterable[Account]) -> tuple[AccountId, ...]:
    return tuple(one.id for one in accounts if one.line == account.line and one.mode is AccountMode.LIVE)


_Said = dict[AccountId, dict[tuple[str, int], Spoken]]


def _practised(account: Account, beside: tuple[AccountId, ...], now: _Said, then: _Said) -> Practised:
    mine = now.get(account.id, {})
    live = {what: one for other in beside for what, one in now.get(other, {}).items()}
    counts, counts_before = _counts(mine.values()), _counts(then.get(account.id, {}).values())
    return Practised(
        account=account.id,
        would_have=tuple(mine.values()),
        shifts=tuple(
            Shift(rule=rule, kind=kind, now=counts[rule, kind], before=counts_before[rule, kind])
            for rule, kind in sorted(counts | counts_before)
        ),
        beside=beside,
        only_here=tuple(one for what, one in mine.items() if beside and what not in live),
        only_live=tuple(one for what, one in live.items() if what not in mine),
    )


def _counts(said: Iterable[Spoken]) -> Counter[tuple[str, str]]:
    return Counter((one.rule, one.kind) for one in said)


def _by_account(deliveries: Sequence[Delivery], rulings: _Rulings) -> _Said:
    """What was said or practised, by account and then by notice and revision. What was owed while an account was live
    counts for nothing on an account that practises, and the other way round: the delivery says which it was."""
    found: _Said = {}
    for delivery in deliveries:
        if delivery.practice is not (delivery.state is DeliveryState.PRACTISED):
            continue
        key = delivery.key
        of_account = found.setdefault(key.account, {})
        what = (str(key.notice_id), key.revision)
        known = of_account.get(what) or rulings.spoken(delivery)
        texts = (delivery.post.text,) if delivery.post is not None else ()
        of_account[what] = known.model_copy(update={"texts": (*known.texts, *texts)})
    return found


class _Rulings:
    """Kind and rule of each revision, read once."""

    def __init__(self, tx: Tx) -> None:
        self._tx = tx
        self._known: dict[tuple[NoticeId, int], tuple[str, str]] = {}

    def spoken(self, delivery: Delivery) -> Spoken:
        """The revision that a delivery belongs to, without its words."""
        what = (delivery.key.notice_id, delivery.key.revision)
        if what not in self._known:
            revisions = {one.number: one.kind.value for one in self._tx.notices.revisions(what[0])}
            self._known[what] = (revisions[what[1]], self._tx.notices.ruling(*what).rule)
        kind, rule = self._known[what]
        return Spoken(
            reference=delivery.reference,
            revision=delivery.key.revision,
            at=delivery.said_at,
            kind=kind,
            rule=rule,
            act=delivery.key.act,
            texts=(),
        )
