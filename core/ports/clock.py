"""What time it is."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """`now()` is the fleet's time. `at(known_at)` is the time at which a record is judged: now, or, for a fleet
    that replays recorded records, the time at which that record was known."""

    def now(self) -> datetime:
        """Aware, UTC."""

    def at(self, known_at: datetime) -> datetime:
        """Aware, UTC."""
