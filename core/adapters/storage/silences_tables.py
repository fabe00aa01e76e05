"""The tables of what is muted for a while, as the newest migration leaves them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, String, Table, Text

from core.adapters.storage.tables import Instant, metadata

silences = Table(
    "silences",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("matchers", Text, nullable=False),
    Column("starts", Instant, nullable=False),
    Column("ends", Instant, nullable=False, index=True),
    Column("said_by", String, nullable=False),
    Column("said_at", Instant, nullable=False),
    Column("why_ref", String),
    Column("ended_at", Instant),
    Column("ended_by", String),
)
calms = Table(
    "calms",
    metadata,
    Column("line", String, primary_key=True),
    Column("until", Instant, nullable=False),
    Column("said_by", String, nullable=False),
    Column("said_at", Instant, nullable=False),
)
muted = Table(
    "muted",
    metadata,
    Column("entry_seq", BigInteger, primary_key=True, autoincrement=False),
    Column("held_by", String, nullable=False, index=True),
)
inhibitors = Table("inhibitors", metadata, Column("subject", String, primary_key=True))
