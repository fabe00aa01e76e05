"""The tables of held posts and their approvals, as the newest migration leaves them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table, Text

from core.adapters.storage.tables import Instant, metadata

proposals = Table(
    "proposals",
    metadata,
    Column("id", String, primary_key=True),
    Column("notice_id", String, ForeignKey("notices.id"), nullable=False, index=True),
    Column("number", Integer, nullable=False),
    Column("state", String, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("body", Text, nullable=False),
    Column("content_ref", String, nullable=False),
    Column("words_ref", String),
)
"""`body` holds all of a proposal that identifies nobody; the bytes lie in the vault."""
Index("proposals_state", proposals.c.state, proposals.c.created_at)

approvals = Table(
    "approvals",
    metadata,
    Column("proposal_id", String, ForeignKey("proposals.id"), primary_key=True),
    Column("said_by", String, primary_key=True),
    Column("said_at", Instant, nullable=False),
    Column("body", Text, nullable=False),
)
typed_by = Table(
    "typed_by",
    metadata,
    Column("subject", String, primary_key=True),
    Column("name", String, primary_key=True),
)
ask_again = Table(
    "ask_again",
    metadata,
    Column("entry_seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False, index=True),
)
