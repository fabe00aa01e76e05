"""How long a notice about a person may stand, and whom it names."""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Counts up; nothing that is there changes."""
    op.execute("UPDATE meta SET value = '10' WHERE name = 'schema'")
