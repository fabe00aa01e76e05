"""The local timeline's own tables: posts, their pictures, and how often anything changed."""

from __future__ import annotations

import sqlalchemy as sa

meta = sa.MetaData()
posts = sa.Table(
    "posts",
    meta,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("platform_key", sa.Text, nullable=False, unique=True),
    sa.Column("handle", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("spoken", sa.Text, nullable=False),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("reference", sa.Text, nullable=False),
    sa.Column("reply_to", sa.Integer),
    sa.Column("root", sa.Integer),
    sa.Column("repost_of", sa.Integer),
    sa.Column("said_at", sa.Text, nullable=False),
    sa.Column("posted_at", sa.Text, nullable=False),
    sa.Index("posts_of_handle", "handle", "said_at", "id"),
    sa.Index("posts_of_root", "root"),
    sqlite_autoincrement=True,
)
changes = sa.Table("changes", meta, sa.Column("one", sa.Integer, primary_key=True), sa.Column("number", sa.Integer))
pictures = sa.Table(
    "pictures",
    meta,
    sa.Column("post", sa.Integer, primary_key=True),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("media_type", sa.Text, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
    sa.Column("alt", sa.Text, nullable=False),
    sa.Column("width", sa.Integer, nullable=False),
    sa.Column("height", sa.Integer, nullable=False),
    sa.Index("pictures_by_content", "sha256"),
)
"""A post's picture, gone with the post. The database writes over what it removes (`secure_delete`)."""
