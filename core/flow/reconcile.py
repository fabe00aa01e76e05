"""An attempt whose end was not seen is looked up on the platform: found, surely absent, or put before a person."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

from core.domain.accounts import AccountState
from core.domain.deliveries import Act, Attempt, Delivered, Delivery
from core.domain.lines import Account
from core.domain.staff import Actor, Role, demand
from core.flow.deliver import Ended, PostOffice, block, give_back, identity_holds, settle
from core.flow.outgoing import outgoing
from core.flow.spending import book_reads
from core.ports.channel import LoginNeeded, Look, LookUp, NotSupported, OutcomeUnknown, PostDeferred, PostRefused, Probe

log = logging.getLogger(__name__)
GIVE_UP_AFTER = timedelta(hours=1)
"""A look-up that stays inconclusive for so long is a person's business."""
ENOUGH_LOOKS = 2
"""Surely absent: so many conclusive looks, at least one grace apart."""
ENOUGH_REFUSALS = 3
"""A post that the platform refused so often in unclear words, and that is surely not there, is a person's business."""


def reconcile(
    actor: Actor, office: PostOffice, owner: str, limit: int = 20, stop: Callable[[], bool] = lambda: False
) -> int:
    """Look unsettled attempts up; how many were looked at. Raises NotAllowed, StoreBusy, StoreBroken."""
    demand(actor, Role.FLEET, Role.OPERATOR)
    with office.store.begin() as tx:
        open_ones = tx.outbox.unsettled(owner, office.lease_seconds, office.grace_seconds, limit)
    done = 0
    try:
        for delivery, attempt in open_ones:
            if stop():
                break
            _resolve(office, delivery, attempt)
            done += 1
    finally:
        if done < len(open_ones):
            give_back(office, owner)
    return done


def _resolve(office: PostOffice, delivery: Delivery, attempt: Attempt) -> None:
    if delivery.key.act is Act.REMOVE:  # removing what is gone already does no harm: it is tried again
        with office.store.begin(durable=True) as tx:
            tx.outbox.surely_absent(attempt)
        return
    account = office.know.accounts.get(delivery.key.account)
    channel = office.channels.get(account.channel) if account is not None else None
    if account is None or channel is None or channel.abilities.look_up is LookUp.NONE:
        _wait(office, attempt, "the channel can't look a post up")
        return
    look = _look(office, account, delivery, attempt)
    if look is not None and look.found is not None:
        settle(office, Ended(delivery, attempt, Delivered(receipt=look.found)))
        return
    conclusive = look is not None and look.complete
    with office.store.begin(durable=True) as tx:
        after = tx.outbox.looked(attempt, conclusive)
    if after.looks >= ENOUGH_LOOKS:
        _is_absent(office, delivery, after)
    elif not conclusive and after.looked_at is not None and after.looked_at - attempt.started_at > GIVE_UP_AFTER:
        _wait(office, after, "looking it up stayed inconclusive for an hour")


def _is_absent(office: PostOffice, delivery: Delivery, attempt: Attempt) -> None:
    """Due again, unless the platform said so often that it has it, or gave a reason that nobody here knows."""
    with office.store.begin(durable=True) as tx:
        refusals = tx.outbox.unclear_refusals(attempt)
        if refusals >= ENOUGH_REFUSALS:
            tx.outbox.wait_for_person(attempt, f"refused {refusals} times, and it is not there: {delivery.why}")
        elif tx.outbox.surely_absent(attempt):
            tx.limits.give_back(attempt.id)


def _wait(office: PostOffice, attempt: Attempt, why: str) -> None:
    with office.store.begin(durable=True) as tx:
        tx.outbox.wait_for_person(attempt, why)


def _look(office: PostOffice, account: Account, delivery: Delivery, attempt: Attempt) -> Look | None:
    """One look-up; None when the platform gave no answer.

    With somebody else's credentials nothing would be found, and that would prove nothing.
    """
    if not identity_holds(office, account):
        return None
    try:
        probe = Probe(
            outgoing=outgoing(office.know, delivery) if delivery.key.act is Act.POST else None,
            repost_of=delivery.needs_receipt if delivery.key.act is Act.REPOST else None,
            attempted_at=attempt.posted_since or attempt.started_at,
        )
        look = office.channels[account.channel].find(account, probe)
        with office.store.begin() as tx:
            book_reads(tx, office.know, account, look.read, office.clock.now())
        return look
    except LoginNeeded as dead:
        block(office, account.id, AccountState.NEEDS_LOGIN, str(dead))
    except (PostDeferred, NotSupported, OutcomeUnknown, PostRefused):
        log.info("%s gave no answer to a look-up", account.id)
    except Exception as error:  # noqa: BLE001 - one account's trouble must not stop the others
        log.error("unforeseen %s while looking up on %s", type(error).__name__, account.id)  # noqa: TRY400
    return None
