"""The tables of what was taken back and of what is paused, as the newest migration leaves them."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, String, Table

from core.adapters.storage.tables import Instant, metadata

EVERY_ACCOUNT = "*"
OF_A_VOICE = "voice:"
"""What the account of a pause begins with that holds one speaker's notices on every account."""

retractions = Table(
    "retractions",
    metadata,
    Column("notice_id", String, ForeignKey("notices.id"), primary_key=True),
    Column("for_notice", String, nullable=False, index=True),
    Column("because", String, nullable=False),
    Column("said_by", String, nullable=False),
    Column("said_at", Instant, nullable=False),
)
pauses = Table(
    "pauses",
    metadata,
    Column("scope", String, primary_key=True),
    Column("account", String, primary_key=True),
    Column("removals_too", Boolean, nullable=False),
    Column("said_by", String, nullable=False),
    Column("said_at", Instant, nullable=False),
)
"""One row for each account that a pause stops; a pause of everything has one for all, later ones too."""
