"""Each bot's cursor in the log, and the answers that wait to be prepared."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, true, union, update

from core.adapters.storage.engine import insert_new
from core.adapters.storage.tables import IS_PENDING, IS_UNHANDLED, answers, bots, log
from core.domain.lines import LineId
from core.ports.store_rows import BotRow


def _bot(row: Row[Any]) -> BotRow:
    return BotRow(line=LineId(row.line), cursor=row.cursor, trouble=row.trouble, trouble_since=row.trouble_since)


class SqlBots:
    """The port Bots on one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def row(self, line: LineId) -> BotRow | None:
        """The bot's row, None when it never ran."""
        found = self._connection.execute(select(bots).where(bots.c.line == line)).one_or_none()
        return None if found is None else _bot(found)

    def rows(self) -> Sequence[BotRow]:
        """All rows by line."""
        return [_bot(row) for row in self._connection.execute(select(bots).order_by(bots.c.line))]

    def start(self, line: LineId, cursor: int) -> None:
        """A bot's first row; nothing when it has one."""
        self._connection.execute(insert_new(self._connection, bots), {"line": line, "cursor": cursor})

    def advance(self, line: LineId, cursor: int, speaks: Sequence[tuple[int, str]]) -> None:
        """Keep the cursor and the *speak* answers; clears the trouble. Raises KeyError when the bot never started."""
        moved = update(bots).where(bots.c.line == line).values(cursor=cursor, trouble=None, trouble_since=None)
        if self._connection.execute(moved).rowcount == 0:
            raise KeyError(line)
        if speaks:
            said = [{"seq": seq, "line": line, "why": why} for seq, why in speaks]
            self._connection.execute(insert_new(self._connection, answers), said)

    def trouble(self, line: LineId, why: str, at: datetime) -> None:
        """The bot failed on an entry; its cursor stays, and so does the time since when. Raises KeyError."""
        row = self.row(line)
        if row is None:
            raise KeyError(line)
        since = row.trouble_since or at
        stuck = update(bots).where(bots.c.line == line).values(trouble=why, trouble_since=since)
        self._connection.execute(stuck)

    def ready(self, up_to: int, limit: int) -> Sequence[int]:
        """Seqs, oldest first, that are pending or hold an unhandled answer; each half by its own small index."""
        pending = select(log.c.seq).where(IS_PENDING, log.c.seq <= up_to).order_by(log.c.seq).limit(limit)
        unhandled = (
            select(answers.c.seq)
            .where(IS_UNHANDLED, answers.c.seq <= up_to)
            .distinct()
            .order_by(answers.c.seq)
            .limit(limit)
        )
        both = union(select(pending.subquery().c.seq), select(unhandled.subquery().c.seq)).subquery()
        return list(self._connection.execute(select(both.c.seq).order_by(both.c.seq).limit(limit)).scalars())

    def answers(self, seq: int) -> Sequence[tuple[LineId, str]]:
        """All *speak* answers for an entry."""
        query = select(answers).where(answers.c.seq == seq).order_by(answers.c.line)
        return [(LineId(row.line), row.why) for row in self._connection.execute(query)]

    def handled(self, seq: int) -> None:
        """The entry's answers so far are dealt with."""
        self._connection.execute(update(answers).where(answers.c.seq == seq).values(handled=true()))
