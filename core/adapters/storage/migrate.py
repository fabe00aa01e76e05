"""Whether the store's schema is the one this program knows, and bringing it there."""

from __future__ import annotations

import secrets
from pathlib import Path

from sqlalchemy import Connection, insert, inspect, select

from core.adapters.storage.engine import take_turn
from core.adapters.storage.locks import MIGRATION
from core.adapters.storage.tables import SCHEMA, meta
from core.ports.store import StoreBroken

_SCRIPTS = Path(__file__).parent / "migrations"


def check_schema(connection: Connection, place: str, migrate: bool) -> int | None:
    """Leave the store at the newest schema, or raise StoreBroken; inside the caller's transaction. The schema that it
    had before, None when there was no store."""
    take_turn(connection, MIGRATION)
    known = schema_of(connection)
    if known is None and inspect(connection).get_table_names():
        raise StoreBroken(f"{place} holds another program's tables: name another place for the store")
    if known is not None and known > SCHEMA:
        raise StoreBroken(
            f"{place} was written by a newer program (schema {known}, this one knows {SCHEMA}): update it"
        )
    if known == SCHEMA:
        return known
    if not migrate:
        raise StoreBroken(f"{place} is not at schema {SCHEMA} yet: start the fleet once to bring it there")
    _upgrade(connection)
    if known is None:
        connection.execute(insert(meta), {"name": "store_id", "value": secrets.token_hex(16)})
    return known


def schema_of(connection: Connection) -> int | None:
    """The store's schema number, None when there is no store yet."""
    if not inspect(connection).has_table(meta.name):
        return None
    found = connection.execute(select(meta.c.value).where(meta.c.name == "schema")).scalar_one_or_none()
    return None if found is None else int(found)


def _upgrade(connection: Connection) -> None:
    # Only here: it takes longer to import than a store takes to open.
    from alembic.command import upgrade
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    upgrade(config, "head")
