"""Cursors and health of sources, and the rows that could not be read."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from core.adapters.storage.engine import add_new, insert_new
from core.adapters.storage.tables import set_aside, sources
from core.domain.log import SetAside
from core.ports.store_rows import SourceRow


def _source(row: Row[Any]) -> SourceRow:
    return SourceRow(
        name=row.name,
        cursor=row.cursor,
        started=row.started,
        last_ok=row.last_ok,
        last_new=row.last_new,
        failing_since=row.failing_since,
        why=row.why,
        tallies=json.loads(row.tallies),
    )


class SqlSources:
    """The port Sources on one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def row(self, name: str) -> SourceRow:
        """The source's row; a fresh one when it was never seen."""
        found = self._connection.execute(select(sources).where(sources.c.name == name)).one_or_none()
        return SourceRow(name=name) if found is None else _source(found)

    def rows(self) -> Sequence[SourceRow]:
        """All rows by name."""
        return [_source(row) for row in self._connection.execute(select(sources).order_by(sources.c.name))]

    def advance(
        self, name: str, cursor: str | None, at: datetime, counts: Mapping[str, int], brought_new: bool
    ) -> None:
        """A pass succeeded: keep the cursor, clear the trouble, add to the tallies."""
        before = self._held(name)
        tallies = dict(before.tallies)
        for outcome, number in counts.items():
            tallies[outcome] = tallies.get(outcome, 0) + number
        self._keep(
            name,
            cursor=cursor,
            started=True,
            last_ok=at,
            last_new=at if brought_new or not before.started else before.last_new,
            failing_since=None,
            why=None,
            tallies=json.dumps(tallies, sort_keys=True),
        )

    def failed(self, name: str, at: datetime, why: str) -> None:
        """A pass failed: keep since when, and why."""
        since = self._held(name).failing_since
        self._keep(name, failing_since=since or at, why=why)

    def set_aside(self, source: str, position: str, reason: str, vault_ref: str, row_hash: str, at: datetime) -> bool:
        """Keep a bad row; False when the same row was kept before."""
        row = {
            "source": source,
            "position": position,
            "reason": reason,
            "vault_ref": vault_ref,
            "row_hash": row_hash,
            "at": at,
        }
        return add_new(self._connection, set_aside, row)

    def kept_aside(self, limit: int) -> Sequence[SetAside]:
        """Rows set aside, newest first."""
        rows = self._connection.execute(select(set_aside).order_by(set_aside.c.id.desc()).limit(limit))
        return [
            SetAside(
                id=row.id,
                source=row.source,
                position=row.position,
                reason=row.reason,
                vault_ref=row.vault_ref,
                at=row.at,
            )
            for row in rows
        ]

    def _held(self, name: str) -> SourceRow:
        """The row, made where there is none and held until the transaction ends: what is added must not be lost."""
        fresh = {"name": name, "started": False, "tallies": "{}"}
        self._connection.execute(insert_new(self._connection, sources), fresh)
        return _source(self._connection.execute(select(sources).where(sources.c.name == name).with_for_update()).one())

    def _keep(self, name: str, **values: Any) -> None:
        self._connection.execute(update(sources).where(sources.c.name == name).values(**values))
