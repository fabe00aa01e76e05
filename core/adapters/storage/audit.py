"""Who did what when; rows are only ever appended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, insert, select

from core.adapters.storage.tables import audit
from core.ports.store_rows import AuditRow


class SqlAudit:
    """The port Audit on one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def write(self, at: datetime, actor: str, via: str, act: str, subject: str, detail: str = "") -> None:
        """Append a row."""
        row = {"at": at, "actor": actor, "via": via, "act": act, "subject": subject, "detail": detail}
        self._connection.execute(insert(audit), row)

    def rows(self, limit: int) -> Sequence[AuditRow]:
        """Newest first."""
        rows = self._connection.execute(select(audit).order_by(audit.c.seq.desc()).limit(limit))
        return [
            AuditRow(
                seq=row.seq,
                at=row.at,
                actor=row.actor,
                via=row.via,
                act=row.act,
                subject=row.subject,
                detail=row.detail,
            )
            for row in rows
        ]
