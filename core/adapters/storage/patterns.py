"""Patterns: which incidents stand behind which, and on which days was looked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Column, Connection, Integer, String, Table, func, select

from core.adapters.storage.engine import add_new, insert_new
from core.adapters.storage.tables import log, metadata
from core.domain.log import Fate, LogEntry
from core.domain.notices import SubjectKind
from core.ports.intake import Log

pattern_incidents = Table(
    "pattern_incidents",
    metadata,
    Column("pattern", String, primary_key=True),
    Column("incident", String, primary_key=True, index=True),
    Column("line", String, nullable=False),
    Column("family", String, nullable=False),
    Column("number", Integer, nullable=False),
)
pattern_days = Table("pattern_days", metadata, Column("day", String, primary_key=True))


class SqlPatterns:
    """The port Patterns on one transaction."""

    def __init__(self, connection: Connection, entries: Log) -> None:
        self._connection = connection
        self._entries = entries

    def begins(self, day: date) -> bool:
        """True the first time that this day is asked about."""
        return add_new(self._connection, pattern_days, {"day": day.isoformat()})

    def candidates(self, since: datetime) -> Sequence[LogEntry]:
        """The newest entry of each incident that happened since then and is not known as another one, by time."""
        incident = log.c.subject.startswith(f"{SubjectKind.INCIDENT}:")
        newest = select(func.max(log.c.seq)).where(incident, log.c.occurred_at >= since).group_by(log.c.subject)
        found = select(log.c.seq).where(log.c.seq.in_(newest), log.c.fate != Fate.KNOWN.value)
        seqs = self._connection.execute(found.order_by(log.c.occurred_at, log.c.seq)).scalars().all()
        return [self._entries.entry(seq) for seq in seqs]

    def of(self, line: str, family: str, incidents: Sequence[str]) -> str | None:
        """The newest pattern of this line and family to which any of these incidents belongs."""
        mine = (pattern_incidents.c.line == line) & (pattern_incidents.c.family == family)
        found = select(pattern_incidents.c.pattern).where(mine, pattern_incidents.c.incident.in_(list(incidents)))
        newest = found.order_by(pattern_incidents.c.number.desc(), pattern_incidents.c.pattern).limit(1)
        return self._connection.execute(newest).scalar_one_or_none()

    def counting(self, incident: str) -> Sequence[str]:
        """The patterns to which this incident belongs."""
        mine = select(pattern_incidents.c.pattern).where(pattern_incidents.c.incident == incident)
        return self._connection.execute(mine.order_by(pattern_incidents.c.pattern)).scalars().all()

    def keep(self, pattern: str, line: str, family: str, incidents: Sequence[str]) -> None:
        """These incidents belong to it from now on; those that did still do."""
        last = self._connection.execute(select(func.max(pattern_incidents.c.number))).scalar_one() or 0
        for incident in incidents:
            row = {"pattern": pattern, "incident": incident, "line": line, "family": family, "number": last + 1}
            self._connection.execute(insert_new(self._connection, pattern_incidents), row)
