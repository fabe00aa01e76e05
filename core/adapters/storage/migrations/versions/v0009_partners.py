"""The partner's intake, and what was handed to its systems."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Four tables, and what a partner's token may do; nothing that is there already changes."""
    op.create_table(
        "partner_pulls",
        sa.Column("feed", sa.String, primary_key=True),
        sa.Column("who", sa.String, primary_key=True),
        sa.Column("pulls", sa.Integer, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("last_at", sa.BigInteger, nullable=False),
        sa.Column("last_status", sa.Integer, nullable=False),
        sa.Column("failed_at", sa.BigInteger),
        sa.Column("failed_status", sa.Integer),
    )
    op.create_table(
        "partner_asked",
        sa.Column("partner", sa.String, primary_key=True),
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("hash", sa.String, nullable=False),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("announcement", sa.String, nullable=False),
        sa.Column("asked_at", sa.BigInteger, nullable=False),
    )
    op.create_index("partner_asked_at", "partner_asked", ["partner", "asked_at"])
    op.create_table(
        "announcements",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("partner", sa.String, nullable=False),
        sa.Column("said_at", sa.BigInteger, nullable=False),
        sa.Column("until", sa.BigInteger),
        sa.Column("over", sa.Boolean, nullable=False),
    )
    op.create_table(
        "endpoint_proofs",
        sa.Column("account", sa.String, primary_key=True),
        sa.Column("seconds", sa.Float, nullable=False),
        sa.Column("proved_at", sa.BigInteger, nullable=False),
    )
    op.add_column("staff", sa.Column("scopes", sa.Text, nullable=False, server_default="[]"))
    op.execute("UPDATE meta SET value = '9' WHERE name = 'schema'")
