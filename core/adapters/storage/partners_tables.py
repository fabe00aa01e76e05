"""The tables of the partner's intake and of what its systems fetched, as the newest migration leaves them."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, Index, Integer, String, Table

from core.adapters.storage.tables import Instant, metadata

partner_pulls = Table(
    "partner_pulls",
    metadata,
    Column("feed", String, primary_key=True),
    Column("who", String, primary_key=True),
    Column("pulls", Integer, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("last_at", Instant, nullable=False),
    Column("last_status", Integer, nullable=False),
    Column("failed_at", Instant),
    Column("failed_status", Integer),
)
partner_asked = Table(
    "partner_asked",
    metadata,
    Column("partner", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("hash", String, nullable=False),
    Column("status", Integer, nullable=False),
    Column("announcement", String, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Index("partner_asked_at", "partner", "asked_at"),
)
announcements = Table(
    "announcements",
    metadata,
    Column("id", String, primary_key=True),
    Column("partner", String, nullable=False),
    Column("said_at", Instant, nullable=False),
    Column("until", Instant),
    Column("over", Boolean, nullable=False),
)
endpoint_proofs = Table(
    "endpoint_proofs",
    metadata,
    Column("account", String, primary_key=True),
    Column("seconds", Float, nullable=False),
    Column("proved_at", Instant, nullable=False),
    Column("mark", String),
)
