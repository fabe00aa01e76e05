"""The audit log's head, and what a check of its chain finds."""

from __future__ import annotations

from pydantic import AwareDatetime, Field

from core.domain.lines import Frozen

RESTORED = "store restored"
"""Act of the row by which an operator's restore says what it left behind."""
BEHIND = "store behind its anchor"
"""Act of the row by which a store says that it stood behind its anchor when it was opened: copied back, or cut."""

ANCHORED_ANEW = "store anchored anew"
"""Act of the row by which a store says that it found no anchor although it was not new."""


class AuditHead(Frozen):
    """How far a store has come: its last audit row, and its last attempt. Kept outside it, the head is its anchor."""

    store_id: str
    seq: int = Field(ge=0)
    """Number of the last row; 0 when there is none."""
    mac: str = ""
    at: AwareDatetime | None = None
    """When the last row was written."""
    attempts: int = Field(default=0, ge=0)
    """Number of the last attempt: posts write no audit row of their own, and must be missed as well."""

    def is_behind(self, anchor: AuditHead) -> bool:
        """True when the anchor saw more of this store, or another store."""
        return self.store_id != anchor.store_id or self.seq < anchor.seq or self.attempts < anchor.attempts


class AuditFault(Frozen):
    """A place at which the chain doesn't hold."""

    seq: int
    """The first row that is concerned."""
    what: str


class AuditCheck(Frozen):
    """What a check of the whole log found."""

    head: AuditHead
    faults: tuple[AuditFault, ...]
    """First to last; empty when the log is whole."""
    notes: tuple[AuditFault, ...]
    """What is right and worth knowing: restores."""
