"""A thread of which a part stands and a later one never will: a person takes it back or has it finished."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from core.domain.deliveries import Delivery, DeliveryState
from core.domain.lines import AccountId, Frozen
from core.domain.staff import Actor, Role, demand
from core.flow.knowledge import Knowledge
from core.flow.retract import find_notice
from core.ports.clock import Clock
from core.ports.pager import Call, CallUrgency
from core.ports.store import Store, Tx

TOLD_FOR = timedelta(days=7)
"""So long after a notice was prepared its half is told of: later nobody finishes it any more."""


class Half(Frozen):
    """Where a notice is only half said: from which part on, and why."""

    reference: str
    account: AccountId
    language: str
    part: int
    why: str


def halves(tx: Tx, now: datetime) -> tuple[Half, ...]:
    """All that is half said now, oldest first; one a notice and account."""
    found: dict[tuple[str, AccountId], Half] = {}
    for one in tx.mending.broken_threads(now - TOLD_FOR):
        found.setdefault((one.reference, one.key.account), half_of(one))
    return tuple(found.values())


def half_of(broken: Delivery) -> Half:
    """What a person is told of a post at which a thread broke off."""
    how = "refused" if broken.state is DeliveryState.REFUSED else "expired"
    return Half(
        reference=broken.reference,
        account=broken.key.account,
        language=broken.key.language,
        part=broken.key.part,
        why=f"{how}: {broken.why}",
    )


def finish(actor: Actor, store: Store, know: Knowledge, clock: Clock, wanted: str) -> tuple[Half, ...]:
    """The rest of a notice that is half said is due once more, as posts that answer nothing: each bears reference and
    number. Where; empty when nothing of it is half said. Raises NotAllowed, NoSuchNotice."""
    demand(actor, Role.OFFICER, Role.REVIEWER, Role.OPERATOR)
    now = clock.now()
    done = []
    with store.begin(durable=True) as tx:
        notice = find_notice(tx, know, wanted)
        for broken in tx.mending.broken_threads(now - TOLD_FOR):
            ours = broken.key.notice_id == notice.id
            if ours and (parts := tx.mending.finish_thread(broken.key, now + know.policy.life)):
                done.append(half_of(broken))
                detail = f"{broken.key.account}: {parts} parts once more"
                tx.audit.write(now, actor.id, actor.via, "half a notice finished", notice.reference, detail)
    return tuple(done)


def troubles(half: Sequence[Half]) -> list[str]:
    """What somebody should act on, one sentence each."""
    return [
        f"{one.reference} is only half said on {one.account} ({one.why}): `incident finish {one.reference}` "
        f"tries the rest again, `retract {one.reference}` takes it back"
        for one in half
    ]


def calls(half: Sequence[Half]) -> Iterator[Call]:
    """A ring for each."""
    for one in half:
        yield Call(
            key=f"half:{one.reference}:{one.account}",
            what=f"{one.reference} is only half said on {one.account}",
            why=f"part {one.part} ({one.language}) was {one.why}",
            to_do=f"`incident finish {one.reference}` tries the rest again, `retract {one.reference}` takes it back",
            urgency=CallUrgency.NOW,
        )
