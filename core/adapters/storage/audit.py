"""Who did what when; rows are only ever appended, each chained to the one before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from core.adapters.storage.audit_chain import ChainCheck, mac_of, start_of
from core.adapters.storage.engine import take_turn
from core.adapters.storage.locks import AUDIT
from core.adapters.storage.tables import attempts, audit, meta
from core.domain.audit import AuditCheck, AuditHead
from core.ports.store import StoreBroken
from core.ports.store_rows import AuditRow

FIRST_CHAINED = 3
"""The schema from which on every row is chained."""
_LAST = select(audit.c.seq, audit.c.mac, audit.c.at).order_by(audit.c.seq.desc()).limit(1)


@dataclass
class _New:
    """A row that waits for the end of its transaction."""

    at: datetime
    actor: str
    via: str
    act: str
    subject: str
    detail: str
    seq: int = 0
    mac: str = ""


class SqlAudit:
    """The port Audit on one transaction.

    Rows are chained at the transaction's end, when it takes no other lock any more: the chain has one head, and
    nobody waits for it longer than a commit takes.
    """

    def __init__(self, connection: Connection, key: bytes | None) -> None:
        self._connection = connection
        self._key = key
        self._new: list[_New] = []
        self.written: AuditHead | None = None
        """The head that this transaction made."""

    def write(self, at: datetime, actor: str, via: str, act: str, subject: str, detail: str = "") -> None:
        """Append a row. Raises StoreBroken when the store was opened without the audit's key."""
        if self._key is None:
            raise StoreBroken("the store was opened without the key of its audit log: nothing may be done in it")
        self._new.append(_New(at, actor, via, act, subject, detail))

    def chain(self) -> None:
        """Give the rows that wait their numbers and codes, and insert them."""
        if self._key is None or not self._new:
            return
        take_turn(self._connection, AUDIT)
        head = self.head()
        seq, mac = head.seq, head.mac or start_of(head.store_id)
        for row in self._new:
            row.seq = seq = seq + 1
            row.mac = mac = mac_of(self._key, mac, row)
        self._connection.execute(insert(audit), [vars(row) for row in self._new])
        self.written = AuditHead(store_id=head.store_id, seq=seq, mac=mac, at=self._new[-1].at, attempts=head.attempts)
        self._new = []

    def head(self) -> AuditHead:
        """How far the log and the attempts have come, without what waits for this transaction's end."""
        last = self._connection.execute(_LAST).one_or_none()
        tried = self._connection.execute(select(func.max(attempts.c.id))).scalar_one()
        if last is None:
            return AuditHead(store_id=self._store_id(), seq=0, attempts=tried or 0)
        return AuditHead(store_id=self._store_id(), seq=last.seq, mac=last.mac, at=last.at, attempts=tried or 0)

    def rows(self, limit: int) -> Sequence[AuditRow]:
        """Newest first."""
        self.chain()
        return [_read(row) for row in self._connection.execute(select(audit).order_by(audit.c.seq.desc()).limit(limit))]

    def after(self, seq: int, limit: int) -> Sequence[AuditRow]:
        """Up to `limit` rows with a greater number, oldest first."""
        self.chain()
        asked = select(audit).where(audit.c.seq > seq).order_by(audit.c.seq).limit(limit)
        return [_read(row) for row in self._connection.execute(asked)]

    def check(self, anchor: AuditHead | None) -> AuditCheck:
        """Read the whole chain, and hold its end against the anchor. Raises StoreBroken without the key."""
        if self._key is None:
            raise StoreBroken("the audit log can't be checked without its key")
        self.chain()
        attempts_so_far = self.head().attempts
        with self._connection.execution_options(yield_per=1000).execute(select(audit).order_by(audit.c.seq)) as rows:
            return ChainCheck(self._key, self._store_id(), anchor).checked(rows, attempts_so_far)

    def _store_id(self) -> str:
        return str(self._connection.execute(select(meta.c.value).where(meta.c.name == "store_id")).scalar_one())


def _read(row: Row[Any]) -> AuditRow:
    return AuditRow(
        seq=row.seq,
        at=row.at,
        actor=row.actor,
        via=row.via,
        act=row.act,
        subject=row.subject,
        detail=row.detail,
        mac=row.mac,
    )


def chain_older(connection: Connection, key: bytes) -> None:
    """Chain the rows that a store held before its log was a chain: from now on they are held as they stand."""
    store_id = connection.execute(select(meta.c.value).where(meta.c.name == "store_id")).scalar_one()
    mac = start_of(store_id)
    for seq, row in enumerate(connection.execute(select(audit).order_by(audit.c.seq)).all(), start=1):
        new = _New(row.at, row.actor, row.via, row.act, row.subject, row.detail, seq)
        mac = mac_of(key, mac, new)
        connection.execute(update(audit).where(audit.c.seq == row.seq).values(seq=seq, mac=mac))
