"""What was taken back and what is paused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from core.adapters.storage.engine import add_new, take_turn
from core.adapters.storage.locks import PAUSE
from core.adapters.storage.taking_back_tables import EVERY_ACCOUNT, OF_A_VOICE, pauses, retractions
from core.domain.lines import AccountId
from core.domain.notices import NoticeId, Speaker
from core.domain.taking_back import Because, Pause, Retraction


def _retraction(row: Row[Any]) -> Retraction:
    return Retraction(
        notice_id=NoticeId(row.notice_id),
        for_notice=NoticeId(row.for_notice),
        because=Because(row.because),
        by=row.said_by,
        at=row.said_at,
    )


class SqlRetractions:
    """The port Retractions on one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, retraction: Retraction) -> bool:
        """Keep it; False when this notice was taken back before."""
        row = {
            "notice_id": retraction.notice_id,
            "for_notice": retraction.for_notice,
            "because": retraction.because.value,
            "said_by": retraction.by,
            "said_at": retraction.at,
        }
        return add_new(self._connection, retractions, row)

    def get(self, notice_id: NoticeId) -> Retraction | None:
        """The retraction of this notice."""
        query = select(retractions).where(retractions.c.notice_id == notice_id)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else _retraction(row)

    def lift(self, notice_id: NoticeId) -> None:
        """It was put up again: it counts as taken back no more. Raises KeyError."""
        mine = delete(retractions).where(retractions.c.notice_id == notice_id)
        if self._connection.execute(mine).rowcount == 0:
            raise KeyError(notice_id)

    def made_for(self, notice_id: NoticeId) -> Sequence[Retraction]:
        """Everything that was taken back when this notice was named, itself first."""
        query = select(retractions).where(retractions.c.for_notice == notice_id)
        found = [_retraction(row) for row in self._connection.execute(query.order_by(retractions.c.notice_id))]
        return sorted(found, key=lambda one: one.notice_id != notice_id)


class SqlPauses:
    """The port Pauses on one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, new: Sequence[Pause]) -> None:
        """Keep them in place of what was paused under the same scope, after every attempt that is being written."""
        take_turn(self._connection, PAUSE)
        for scope in {pause.scope for pause in new}:
            self.remove(scope)
        rows = [
            {
                "scope": pause.scope,
                "account": _stops(pause),
                "removals_too": pause.removals_too,
                "said_by": pause.by,
                "said_at": pause.at,
            }
            for pause in new
        ]
        if rows:
            self._connection.execute(insert(pauses), rows)

    def remove(self, scope: str) -> int:
        """End what was paused under this scope; how many rows."""
        return self._connection.execute(delete(pauses).where(pauses.c.scope == scope)).rowcount

    def rows(self) -> Sequence[Pause]:
        """All that is paused, by scope."""
        query = select(pauses).order_by(pauses.c.scope, pauses.c.account)
        return [
            Pause(
                scope=row.scope,
                account=None if row.account == EVERY_ACCOUNT or _voice(row.account) else AccountId(row.account),
                voice=_voice(row.account),
                removals_too=row.removals_too,
                by=row.said_by,
                at=row.said_at,
            )
            for row in self._connection.execute(query)
        ]


def _stops(pause: Pause) -> str:
    """What a pause stops, as its column has it."""
    return f"{OF_A_VOICE}{pause.voice.value}" if pause.voice is not None else pause.account or EVERY_ACCOUNT


def _voice(stopped: str) -> Speaker | None:
    return Speaker(stopped.removeprefix(OF_A_VOICE)) if stopped.startswith(OF_A_VOICE) else None
