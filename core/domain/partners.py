"""What is kept of the partner: what its tokens may do, what it announced, what its systems fetched and acknowledged."""

from __future__ import annotations

from enum import StrEnum

from pydantic import AwareDatetime, Field

from core.domain.lines import AccountId, Frozen

ANYONE = "anyone"
"""Who fetched a feed without a token: feeds are public."""


class AnnouncementKind(StrEnum):
    """What kind of thing a partner announces."""

    SERVICE = "service"
    PREVENTION = "prevention"
    ANNOUNCEMENT = "announcement"


class Pulls(Frozen):
    """How one feed was fetched by one caller."""

    feed: str
    """`Green/alerts.pb`, `fleet/atom.xml`."""
    who: str
    pulls: int
    failures: int
    last_at: AwareDatetime
    last_status: int
    failed_at: AwareDatetime | None = None
    failed_status: int | None = None


class Asked(Frozen):
    """One writing call of a partner, and what it was answered: the same call again is answered the same."""

    partner: str
    key: str
    """The idempotency key that came with it."""
    hash: str
    """Keyed hash of what was asked."""
    status: int
    announcement: str
    at: AwareDatetime


class Announced(Frozen):
    """One announcement: whose it is, and whether it is over. Its words stand in the log."""

    id: str
    partner: str
    at: AwareDatetime
    over: bool = False


class Proof(Frozen):
    """An endpoint acknowledged the taking back of a test notice."""

    account: AccountId
    seconds: float = Field(ge=0)
    """How long it took."""
    at: AwareDatetime
