"""Credentials and keys, kept out of YAML, store, logs and errors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class SecretsBroken(Exception):
    """The place of the secrets can't be read or written; the message says what to do and holds no secret."""


class Secrets(Protocol):
    """Named secrets. Environment variables override what is kept."""

    def get(self, name: str) -> str | None:
        """The secret or None. Raises SecretsBroken."""

    def put(self, name: str, value: str) -> None:
        """Keep or replace. Raises SecretsBroken."""

    def forget(self, name: str) -> None:
        """Remove; none there is no error."""

    def names(self) -> Sequence[str]:
        """All names, never values."""


class Keyring(Protocol):
    """One key per vault owner, kept outside the store and its backups."""

    def key(self, owner: str) -> bytes:
        """The owner's key (32 bytes), made at first need. Raises KeyDestroyed."""

    def existing(self, owner: str) -> bytes | None:
        """The owner's key, None when it was destroyed or never made."""

    def destroyed(self, owner: str) -> bool:
        """True when the owner's key was destroyed; False for one that was never made."""

    def destroy(self, owner: str) -> None:
        """Destroy the key for good; a second time is no error."""

    def keep(self) -> None:
        """Make the keys made so far survive a power cut. The store calls it before it commits what lies under them,
        so that many keys cost one durable write."""


class KeyDestroyed(Exception):
    """The owner's key was destroyed: nothing can be kept under it any more."""
