"""What is muted, calmed or waits for its hour."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Four tables; nothing that is there changes."""
    op.create_table(
        "silences",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("matchers", sa.Text, nullable=False),
        sa.Column("starts", sa.BigInteger, nullable=False),
        sa.Column("ends", sa.BigInteger, nullable=False, index=True),
        sa.Column("said_by", sa.String, nullable=False),
        sa.Column("said_at", sa.BigInteger, nullable=False),
        sa.Column("why_ref", sa.String),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("ended_by", sa.String),
    )
    op.create_table(
        "calms",
        sa.Column("line", sa.String, primary_key=True),
        sa.Column("until", sa.BigInteger, nullable=False),
        sa.Column("said_by", sa.String, nullable=False),
        sa.Column("said_at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "muted",
        sa.Column("entry_seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("held_by", sa.String, nullable=False, index=True),
    )
    op.create_table("inhibitors", sa.Column("subject", sa.String, primary_key=True))
    op.execute("UPDATE meta SET value = '8' WHERE name = 'schema'")
