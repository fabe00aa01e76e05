"""Waking a waiting worker without a polling pause."""

from __future__ import annotations

from typing import Protocol


class Wakeups(Protocol):
    """`ring()` from any thread or process; `wait(seconds)` returns at once when it rang since the last wait."""

    def ring(self) -> None:
        """Something may be ready."""

    def wait(self, seconds: float) -> bool:
        """Wait for a ring, at most `seconds`; True when it rang."""

    def close(self) -> None:
        """Pass on what was rung, and stop listening; a second time is no error."""
