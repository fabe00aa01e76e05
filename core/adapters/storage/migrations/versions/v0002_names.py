"""Officers' answers to "which line", with the names that are remembered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables of answers and of what stands on them."""
    op.create_table(
        "place_answers",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("subject", sa.String, nullable=False),
        sa.Column("station_ids", sa.Text, nullable=False),
        sa.Column("lines", sa.Text, nullable=False),
        sa.Column("said_by", sa.String, nullable=False),
        sa.Column("said_at", sa.BigInteger, nullable=False),
        sa.Column("name", sa.Text, nullable=True),
        sa.Column("name_key", sa.Text, nullable=True),
        sa.Column("area", sa.String, nullable=True),
        sa.Column("taken_back_by", sa.String, nullable=True),
        sa.Column("taken_back_at", sa.BigInteger, nullable=True),
    )
    remembered = sa.text("name_key IS NOT NULL AND taken_back_at IS NULL")
    op.create_index(
        "place_answers_name",
        "place_answers",
        ["name_key"],
        unique=True,
        sqlite_where=remembered,
        postgresql_where=remembered,
    )
    op.create_table(
        "name_uses",
        sa.Column("answer_id", sa.String, sa.ForeignKey("place_answers.id"), primary_key=True),
        sa.Column("seq", sa.BigInteger, sa.ForeignKey("log.seq"), primary_key=True, autoincrement=False),
        sa.Column("subject", sa.String, nullable=False),
    )
    op.execute("UPDATE meta SET value = '2' WHERE name = 'schema'")
