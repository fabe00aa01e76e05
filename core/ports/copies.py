"""Copies of the store: made while the fleet runs, and put back."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Protocol

from core.domain.restored import Manifest
from core.ports.store import Store


class CannotCopy(Exception):
    """This copy can't be made, or this one not be put back; the message says why and what to do instead."""


class Copies(Protocol):
    """Backups of one store. Keys and secrets never stand in one."""

    def make(self, folder: Path, at: datetime) -> Manifest:
        """A consistent copy with its manifest in a new or empty folder. Raises CannotCopy, StoreBusy."""

    def look(self, folder: Path) -> Manifest:
        """The manifest of a backup that is whole. Raises CannotCopy."""

    def peek(self, folder: Path | None) -> AbstractContextManager[Store | None]:
        """The store of a backup (None: the present one), to ask who is on its staff; None when it can't be read.
        What is written into it is thrown away."""

    def put_back(self, folder: Path, change: Callable[[Store], None]) -> Path | None:
        """Let a backup take the store's place, with a change that comes with it, in one step; where the store of
        before is kept, None when there was none. Raises CannotCopy, StoreBroken, StoreBusy."""
