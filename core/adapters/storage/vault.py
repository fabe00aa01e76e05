"""The vault: content under one key per owner, the keys kept elsewhere."""

from __future__ import annotations

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, bindparam, insert, select, update

from core.adapters.storage.straight import Straight
from core.adapters.storage.tables import vault
from core.ports.secrets import KeyDestroyed, Keyring
from core.ports.store import SealedAway

_NONCE = 12
"""Bytes of an AES-GCM nonce (NIST SP 800-38D, 5.2.1.1)."""
_KEPT = Straight(select(vault).where(vault.c.ref == bindparam("ref")))


class SqlVault:
    """Rows of AES-256-GCM; the reference is bound into each, so that rows can't be exchanged."""

    def __init__(self, connection: Connection, keyring: Keyring) -> None:
        self._connection = connection
        self._keyring = keyring
        self._ciphers: dict[str, AESGCM] = {}
        self.written = False
        """True when this transaction put something: its key must be safe before the transaction is."""

    def put(self, owner: str, content: bytes) -> str:
        """Keep content; returns its reference. Raises SealedAway when the owner was erased."""
        if owner not in self._ciphers:
            try:
                self._ciphers[owner] = AESGCM(self._keyring.key(owner))
            except KeyDestroyed:
                raise SealedAway(f"{owner} was erased: nothing can be kept for it any more") from None
        ref, nonce = secrets.token_hex(16), secrets.token_bytes(_NONCE)
        sealed = nonce + self._ciphers[owner].encrypt(nonce, content, ref.encode())
        self._connection.execute(insert(vault), {"ref": ref, "owner": owner, "sealed_content": sealed})
        self.written = True
        return ref

    def open(self, ref: str) -> bytes:
        """The content. Raises SealedAway, KeyError."""
        row = _KEPT.one(self._connection, {"ref": ref})
        if row is None:
            raise KeyError(ref)
        cipher = None if row.sealed_content is None else self._reading_cipher(row.owner)
        if cipher is None:
            raise SealedAway(f"{ref} was erased")
        sealed: bytes = row.sealed_content
        try:
            return cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], ref.encode())
        except InvalidTag:
            # Another keyring than the one it was kept under: for this fleet it is as far away as erased.
            raise SealedAway(f"{ref} can't be read with this keyring") from None

    def holds(self, owner: str) -> bool:
        """True when a key or content of this owner is still there."""
        mine = select(vault.c.ref).where(vault.c.owner == owner, vault.c.sealed_content.is_not(None)).limit(1)
        return self._keyring.existing(owner) is not None or self._connection.execute(mine).first() is not None

    def sealed(self, owner: str) -> bool:
        """True when this owner's key was destroyed: nothing is kept for it any more."""
        return self._keyring.destroyed(owner)

    def erase(self, owner: str) -> int:
        """Destroy the owner's key, then the rows.

        The key goes first and for good, even if this transaction is rolled back: what must be erased is never
        readable again, and a second erase removes the rows.
        """
        self._ciphers.pop(owner, None)
        self._keyring.destroy(owner)
        mine = (vault.c.owner == owner) & vault.c.sealed_content.is_not(None)
        return self._connection.execute(update(vault).where(mine).values(sealed_content=None)).rowcount

    def _reading_cipher(self, owner: str) -> AESGCM | None:
        if owner not in self._ciphers:
            key = self._keyring.existing(owner)
            if key is None:
                return None
            self._ciphers[owner] = AESGCM(key)
        return self._ciphers[owner]
