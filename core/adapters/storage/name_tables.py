"""The tables of officers' answers, as the newest migration leaves them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, String, Table, Text

from core.adapters.storage.tables import Instant, metadata

place_answers = Table(
    "place_answers",
    metadata,
    Column("id", String, primary_key=True),
    Column("subject", String, nullable=False),
    Column("station_ids", Text, nullable=False),
    Column("lines", Text, nullable=False),
    Column("said_by", String, nullable=False),
    Column("said_at", Instant, nullable=False),
    Column("name", Text),
    Column("name_key", Text),
    Column("area", String),
    Column("taken_back_by", String),
    Column("taken_back_at", Instant),
)
IS_REMEMBERED = place_answers.c.name_key.is_not(None) & place_answers.c.taken_back_at.is_(None)
Index(
    "place_answers_name",
    place_answers.c.name_key,
    unique=True,
    sqlite_where=IS_REMEMBERED,
    postgresql_where=IS_REMEMBERED,
)
name_uses = Table(
    "name_uses",
    metadata,
    Column("answer_id", String, ForeignKey("place_answers.id"), primary_key=True),
    Column("seq", BigInteger, ForeignKey("log.seq"), primary_key=True, autoincrement=False),
    Column("subject", String, nullable=False),
)
