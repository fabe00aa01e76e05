"""Which prepared picture belongs to which incident."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """One table; the pictures themselves lie in the vault."""
    op.create_table(
        "pictures",
        sa.Column("subject", sa.String, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("dropped", sa.Boolean, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.execute("UPDATE meta SET value = '13' WHERE name = 'schema'")
