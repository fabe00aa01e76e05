"""The tables of limits, health and spending, as the newest migration leaves them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table

from core.adapters.storage.tables import Instant, metadata

limits = Table(
    "limits",
    metadata,
    Column("holder", String, primary_key=True),
    Column("name", String, primary_key=True),
    Column("channel", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("shared", Boolean, nullable=False),
    Column("allows", Integer),
    Column("remaining", Integer, nullable=False),
    Column("resets_at", Instant, nullable=False),
    Column("low_since", Instant),
)
"""`holder` is the account, or the channel where all its accounts share the limit."""
health = Table(
    "health",
    metadata,
    Column("account", String, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("failing_since", Instant),
    Column("rests_until", Instant),
)
bookings = Table(
    "bookings",
    metadata,
    Column("attempt_id", BigInteger, ForeignKey("attempts.id"), primary_key=True, autoincrement=False),
    Column("account", String, nullable=False),
    Column("month", String, nullable=False),
    Column("micros", BigInteger, nullable=False),
    Column("publishes", Boolean, nullable=False),
    Column("booked_at", Instant, nullable=False),
)
"""One row for each attempt that was, or may have been, sent to a platform."""
Index("bookings_published", bookings.c.publishes, bookings.c.booked_at, bookings.c.account)
spending = Table(
    "spending",
    metadata,
    Column("month", String, primary_key=True),
    Column("account", String, primary_key=True),
    Column("micros", BigInteger, nullable=False),
    Column("reads", BigInteger, nullable=False),
)
"""The sum of a month's bookings, and of what reading cost."""
