"""What time it is: the only place that looks at the wall."""

from __future__ import annotations

from datetime import UTC, datetime


class WallClock:
    """The ordinary clock: a record is judged now."""

    def now(self) -> datetime:
        """Aware, UTC."""
        return datetime.now(UTC)

    def at(self, known_at: datetime) -> datetime:  # noqa: ARG002 - the port's promise
        """Now, whenever the record was known."""
        return self.now()


class RecordClock(WallClock):
    """For recorded records: each is judged at the time at which it was known."""

    def at(self, known_at: datetime) -> datetime:
        """The record's own time, UTC."""
        return known_at.astimezone(UTC)


class StoppedClock(RecordClock):
    """A record clock that stands still: for records that name no time of their own."""

    def __init__(self, now: datetime) -> None:
        self._now = now.astimezone(UTC)

    def now(self) -> datetime:
        """Always the same, UTC."""
        return self._now
