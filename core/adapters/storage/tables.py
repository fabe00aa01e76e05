"""The store's tables as the newest migration leaves them; a test holds the two together."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    literal_column,
)
from sqlalchemy.types import TypeDecorator

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SCHEMA = 15
"""Number of the newest migration; the store keeps its own in `meta`."""


def ticks(moment: datetime) -> int:
    """Microseconds since 1970: exact, ordered and the same on every database."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def moment(since_epoch: int) -> datetime:
    """The aware UTC time of a number of microseconds since 1970."""
    return EPOCH + timedelta(microseconds=since_epoch)


class Instant(TypeDecorator[datetime]):
    """An aware time, kept as microseconds since 1970."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> int | None:
        return None if value is None else ticks(value)

    def process_result_value(self, value: Any | None, _dialect: Dialect) -> datetime | None:
        return None if value is None else moment(value)


_ID = BigInteger().with_variant(Integer, "sqlite")
"""SQLite counts up by itself only in a column of the type INTEGER."""

metadata = MetaData()


def literally(column: ColumnElement[str], value: str) -> ColumnElement[bool]:
    """`column = 'value'` without a parameter: a planner takes a partial index only when it sees the value itself."""
    return column == literal_column(f"'{value}'")


def one_of(column: ColumnElement[str], *values: str) -> ColumnElement[bool]:
    """`column IN ('value', …)` without parameters: a list of them would be written out anew for each execution."""
    return column.in_([literal_column(f"'{value}'") for value in values])


def _partial(name: str, *columns: Column[Any], where: ColumnElement[bool]) -> Index:
    return Index(name, *columns, sqlite_where=where, postgresql_where=where)


meta = Table("meta", metadata, Column("name", String, primary_key=True), Column("value", String, nullable=False))

vault = Table(
    "vault",
    metadata,
    Column("ref", String, primary_key=True),
    Column("owner", String, nullable=False, index=True),
    Column("sealed_content", LargeBinary),
)
"""An erased row keeps its reference, so that what points to it reads *sealed away* and not *never was*."""

log = Table(
    "log",
    metadata,
    Column("seq", _ID, primary_key=True),
    Column("subject", String, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("source", String, nullable=False),
    Column("content_hash", String, nullable=False),
    Column("known_at", Instant, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("occurred_at", Instant),
    Column("place_key", String),
    Column("family", String),
    Column("vault_ref", String),
    Column("fate", String, nullable=False),
    Column("rule", String),
    Column("body", Text, nullable=False),
)
Index("log_subject", log.c.subject, log.c.seq)
Index("log_fate", log.c.fate, log.c.seq)
Index("log_alike", log.c.place_key, log.c.family, log.c.occurred_at)
IS_PENDING = literally(log.c.fate, "pending")

also_known = Table(
    "also_known", metadata, Column("aka_key", String, primary_key=True), Column("subject", String, nullable=False)
)

twins = Table(
    "twins",
    metadata,
    Column("later", String, primary_key=True),
    Column("earlier", String, primary_key=True, index=True),
    Column("offered_at", Instant, nullable=False),
    Column("same", Boolean),
    Column("settled_by", String),
    Column("settled_at", Instant),
)
_partial("twins_open", twins.c.offered_at, where=twins.c.same.is_(None))

sources = Table(
    "sources",
    metadata,
    Column("name", String, primary_key=True),
    Column("cursor", Text),
    Column("started", Boolean, nullable=False),
    Column("last_ok", Instant),
    Column("last_new", Instant),
    Column("failing_since", Instant),
    Column("why", Text),
    Column("tallies", Text, nullable=False),
)
set_aside = Table(
    "set_aside",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("source", String, nullable=False),
    Column("position", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("vault_ref", String, nullable=False),
    Column("row_hash", String, nullable=False),
    Column("at", Instant, nullable=False),
    UniqueConstraint("source", "row_hash", name="set_aside_once"),
)

bots = Table(
    "bots",
    metadata,
    Column("line", String, primary_key=True),
    Column("cursor", BigInteger, nullable=False),
    Column("trouble", Text),
    Column("trouble_since", Instant),
)
answers = Table(
    "answers",
    metadata,
    Column("seq", BigInteger, ForeignKey("log.seq"), primary_key=True, autoincrement=False),
    Column("line", String, primary_key=True),
    Column("why", Text, nullable=False),
    Column("handled", Boolean, nullable=False, server_default=false()),
)
IS_UNHANDLED = answers.c.handled.is_(false())
_partial("answers_unhandled", answers.c.seq, where=IS_UNHANDLED)

notices = Table(
    "notices",
    metadata,
    Column("id", String, primary_key=True),
    Column("subject", String, nullable=False),
    Column("speaker", String, nullable=False),
    Column("reference", String, nullable=False, unique=True),
    UniqueConstraint("subject", "speaker", name="notices_once"),
)
revisions = Table(
    "revisions",
    metadata,
    Column("notice_id", String, ForeignKey("notices.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("body", Text, nullable=False),
    Column("ruling", Text, nullable=False),
    Column("policy_hash", String, nullable=False),
)
said_alone = Table(
    "said_alone",
    metadata,
    Column("line", String, primary_key=True),
    Column("day", String, primary_key=True),
    Column("count", Integer, nullable=False),
)
digest_items = Table(
    "digest_items",
    metadata,
    Column("line", String, primary_key=True),
    Column("day", String, primary_key=True),
    Column("entry_seq", BigInteger, primary_key=True, autoincrement=False, index=True),
    Column("said", Boolean, nullable=False, server_default=false()),
    Column("body", Text, nullable=False),
)
IS_UNSAID = digest_items.c.said.is_(false())
_partial("digest_unsaid", digest_items.c.day, digest_items.c.line, where=IS_UNSAID)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("key", String, nullable=False, unique=True),
    Column("notice_id", String, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("account", String, nullable=False),
    Column("language", String, nullable=False),
    Column("act", String, nullable=False),
    Column("part", Integer, nullable=False),
    Column("urgency", Integer, nullable=False),
    Column("needs", String),
    Column("reply_to", Text),
    Column("post_ref", String),
    Column("reference", String, nullable=False),
    Column("said_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("practice", Boolean, nullable=False),
    Column("state", String, nullable=False),
    Column("why", Text),
    Column("due_at", BigInteger, nullable=False),
    Column("lease_owner", String),
    Column("lease_until", BigInteger),
    Column("attempt_id", BigInteger),
    Column("attempts", Integer, nullable=False),
    Column("grace_seconds", Float, nullable=False),
    Column("receipt", Text),
    Column("receipt_at", Instant),
)
IS_DUE = literally(deliveries.c.state, "due")
IS_OPEN = one_of(deliveries.c.state, "attempting", "unknown", "waiting")
"""Stands in a query beside the one state that it asks for: no index over all states, since SQLite, which keeps no
figures, would take it for everything due and read the whole queue."""
IS_ATTEMPTING = IS_OPEN & literally(deliveries.c.state, "attempting")
IS_UNKNOWN = IS_OPEN & literally(deliveries.c.state, "unknown")
IS_WAITING = IS_OPEN & literally(deliveries.c.state, "waiting")
IS_LEASED = deliveries.c.lease_owner.is_not(None)
_partial(
    "deliveries_queue",
    deliveries.c.urgency,
    deliveries.c.said_at,
    deliveries.c.revision,
    deliveries.c.id,
    where=IS_DUE,
)
_partial("deliveries_needs", deliveries.c.needs, where=IS_DUE)
_partial("deliveries_expiry", deliveries.c.expires_at, where=IS_DUE)
IS_DEFERRED = IS_DUE & (deliveries.c.due_at > literal_column("0"))
_partial("deliveries_deferred", deliveries.c.due_at, where=IS_DEFERRED)
_partial("deliveries_leased", deliveries.c.lease_owner, deliveries.c.account, where=IS_LEASED)
_partial("deliveries_recent", deliveries.c.receipt_at, where=literally(deliveries.c.state, "delivered"))
Index("deliveries_notice", deliveries.c.notice_id, deliveries.c.account)
_partial("deliveries_open", deliveries.c.state, deliveries.c.id, where=IS_OPEN)

attempts = Table(
    "attempts",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("delivery_id", BigInteger, ForeignKey("deliveries.id"), nullable=False, index=True),
    Column("owner", String, nullable=False),
    Column("started_at", BigInteger, nullable=False),
    Column("looks", Integer, nullable=False),
    Column("looked_at", BigInteger),
    Column("posted_since", BigInteger),
    Column("ended_at", BigInteger),
    Column("outcome", String),
    Column("why", Text),
)

accounts = Table(
    "accounts",
    metadata,
    Column("account", String, primary_key=True),
    Column("platform_id", String),
    Column("state", String, nullable=False),
    Column("why", Text),
)
staff = Table(
    "staff",
    metadata,
    Column("name", String, primary_key=True),
    Column("roles", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("revoked", Boolean, nullable=False),
    Column("token_hash", String, nullable=False, unique=True),
    Column("scopes", Text, nullable=False, server_default="[]"),
)
audit = Table(
    "audit",
    metadata,
    Column("seq", _ID, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("actor", String, nullable=False),
    Column("via", String, nullable=False),
    Column("act", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("detail", Text, nullable=False),
    Column("mac", String, nullable=False, server_default=""),
)
calls = Table(
    "calls",
    metadata,
    Column("key", String, primary_key=True),
    Column("since", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("rung", Integer, nullable=False),
)
