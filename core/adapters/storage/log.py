"""The incident log: appends one after another, looked up by subject, fate and likeness."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, Row, Select, func, insert, select, update

from core.adapters.storage.engine import insert_new, take_turn
from core.adapters.storage.locks import LOG
from core.adapters.storage.tables import also_known, log
from core.adapters.storage.vault import SqlVault
from core.domain.alerts import ServiceAlert
from core.domain.log import AlertEntry, EntryBody, Fate, IncidentEntry, LogEntry, NewEntry
from core.domain.notices import Subject, SubjectKind
from core.domain.places import Place
from core.ports.store import SealedAway
from core.ports.store_rows import FateCount

_BODY: TypeAdapter[Any] = TypeAdapter(EntryBody)


def read_subject(text: str) -> Subject:
    """A subject from the text that `str(subject)` gave."""
    kind, _, key = text.partition(":")
    return Subject(kind=SubjectKind(kind), key=key)


def _entry(row: Row[Any], vault: SqlVault) -> LogEntry:
    body = _BODY.validate_json(row.body)
    if isinstance(body, AlertEntry) and row.vault_ref is not None:
        body = AlertEntry(alert=_worded(body.alert, row.vault_ref, vault))
    return LogEntry(
        seq=row.seq,
        subject=read_subject(row.subject),
        revision=row.revision,
        source=row.source,
        content_hash=row.content_hash,
        known_at=row.known_at,
        received_at=row.received_at,
        occurred_at=row.occurred_at,
        place_key=row.place_key,
        family=row.family,
        vault_ref=row.vault_ref,
        fate=Fate(row.fate),
        rule=row.rule,
        body=body,
    )


def _open_part(entry: NewEntry) -> EntryBody:
    """What stands in the log's own row: of an alert whose words lie in the vault, all but them."""
    if isinstance(entry.body, AlertEntry) and entry.vault_ref is not None:
        return AlertEntry(alert=entry.body.alert.wordless())
    return entry.body


def _worded(alert: ServiceAlert, ref: str, vault: SqlVault) -> ServiceAlert:
    """With its words out of the vault; without them once they were erased."""
    try:
        return alert.with_words(vault.open(ref))
    except SealedAway:
        return alert


class SqlLog:
    """The port Log on one transaction."""

    def __init__(self, connection: Connection, vault: SqlVault) -> None:
        self._connection = connection
        self._vault = vault

    def append(self, entry: NewEntry, received_at: datetime) -> int:
        """Append; other appends wait until this transaction ends, so that `seq` grows in the order of commits."""
        take_turn(self._connection, LOG)
        row = {
            "subject": str(entry.subject),
            "revision": entry.revision,
            "source": entry.source,
            "content_hash": entry.content_hash,
            "known_at": entry.known_at,
            "received_at": received_at,
            "occurred_at": entry.occurred_at,
            "place_key": entry.place_key,
            "family": entry.family,
            "vault_ref": entry.vault_ref,
            "fate": entry.fate.value,
            "rule": entry.rule,
            "body": _open_part(entry).model_dump_json(),
        }
        return int(self._connection.execute(insert(log).returning(log.c.seq), row).scalar_one())

    def entry(self, seq: int) -> LogEntry:
        """One entry. Raises KeyError."""
        found = self._all(select(log).where(log.c.seq == seq))
        if not found:
            raise KeyError(seq)
        return found[0]

    def after(self, seq: int, limit: int) -> Sequence[LogEntry]:
        """Up to `limit` entries with a greater seq, oldest first."""
        return self._all(select(log).where(log.c.seq > seq).order_by(log.c.seq).limit(limit))

    def of_subject(self, subject: Subject) -> Sequence[LogEntry]:
        """All entries of a subject, oldest first."""
        return self._all(select(log).where(log.c.subject == str(subject)).order_by(log.c.seq))

    def latest(self, limit: int, before: int | None = None, fate: Fate | None = None) -> Sequence[LogEntry]:
        """Entries newest first, below `before`, of one fate where given."""
        query = select(log).order_by(log.c.seq.desc()).limit(limit)
        if before is not None:
            query = query.where(log.c.seq < before)
        if fate is not None:
            query = query.where(log.c.fate == fate.value)
        return self._all(query)

    def last_seq(self) -> int:
        """The greatest seq, 0 when empty."""
        return int(self._connection.execute(select(func.coalesce(func.max(log.c.seq), 0))).scalar_one())

    def set_fate(self, seq: int, fate: Fate, rule: str | None) -> None:
        """What became of the entry. Raises KeyError."""
        changed = self._connection.execute(update(log).where(log.c.seq == seq).values(fate=fate.value, rule=rule))
        if changed.rowcount == 0:
            raise KeyError(seq)

    def forget_words(self, subject: Subject) -> None:
        """Of an incident's place only what it was tied to is left, and nothing of how its records wrote it."""
        for entry in self.of_subject(subject):
            if isinstance(entry.body, IncidentEntry):
                facts = entry.body.facts.model_copy(update={"place": Place()})
                placement = entry.body.placement.model_copy(update={"why": "its words were erased"})
                left = entry.body.model_copy(update={"facts": facts, "placement": placement})
                this = update(log).where(log.c.seq == entry.seq)
                self._connection.execute(this.values(body=left.model_dump_json()))

    def fates(self) -> Sequence[FateCount]:
        """How many entries have which (fate, rule); reads the whole log, for reports only."""
        query = select(log.c.fate, log.c.rule, func.count().label("number")).group_by(log.c.fate, log.c.rule)
        rows = self._connection.execute(query.order_by(log.c.fate, log.c.rule))
        return [FateCount(fate=Fate(row.fate), rule=row.rule, count=row.number) for row in rows]

    def alike(
        self, subject: Subject, place_key: str, family: str, since: datetime, until: datetime, limit: int
    ) -> Sequence[LogEntry]:
        """The first `limit` entries of other subjects with this place key and family within [since, until]."""
        near = log.c.occurred_at.between(since, until)
        alike = (log.c.place_key == place_key) & (log.c.family == family) & near
        found = select(log).where(alike, log.c.subject != str(subject))
        return self._all(found.order_by(log.c.occurred_at, log.c.seq).limit(limit))

    def know_as(self, subject: Subject, aka_key: str) -> None:
        """Remember a keyed hash of another system's id; the first subject that bore it keeps it."""
        self._connection.execute(
            insert_new(self._connection, also_known), {"aka_key": aka_key, "subject": str(subject)}
        )

    def by_key_head(self, head: str) -> Subject | None:
        """The incident whose key begins with `head`, when exactly one does; reads the index, for people only."""
        begins = log.c.subject.startswith(str(Subject(kind=SubjectKind.INCIDENT, key=head)), autoescape=True)
        found = self._connection.execute(select(log.c.subject).where(begins).distinct().limit(2)).scalars().all()
        return read_subject(found[0]) if len(found) == 1 else None

    def known_as(self, aka_key: str) -> Subject | None:
        """The subject that is also known by this keyed hash."""
        query = select(also_known.c.subject).where(also_known.c.aka_key == aka_key)
        found = self._connection.execute(query).scalar_one_or_none()
        return None if found is None else read_subject(found)

    def _all(self, query: Select[Any]) -> list[LogEntry]:
        return [_entry(row, self._vault) for row in self._connection.execute(query)]
