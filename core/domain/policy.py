"""What the fleet may say by itself, as data: a pack, then the fleet's own settings."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Literal

from pydantic import Field

from core.domain.lines import Frozen


class Policy(Frozen):
    """The gate's numbers and lists. Durations are timedeltas, times are local to the agency."""

    name: str
    hash: str
    """Stored with every ruling."""
    too_old_happened: timedelta = timedelta(hours=72)
    """For *reported*: since it happened."""
    too_old_known: timedelta = timedelta(hours=24)
    """For *reported*: since it was known."""
    too_old_state: timedelta = timedelta(hours=72)
    """For later states: since that state began."""
    daily_limit: int = Field(default=6, ge=0)
    """Notices a line says alone on one day; the rest stand in the digest."""
    digest_at: time = time(19, 0)
    twin_window: timedelta = timedelta(minutes=60)
    """Records of several roads this close in time, place and family are offered as the same."""
    life: timedelta = timedelta(hours=24)
    """How long after it was prepared a notice may still be delivered."""
    complex: Literal["all", "hold"] = "all"
    """A record that may be of any of several joined stations: said by all their lines, or held for a person."""
    adult_age: int = Field(default=18, ge=0)


class MayAssert(Frozen):
    """What a source is trusted to say beyond *reported*."""

    states: frozenset[str] = Field(
        default=frozenset({"reported"}),
        description="States that its records may be in; a record in another is set aside.",
    )
    persons: bool = Field(default=False, description="Whether its records may name or describe a person.")
    pictures: bool = Field(default=False, description="Whether they may bring a picture of one.")
