"""What the agency's voice has used of each handle's day, and which notices are of one event."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Three tables; nothing that is there changes."""
    op.create_table(
        "agency_said",
        sa.Column("line", sa.String, primary_key=True),
        sa.Column("day", sa.String, primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
    )
    op.create_table(
        "alert_places",
        sa.Column("station", sa.String, primary_key=True),
        sa.Column("alert", sa.String, primary_key=True),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "one_event",
        sa.Column("alert", sa.String, primary_key=True),
        sa.Column("incident", sa.String, primary_key=True),
        sa.Column("alert_seq", sa.Integer, nullable=False),
        sa.Column("incident_seq", sa.Integer, nullable=False),
        sa.Column("offered_at", sa.BigInteger, nullable=False),
        sa.Column("same", sa.Integer),
        sa.Column("said_by", sa.String),
        sa.Column("said_at", sa.BigInteger),
    )
    op.create_index("one_event_incident", "one_event", ["incident"])
    op.execute("UPDATE meta SET value = '12' WHERE name = 'schema'")
