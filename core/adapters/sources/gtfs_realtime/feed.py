"""A feed as it was decoded, whatever its form: entities with their own words, nothing judged yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from core.domain.alerts import Period

Texts = tuple[tuple[str, str], ...]
"""(language, words) in the feed's order; the language is empty where the feed names none."""

DIFFERENTIAL = "is a differential feed, whose reading GTFS-realtime leaves open: only full datasets are read"
FAR = 253_402_300_799
"""9999-12-31, the last second that a date can hold: an end behind it is none."""


class FeedBroken(Exception):
    """What was given is no feed; the message is one line without the feed's words."""


class EntityBroken(Exception):
    """One entity can't be read: which field, and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Selector:
    """What an alert informs: whatever stands in it holds together."""

    agency: str | None = None
    route: str | None = None
    stop: str | None = None


@dataclass(frozen=True, slots=True)
class Mercury:
    """What the Mercury extension adds to an alert."""

    alert_type: str | None = None
    updated_at: int | None = None
    display_before_active: int | None = None
    periods: Texts = ()
    clone_id: str | None = None


@dataclass(frozen=True, slots=True)
class FeedAlert:
    """One alert of a feed. `raw` are its own bytes, equal for equal entities."""

    id: str
    header: Texts
    description: Texts
    periods: tuple[Period, ...]
    informed: tuple[Selector, ...]
    effect: str | None
    mercury: Mercury | None
    raw: bytes


@dataclass(frozen=True, slots=True)
class BrokenAlert:
    """An entity that can't be read."""

    id: str
    why: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Feed:
    """A whole feed: what is not in it is no more. `at` is its header's time, `others` counts entities that are no
    alerts or are marked as deleted."""

    at: datetime | None
    alerts: tuple[FeedAlert | BrokenAlert, ...]
    others: int = 0


def moment(seconds: int | None) -> datetime | None:
    """POSIX seconds as a time; None for 0, for none, and for what lies behind all dates."""
    if not seconds or seconds < 0 or seconds > FAR:
        return None
    return datetime.fromtimestamp(seconds, UTC)
