"""Two records of one event: an officer says that they are the same, or that they are not."""

from __future__ import annotations

from core.domain.log import Fate
from core.domain.notices import Speaker, Subject
from core.domain.staff import Actor, Role, demand
from core.flow.falling import fall
from core.flow.incidents import append_again, find_subject
from core.flow.knowledge import Knowledge
from core.flow.pattern_mending import mend_patterns_of
from core.ports.clock import Clock
from core.ports.store import Store, Tx


def settle_twins(
    actor: Actor, store: Store, know: Knowledge, clock: Clock, later: str, earlier: str, *, same: bool
) -> tuple[Subject, Subject]:
    """`same`: the later is merged into the earlier and makes no notice; else both stand and the later goes on.

    Raises NotAllowed, NoSuchIncident, KeyError (the pair was not offered), SealedAway.
    """
    demand(actor, Role.OFFICER, Role.OPERATOR)
    with store.begin() as tx:
        one, two = find_subject(tx, know, later), find_subject(tx, know, earlier)
        offers = tx.twins.open_offers(one)
        if any(offer.later == two and offer.earlier == one for offer in offers):
            one, two = two, one
        tx.twins.settle(one, two, same, actor.id, clock.now())
        if same:
            _merge(actor, tx, clock, one)
            mend_patterns_of(actor, tx, know, clock, one)
        elif not still_offered(tx, one):
            append_again(tx, know, clock, one, twins_settled=True)
        tx.audit.write(
            clock.now(), actor.id, actor.via, "incident merged" if same else "incident split", str(one), str(two)
        )
    return one, two


def still_offered(tx: Tx, subject: Subject) -> bool:
    """True while another offer still keeps this later incident waiting."""
    return any(offer.later == subject for offer in tx.twins.open_offers(subject))


def _merge(actor: Actor, tx: Tx, clock: Clock, later: Subject) -> None:
    notice = tx.notices.find(later, Speaker.BUREAU)
    if notice is not None:
        fall(actor, tx, clock.now(), notice.id, "it was merged into another incident")
        number = len(tx.notices.revisions(notice.id)) + 1
        tx.outbox.withdraw_older(notice.id, number, "merged into another incident")
    for entry in tx.log.of_subject(later):
        tx.digests.drop(entry.seq)
        if entry.fate in (Fate.PENDING, Fate.HELD, Fate.AMBIGUOUS, Fate.DIGEST):
            tx.log.set_fate(entry.seq, Fate.KNOWN, "merged")
