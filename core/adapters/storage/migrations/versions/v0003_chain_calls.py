"""The audit log's chain, look-ups before a first attempt, and what somebody was called for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the columns and the table; rows of the audit log that are there already are chained by the store."""
    op.add_column("audit", sa.Column("mac", sa.String, nullable=False, server_default=""))
    op.add_column("attempts", sa.Column("posted_since", sa.BigInteger, nullable=True))
    op.create_table(
        "calls",
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("due_at", sa.BigInteger, nullable=False),
        sa.Column("rung", sa.Integer, nullable=False),
    )
    op.execute("UPDATE meta SET value = '3' WHERE name = 'schema'")
