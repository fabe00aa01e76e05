"""What the inside needs of a store when an account's handle was changed on its platform."""

from __future__ import annotations

from typing import Protocol

from core.domain.lines import AccountId


class Renaming(Protocol):
    """All that is kept under an account's old name is kept under its new one."""

    def moving(self, old: AccountId) -> int:
        """How many deliveries of it are attempted or looked up just now: what finds them again hangs on the name."""

    def rename(self, old: AccountId, new: AccountId) -> int:
        """Deliveries, pauses and what sweeps saw go on under the new name, and its record is forgotten; how many
        deliveries. What was spent and said in an hour stays under the old one. Waits until no attempt is being
        written."""
