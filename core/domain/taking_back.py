"""Taking back and pausing: what was asked, and where each post stands since."""

from __future__ import annotations

from enum import StrEnum

from pydantic import AwareDatetime

from core.domain.deliveries import Act
from core.domain.lines import AccountId, Frozen
from core.domain.notices import NoticeId, Speaker


class Because(StrEnum):
    """Why a notice is taken back: it decides what is said instead."""

    ERROR = "error"
    """It was wrong: a correction stands wherever it stood."""
    EXPIRY = "expiry"
    EXONERATION = "exoneration"
    SEALING = "sealing"
    """These three leave only "withdrawn" under its reference."""


class Retraction(Frozen):
    """A notice that was taken back: nothing of it is said any more. `for_notice` is the one that was named: the same,
    or an incident's, where this is the digest in which that incident stood."""

    notice_id: NoticeId
    for_notice: NoticeId
    because: Because
    by: str
    at: AwareDatetime


class Up(StrEnum):
    """Where one post or repost of a retracted notice stands."""

    REMOVED = "removed"
    NOT_THERE = "nothing to remove"
    """It was never sent, or surely not taken."""
    UNDER_WAY = "still up, under way"
    MAY_BE_UP = "may still be up"
    STILL_UP = "still up"
    OUT_OF_REACH = "out of reach"


class Taken(Frozen):
    """One post or repost of a retracted notice."""

    account: AccountId
    act: Act
    revision: int
    language: str
    part: int
    up: Up
    why: str | None = None
    url: str | None = None
    platform_id: str | None = None
    at: AwareDatetime | None = None
    """When the platform confirmed that it is gone."""


class Pause(Frozen):
    """Nothing new is tried on these accounts but what takes back; with `removals_too` not even that."""

    scope: str
    """`all`, `line A`, `account x:Handle`, `voice agency`, or `voice agency, by itself`."""
    account: AccountId | None
    """None = every account."""
    voice: Speaker | None = None
    """Only what this voice says; None = whoever speaks."""
    removals_too: bool
    by: str
    at: AwareDatetime
