"""What is kept beside the store: how far it had come, and whose keys were destroyed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from core.domain.audit import AuditHead


class Anchor(Protocol):
    """How far the store had come, kept outside it."""

    def read(self) -> AuditHead | None:
        """What was written down last; None when nothing ever was. Raises StoreBroken."""

    def follow(self, kept: AuditHead | None, head: AuditHead) -> None:
        """The store that is opened stands at `head`, and the file says `kept`: go on from there."""

    def rebase(self, head: AuditHead) -> None:
        """Another history begins at `head`: after a restore. Raises StoreBroken."""


class Seals(Protocol):
    """Owners whose vault keys were destroyed, kept outside the store and its backups."""

    def owners(self) -> Sequence[str]:
        """All of them, in order. Raises SecretsBroken."""
