"""The audit log as a chain: each row's code covers the row before it and every column of its own."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable
from typing import Any, Protocol

from core.adapters.storage.tables import ticks
from core.domain.audit import ANCHORED_ANEW, BEHIND, RESTORED, AuditCheck, AuditFault, AuditHead

MOST_FAULTS = 100
"""More are not listed: under another key every row is one."""


class ChainedRow(Protocol):
    """A row of the audit table."""

    seq: int
    at: Any
    actor: str
    via: str
    act: str
    subject: str
    detail: str
    mac: str


def start_of(store_id: str) -> str:
    """What the first row follows: rows of another store under the same key don't fit."""
    return f"store {store_id}"


def mac_of(key: bytes, before: str, row: ChainedRow) -> str:
    """HMAC-SHA256 over the code before and all columns, in one unambiguous spelling."""
    columns = [before, row.seq, ticks(row.at), row.actor, row.via, row.act, row.subject, row.detail]
    return hmac.new(key, json.dumps(columns).encode(), hashlib.sha256).hexdigest()


class ChainCheck:
    """Reads the rows in order and remembers where they don't hold."""

    def __init__(self, key: bytes, store_id: str, anchor: AuditHead | None) -> None:
        self._key = key
        self._anchor = anchor
        self._store_id = store_id
        self._head = AuditHead(store_id=store_id, seq=0, mac=start_of(store_id))
        self._faults: list[AuditFault] = []
        self._notes: list[AuditFault] = []
        self._anchored = anchor is None or anchor.seq == 0

    def checked(self, rows: Iterable[ChainedRow], attempts: int) -> AuditCheck:
        """The whole log, given in order of `seq`."""
        for row in rows:
            self._take(row)
        self._compare_end()
        head = self._head.model_copy(update={"attempts": attempts})
        return AuditCheck(head=head, faults=tuple(self._faults), notes=tuple(self._notes))

    def _take(self, row: ChainedRow) -> None:
        following = self._head.seq + 1
        if row.seq != following:
            self._fault(following, f"{_rows(following, row.seq - 1)} missing before row {row.seq}")
        if not row.mac:
            self._fault(row.seq, f"row {row.seq} was added without the key")
        elif not hmac.compare_digest(row.mac.encode(), mac_of(self._key, self._head.mac, row).encode()):
            self._fault(row.seq, f"row {row.seq} was changed, or is not what followed row {self._head.seq}")
        elif row.act == BEHIND:
            self._fault(row.seq, f"row {row.seq} says: the store stood behind its anchor ({row.detail})")
        elif row.act in (RESTORED, ANCHORED_ANEW):
            self._notes.append(AuditFault(seq=row.seq, what=f"row {row.seq}: {row.act} by {row.actor} ({row.detail})"))
        self._compare_anchor(row)
        self._head = AuditHead(store_id=self._store_id, seq=row.seq, mac=row.mac, at=row.at)

    def _compare_anchor(self, row: ChainedRow) -> None:
        if self._anchor is None or row.seq != self._anchor.seq:
            return
        self._anchored = True
        if row.mac != self._anchor.mac:
            self._fault(row.seq, f"row {row.seq} is not the one that was anchored")

    def _compare_end(self) -> None:
        anchor = self._anchor
        if anchor is None:
            return
        if anchor.store_id != self._store_id:
            self._fault(0, "the anchor is another store's")
        elif not self._anchored and self._head.seq < anchor.seq:
            gone = self._head.seq + 1
            self._fault(gone, f"{_rows(gone, anchor.seq)} missing at the end: the anchor saw row {anchor.seq}")

    def _fault(self, seq: int, what: str) -> None:
        if len(self._faults) < MOST_FAULTS:
            self._faults.append(AuditFault(seq=seq, what=what))


def _rows(first: int, last: int) -> str:
    return f"row {first} is" if first == last else f"rows {first} to {last} are"
