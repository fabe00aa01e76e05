"""Backup and restore: by an operator, in the log, and never so that a post goes out twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from core.domain.audit import RESTORED, AuditHead
from core.domain.policy import Policy
from core.domain.restored import LookFirst, Manifest
from core.domain.staff import Actor, Role, demand
from core.flow.restored import open_window, reseal
from core.ports.anchor import Anchor, Seals
from core.ports.clock import Clock
from core.ports.copies import CannotCopy, Copies
from core.ports.store import Store


@dataclass(frozen=True)
class Restored:
    """What a restore did."""

    manifest: Manifest
    window: LookFirst
    kept: Path | None
    """Where the store of before is."""


def back_up(actor: Actor, store: Store, clock: Clock, copies: Copies, folder: Path) -> Manifest:
    """Copy the store; the log says so before, so that the copy says it too. Raises NotAllowed, CannotCopy."""
    demand(actor, Role.OPERATOR)
    with store.begin() as tx:
        tx.audit.write(clock.now(), actor.id, actor.via, "backup made", tx.audit.head().store_id)
    manifest = copies.make(folder, clock.now())
    store.keep_anchor()
    return manifest


def who_may(copies: Copies, folder: Path, actor_in: Callable[[Store], Actor]) -> Actor:
    """The operator who restores, by the staff of the present store, or of the backup where that has nobody or can't
    be read. Raises NotAllowed, and what `actor_in` raises."""
    for place in (None, folder):
        with copies.peek(place) as store:
            if store is None:
                continue
            with store.begin() as tx:
                staff = tx.staff.all()
            if staff:
                actor = actor_in(store)
                demand(actor, Role.OPERATOR)
                return actor
    raise CannotCopy(f"{folder} holds no staff, and so nobody who may put it back")


def restore(
    actor: Actor, clock: Clock, policy: Policy, copies: Copies, anchor: Anchor, seals: Seals, folder: Path
) -> Restored:
    """Put a backup in the store's place: sealed again, with its window open and its row in the log, all at once.

    Raises NotAllowed, CannotCopy, StoreBroken, StoreBusy.
    """
    demand(actor, Role.OPERATOR)
    manifest = copies.look(folder)
    seen = anchor.read()
    opened: list[tuple[LookFirst, AuditHead]] = []

    def change(store: Store) -> None:
        with store.begin(durable=True) as tx:
            head = tx.audit.head()
            reseal(tx, seals, clock.now())
            window = open_window(tx, clock.now(), head.at, policy)
            lost = "the anchor saw none" if seen is None else f"the anchor saw row {seen.seq}"
            words = f"back to row {head.seq} of {manifest.taken_at:%Y-%m-%d %H:%M} UTC; {lost}"
            tx.audit.write(clock.now(), actor.id, actor.via, RESTORED, head.store_id, words)
        with store.begin() as tx:
            opened.append((window, tx.audit.head()))

    kept = copies.put_back(folder, change)
    window, head = opened[-1]
    anchor.rebase(head)
    return Restored(manifest, window, kept)
