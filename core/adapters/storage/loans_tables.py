"""The tables of whom notices name, how long they may stand, and what is sealed, as the newest migration leaves them."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Integer, String, Table

from core.adapters.storage.tables import Instant, metadata

named = Table(
    "named",
    metadata,
    Column("person_hash", String, primary_key=True),
    Column("notice_id", String, ForeignKey("notices.id"), primary_key=True, index=True),
    Column("revision", Integer, primary_key=True),
    Column("lent", Boolean, nullable=False),
)
terms = Table(
    "terms",
    metadata,
    Column("notice_id", String, ForeignKey("notices.id"), primary_key=True),
    Column("state", String, nullable=False),
    Column("ends_at", Instant, nullable=False, index=True),
    Column("confirmed_by", String),
)
clearings = Table(
    "clearings",
    metadata,
    Column("subject", String, primary_key=True),
    Column("state", String, nullable=False),
    Column("person_hash", String),
    Column("whoever", Boolean, nullable=False),
    Column("asked_at", Instant, nullable=False),
)
seals = Table(
    "seals",
    metadata,
    Column("subject", String, primary_key=True),
    Column("order_ref", String, nullable=False),
    Column("said_by", String, nullable=False),
    Column("said_at", Instant, nullable=False),
    Column("destroyed", Boolean, nullable=False),
)
