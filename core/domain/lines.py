"""Lines, handles and accounts: who speaks where, and in which languages."""

from __future__ import annotations

from datetime import time
from enum import StrEnum
from typing import NewType

from pydantic import BaseModel, ConfigDict, Field

LineId = NewType("LineId", str)
AccountId = NewType("AccountId", str)
"""`channel:handle`, for example `local:ExampleGreenLine`."""


class Frozen(BaseModel):
    """Base of every noun here: immutable, and strict about unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class QuietHours(Frozen):
    """Every day's hours, by the agency's clocks, in which notices of this kind or class wait."""

    what: str
    """`routine`, `service`, or a kind of these classes."""
    starts: time
    ends: time
    """On the next day where it lies before `starts`."""


class AccountMode(StrEnum):
    """What an account does with a post: nothing, every step but sending, or all of it."""

    OFF = "off"
    PRACTICE = "practice"
    LIVE = "live"


class ThreadForm(StrEnum):
    """How an account says what is too long for one post."""

    THREAD = "thread"
    NUMBERED = "numbered"
    SHORT = "short"


class LinkPolicy(StrEnum):
    """What becomes of a link in an agency's alert, where a link makes a post dear."""

    KEEP = "keep"
    DROP = "drop"
    HOLD = "hold"


class Descriptions(StrEnum):
    """What becomes of the long description of an agency's alert."""

    THREAD = "thread"
    LEAVE_OUT = "leave-out"


class Account(Frozen):
    """One handle on one platform."""

    id: AccountId
    channel: str
    handle: str
    line: LineId
    mode: AccountMode
    languages: tuple[str, ...] = Field(min_length=1)
    thread: ThreadForm = ThreadForm.THREAD
    limit: int | None = None
    """Characters a post may have by the platform's own count; None = the channel's default."""
    price_post: float = 0.0
    """Dollars that one publishing call costs."""
    price_link_post: float = 0.0
    """Dollars that one publishing call costs when the text holds a URL."""
    price_alt: float = 0.0
    """Dollars that a picture's alt text costs."""
    price_delete: float = 0.0
    """Dollars that taking one post or repost down costs."""
    price_read: float = 0.0
    """Dollars that reading one post costs."""
    budget: float | None = None
    """Dollars a month; None = nothing bounds this account alone."""
    links: LinkPolicy = LinkPolicy.KEEP
    descriptions: Descriptions = Descriptions.THREAD
    card: bool = False
    """True when what it says of an incident by itself bears a drawn card of the place."""


class Line(Frozen):
    """One line of the network and the handle that speaks for it."""

    id: LineId
    name: str
    routes: tuple[str, ...]
    """GTFS route ids that run on this line."""
    colour: str = Field(pattern=r"^#[0-9A-Fa-f]{6}$")
    text_colour: str = Field(default="#FFFFFF", pattern=r"^#[0-9A-Fa-f]{6}$")
    symbol: str
    """What stands in the bullet, for example `A`."""
    handle: str
    accounts: tuple[Account, ...] = ()
    daily_limit: int | None = None
    """Notices a day that this line's handle says alone; None = the fleet's policy."""
    agency_share: int | None = None
    """First notices a day that the agency says on this line's handle; None = the fleet's policy."""
    quiet_hours: tuple[QuietHours, ...] | None = None
    """None = the fleet's policy."""
    also: tuple[str, ...] = ()
    """Kinds of the agency's alerts that only lines which ask for them carry, and that this one asks for."""
    spoken: dict[str, str] = Field(default_factory=dict)
    """Language → the line's name as it is said aloud; a missing one is made by the catalogue."""
