"""The four secrets that one account needs on X."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.domain.lines import Account
from core.ports.channel import LoginNeeded
from core.ports.secrets import Secrets, SecretsBroken


@dataclass(frozen=True, slots=True)
class Credentials:
    """The app's pair and the account's pair (OAuth 1.0a, user context). Their values show in no repr."""

    app_key: str = field(repr=False)
    app_secret: str = field(repr=False)
    token: str = field(repr=False)
    token_secret: str = field(repr=False)


def credentials_of(secrets: Secrets, account: Account) -> Credentials:
    """The account's credentials. Raises LoginNeeded, which names the secrets that are missing."""
    names = ("x:app_key", "x:app_secret", f"x:{account.handle}:token", f"x:{account.handle}:token_secret")
    try:
        values = [secrets.get(name) or "" for name in names]
    except SecretsBroken as broken:
        raise LoginNeeded(str(broken)) from None
    missing = [name for name, value in zip(names, values, strict=True) if not value]
    if missing:
        raise LoginNeeded(f"no secret {' and '.join(missing)}: run `accounts connect {account.id}`")
    return Credentials(*values)
