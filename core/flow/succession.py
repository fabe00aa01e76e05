"""When a lead will surely not say a notice on its platform, the next speaking line's handle there says it instead."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.domain.accounts import AccountState
from core.domain.deliveries import Act, Delivery, DeliveryState, NewDelivery
from core.domain.lines import Account, AccountId, AccountMode
from core.domain.notices import Notice, Revision, Urgency
from core.domain.rulings import Verdict
from core.domain.staff import Actor, Role, demand
from core.flow.drafts import as_said, draft_of
from core.flow.knowledge import Knowledge
from core.flow.posts import may_speak, plan, plan_approved
from core.flow.proposals import approved_content
from core.flow.standing import SEEN, owed_since
from core.ports.clock import Clock
from core.ports.store import Store, Tx

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Waits:
    """How long an account that can't post keeps the lead of an urgent notice, and of any other."""

    urgent: timedelta = timedelta(minutes=10)
    other: timedelta = timedelta(hours=1)

    def of(self, urgency: Urgency) -> timedelta:
        return self.urgent if urgency is Urgency.URGENT else self.other


class Unable:
    """Which accounts can't post now, and why; called with one, it says so or None."""

    def __init__(self, tx: Tx, know: Knowledge) -> None:
        self._know = know
        self._states = {row.account: row for row in tx.accounts.rows() if row.state is not AccountState.READY}
        self._paused = {pause.account for pause in tx.pauses.rows() if pause.voice is None}

    def __call__(self, account: AccountId) -> str | None:
        known = self._know.accounts.get(account)
        if known is None or known.mode is not AccountMode.LIVE:
            return "it is off"
        if account in self._states:
            return f"it is not ready ({self._states[account].state.value})"
        return "it is paused" if {account, None} & self._paused else None


def succeed(actor: Actor, store: Store, know: Knowledge, clock: Clock, waits: Waits) -> int:
    """Change every lead that is lost; how many were changed. A second time finds nothing to change.

    Raises NotAllowed, StoreBusy, StoreBroken.
    """
    demand(actor, Role.FLEET, Role.OPERATOR)
    now = clock.now()
    with store.begin() as tx:
        lost = tx.mending.unsaid_leads(now, now - min(waits.urgent, waits.other))
    changed = 0
    for first in lost:
        with store.begin(durable=True) as tx:
            changed += _succeed(actor, tx, know, first, waits, now)
    return changed


def _succeed(actor: Actor, tx: Tx, know: Knowledge, first: Delivery, waits: Waits, now: datetime) -> bool:
    """Name the next lead and hand the notice over, in the caller's transaction."""
    unable = Unable(tx, know)
    why = _lost(first, know, unable, waits, now)
    notice = tx.notices.get(first.key.notice_id)
    if why is None or notice is None or tx.retractions.get(notice.id) is not None:
        return False
    revision = tx.notices.revisions(notice.id)[-1]
    held = tx.notices.ruling(notice.id, revision.number).verdict is not Verdict.PUBLISH
    if revision.number != first.key.revision or held:
        return False
    said = tx.outbox.of_notice(notice.id)
    lead = None if _has_a_lead(said, first) else _next(know, revision, first, said, unable)
    if lead is None:
        return False
    owed = _owed(tx, know, notice, revision, first, lead, said, now)
    change = f"{first.key.account} → {lead.id}: {why}"
    if not owed or not tx.mending.change_lead(first.key, owed, f"the lead changed, {change}", now):
        return False
    tx.audit.write(now, actor.id, actor.via, "lead changed", notice.reference, change)
    return True


def _lost(first: Delivery, know: Knowledge, unable: Unable, waits: Waits, now: datetime) -> str | None:
    """Why the lead will surely not say it; None while it may."""
    if first.state is DeliveryState.REFUSED:
        return f"refused: {first.why}"
    if now - owed_since(first, know) < waits.of(first.urgency):
        return None
    return unable(first.key.account)


def _channel(account: AccountId) -> str:
    return account.split(":", 1)[0]


def _has_a_lead(said: Sequence[Delivery], first: Delivery) -> bool:
    """True when it stands or may stand on that platform, or another has it to say there already."""
    here = [one for one in said if _channel(one.key.account) == _channel(first.key.account)]
    posts = [one for one in here if one.key.act is Act.POST and one.key.account != first.key.account]
    return any(one.state in SEEN for one in here) or any(one.state is DeliveryState.DUE for one in posts)


def _next(
    know: Knowledge, revision: Revision, first: Delivery, said: Sequence[Delivery], unable: Unable
) -> Account | None:
    """The account that leads now: in the order of the lines, able to post, and never a lead of this before."""
    tried = {one.key.account for one in said if one.key.act is Act.POST and one.key.revision == revision.number}
    speaks = may_speak(know, revision.lines)
    for line in revision.lines:
        for account in know.lines[line].accounts:
            here = account.id in speaks and account.channel == _channel(first.key.account)
            if here and account.id not in tried and unable(account.id) is None:
                return account
    return None


def _owed(
    tx: Tx,
    know: Knowledge,
    notice: Notice,
    revision: Revision,
    first: Delivery,
    lead: Account,
    said: Sequence[Delivery],
    now: datetime,
) -> tuple[NewDelivery, ...]:
    """The new lead's posts in full, and the others' reposts of them; an account that was refused repeats nothing."""
    refused = {one.key.account for one in said if one.state is DeliveryState.REFUSED}
    here = {one for one in may_speak(know, revision.lines) if _channel(one) == lead.channel}
    earlier = {one.key.revision for one in said if one.state in SEEN and one.key.act is Act.POST}
    update = len({number for number in earlier if number < revision.number}) + 1
    speaks = frozenset(here - refused)
    approved = approved_content(tx, notice.id, revision.number)
    if approved is not None:  # what people approved is sent as it was, by whoever leads
        return plan_approved(know, approved.of(speaks), notice, revision, frozenset({lead.id}), first.said_at)
    try:
        entry = as_said(tx.log.entry(revision.entry_seq), revision)
        draft = draft_of(know, entry, notice.reference, revision.kind, update, now)
        return plan(know, draft, notice, revision, speaks, frozenset({lead.id}), {}, first.said_at)
    except (LookupError, ValueError) as wordless:
        log.warning("%s has no words for another lead: %s", notice.reference, type(wordless).__name__)
        return ()
