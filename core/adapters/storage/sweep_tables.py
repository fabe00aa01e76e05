"""The tables of what sweeps saw, as the newest migration leaves them."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Integer, String, Table, Text

from core.adapters.storage.tables import Instant, metadata

sweeps = Table(
    "sweeps",
    metadata,
    Column("account", String, primary_key=True),
    Column("ours_since", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("swept_at", Instant),
    Column("month", String, nullable=False),
    Column("reads", Integer, nullable=False),
    Column("trouble", Text),
)
gone_posts = Table(
    "gone_posts",
    metadata,
    Column("account", String, primary_key=True),
    Column("platform_id", String, primary_key=True),
    Column("key", String, nullable=False),
    Column("reference", String, nullable=False),
    Column("since", Instant, nullable=False),
    Column("sure", Boolean, nullable=False),
)
strays = Table(
    "strays",
    metadata,
    Column("account", String, primary_key=True),
    Column("platform_id", String, primary_key=True),
    Column("posted_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("url", Text),
    Column("verdict", String, nullable=False),
    Column("settled_by", String),
    Column("removed", Boolean, nullable=False),
)
