"""The evening digest: what a line did not say alone that day, said once."""

from __future__ import annotations

from datetime import UTC, date

from core.domain.lines import LineId
from core.domain.log import DigestEntry, NewEntry
from core.domain.notices import Subject, SubjectKind
from core.domain.staff import Actor, Role, demand
from core.flow.knowledge import Knowledge
from core.ports.clock import Clock
from core.ports.store import Store, Tx


def say_digests(actor: Actor, store: Store, know: Knowledge, clock: Clock, *, all_days: bool = False) -> int:
    """Append the digests whose hour has come (`all_days`: of every day, for recorded records); how many.

    Raises NotAllowed.
    """
    demand(actor, Role.FLEET, Role.OPERATOR)
    now = clock.now()
    today = know.day(now)
    said = 0
    with store.begin() as tx:
        for line, day in tx.digests.days(None if all_days else today):
            if line in know.lines and (all_days or now >= know.digest_time(day)):
                _append(tx, know, clock, line, day)
                said += 1
    return said


def _append(tx: Tx, know: Knowledge, clock: Clock, line: LineId, day: date) -> None:
    items = tuple(tx.digests.items(line, day))
    subject = _free_subject(tx, f"{line}/{day.isoformat()}")
    body = DigestEntry(line=line, day=day.isoformat(), items=items)
    tx.log.append(
        NewEntry(
            subject=subject,
            revision=1,
            source="digest",
            content_hash=know.identity.content(body.model_dump_json().encode()),
            known_at=know.digest_time(day).astimezone(UTC),
            body=body,
            vault_ref=None,
        ),
        clock.now(),
    )
    tx.digests.said(line, day)


def _free_subject(tx: Tx, key: str) -> Subject:
    """What came after the day's digest makes one of its own, so that the first is never withdrawn by it."""
    subject, number = Subject(kind=SubjectKind.DIGEST, key=key), 1
    while tx.log.of_subject(subject):
        number += 1
        subject = Subject(kind=SubjectKind.DIGEST, key=f"{key}/{number}")
    return subject
