"""Notices, their revisions and rulings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, insert, select, update

from core.adapters.storage.engine import insert_new
from core.adapters.storage.log import read_subject
from core.adapters.storage.tables import notices, revisions, said_alone
from core.domain.lines import LineId
from core.domain.notices import Notice, NoticeId, Revision, Speaker, Subject
from core.domain.rulings import Ruling


class SqlNotices:
    """The port Notices on one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, subject: Subject, speaker: Speaker) -> Notice | None:
        """The notice of this subject and speaker."""
        return self._one((notices.c.subject == str(subject)) & (notices.c.speaker == speaker.value))

    def get(self, notice_id: NoticeId) -> Notice | None:
        """One notice."""
        return self._one(notices.c.id == notice_id)

    def by_reference(self, reference: str) -> Notice | None:
        """The notice that bears this public reference."""
        return self._one(notices.c.reference == reference)

    def create(self, notice: Notice) -> None:
        """Keep a new notice."""
        row = {
            "id": notice.id,
            "subject": str(notice.subject),
            "speaker": notice.speaker.value,
            "reference": notice.reference,
        }
        self._connection.execute(insert(notices), row)

    def revisions(self, notice_id: NoticeId) -> Sequence[Revision]:
        """All revisions, first to last."""
        query = select(revisions.c.body).where(revisions.c.notice_id == notice_id).order_by(revisions.c.number)
        return [Revision.model_validate_json(body) for body in self._connection.execute(query).scalars()]

    def add_revision(self, revision: Revision, ruling: Ruling, policy_hash: str) -> None:
        """Keep a revision with its ruling."""
        row = {
            "notice_id": revision.notice_id,
            "number": revision.number,
            "body": revision.model_dump_json(),
            "ruling": ruling.model_dump_json(),
            "policy_hash": policy_hash,
        }
        self._connection.execute(insert(revisions), row)

    def widen(self, notice_id: NoticeId, number: int, lines: Sequence[LineId]) -> None:
        """A bot spoke late: the revision's lines become these. Raises KeyError."""
        known = Revision.model_validate_json(self._column(revisions.c.body, notice_id, number))
        wider = known.model_copy(update={"lines": tuple(lines)})
        this = (revisions.c.notice_id == notice_id) & (revisions.c.number == number)
        self._connection.execute(update(revisions).where(this).values(body=wider.model_dump_json()))

    def ruling(self, notice_id: NoticeId, number: int) -> Ruling:
        """The ruling of a revision. Raises KeyError."""
        return Ruling.model_validate_json(self._column(revisions.c.ruling, notice_id, number))

    def policy_of(self, notice_id: NoticeId, number: int) -> str:
        """The hash of the policy that ruled on a revision. Raises KeyError."""
        return self._column(revisions.c.policy_hash, notice_id, number)

    def count_alone(self, line: LineId, day: date, add: int = 0) -> int:
        """How many notices the line's handle said alone on that day, after adding `add`."""
        this = (said_alone.c.line == line) & (said_alone.c.day == day.isoformat())
        if add:
            first = {"line": line, "day": day.isoformat(), "count": 0}
            self._connection.execute(insert_new(self._connection, said_alone), first)
            self._connection.execute(update(said_alone).where(this).values(count=said_alone.c.count + add))
        return self._connection.execute(select(said_alone.c.count).where(this)).scalar_one_or_none() or 0

    def _column(self, column: ColumnElement[str], notice_id: NoticeId, number: int) -> str:
        query = select(column).where(revisions.c.notice_id == notice_id, revisions.c.number == number)
        found = self._connection.execute(query).scalar_one_or_none()
        if found is None:
            raise KeyError(f"{notice_id}/{number}")
        return found

    def _one(self, condition: ColumnElement[bool]) -> Notice | None:
        row: Any = self._connection.execute(select(notices).where(condition)).one_or_none()
        if row is None:
            return None
        return Notice(
            id=NoticeId(row.id),
            subject=read_subject(row.subject),
            speaker=Speaker(row.speaker),
            reference=row.reference,
        )
