"""The partner's intake, and what was handed to its systems."""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Counts up; nothing that is there changes."""
    op.execute("UPDATE meta SET value = '9' WHERE name = 'schema'")
