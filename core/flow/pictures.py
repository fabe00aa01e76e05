"""An officer prepares the picture of a record's person: cropped, bystanders unreadable; it is shown once approved."""

from __future__ import annotations

from collections.abc import Sequence

from core.domain.log import IncidentEntry, LogEntry
from core.domain.notices import Speaker, Subject
from core.domain.persons import PreparedPicture
from core.domain.staff import Actor, Role, demand
from core.flow.falling import fall, judge_again
from core.flow.incidents import find_subject
from core.flow.knowledge import Knowledge
from core.flow.vault_documents import read_vault_document
from core.ports.clock import Clock
from core.ports.store import Store, Tx
from core.render.pictures import Box, Shown, make_fit

NEW_PICTURE = "its picture is another"


class NothingToShow(Exception):
    """The record speaks of no picture of a person, or there is none to drop; the message says what to do."""


def prepare_picture(
    actor: Actor,
    store: Store,
    know: Knowledge,
    clock: Clock,
    wanted: str,
    content: bytes,
    crop: Box,
    bystanders: Sequence[Box],
) -> tuple[Subject, Shown]:
    """Make a picture fit and keep it as the one that posts about this incident's person show, in the place of any
    before it. Approvals fall, and whoever prepared it can't approve; with no boxes they say that nobody else is in it.

    Raises NotAllowed, NoSuchIncident, NothingToShow, PictureWrong, SealedAway.
    """
    demand(actor, Role.OFFICER)
    shown = make_fit(content, crop, bystanders)
    now = clock.now()
    with store.begin() as tx:
        subject = find_subject(tx, know, wanted)
        entry = _speaks_of_one(tx, subject)
        picture = PreparedPicture(
            ref=tx.vault.put(subject.key, shown.content),
            sha256=shown.sha256,
            media_type=shown.media_type,
            width=shown.width,
            height=shown.height,
            bystanders=len(bystanders),
            by=actor.id,
            at=now,
        )
        tx.pictures.add(subject, picture)
        tx.reviews.typed(subject, actor.id)
        detail = f"{shown.sha256[:12]}: {len(bystanders)} bystanders made unreadable"
        tx.audit.write(now, actor.id, actor.via, "picture prepared", str(subject), detail)
        _ask_anew(actor, tx, clock, subject, entry)
    return subject, shown


def drop_picture(actor: Actor, store: Store, know: Knowledge, clock: Clock, wanted: str) -> Subject:
    """Posts about this incident's person show no picture from now on; what stands is taken down by `retract`.

    Raises NotAllowed, NoSuchIncident, NothingToShow.
    """
    demand(actor, Role.OFFICER, Role.REVIEWER)
    with store.begin() as tx:
        subject = find_subject(tx, know, wanted)
        if not tx.pictures.drop(subject):
            raise NothingToShow("no picture was prepared for it")
        tx.audit.write(clock.now(), actor.id, actor.via, "picture dropped", str(subject))
        _ask_anew(actor, tx, clock, subject, tx.log.of_subject(subject)[-1])
    return subject


def _speaks_of_one(tx: Tx, subject: Subject) -> LogEntry:
    entry = tx.log.of_subject(subject)[-1]
    known = isinstance(entry.body, IncidentEntry) and entry.vault_ref is not None
    record = read_vault_document(tx.vault.open(entry.vault_ref or "")) if known else None
    if record is None or record.person is None or record.person.picture is None:
        raise NothingToShow(
            "its record speaks of no picture: footage, minute and who vouches for it must stand in the record first"
        )
    return entry


def _ask_anew(actor: Actor, tx: Tx, clock: Clock, subject: Subject, entry: LogEntry) -> None:
    """Whoever approved the posts did not see this picture."""
    notice = tx.notices.find(subject, Speaker.BUREAU)
    if notice is not None and fall(actor, tx, clock.now(), notice.id, NEW_PICTURE):
        judge_again(tx, entry.seq)
