"""Taking a notice back: what was not begun is withdrawn, what stands is removed, and it is said that it was wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.domain.deliveries import Act, Delivery, DeliveryState, NewDelivery
from core.domain.log import Fate
from core.domain.notices import DigestItem, Kind, Notice, NoticeId, Revision, Speaker, Urgency, urgency
from core.domain.rulings import Ruling, Verdict
from core.domain.staff import Actor, Role, demand
from core.domain.taking_back import Because, Retraction
from core.flow.digest import append_digest, digests_of
from core.flow.falling import fall
from core.flow.incidents import NoSuchIncident, find_subject
from core.flow.knowledge import Knowledge
from core.flow.retract_words import words_instead
from core.flow.standing import SEEN
from core.ports.clock import Clock
from core.ports.store import Store, Tx
from core.rules.gate import RETRACTED


class NoSuchNotice(Exception):
    """Nothing was said, or is owed, under this reference."""


def find_notice(tx: Tx, know: Knowledge, wanted: str) -> Notice:
    """A notice by its public reference, or by its incident's key or number. Raises NoSuchNotice."""
    found = tx.notices.by_reference(wanted.strip().upper())
    if found is None:
        try:
            found = tx.notices.find(find_subject(tx, know, wanted), Speaker.BUREAU)
        except NoSuchIncident:
            found = None
    if found is None:
        raise NoSuchNotice(f"no notice bears the reference {wanted!r}: see `incident list` and `incident show`")
    return found


def retract(actor: Actor, store: Store, know: Knowledge, clock: Clock, wanted: str, because: Because) -> Notice:
    """Take a notice back for good; one reviewer or operator alone may. A second time only looks again for what waits.

    All that follows is owed in this one transaction; `taken_back` tells how far it has come.
    Raises NotAllowed, NoSuchNotice.
    """
    demand(actor, Role.REVIEWER, Role.OPERATOR)
    with store.begin(durable=True) as tx:
        notice = find_notice(tx, know, wanted)
        take_down(actor, tx, know, clock, notice, because)
    return notice


def take_down(
    actor: Actor, tx: Tx, know: Knowledge, clock: Clock, notice: Notice, because: Because, why: str = ""
) -> int:
    """The same within the caller's transaction, who has asked whether the actor may; how many removals are owed.
    `why` stands in the log beside the reason: a rule's name."""
    if tx.retractions.get(notice.id) is not None:
        tx.outbox.look_again(notice.id)
        return 0
    removals = _take_back(actor, tx, know, clock, notice, notice, because)
    removals += out_of_digests(actor, tx, know, clock, notice, because)[1]
    tx.loans.end(notice.id)
    tx.twins.close(notice.subject, actor.id, clock.now())
    for entry in tx.log.of_subject(notice.subject):
        if entry.fate is Fate.HELD:
            tx.log.set_fate(entry.seq, Fate.DROPPED, RETRACTED)
    detail = f"because of {because.value}{f' ({why})' if why else ''}: {removals} to remove"
    tx.audit.write(clock.now(), actor.id, actor.via, "notice retracted", notice.reference, detail)
    return removals


def _take_back(
    actor: Actor, tx: Tx, know: Knowledge, clock: Clock, notice: Notice, named: Notice, because: Because
) -> int:
    """Withdraw, owe the removals and the words; how many removals. `named` is the notice that was asked for."""
    now = clock.now()
    fall(actor, tx, clock.now(), notice.id, "its notice was taken back")
    tx.retractions.add(Retraction(notice_id=notice.id, for_notice=named.id, because=because, by=actor.id, at=now))
    last = tx.notices.revisions(notice.id)[-1]
    kind = Kind.CORRECTION if because is Because.ERROR else Kind.WITHDRAWAL
    revision = Revision(
        notice_id=notice.id,
        number=last.number + 1,
        entry_seq=last.entry_seq,
        kind=kind,
        urgency=urgency(kind),
        lines=last.lines,
        prepared_at=now,
        expires_at=now + know.policy.life,
    )
    tx.outbox.withdraw_older(notice.id, revision.number, "the notice was taken back", words_too=True)
    tx.outbox.look_again(notice.id)
    said = [delivery for delivery in tx.outbox.of_notice(notice.id) if delivery.key.act is not Act.REMOVE]
    standing = [one for one in said if one.state in SEEN and not out_of_reach(one)]
    removals = [removal_of(one, revision) for one in standing]
    ruling = Ruling(verdict=Verdict.PUBLISH, rule=RETRACTED, why=f"{actor.id} took it back because of {because.value}")
    tx.notices.add_revision(revision, ruling, know.policy.hash)
    stood = [one for one in said if one.state in SEEN or one.state is DeliveryState.PRACTISED]
    tx.outbox.add([*removals, *words_instead(know, revision, stood, named.reference)], now, apart=True)
    return len(removals)


def out_of_reach(delivery: Delivery) -> bool:
    """It stands on an account in whose place another was opened: only its platform could take it down."""
    return delivery.receipt is not None and delivery.receipt.former_account is not None


def removal_of(delivery: Delivery, revision: Revision) -> NewDelivery:
    """It needs what it removes: an attempt whose end was not seen is reconciled first."""
    return NewDelivery(
        key=delivery.key.model_copy(update={"act": Act.REMOVE}),
        urgency=Urgency.TAKING_BACK,
        post=None,
        needs=delivery.key,
        reference=delivery.reference,
        said_at=revision.prepared_at,
        expires_at=revision.expires_at,
    )


def out_of_digests(
    actor: Actor,
    tx: Tx,
    know: Knowledge,
    clock: Clock,
    notice: Notice,
    because: Because,
    instead: DigestItem | None = None,
) -> tuple[int, int]:
    """Every digest in which the incident stands comes down, and what else it said is said again, with `instead` in its
    place; how many digests and removals."""
    seqs = {entry.seq for entry in tx.log.of_subject(notice.subject)}
    digests = removals = 0
    for seq in seqs:
        tx.digests.drop(seq)
    for line, day in sorted({where for seq in seqs for where in tx.digests.said_in(seq)}):
        for subject, body in list(digests_of(tx, line, day)):
            digest = tx.notices.find(subject, Speaker.BUREAU)
            rest = tuple(item for item in body.items if item.entry_seq not in seqs)
            if digest is None or len(rest) == len(body.items) or tx.retractions.get(digest.id) is not None:
                continue
            digests, removals = digests + 1, removals + _take_back(actor, tx, know, clock, digest, notice, because)
            if instead is not None:
                tx.digests.add(line, day, instead, said=True)
                rest = (*rest, instead)
            if rest:
                append_digest(tx, know, clock, line, day, rest, accounts=body.accounts)
    return digests, removals


def originals(deliveries: Sequence[Delivery], last: Mapping[NoticeId, int]) -> list[Delivery]:
    """What the notices said, corrections too, without what takes them back: their `last` revisions."""
    return [d for d in deliveries if d.key.act is not Act.REMOVE and d.key.revision < last[d.key.notice_id]]
