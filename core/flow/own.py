"""What is a fleet's own and stands outside its store: made at its first start, kept in the secrets ever after."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from core.ports.secrets import Secrets

FLEET_SECRET = "fleet:secret"  # noqa: S105 - the name of the secret
AUDIT_KEY = "audit:key"
_BYTES = 32


@dataclass(frozen=True)
class Own:
    """Whatever finds a post again is derived from the secret; the audit key chains the log."""

    secret: bytes
    audit_key: bytes


def own_of(kept: Secrets) -> Own:
    """A fleet's own, made where it isn't kept yet. Raises SecretsBroken."""
    return Own(_made_once(kept, FLEET_SECRET), _made_once(kept, AUDIT_KEY))


def own_for_once() -> Own:
    """For a throw-away store."""
    return Own(secrets.token_bytes(_BYTES), secrets.token_bytes(_BYTES))


def _made_once(kept: Secrets, name: str) -> bytes:
    if kept.get(name) is None:
        kept.put(name, secrets.token_hex(_BYTES))
    return bytes.fromhex(kept.get(name) or "")
