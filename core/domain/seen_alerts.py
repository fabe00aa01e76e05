"""What one look at an Alerts feed made of each alert in it, before any rule of ours spoke."""

from __future__ import annotations

from enum import StrEnum

from pydantic import AwareDatetime, Field

from core.domain.lines import Frozen, LineId


class SeenAs(StrEnum):
    """What became of an alert at the door. Each alert of a feed has exactly one."""

    GIVEN = "given"
    """It is due, and new or changed: bots and gate decide."""
    UNCHANGED = "unchanged since it was given"
    WAITING = "not yet due"
    ENDED = "over already"
    FOLDED = "said under another id of equal words"
    TWICE = "stands twice in the feed"
    ASIDE = "set aside"


class SeenAlert(Frozen):
    """One alert. `id` as the feed has it, without rank where it could be read; `subject` is under which it is given."""

    id: str
    subject: str
    seen_as: SeenAs
    lines: tuple[LineId, ...] = ()
    words: str = ""
    """Its header in the feed's first language."""
    why: str = ""
    """Why it was set aside, or when it will be due."""


class SeenFeed(Frozen):
    """One feed. `others` are its entities that are no alerts or are marked as deleted; `gone` are subjects that were
    given before and are over since the feed has them no more; `strange_routes` are route ids of agencies that count, on
    which no line of the fleet runs → alerts that name them."""

    at: AwareDatetime | None
    alerts: tuple[SeenAlert, ...]
    others: int = 0
    gone: tuple[str, ...] = ()
    strange_routes: dict[str, int] = Field(default_factory=dict)
