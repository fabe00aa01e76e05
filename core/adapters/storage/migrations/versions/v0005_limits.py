"""What the platforms allow, what was spent, and how each account fares."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Four tables; nothing that is there already changes."""
    op.create_table(
        "limits",
        sa.Column("holder", sa.String, primary_key=True),
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("shared", sa.Boolean, nullable=False),
        sa.Column("allows", sa.Integer),
        sa.Column("remaining", sa.Integer, nullable=False),
        sa.Column("resets_at", sa.BigInteger, nullable=False),
        sa.Column("low_since", sa.BigInteger),
    )
    op.create_table(
        "health",
        sa.Column("account", sa.String, primary_key=True),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("failing_since", sa.BigInteger),
        sa.Column("rests_until", sa.BigInteger),
    )
    op.create_table(
        "bookings",
        sa.Column("attempt_id", sa.BigInteger, sa.ForeignKey("attempts.id"), primary_key=True, autoincrement=False),
        sa.Column("account", sa.String, nullable=False),
        sa.Column("month", sa.String, nullable=False),
        sa.Column("micros", sa.BigInteger, nullable=False),
        sa.Column("publishes", sa.Boolean, nullable=False),
        sa.Column("booked_at", sa.BigInteger, nullable=False),
    )
    op.create_index("bookings_at", "bookings", ["booked_at", "account"])
    op.create_table(
        "spending",
        sa.Column("month", sa.String, primary_key=True),
        sa.Column("account", sa.String, primary_key=True),
        sa.Column("micros", sa.BigInteger, nullable=False),
        sa.Column("reads", sa.BigInteger, nullable=False),
    )
    op.execute("UPDATE meta SET value = '5' WHERE name = 'schema'")
