"""What was taken back, and what is paused."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Two tables; nothing that is there already changes."""
    op.create_table(
        "retractions",
        sa.Column("notice_id", sa.String, sa.ForeignKey("notices.id"), primary_key=True),
        sa.Column("for_notice", sa.String, nullable=False, index=True),
        sa.Column("because", sa.String, nullable=False),
        sa.Column("said_by", sa.String, nullable=False),
        sa.Column("said_at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "pauses",
        sa.Column("scope", sa.String, primary_key=True),
        sa.Column("account", sa.String, primary_key=True),
        sa.Column("removals_too", sa.Boolean, nullable=False),
        sa.Column("said_by", sa.String, nullable=False),
        sa.Column("said_at", sa.BigInteger, nullable=False),
    )
    op.execute("UPDATE meta SET value = '4' WHERE name = 'schema'")
