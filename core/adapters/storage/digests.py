"""What waits for a line's digest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection, delete, select, true, update

from core.adapters.storage.engine import insert_new
from core.adapters.storage.tables import IS_UNSAID, digest_items
from core.domain.lines import LineId
from core.domain.notices import DigestItem


class SqlDigests:
    """The port Digests on one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, line: LineId, day: date, item: DigestItem, *, said: bool = False) -> None:
        """Put an incident into the day's digest of a line; again changes nothing."""
        this = {"line": line, "day": day.isoformat(), "entry_seq": item.entry_seq}
        row = {**this, "body": item.model_dump_json(), "said": said}
        self._connection.execute(insert_new(self._connection, digest_items), row)

    def days(self, up_to: date | None) -> Sequence[tuple[LineId, date]]:
        """(line, day) pairs with unsaid items up to a day, oldest day first."""
        query = select(digest_items.c.day, digest_items.c.line).where(IS_UNSAID).distinct()
        if up_to is not None:
            query = query.where(digest_items.c.day <= up_to.isoformat())
        rows = self._connection.execute(query.order_by(digest_items.c.day, digest_items.c.line))
        return [(LineId(row.line), date.fromisoformat(row.day)) for row in rows]

    def items(self, line: LineId, day: date) -> Sequence[DigestItem]:
        """Items of a day's digest that were not said yet, oldest first."""
        this = (digest_items.c.line == line) & (digest_items.c.day == day.isoformat())
        query = select(digest_items.c.body).where(IS_UNSAID, this).order_by(digest_items.c.entry_seq)
        return [DigestItem.model_validate_json(body) for body in self._connection.execute(query).scalars()]

    def said(self, line: LineId, day: date) -> None:
        """The items were put into a digest notice."""
        this = (digest_items.c.line == line) & (digest_items.c.day == day.isoformat())
        self._connection.execute(update(digest_items).where(this).values(said=true()))

    def said_in(self, entry_seq: int) -> Sequence[tuple[LineId, date]]:
        """The digests that said this entry."""
        this = (digest_items.c.entry_seq == entry_seq) & digest_items.c.said.is_(True)
        rows = self._connection.execute(select(digest_items.c.line, digest_items.c.day).where(this))
        return [(LineId(row.line), date.fromisoformat(row.day)) for row in rows]

    def drop(self, entry_seq: int) -> bool:
        """Take an incident out of every digest that was not said yet."""
        gone = delete(digest_items).where(IS_UNSAID, digest_items.c.entry_seq == entry_seq)
        return self._connection.execute(gone).rowcount > 0
