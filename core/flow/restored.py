"""A store that is a copy of an older one is noticed when it is opened: what it may have posted is looked up first."""

from __future__ import annotations

from datetime import datetime

from core.domain.audit import ANCHORED_ANEW, BEHIND, AuditHead
from core.domain.incidents import State
from core.domain.loans import Clearing
from core.domain.notices import Speaker, Subject, SubjectKind
from core.domain.policy import Policy
from core.domain.restored import SLACK, LookFirst, window_length
from core.ports.anchor import Anchor, Seals
from core.ports.clock import Clock
from core.ports.store import Store, Tx


def notice_restored(store: Store, anchor: Anchor, seals: Seals, clock: Clock, policy: Policy) -> None:
    """Compare the store with its anchor; where it is behind, open the window, seal again, and say so in the log.

    The anchor is read first: a store that goes on meanwhile is only further ahead. Raises StoreBroken, SecretsBroken.
    """
    kept = anchor.read()
    with store.begin(durable=True) as tx:
        head = tx.audit.head()
        trouble = _trouble(tx, head, kept)
        again = reseal(tx, seals, clock.now())
        if again:
            tx.audit.write(clock.now(), "fleet", "start", "sealed again", head.store_id, f"{again} rows")
        if trouble is not None:
            act, words = trouble
            open_window(tx, clock.now(), head.at, policy)
            tx.audit.write(clock.now(), "fleet", "start", act, head.store_id, words)
    if trouble is None:
        anchor.follow(kept, head)
        store.keep_anchor()
        return
    with store.begin() as tx:
        anchor.rebase(tx.audit.head())


def open_window(tx: Tx, now: datetime, last_known: datetime | None, policy: Policy) -> LookFirst:
    """From now on, what is prepared before the window ends is looked up before its first attempt."""
    length = window_length(policy)
    since = (now - length if last_known is None else last_known) - SLACK
    before = tx.outbox.window()
    if before is not None and before.until > now:
        since = min(since, before.since)
    window = LookFirst(until=now + length, since=since)
    tx.outbox.open_window(window)
    return window


def reseal(tx: Tx, seals: Seals, now: datetime) -> int:
    """Destroy again the keys and rows of every owner that was sealed; how many rows were readable still.

    An older copy thinks that their notices stand: what it knows of comes down once more, which does no harm.
    """
    again = 0
    for owner in seals.owners():
        if tx.vault.holds(owner) or not tx.vault.sealed(owner):
            again += tx.vault.erase(owner)
        tx.log.forget_words(Subject(kind=SubjectKind.INCIDENT, key=owner))
        _take_down_again(tx, owner, now)
    return again


def _take_down_again(tx: Tx, owner: str, now: datetime) -> None:
    subject = Subject(kind=SubjectKind.INCIDENT, key=owner)
    notice = tx.notices.find(subject, Speaker.BUREAU)
    if notice is not None and tx.retractions.get(notice.id) is None:
        tx.loans.clear(Clearing(subject=subject, state=State.SEALED, person_hash=None, whoever=True, asked_at=now))


def _trouble(tx: Tx, head: AuditHead, kept: AuditHead | None) -> tuple[str, str] | None:
    if kept is None:
        if head.seq == 0 and head.attempts == 0:
            return None
        return ANCHORED_ANEW, f"there was no anchor: after row {head.seq}, posts are looked up first"
    if head.is_behind(kept):
        return BEHIND, f"row {head.seq} and attempt {head.attempts}; the anchor saw {kept.seq} and {kept.attempts}"
    at_anchor = tx.audit.after(kept.seq - 1, 1) if kept.seq else ()
    if at_anchor and at_anchor[0].mac != kept.mac:
        return BEHIND, f"row {kept.seq} is not the one that the anchor saw"
    return None
