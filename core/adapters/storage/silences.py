"""Silences, calm, and what they hold."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from core.adapters.storage.engine import insert_new
from core.adapters.storage.log import read_subject
from core.adapters.storage.silences_tables import calms, inhibitors, muted, silences
from core.adapters.storage.vault import SqlVault
from core.domain.lines import LineId
from core.domain.notices import Subject
from core.domain.silences import Calm, Matchers, Silence
from core.ports.store import SealedAway

EVERY_LINE = "*"


def _silence(row: Row[Any]) -> Silence:
    return Silence(
        id=row.id,
        matchers=Matchers.model_validate_json(row.matchers),
        starts=row.starts,
        ends=row.ends,
        by=row.said_by,
        at=row.said_at,
        ended_at=row.ended_at,
        ended_by=row.ended_by,
    )


class SqlSilences:
    """The port Silences on one transaction."""

    def __init__(self, connection: Connection, vault: SqlVault) -> None:
        self._connection = connection
        self._vault = vault

    def add(self, matchers: Matchers, starts: datetime, ends: datetime, by: str, at: datetime, why: str) -> Silence:
        """Keep a new silence. Raises ValueError where it would end before it starts."""
        new = Silence(id=0, matchers=matchers, starts=starts, ends=ends, by=by, at=at)
        row = {
            "matchers": matchers.model_dump_json(),
            "starts": starts,
            "ends": ends,
            "said_by": by,
            "said_at": at,
        }
        key = self._connection.execute(insert(silences).values(**row).returning(silences.c.id)).scalar_one()
        new = new.model_copy(update={"id": key})
        ref = self._vault.put(new.key, why.encode())
        self._connection.execute(update(silences).where(silences.c.id == key).values(why_ref=ref))
        return new

    def get(self, silence_id: int) -> Silence | None:
        """One silence."""
        row = self._connection.execute(select(silences).where(silences.c.id == silence_id)).one_or_none()
        return None if row is None else _silence(row)

    def why(self, silence_id: int) -> str | None:
        """The words to it; None when they were erased. Raises KeyError."""
        ref = self._connection.execute(
            select(silences.c.why_ref).where(silences.c.id == silence_id)
        ).scalar_one_or_none()
        if ref is None:
            raise KeyError(silence_id)
        try:
            return self._vault.open(ref).decode()
        except SealedAway:
            return None

    def known(self, limit: int) -> Sequence[Silence]:
        """All silences, those that were ended too, newest first."""
        query = select(silences).order_by(silences.c.id.desc()).limit(limit)
        return [_silence(row) for row in self._connection.execute(query)]

    def going_on(self, now: datetime) -> Sequence[Silence]:
        """Silences that hold now or begin later, first to end first."""
        query = select(silences).where(silences.c.ends > now, silences.c.ended_at.is_(None))
        return [_silence(row) for row in self._connection.execute(query.order_by(silences.c.ends, silences.c.id))]

    def end(self, silence_id: int, by: str, at: datetime) -> bool:
        """A person ends it; False when it was over already. Raises KeyError."""
        if self.get(silence_id) is None:
            raise KeyError(silence_id)
        going = (silences.c.id == silence_id) & silences.c.ended_at.is_(None) & (silences.c.ends > at)
        return bool(self._connection.execute(update(silences).where(going).values(ended_at=at, ended_by=by)).rowcount)

    def calm(self, calm: Calm) -> None:
        """Keep it in place of an earlier one of the same scope."""
        self.calm_off(calm.line)
        row = {"line": calm.line or EVERY_LINE, "until": calm.until, "said_by": calm.by, "said_at": calm.at}
        self._connection.execute(insert(calms), row)

    def calms(self, now: datetime) -> Sequence[Calm]:
        """Where it is calm now, by scope."""
        query = select(calms).where(calms.c.until > now).order_by(calms.c.line)
        return [
            Calm(
                line=None if row.line == EVERY_LINE else LineId(row.line),
                until=row.until,
                by=row.said_by,
                at=row.said_at,
            )
            for row in self._connection.execute(query)
        ]

    def calm_off(self, line: LineId | None) -> bool:
        """End a calm; False when there was none."""
        return bool(self._connection.execute(delete(calms).where(calms.c.line == (line or EVERY_LINE))).rowcount)

    def hold(self, entry_seq: int, by: str) -> None:
        """This entry is held by a silence, a calm or an inhibitor of this key."""
        self.release(entry_seq)
        self._connection.execute(insert(muted), {"entry_seq": entry_seq, "held_by": by})

    def held_by(self, by: str) -> Sequence[int]:
        """Entries that this holds, oldest first."""
        query = select(muted.c.entry_seq).where(muted.c.held_by == by).order_by(muted.c.entry_seq)
        return list(self._connection.execute(query).scalars())

    def release(self, entry_seq: int) -> bool:
        """It is held no more; False when it wasn't."""
        return bool(self._connection.execute(delete(muted).where(muted.c.entry_seq == entry_seq)).rowcount)

    def inhibits(self, subject: Subject) -> None:
        """An alert was said that may make others noise."""
        self._connection.execute(insert_new(self._connection, inhibitors), {"subject": str(subject)})

    def inhibitors(self) -> Sequence[Subject]:
        """Alerts that were said and may."""
        found = self._connection.execute(select(inhibitors.c.subject).order_by(inhibitors.c.subject)).scalars()
        return [read_subject(subject) for subject in found]

    def inhibits_no_more(self, subject: Subject) -> None:
        """It stands no more."""
        self._connection.execute(delete(inhibitors).where(inhibitors.c.subject == str(subject)))
