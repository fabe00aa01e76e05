"""The tables of the two voices: the agency's share of each handle's day, and which notices are of one event."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table

from core.adapters.storage.tables import Instant, metadata

agency_said = Table(
    "agency_said",
    metadata,
    Column("line", String, primary_key=True),
    Column("day", String, primary_key=True),
    Column("count", Integer, nullable=False),
)
"""How many notices the agency began on a line's handle on one day of its zone."""
alert_places = Table(
    "alert_places",
    metadata,
    Column("station", String, primary_key=True),
    Column("alert", String, primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("at", Instant, nullable=False),
)
"""Where and when the agency says that police are in something, by the first entry that said so."""
one_event = Table(
    "one_event",
    metadata,
    Column("alert", String, primary_key=True),
    Column("incident", String, primary_key=True),
    Column("alert_seq", Integer, nullable=False),
    Column("incident_seq", Integer, nullable=False),
    Column("offered_at", Instant, nullable=False),
    Column("same", Integer),
    Column("said_by", String),
    Column("said_at", Instant),
    Index("one_event_incident", "incident"),
)
"""An agency's alert and an incident of the bureau that may be one event; `same`: an officer's answer, none so far."""
