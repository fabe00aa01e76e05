"""The port Voices over SQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, or_, select, update

from core.adapters.storage.engine import add_new, insert_new
from core.adapters.storage.log import read_subject
from core.adapters.storage.tables import log
from core.adapters.storage.voices_tables import agency_said, alert_places, one_event
from core.domain.lines import LineId
from core.domain.notices import Subject
from core.domain.voices import OneEvent

MOST = 20
"""Offers that one record may make: more is no coincidence but a stuck feed."""


class SqlVoices:
    """The agency's share of each handle's day, and which notices are of one event."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def agency_said(self, line: LineId, day: date, add: int = 0) -> int:
        """How many notices the agency began on the line's handle on that day, after adding `add`."""
        this = (agency_said.c.line == line) & (agency_said.c.day == day.isoformat())
        if add:
            first = {"line": line, "day": day.isoformat(), "count": 0}
            self._connection.execute(insert_new(self._connection, agency_said), first)
            self._connection.execute(update(agency_said).where(this).values(count=agency_said.c.count + add))
        return self._connection.execute(select(agency_said.c.count).where(this)).scalar_one_or_none() or 0

    def place(self, alert: Subject, stations: Sequence[str], seq: int, at: datetime) -> None:
        """Keep where and when the agency says that police are in something; a station once for each alert."""
        for station in stations:
            row = {"station": station, "alert": str(alert), "seq": seq, "at": at}
            self._connection.execute(insert_new(self._connection, alert_places), row)

    def alerts_at(self, stations: Sequence[str], since: datetime, until: datetime) -> Sequence[tuple[Subject, int]]:
        """Such alerts at any of these stations, with the entry that first said so."""
        query = select(alert_places.c.alert, func.min(alert_places.c.seq).label("seq")).where(
            alert_places.c.station.in_(stations), alert_places.c.at.between(since, until)
        )
        found = self._connection.execute(query.group_by(alert_places.c.alert).order_by("seq").limit(MOST))
        return [(read_subject(row.alert), row.seq) for row in found]

    def incidents_at(self, keys: Sequence[str], since: datetime, until: datetime) -> Sequence[tuple[Subject, int]]:
        """Incidents at any of these places (`place_key`) that happened between these times, with their newest entry."""
        query = select(log.c.subject, func.max(log.c.seq).label("seq")).where(
            log.c.place_key.in_(keys), log.c.occurred_at.between(since, until)
        )
        found = self._connection.execute(query.group_by(log.c.subject).order_by("seq").limit(MOST))
        return [(read_subject(row.subject), row.seq) for row in found]

    def offer(self, one: OneEvent) -> bool:
        """Keep that the two may be one event; False where that was offered before, whatever the answer."""
        row = {
            "alert": str(one.alert),
            "incident": str(one.incident),
            "alert_seq": one.alert_seq,
            "incident_seq": one.incident_seq,
            "offered_at": one.offered_at,
        }
        return add_new(self._connection, one_event, row)

    def offers(self) -> Sequence[OneEvent]:
        """What nobody answered yet, oldest first."""
        return self._found(one_event.c.same.is_(None))

    def settle(self, alert: Subject, incident: Subject, same: bool, by: str, at: datetime) -> None:
        """An officer's answer. Raises KeyError for two that were not offered."""
        these = (one_event.c.alert == str(alert)) & (one_event.c.incident == str(incident))
        answer = {"same": int(same), "said_by": by, "said_at": at}
        if not self._connection.execute(update(one_event).where(these).values(answer)).rowcount:
            raise KeyError(f"{alert} {incident}")

    def between(self, alert: Subject, incident: Subject) -> Sequence[OneEvent]:
        """The offer of these two, if there is one."""
        return self._found((one_event.c.alert == str(alert)) & (one_event.c.incident == str(incident)))

    def settled(self, since: datetime) -> Sequence[OneEvent]:
        """What was answered since then, either way, in the order in which it was offered."""
        return self._found(one_event.c.same.is_not(None) & (one_event.c.said_at >= since))

    def same_as(self, subject: Subject) -> Sequence[OneEvent]:
        """What an officer said to be one event with this, the earliest first."""
        name = str(subject)
        return self._found((one_event.c.same == 1) & or_(one_event.c.alert == name, one_event.c.incident == name))

    def _found(self, condition: ColumnElement[bool]) -> list[OneEvent]:
        query = select(one_event).where(condition).order_by(one_event.c.offered_at, one_event.c.alert)
        return [_one(row) for row in self._connection.execute(query)]


def _one(row: Any) -> OneEvent:
    return OneEvent(
        alert=read_subject(row.alert),
        incident=read_subject(row.incident),
        alert_seq=row.alert_seq,
        incident_seq=row.incident_seq,
        offered_at=row.offered_at,
        same=None if row.same is None else bool(row.same),
        settled_at=row.said_at,
    )
