"""Somebody was cleared, or a case sealed: every notice that names the person comes down at once, on every incident."""

from __future__ import annotations

from collections.abc import Sequence

from core.domain.deliveries import Act, DeliveryState
from core.domain.incidents import NEVER_SAID, Incident, State
from core.domain.loans import Clearing
from core.domain.log import Fate, IncidentEntry
from core.domain.notices import Notice, Speaker, Subject
from core.domain.reviews import WAITS
from core.domain.staff import Actor, Role, demand
from core.domain.taking_back import Because
from core.flow.falling import fall, judge_again
from core.flow.knowledge import Knowledge
from core.flow.pattern_mending import mend_patterns_of
from core.flow.person_revisions import person_taken_down
from core.flow.retract import find_notice, take_down
from core.flow.standing import SEEN
from core.flow.vault_documents import record_of
from core.ports.clock import Clock
from core.ports.store import Store, Tx

MANY = 100
_UP = SEEN | {DeliveryState.PRACTISED}
CLEARED_ELSEWHERE = "cleared-elsewhere"


class CantPutUpAgain(Exception):
    """It may not be put up again; the message says why and begins with the rule's name."""


def take_down_cleared(actor: Actor, store: Store, know: Knowledge, clock: Clock) -> int:
    """Take down what records that came say must come down; how many notices. Raises NotAllowed."""
    demand(actor, Role.FLEET, Role.OPERATOR)
    with store.begin() as tx:
        if not tx.loans.to_clear(1):
            return 0
    with store.begin(durable=True) as tx:
        down = 0
        for one in tx.loans.to_clear(MANY):
            down += clear(actor, tx, know, clock, one)
            tx.loans.cleared(one.subject)
    return down


def clear(actor: Actor, tx: Tx, know: Knowledge, clock: Clock, clearing: Clearing) -> int:
    """The notices of the incident, of those merged with it, and of every other that names its person; how many came
    down. Posts about the person that wait for people elsewhere are put to them anew."""
    because = because_of(clearing.state)
    own = [clearing.subject, *tx.twins.merged_with(clearing.subject)]
    notices = [tx.notices.find(subject, Speaker.BUREAU) for subject in own]
    hashes = set() if clearing.person_hash is None else {clearing.person_hash}
    if clearing.whoever:
        hashes |= {one.person_hash for notice in notices if notice is not None for one in tx.loans.named_by(notice.id)}
    people = _people(know, _records(tx, clearing.subject), hashes)
    before = {know.identity.person_before(ref): given_by for given_by, ref in people}
    down = 0
    for notice in notices:
        # What of its own was not begun is withdrawn when the record is ruled on: it may still be said one day.
        if notice is not None and _may_be_up(tx, notice, due=notice.subject != clearing.subject):
            down += _down(actor, tx, know, clock, notice, because, clearing.state.value)
    down += sum(mend_patterns_of(actor, tx, know, clock, one) for one in own)
    for hashed in sorted((hashes | {know.identity.person(*one) for one in people}) - before.keys()):
        down += _elsewhere(actor, tx, know, clock, hashed, own, because)
    for hashed, given_by in sorted(before.items()):
        down += _elsewhere(actor, tx, know, clock, hashed, own, because, given_by)
    return down


def _people(know: Knowledge, records: Sequence[Incident], hashes: set[str]) -> set[tuple[str, str]]:
    """Whose hashes these are by the records: who gives the id out, and the id."""
    known = {
        (record.person.ref_by or record.authority, record.person.ref)
        for record in records
        if record.person is not None and record.person.ref is not None
    }
    return {one for one in known if hashes & {know.identity.person(*one), know.identity.person_before(one[1])}}


def because_of(state: State) -> Because:
    """What a notice is taken down for, by the state that its record has now."""
    return Because.SEALING if state is State.SEALED else Because.EXONERATION


