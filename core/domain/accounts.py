"""What the fleet knows of an account on its platform."""

from __future__ import annotations

from enum import StrEnum

from core.domain.lines import AccountId, Frozen


class AccountState(StrEnum):
    """Whether an account may post now."""

    READY = "ready"
    NEEDS_LOGIN = "needs-login"
    WRONG_IDENTITY = "wrong-identity"
    LOCKED = "locked"
    """A post stands there that is not ours. Nothing is said until an operator has settled it; what takes back goes."""


class AccountRecord(Frozen):
    """The pinned platform id and the state of one account."""

    account: AccountId
    platform_id: str | None = None
    state: AccountState = AccountState.READY
    why: str | None = None


class WhoAmI(Frozen):
    """The platform's answer to "who am I"."""

    platform_id: str
    handle: str
