"""Officers' answers to "which line", the names that are remembered from them, and what stands on each."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from core.adapters.storage.engine import insert_new
from core.adapters.storage.log import read_subject
from core.adapters.storage.name_tables import IS_REMEMBERED, name_uses, place_answers
from core.domain.answers import PlaceAnswer
from core.domain.notices import Subject


def _answer(row: Row[Any]) -> PlaceAnswer:
    return PlaceAnswer(
        id=row.id,
        subject=read_subject(row.subject),
        station_ids=json.loads(row.station_ids),
        lines=json.loads(row.lines),
        said_by=row.said_by,
        said_at=row.said_at,
        name=row.name,
        area=row.area,
        taken_back_by=row.taken_back_by,
        taken_back_at=row.taken_back_at,
    )


class SqlNames:
    """The port Names on one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, answer: PlaceAnswer, name_key: str | None) -> None:
        """Keep an answer. Raises ValueError when another one of this name is remembered."""
        if name_key is not None and self.remembered(name_key) is not None:
            raise ValueError(f"{answer.name} is remembered already")
        row = answer.model_dump(exclude={"subject", "station_ids", "lines"}) | {
            "subject": str(answer.subject),
            "station_ids": json.dumps(answer.station_ids),
            "lines": json.dumps(answer.lines),
            "name_key": name_key,
        }
        self._connection.execute(insert(place_answers), row)

    def get(self, answer_id: str) -> PlaceAnswer:
        """One answer. Raises KeyError."""
        row = self._connection.execute(select(place_answers).where(place_answers.c.id == answer_id)).one_or_none()
        if row is None:
            raise KeyError(answer_id)
        return _answer(row)

    def remembered(self, name_key: str) -> PlaceAnswer | None:
        """The answer that decides this name, unless it was taken back."""
        query = select(place_answers).where(IS_REMEMBERED, place_answers.c.name_key == name_key)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else _answer(row)

    def all_remembered(self) -> Sequence[PlaceAnswer]:
        """Every name that is remembered, oldest first."""
        query = select(place_answers).where(IS_REMEMBERED).order_by(place_answers.c.said_at, place_answers.c.id)
        return [_answer(row) for row in self._connection.execute(query)]

    def used(self, answer_id: str, subject: Subject, seq: int) -> None:
        """An entry of the log stands on this answer."""
        row = {"answer_id": answer_id, "seq": seq, "subject": str(subject)}
        self._connection.execute(insert_new(self._connection, name_uses), row)

    def stand_on(self, answer_id: str) -> Sequence[Subject]:
        """The incidents of which an entry was placed by this answer, in the order in which they first were."""
        query = select(name_uses.c.subject).where(name_uses.c.answer_id == answer_id).order_by(name_uses.c.seq)
        found = self._connection.execute(query).scalars()
        return [read_subject(subject) for subject in dict.fromkeys(found)]

    def take_back(self, answer_id: str, by: str, at: datetime) -> None:
        """It decides nothing from now on. Raises KeyError when there is none, or it was taken back before."""
        this = (place_answers.c.id == answer_id) & place_answers.c.taken_back_at.is_(None)
        done = update(place_answers).where(this).values(taken_back_by=by, taken_back_at=at)
        if self._connection.execute(done).rowcount == 0:
            raise KeyError(answer_id)
