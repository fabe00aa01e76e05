"""The evening digest: what a line did not say alone that day, said once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

from core.domain.lines import AccountId, LineId
from core.domain.log import DigestEntry, NewEntry
from core.domain.notices import DigestItem, Subject, SubjectKind
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
    append_digest(tx, know, clock, line, day, tuple(tx.digests.items(line, day)))
    tx.digests.said(line, day)


def append_digest(
    tx: Tx,
    know: Knowledge,
    clock: Clock,
    line: LineId,
    day: date,
    items: tuple[DigestItem, ...],
    *,
    known_at: datetime | None = None,
    accounts: tuple[AccountId, ...] = (),
) -> None:
    """A digest of these items, beside those that the line said of that day already; on all of its accounts, or on
    `accounts`. It is known since `known_at`, else since the day's hour for digests."""
    subject = _free_subject(tx, line, day)
    body = DigestEntry(line=line, day=day.isoformat(), items=items, accounts=accounts)
    tx.log.append(
        NewEntry(
            subject=subject,
            revision=1,
            source="digest",
            content_hash=know.identity.content(body.model_dump_json().encode()),
            known_at=known_at or know.digest_time(day).astimezone(UTC),
            body=body,
            vault_ref=None,
        ),
        clock.now(),
    )


def digests_of(tx: Tx, line: LineId, day: date) -> Iterator[tuple[Subject, DigestEntry]]:
    """Every digest of a line's day, first to last."""
    number = 1
    while entries := tx.log.of_subject(_subject(line, day, number)):
        body = entries[-1].body
        if isinstance(body, DigestEntry):
            yield entries[-1].subject, body
        number += 1


def _subject(line: LineId, day: date, number: int) -> Subject:
    key = f"{line}/{day.isoformat()}"
    return Subject(kind=SubjectKind.DIGEST, key=key if number == 1 else f"{key}/{number}")


def _free_subject(tx: Tx, line: LineId, day: date) -> Subject:
    """What came after the day's digest makes one of its own, so that the first is never withdrawn by it."""
    return _subject(line, day, 1 + sum(1 for _ in digests_of(tx, line, day)))
