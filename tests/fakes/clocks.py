"""A clock that goes only when it is told to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class SteppedClock:
    """The port Clock, standing still between steps."""

    def __init__(self, start: datetime = datetime(2030, 1, 7, 12, 0, tzinfo=UTC)) -> None:
        self._now = start

    def now(self) -> datetime:
        return self._now

    def at(self, known_at: datetime) -> datetime:
        return self._now

    def step(self, **by: float) -> datetime:
        """Go on by a timedelta's words (`hours=1`) and tell the new time."""
        self._now += timedelta(**by)
        return self._now
