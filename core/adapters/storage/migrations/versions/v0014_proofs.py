"""Under which address and key an endpoint was proven."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """A proof of before names neither: it proves nothing of persons."""
    op.add_column("endpoint_proofs", sa.Column("mark", sa.String, nullable=True))
    op.execute("UPDATE meta SET value = '14' WHERE name = 'schema'")
