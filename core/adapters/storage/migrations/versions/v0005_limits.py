"""What the platforms allow, what was spent, and how each account fares."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Counts up; nothing that is there changes."""
    op.execute("UPDATE meta SET value = '5' WHERE name = 'schema'")
