"""What was seen missing or foreign on the platforms, and what practice would have posted."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Counts up; nothing that is there changes."""
    op.execute("UPDATE meta SET value = '6' WHERE name = 'schema'")
