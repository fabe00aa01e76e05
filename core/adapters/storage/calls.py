"""What somebody was called for, so that each trouble rings once and then only after a while."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, update

from core.adapters.storage.engine import add_new
from core.adapters.storage.tables import calls


class SqlCalls:
    """The port Calls on one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def take(self, keys: Sequence[str], now: datetime, again_at: datetime) -> Sequence[str]:
        """The troubles to call for now; each is taken by one caller."""
        self._connection.execute(delete(calls).where(calls.c.key.not_in(keys)))
        taken = []
        for key in keys:
            new = {"key": key, "since": now, "due_at": again_at, "rung": 0}
            due = update(calls).where(calls.c.key == key, calls.c.due_at <= now).values(due_at=again_at)
            if add_new(self._connection, calls, new) or self._connection.execute(due).rowcount:
                taken.append(key)
        return taken

    def rung(self, key: str, due_at: datetime) -> None:
        """Somebody was reached."""
        done = update(calls).where(calls.c.key == key).values(due_at=due_at, rung=calls.c.rung + 1)
        self._connection.execute(done)
