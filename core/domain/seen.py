"""What a sweep over the platforms saw: posts that are gone, posts that are not ours, and how far it read."""

from __future__ import annotations

from enum import StrEnum

from pydantic import AwareDatetime, Field

from core.domain.deliveries import DeliveryKey
from core.domain.lines import AccountId, Frozen


class Gone(Frozen):
    """A post or repost of ours that its account no longer lists: removed by the platform, or by hand."""

    account: AccountId
    key: DeliveryKey
    reference: str
    platform_id: str
    since: AwareDatetime
    """When it was first missed: it is gone since then at the latest."""
    sure: bool
    """False until a second sweep missed a fresh one too: a listing may lag."""


class Verdict(StrEnum):
    """What became of a post that stands on an account of ours and bears no receipt."""

    FOREIGN = "foreign"
    """Nobody has said yet whose it is; the account is locked."""
    MINE = "mine"
    """An operator said that it is the bureau's own: it is never asked about again."""
    REMOVED = "removed"
    """It was foreign, and an operator had it removed."""
    OUT_OF_REACH = "out of reach"
    """It was foreign, and stands on an account in whose place another was opened."""
    DOUBLE = "double"
    """A late stray: our own words a second time. It is removed."""


class Stray(Frozen):
    """A post that stands on an account of ours and bears no receipt. Its words are kept nowhere."""

    account: AccountId
    platform_id: str
    posted_at: AwareDatetime
    """By the platform's clock."""
    seen_at: AwareDatetime
    url: str | None = None
    verdict: Verdict
    settled_by: str | None = None
    removed: bool = False
    """True once the platform confirmed that it is gone."""


class Swept(Frozen):
    """How far the sweeps of one account have come."""

    account: AccountId
    ours_since: AwareDatetime
    """What was posted before stood there before the fleet, and is nobody's concern."""
    at: AwareDatetime | None = None
    """When it was last compared."""
    month: str = ""
    """The month that `reads` counts, as 2026-11."""
    reads: int = Field(default=0, ge=0)
    trouble: str | None = None
    """Why the last sweep compared nothing, or not all."""
