"""Held posts, who approved them, and until when."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Four tables; nothing that is there changes."""
    op.create_table(
        "proposals",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("notice_id", sa.String, sa.ForeignKey("notices.id"), nullable=False, index=True),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("content_ref", sa.String, nullable=False),
        sa.Column("words_ref", sa.String),
    )
    op.create_index("proposals_state", "proposals", ["state", "created_at"])
    op.create_table(
        "approvals",
        sa.Column("proposal_id", sa.String, sa.ForeignKey("proposals.id"), primary_key=True),
        sa.Column("said_by", sa.String, primary_key=True),
        sa.Column("said_at", sa.BigInteger, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_table(
        "typed_by",
        sa.Column("subject", sa.String, primary_key=True),
        sa.Column("name", sa.String, primary_key=True),
    )
    op.create_table(
        "ask_again",
        sa.Column("entry_seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("at", sa.BigInteger, nullable=False, index=True),
    )
    op.execute("UPDATE meta SET value = '7' WHERE name = 'schema'")
