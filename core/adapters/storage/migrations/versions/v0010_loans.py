"""How long a notice about a person may stand, whom it names, and what is sealed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Four tables; nothing that is there already changes. What was said before has no term: look at `review list`."""
    op.create_table(
        "named",
        sa.Column("person_hash", sa.String, primary_key=True),
        sa.Column("notice_id", sa.String, sa.ForeignKey("notices.id"), primary_key=True, index=True),
        sa.Column("revision", sa.Integer, primary_key=True),
        sa.Column("lent", sa.Boolean, nullable=False),
    )
    op.create_table(
        "terms",
        sa.Column("notice_id", sa.String, sa.ForeignKey("notices.id"), primary_key=True),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("ends_at", sa.BigInteger, nullable=False, index=True),
        sa.Column("confirmed_by", sa.String),
    )
    op.create_table(
        "clearings",
        sa.Column("subject", sa.String, primary_key=True),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("person_hash", sa.String),
        sa.Column("whoever", sa.Boolean, nullable=False),
        sa.Column("asked_at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "seals",
        sa.Column("subject", sa.String, primary_key=True),
        sa.Column("order_ref", sa.String, nullable=False),
        sa.Column("said_by", sa.String, nullable=False),
        sa.Column("said_at", sa.BigInteger, nullable=False),
        sa.Column("destroyed", sa.Boolean, nullable=False),
    )
    op.execute("UPDATE meta SET value = '10' WHERE name = 'schema'")
