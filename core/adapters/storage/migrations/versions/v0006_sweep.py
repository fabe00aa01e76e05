"""What was seen missing or foreign on the platforms."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Three tables; nothing that is there already changes."""
    op.create_table(
        "sweeps",
        sa.Column("account", sa.String, primary_key=True),
        sa.Column("ours_since", sa.BigInteger, nullable=False),
        sa.Column("due_at", sa.BigInteger, nullable=False),
        sa.Column("swept_at", sa.BigInteger),
        sa.Column("month", sa.String, nullable=False),
        sa.Column("reads", sa.Integer, nullable=False),
        sa.Column("trouble", sa.Text),
    )
    op.create_table(
        "gone_posts",
        sa.Column("account", sa.String, primary_key=True),
        sa.Column("platform_id", sa.String, primary_key=True),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("reference", sa.String, nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("sure", sa.Boolean, nullable=False),
    )
    op.create_table(
        "strays",
        sa.Column("account", sa.String, primary_key=True),
        sa.Column("platform_id", sa.String, primary_key=True),
        sa.Column("posted_at", sa.BigInteger, nullable=False),
        sa.Column("seen_at", sa.BigInteger, nullable=False),
        sa.Column("url", sa.Text),
        sa.Column("verdict", sa.String, nullable=False),
        sa.Column("settled_by", sa.String),
        sa.Column("removed", sa.Boolean, nullable=False),
    )
    op.execute("UPDATE meta SET value = '6' WHERE name = 'schema'")
