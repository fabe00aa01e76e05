"""Held posts, who approved them, and until when."""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Counts up; nothing that is there changes."""
    op.execute("UPDATE meta SET value = '7' WHERE name = 'schema'")
