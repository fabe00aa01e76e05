"""The first schema: log, vault, notices, outbox, staff, audit."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make every table of schema 1."""
    _vault()
    _log()
    _sources()
    _bots()
    _notices()
    _outbox()
    _people()
    op.execute("INSERT INTO meta (name, value) VALUES ('schema', '1')")


def _partial(name: str, table: str, columns: list[str], where: sa.ColumnElement[bool] | str) -> None:
    condition = sa.text(where) if isinstance(where, str) else where
    op.create_index(name, table, columns, sqlite_where=condition, postgresql_where=condition)


def _is_false(column: str) -> sa.ColumnElement[bool]:
    return sa.column(column, sa.Boolean).is_(sa.false())


def _vault() -> None:
    op.create_table(
        "meta",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("value", sa.String, nullable=False),
    )
    op.create_table(
        "vault",
        sa.Column("ref", sa.String, primary_key=True),
        sa.Column("owner", sa.String, nullable=False),
        sa.Column("sealed_content", sa.LargeBinary, nullable=True),
    )
    op.create_index("ix_vault_owner", "vault", ["owner"])


def _log() -> None:
    op.create_table(
        "log",
        sa.Column("seq", _ID, primary_key=True),
        sa.Column("subject", sa.String, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("content_hash", sa.String, nullable=False),
        sa.Column("known_at", sa.BigInteger, nullable=False),
        sa.Column("received_at", sa.BigInteger, nullable=False),
        sa.Column("occurred_at", sa.BigInteger, nullable=True),
        sa.Column("place_key", sa.String, nullable=True),
        sa.Column("family", sa.String, nullable=True),
        sa.Column("vault_ref", sa.String, nullable=True),
        sa.Column("fate", sa.String, nullable=False),
        sa.Column("rule", sa.String, nullable=True),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_index("log_alike", "log", ["place_key", "family", "occurred_at"])
    op.create_index("log_fate", "log", ["fate", "seq"])
    op.create_index("log_subject", "log", ["subject", "seq"])
    op.create_table(
        "also_known",
        sa.Column("aka_key", sa.String, primary_key=True),
        sa.Column("subject", sa.String, nullable=False),
    )
    op.create_table(
        "twins",
        sa.Column("later", sa.String, primary_key=True),
        sa.Column("earlier", sa.String, primary_key=True),
        sa.Column("offered_at", sa.BigInteger, nullable=False),
        sa.Column("same", sa.Boolean, nullable=True),
        sa.Column("settled_by", sa.String, nullable=True),
        sa.Column("settled_at", sa.BigInteger, nullable=True),
    )
    op.create_index("ix_twins_earlier", "twins", ["earlier"])
    _partial("twins_open", "twins", ["offered_at"], "same IS NULL")


def _sources() -> None:
    op.create_table(
        "sources",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("cursor", sa.Text, nullable=True),
        sa.Column("started", sa.Boolean, nullable=False),
        sa.Column("last_ok", sa.BigInteger, nullable=True),
        sa.Column("last_new", sa.BigInteger, nullable=True),
        sa.Column("failing_since", sa.BigInteger, nullable=True),
        sa.Column("why", sa.Text, nullable=True),
        sa.Column("tallies", sa.Text, nullable=False),
    )
    op.create_table(
        "set_aside",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("position", sa.String, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("vault_ref", sa.String, nullable=False),
        sa.Column("row_hash", sa.String, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("source", "row_hash", name="set_aside_once"),
    )


def _bots() -> None:
    op.create_table(
        "bots",
        sa.Column("line", sa.String, primary_key=True),
        sa.Column("cursor", sa.BigInteger, nullable=False),
        sa.Column("trouble", sa.Text, nullable=True),
        sa.Column("trouble_since", sa.BigInteger, nullable=True),
    )
    op.create_table(
        "answers",
        sa.Column("seq", sa.BigInteger, sa.ForeignKey("log.seq"), primary_key=True, autoincrement=False),
        sa.Column("line", sa.String, primary_key=True),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("handled", sa.Boolean, nullable=False, server_default=sa.false()),
    )
    _partial("answers_unhandled", "answers", ["seq"], _is_false("handled"))


def _notices() -> None:
    op.create_table(
        "notices",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("subject", sa.String, nullable=False),
        sa.Column("speaker", sa.String, nullable=False),
        sa.Column("reference", sa.String, nullable=False, unique=True),
        sa.UniqueConstraint("subject", "speaker", name="notices_once"),
    )
    op.create_table(
        "revisions",
        sa.Column("notice_id", sa.String, sa.ForeignKey("notices.id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("ruling", sa.Text, nullable=False),
        sa.Column("policy_hash", sa.String, nullable=False),
    )
    op.create_table(
        "said_alone",
        sa.Column("line", sa.String, primary_key=True),
        sa.Column("day", sa.String, primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
    )
    op.create_table(
        "digest_items",
        sa.Column("line", sa.String, primary_key=True),
        sa.Column("day", sa.String, primary_key=True),
        sa.Column("entry_seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("said", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("body", sa.Text, nullable=False),
    )
    _partial("digest_unsaid", "digest_items", ["day", "line"], _is_false("said"))
    op.create_index("ix_digest_items_entry_seq", "digest_items", ["entry_seq"])


def _outbox() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("key", sa.String, nullable=False, unique=True),
        sa.Column("notice_id", sa.String, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("account", sa.String, nullable=False),
        sa.Column("language", sa.String, nullable=False),
        sa.Column("act", sa.String, nullable=False),
        sa.Column("part", sa.Integer, nullable=False),
        sa.Column("urgency", sa.Integer, nullable=False),
        sa.Column("needs", sa.String, nullable=True),
        sa.Column("reply_to", sa.Text, nullable=True),
        sa.Column("post_ref", sa.String, nullable=True),
        sa.Column("reference", sa.String, nullable=False),
        sa.Column("said_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("practice", sa.Boolean, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("why", sa.Text, nullable=True),
        sa.Column("due_at", sa.BigInteger, nullable=False),
        sa.Column("lease_owner", sa.String, nullable=True),
        sa.Column("lease_until", sa.BigInteger, nullable=True),
        sa.Column("attempt_id", sa.BigInteger, nullable=True),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("grace_seconds", sa.Float, nullable=False),
        sa.Column("receipt", sa.Text, nullable=True),
        sa.Column("receipt_at", sa.BigInteger, nullable=True),
    )
    _partial("deliveries_deferred", "deliveries", ["due_at"], "state = 'due' AND due_at > 0")
    _partial("deliveries_expiry", "deliveries", ["expires_at"], "state = 'due'")
    _partial("deliveries_leased", "deliveries", ["lease_owner", "account"], "lease_owner IS NOT NULL")
    _partial("deliveries_needs", "deliveries", ["needs"], "state = 'due'")
    op.create_index("deliveries_notice", "deliveries", ["notice_id", "account"])
    _partial("deliveries_queue", "deliveries", ["urgency", "said_at", "revision", "id"], "state = 'due'")
    _partial("deliveries_recent", "deliveries", ["receipt_at"], "state = 'delivered'")
    _partial("deliveries_open", "deliveries", ["state", "id"], "state IN ('attempting', 'unknown', 'waiting')")
    op.create_table(
        "attempts",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("delivery_id", sa.BigInteger, sa.ForeignKey("deliveries.id"), nullable=False),
        sa.Column("owner", sa.String, nullable=False),
        sa.Column("started_at", sa.BigInteger, nullable=False),
        sa.Column("looks", sa.Integer, nullable=False),
        sa.Column("looked_at", sa.BigInteger, nullable=True),
        sa.Column("ended_at", sa.BigInteger, nullable=True),
        sa.Column("outcome", sa.String, nullable=True),
        sa.Column("why", sa.Text, nullable=True),
    )
    op.create_index("ix_attempts_delivery_id", "attempts", ["delivery_id"])


def _people() -> None:
    op.create_table(
        "accounts",
        sa.Column("account", sa.String, primary_key=True),
        sa.Column("platform_id", sa.String, nullable=True),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("why", sa.Text, nullable=True),
    )
    op.create_table(
        "staff",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("roles", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("revoked", sa.Boolean, nullable=False),
        sa.Column("token_hash", sa.String, nullable=False, unique=True),
    )
    op.create_table(
        "audit",
        sa.Column("seq", _ID, primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("actor", sa.String, nullable=False),
        sa.Column("via", sa.String, nullable=False),
        sa.Column("act", sa.String, nullable=False),
        sa.Column("subject", sa.String, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
    )
