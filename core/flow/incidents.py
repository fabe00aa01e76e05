"""The bureau's own entries: add, list, show, close."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.domain.incidents import Incident
from core.domain.log import Fate, IncidentEntry, LogEntry
from core.domain.notices import Notice, Speaker, Subject
from core.domain.policy import MayAssert
from core.domain.staff import Actor, Role, demand
from core.flow.intake import append_incident, take_in
from core.flow.knowledge import Knowledge
from core.flow.placing import Placed
from core.flow.vault_documents import read_vault_document, record_of
from core.ports.clock import Clock
from core.ports.source import GoodRow
from core.ports.store import Store, Tx
from core.ports.store_rows import TwinOffer

DESK = "desk"
DESK_MAY = MayAssert(
    states=frozenset(
        {"reported", "wanted", "identify", "person of interest", "arrested", "charged", "convicted"}
        | {"acquitted", "exonerated", "unfounded", "dismissed", "sealed"}
    ),
    persons=True,
    pictures=True,
)
"""An officer may assert everything; the gate still holds whatever is about a person."""


class NoSuchIncident(Exception):
    """No incident bears this number, reference or key."""


@dataclass(frozen=True)
class Shown:
    """One incident as an officer sees it. `record` is None once it was sealed."""

    subject: Subject
    entries: tuple[LogEntry, ...]
    record: Incident | None
    notice: Notice | None
    offers: tuple[TwinOffer, ...]
    merged_into: Subject | None


def add_incident(actor: Actor, store: Store, know: Knowledge, clock: Clock, row: GoodRow) -> tuple[Subject, str]:
    """Take one typed record in; its subject and what became of it (new, revised, already known …).

    Raises NotAllowed.
    """
    demand(actor, Role.OFFICER, Role.OPERATOR)
    record = row.record
    if not isinstance(record, Incident):
        raise TypeError("only incidents are entered at the desk")
    subject = know.identity.incident(record.authority, record.number)
    with store.begin() as tx:
        counts = take_in(actor, tx, know, DESK, DESK_MAY, [row], clock.now())
        tx.reviews.typed(subject, actor.id)
        outcome = next(iter(counts))
        tx.audit.write(clock.now(), actor.id, actor.via, "incident entered", str(subject), outcome)
    return subject, outcome


def find_subject(tx: Tx, know: Knowledge, wanted: str) -> Subject:
    """An incident by the head of its key, a public reference, or a number (any authority knows it by).

    Raises NoSuchIncident.
    """
    notice = tx.notices.by_reference(wanted.strip().upper())
    if notice is not None:
        return notice.subject
    known = tx.log.known_as(know.identity.also_known_as(wanted))
    if known is not None:
        return known
    by_key = tx.log.by_key_head(wanted.strip().lower()) if len(wanted.strip()) >= 6 else None
    if by_key is None:
        raise NoSuchIncident(f"no incident is known as {wanted!r}: see `incident list`")
    return by_key


def show_incident(actor: Actor, store: Store, know: Knowledge, wanted: str) -> Shown:
    """One incident with its history. Raises NotAllowed, NoSuchIncident."""
    demand(actor, Role.OFFICER, Role.REVIEWER, Role.OPERATOR, Role.AUDITOR)
    with store.begin() as tx:
        subject = find_subject(tx, know, wanted)
        entries = tuple(tx.log.of_subject(subject))
        record = record_of(tx, entries[-1]) if entries else None
        return Shown(
            subject=subject,
            entries=entries,
            record=record,
            notice=tx.notices.find(subject, Speaker.BUREAU),
            offers=tuple(tx.twins.open_offers(subject)),
            merged_into=tx.twins.merged_into(subject),
        )


def list_incidents(
    actor: Actor, store: Store, limit: int, fate: Fate | None = None, before: int | None = None
) -> Sequence[LogEntry]:
    """Entries newest first. Raises NotAllowed."""
    demand(actor, Role.OFFICER, Role.REVIEWER, Role.OPERATOR, Role.AUDITOR)
    with store.begin() as tx:
        return tx.log.latest(limit, before, fate)


def close_incident(actor: Actor, store: Store, know: Knowledge, clock: Clock, wanted: str) -> Subject:
    """It makes no further notice; what was not sent yet is withdrawn when the entry is prepared.

    Raises NotAllowed, NoSuchIncident, SealedAway.
    """
    demand(actor, Role.OFFICER, Role.OPERATOR)
    with store.begin() as tx:
        subject = find_subject(tx, know, wanted)
        append_again(tx, know, clock, subject, closed=True)
        tx.audit.write(clock.now(), actor.id, actor.via, "incident closed", str(subject))
    return subject


def append_again(
    tx: Tx,
    know: Knowledge,
    clock: Clock,
    subject: Subject,
    *,
    closed: bool = False,
    twins_settled: bool = False,
    placed: Placed | None = None,
) -> None:
    """The newest record once more with an officer's word on it; its place is kept as it was, or is `placed` anew.

    Raises NoSuchIncident, SealedAway.
    """
    before = tx.log.of_subject(subject)
    last = before[-1]
    if last.vault_ref is None or not isinstance(last.body, IncidentEntry):
        raise NoSuchIncident("this entry holds no record")
    content = tx.vault.open(last.vault_ref)
    incident = read_vault_document(content)
    append_incident(
        tx,
        know,
        incident,
        content.split(b"\n", 1)[1],
        before,
        last.content_hash,
        clock.now(),
        twins_settled=twins_settled or last.body.twins_settled,
        closed=closed or last.body.closed,
        placed=placed or Placed(last.body.placement, last.body.stands_on),
    )
    if last.fate is Fate.PENDING:
        tx.log.set_fate(last.seq, Fate.DROPPED, "superseded")
