"""The agency's share of each handle's day: which lines have room for another of its notices."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from core.domain.lines import LineId
from core.domain.log import AlertEntry, LogEntry
from core.flow.knowledge import Knowledge
from core.flow.standing import Standing
from core.ports.store import Tx


def with_room(
    tx: Tx, know: Knowledge, entry: LogEntry, lines: Sequence[LineId], before: Standing, now: datetime
) -> tuple[LineId, ...]:
    """The lines that may carry a notice which the agency begins, in their order. What stands already, and what is none
    of the agency's, is carried by all of them: an update or an end is never too much."""
    if not isinstance(entry.body, AlertEntry) or before.stands:
        return tuple(lines)
    kept = 0 if entry.body.alert.pressing else know.policy.agency_reserve
    day = know.day(now)
    return tuple(line for line in lines if tx.voices.agency_said(line, day) < know.agency_share(line) - kept)


def count_begun(tx: Tx, know: Knowledge, entry: LogEntry, lines: Sequence[LineId], now: datetime) -> None:
    """The agency began a notice on these lines."""
    if isinstance(entry.body, AlertEntry):
        for line in lines:
            tx.voices.agency_said(line, know.day(now), add=1)
