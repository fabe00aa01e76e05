"""One pass over a source as the fleet makes it, told as record numbers and reasons."""

from __future__ import annotations

from core.domain.incidents import Incident
from core.ports.source import BadRow, GoodRow, Source, SourceDown


def told(row: GoodRow | BadRow) -> str:
    """A row's record number, or why it was set aside."""
    if isinstance(row, BadRow):
        return f"bad: {row.reason}"
    assert isinstance(row.record, Incident)
    return row.record.number


def pull(source: Source, cursor: str | None = None) -> tuple[list[str], str | None, str | None]:
    """What came, the cursor to keep, and the trouble at the end."""
    rows: list[str] = []
    try:
        for batch in source.pull(cursor):
            rows.extend(told(row) for row in batch.rows)
            cursor = batch.cursor
    except SourceDown as down:
        return rows, cursor, str(down)
    return rows, cursor, None


def record(number: int) -> dict[str, str]:
    """A made-up record in the bureau's own columns; `changed` grows with the number."""
    return {
        "authority": "Example Transit Police",
        "number": f"EX-{number}",
        "occurred_from": "2026-11-02T08:15:00+00:00",
        "known_at": "2026-11-02T09:00:00+00:00",
        "changed": f"2026-11-02T09:{number:02}:00Z",
    }
