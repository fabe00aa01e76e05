"""An order seals an incident: everything of it comes down, its key is destroyed, and it never comes in again."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.domain.deliveries import Act, DeliveryState
from core.domain.incidents import State
from core.domain.loans import Clearing, Seal
from core.domain.log import IncidentEntry, LogEntry
from core.domain.notices import Notice, Speaker, Subject
from core.domain.persons import plain_reference
from core.domain.staff import Actor, Role, demand
from core.domain.taking_back import Because
from core.flow.cleared import clear
from core.flow.falling import fall
from core.flow.incidents import find_subject
from core.flow.knowledge import Knowledge
from core.flow.lending import person_hash
from core.flow.pattern_mending import mend_patterns_of
from core.flow.retract import take_down
from core.flow.vault_documents import record_of
from core.ports.clock import Clock
from core.ports.secrets import SecretsBroken
from core.ports.store import Store, Tx

log = logging.getLogger(__name__)
PATIENCE = timedelta(hours=24)
"""What is not found by then is looked for by hand, and the key goes all the same."""
_BEING_LOOKED_UP = frozenset({DeliveryState.ATTEMPTING, DeliveryState.UNKNOWN})


class CantSeal(Exception):
    """It may not be sealed so; the message begins with the rule's name."""


@dataclass(frozen=True)
class Sealed:
    """What a seal did. `destroyed` is False while a post must still be found by its words; the fleet goes on."""

    subjects: tuple[Subject, ...]
    notices: tuple[Notice, ...]
    destroyed: bool


def seal(actor: Actor, store: Store, know: Knowledge, clock: Clock, wanted: str, order: str) -> Sealed:
    """Seal an incident, and those that people said to be the same, by an order.

    Every notice of it and every other that names its person is taken down, the key of all that is kept of it is
    destroyed, and what remains are receipts. Raises NotAllowed, NoSuchIncident, CantSeal, SecretsBroken.
    """
    demand(actor, Role.REVIEWER, Role.OPERATOR)
    reference = order.strip().upper()
    if not plain_reference(reference) or re.search(r"\d", reference) is None:
        raise CantSeal(
            "order-not-plain: give the order's number (letters, digits, dashes), no name: it stays in the log"
        )
    with store.begin(durable=True) as tx:
        subject = find_subject(tx, know, wanted)
        entries = tx.log.of_subject(subject)
        if not entries or not isinstance(entries[-1].body, IncidentEntry):
            raise CantSeal("not-an-incident: only an incident is sealed")
        subjects = (subject, *tx.twins.merged_with(subject))
        clear(actor, tx, know, clock, _clearing(tx, know, subject, entries[-1], clock.now()))
        for one in subjects:
            _close(actor, tx, know, clock, one, reference)
        for one in subjects:
            mend_patterns_of(actor, tx, know, clock, one)
        notices = tuple(n for n in (tx.notices.find(one, Speaker.BUREAU) for one in subjects) if n is not None)
    destroy_sealed(actor, store, clock)
    with store.begin() as tx:
        done = all(known is not None and known.destroyed for known in (tx.loans.sealed(one) for one in subjects))
    return Sealed(subjects, notices, done)


def _clearing(tx: Tx, know: Knowledge, subject: Subject, entry: LogEntry, now: datetime) -> Clearing:
    record = record_of(tx, entry)
    person = None if record is None else record.person
    hashed = None if record is None else person_hash(know, record)
    return Clearing(subject=subject, state=State.SEALED, person_hash=hashed, whoever=person is None, asked_at=now)


def _close(actor: Actor, tx: Tx, know: Knowledge, clock: Clock, subject: Subject, order: str) -> None:
    """Nothing of it is said any more, whatever stood of it; in the log under the order's number."""
    now = clock.now()
    notice = tx.notices.find(subject, Speaker.BUREAU)
    if notice is not None:
        fall(actor, tx, now, notice.id, "sealed")
        if tx.retractions.get(notice.id) is None and tx.notices.revisions(notice.id):
            take_down(actor, tx, know, clock, notice, Because.SEALING, "sealed")
    known = tx.loans.sealed(subject)
    if known is None:
        tx.loans.seal(Seal(subject=subject, order=order, by=actor.id, at=now))
    tx.audit.write(now, actor.id, actor.via, "incident sealed", str(subject), f"order {order}")


def destroy_sealed(actor: Actor, store: Store, clock: Clock) -> int:
    """Destroy the keys of sealed incidents; how many. One whose post must still be found on a platform, which may need
    its words, waits until that is settled. Raises NotAllowed."""
    demand(actor, Role.FLEET, Role.REVIEWER, Role.OPERATOR)
    with store.begin() as tx:
        waiting = [one for one in tx.loans.seals(open_only=True) if not _looked_up(tx, one, clock.now())]
    done = 0
    for one in waiting:
        try:
            with store.begin(durable=True) as tx:
                rows = tx.vault.erase(one.subject.key)
                tx.log.forget_words(one.subject)
                tx.loans.seal(one.model_copy(update={"destroyed": True}))
                words = f"{rows} rows"
                tx.audit.write(clock.now(), actor.id, actor.via, "key destroyed", str(one.subject), words)
        except SecretsBroken as busy:  # the key is gone; its journal is emptied with the next try
            log.warning("the key of a sealed incident: %s", busy)
            continue
        done += 1
    return done


def _looked_up(tx: Tx, one: Seal, now: datetime) -> bool:
    """True while a post of it may be up and is looked for; its words may be all that it is found by."""
    notice = tx.notices.find(one.subject, Speaker.BUREAU)
    if notice is None or now - one.at >= PATIENCE:
        return False
    said = (each for each in tx.outbox.of_notice(notice.id) if each.key.act is Act.POST)
    last = tx.notices.revisions(notice.id)[-1].number  # what says that it is withdrawn
    return any(each.state in _BEING_LOOKED_UP and each.key.revision < last for each in said)