def _elsewhere(
    actor: Actor,
    tx: Tx,
    know: Knowledge,
    clock: Clock,
    hashed: str,
    own: list[Subject],
    because: Because,
    given_by: str | None = None,
) -> int:
    """Other notices that name them. `given_by`: the hash doesn't say who gives the id out, and their records must."""
    down = 0
    for notice_id in dict.fromkeys(one.notice_id for one in tx.loans.naming(hashed)):
        notice = tx.notices.get(notice_id)
        if notice is None or notice.subject in own or tx.retractions.get(notice.id) is not None:
            continue
        if given_by is not None and _of_another(tx, notice, given_by):
            continue
        lent = any(one.lent for one in tx.loans.naming(hashed) if one.notice_id == notice_id)
        if lent and _may_be_up(tx, notice, due=True):
            down += _down(actor, tx, know, clock, notice, because, CLEARED_ELSEWHERE)
        elif any(one.state in WAITS for one in tx.reviews.of_notice(notice.id)):
            fall(actor, tx, clock.now(), notice.id, CLEARED_ELSEWHERE)
            judge_again(tx, tx.log.of_subject(notice.subject)[-1].seq)
    return down


def _of_another(tx: Tx, notice: Notice, given_by: str) -> bool:
    """True where the records say that somebody else gave the id out; where they were erased, nobody can tell."""
    records = _records(tx, notice.subject)
    known = {one.person.ref_by or one.authority for one in records if one.person is not None and one.person.ref}
    return bool(known) and _spelled(given_by) not in map(_spelled, known)


def _spelled(name: str) -> str:
    return " ".join(name.casefold().split())


def _records(tx: Tx, subject: Subject) -> list[Incident]:
    """Its records that were not erased, oldest first."""
    return [one for entry in tx.log.of_subject(subject) if (one := record_of(tx, entry)) is not None]


def _may_be_up(tx: Tx, notice: Notice, *, due: bool) -> bool:
    """True when a post of it stands or may, also inside a digest; with `due`, also when one is on its way."""
    states = _UP | {DeliveryState.DUE} if due else _UP
    owed = (one for one in tx.outbox.of_notice(notice.id) if one.key.act is not Act.REMOVE)
    if any(one.state in states for one in owed):
        return True
    return any(tx.digests.said_in(entry.seq) for entry in tx.log.of_subject(notice.subject))


def _down(actor: Actor, tx: Tx, know: Knowledge, clock: Clock, notice: Notice, because: Because, why: str) -> int:
    if tx.retractions.get(notice.id) is not None:
        return 0
    take_down(actor, tx, know, clock, notice, because, why)
    return 1


def put_up_again(actor: Actor, store: Store, know: Knowledge, clock: Clock, wanted: str) -> Notice:
    """A reviewer lets a notice that came down with its person, or when its term ended, go through the gate once more:
    what is about the person is put to review anew, and its approvals begin from none.

    Raises NotAllowed, NoSuchNotice, CantPutUpAgain.
    """
    demand(actor, Role.REVIEWER)
    with store.begin(durable=True) as tx:
        notice = find_notice(tx, know, wanted)
        _demand_may(tx, notice)
        if tx.retractions.get(notice.id) is not None:
            tx.retractions.lift(notice.id)
        tx.twins.reopen(notice.subject)
        tx.log.set_fate(tx.log.of_subject(notice.subject)[-1].seq, Fate.PENDING, None)
        tx.audit.write(clock.now(), actor.id, actor.via, "notice put up again", notice.reference)
    return notice


def _demand_may(tx: Tx, notice: Notice) -> None:
    retraction = tx.retractions.get(notice.id)
    if retraction is None and (tx.loans.term(notice.id) is not None or person_taken_down(tx, notice) is None):
        raise CantPutUpAgain(f"not-taken-down: {notice.reference} was not taken back")
    if retraction is not None and retraction.because is Because.ERROR:
        raise CantPutUpAgain(f"taken-back-for-good: {notice.reference} was wrong: what is right is another incident")
    if tx.vault.sealed(notice.subject.key):
        raise CantPutUpAgain(f"sealed: {notice.reference} is sealed by an order")
    body = tx.log.of_subject(notice.subject)[-1].body
    if not isinstance(body, IncidentEntry) or body.facts.state in NEVER_SAID:
        raise CantPutUpAgain(f"state-never: nothing is said of the record of {notice.reference} any more")
    moving = {DeliveryState.DUE, DeliveryState.ATTEMPTING, DeliveryState.UNKNOWN}
    if any(one.state in moving for one in tx.outbox.of_notice(notice.id)):
        raise CantPutUpAgain(f"not-yet-down: {notice.reference} is still being taken down: `retract --status` shows it")
