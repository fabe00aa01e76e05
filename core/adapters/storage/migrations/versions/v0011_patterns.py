"""Incidents that may belong together."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Which incidents stand behind which pattern, and the days on which it was looked."""
    op.create_table(
        "pattern_incidents",
        sa.Column("pattern", sa.String, primary_key=True),
        sa.Column("incident", sa.String, primary_key=True, index=True),
        sa.Column("line", sa.String, nullable=False),
        sa.Column("family", sa.String, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
    )
    op.create_table("pattern_days", sa.Column("day", sa.String, primary_key=True))
    op.execute("UPDATE meta SET value = '11' WHERE name = 'schema'")
