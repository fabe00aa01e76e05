"""Prepared pictures: the bytes lie in the vault, here stands which one is shown."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Connection, Integer, String, Table, Text, func, insert, select, update

from core.adapters.storage.tables import metadata
from core.domain.notices import Subject
from core.domain.persons import PreparedPicture

pictures = Table(
    "pictures",
    metadata,
    Column("subject", String, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("dropped", Boolean, nullable=False),
    Column("body", Text, nullable=False),
)


class SqlPictures:
    """The port Pictures on one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, subject: Subject) -> PreparedPicture | None:
        """The newest that was not dropped."""
        mine = select(pictures).where(pictures.c.subject == str(subject)).order_by(pictures.c.number.desc()).limit(1)
        row = self._connection.execute(mine).one_or_none()
        return None if row is None or row.dropped else PreparedPicture.model_validate_json(row.body)

    def add(self, subject: Subject, picture: PreparedPicture) -> None:
        """Keep it as the one that is shown."""
        last = select(func.max(pictures.c.number)).where(pictures.c.subject == str(subject))
        number = (self._connection.execute(last).scalar_one() or 0) + 1
        row = {"subject": str(subject), "number": number, "dropped": False, "body": picture.model_dump_json()}
        self._connection.execute(insert(pictures), row)

    def drop(self, subject: Subject) -> bool:
        """No picture is shown any more; False when there was none."""
        if self.of(subject) is None:
            return False
        self._connection.execute(update(pictures).where(pictures.c.subject == str(subject)).values(dropped=True))
        return True
