"""What the inside needs of a system's endpoint beside that it is a channel: whether it is still the same."""

from __future__ import annotations

from typing import Protocol, runtime_checkable


@runtime_checkable
class Endpoint(Protocol):
    """One endpoint, that of all accounts of its channel."""

    def mark(self) -> str | None:
        """A hash over its address, keyed with its key as it is kept now: another one once either was changed. None
        while no key is kept. Asks nobody."""
