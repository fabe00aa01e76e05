"""The audit log for those who check it: whether it is whole, and a copy of it to take away."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum

from core.domain.audit import AuditCheck, AuditHead
from core.domain.staff import Actor, Role, demand
from core.ports.clock import Clock
from core.ports.store import Store
from core.ports.store_rows import AuditRow

BATCH = 500
_PROGRAM = frozenset({"fleet"})
"""Actors that are no persons."""


class Level(StrEnum):
    """How much an exported row tells."""

    FULL = "full"
    """For auditors: as it stands, with its code."""
    NO_NAMES = "no-names"
    """People are `person 1`, `person 2` …, the same one throughout the export."""


def verify(actor: Actor, store: Store, anchor: AuditHead | None) -> AuditCheck:
    """Read the whole chain and hold its end against the anchor. Raises NotAllowed, StoreBroken."""
    demand(actor, Role.AUDITOR, Role.OPERATOR)
    with store.begin() as tx:
        return tx.audit.check(anchor)


def export(actor: Actor, store: Store, clock: Clock, level: Level) -> Iterator[AuditRow]:
    """Every row, oldest first, as far as the level tells it; the export is an act of its own. Raises NotAllowed."""
    demand(actor, Role.AUDITOR, Role.OPERATOR)
    with store.begin() as tx:
        tx.audit.write(clock.now(), actor.id, actor.via, "audit exported", level.value)
        names = Names({member.name for member in tx.staff.all()})
    return (row if level is Level.FULL else names.without(row) for row in _all_rows(store))


def _all_rows(store: Store) -> Iterator[AuditRow]:
    last = 0
    while True:
        with store.begin() as tx:
            rows = tx.audit.after(last, BATCH)
        yield from rows
        if not rows:
            return
        last = rows[-1].seq


class Names:
    """Puts `person N` where a name stood. Who acted is a name, and everyone on the staff."""

    def __init__(self, staff: set[str]) -> None:
        self._staff = staff
        self._numbers: dict[str, int] = {}

    def without(self, row: AuditRow) -> AuditRow:
        """The row without names, and without its code, which names could be tried against."""
        if row.actor not in _PROGRAM:
            self._staff.add(row.actor)
        if row.act == "person added":
            self._staff.add(row.subject)
        hidden = {name: self._hidden(getattr(row, name)) for name in ("actor", "subject", "detail")}
        return row.model_copy(update={**hidden, "mac": ""})

    def _hidden(self, text: str) -> str:
        if not self._staff:
            return text
        longest_first = sorted(self._staff, key=len, reverse=True)
        names = re.compile(rf"(?<![\w.-])({'|'.join(map(re.escape, longest_first))})(?![\w-])")
        return names.sub(lambda found: f"person {self._number(found[0])}", text)

    def _number(self, name: str) -> int:
        return self._numbers.setdefault(name, len(self._numbers) + 1)
