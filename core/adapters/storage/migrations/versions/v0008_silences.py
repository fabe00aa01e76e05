"""What is muted, calmed or waits for its hour."""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Counts up; nothing that is there changes."""
    op.execute("UPDATE meta SET value = '8' WHERE name = 'schema'")
