"""When an alert is shown: its active periods against the time it is now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from core.domain.alerts import Period


def is_due(periods: Sequence[Period], before: timedelta, now: datetime) -> bool:
    """True within a period, and for `before` ahead of each; without periods, always."""
    return not periods or any(
        (one.start is None or one.start - before <= now) and (one.end is None or now < one.end) for one in periods
    )


def has_begun(periods: Sequence[Period], now: datetime) -> bool:
    """True once any of its periods began."""
    return not periods or any(one.start is None or one.start <= now for one in periods)


def has_ended(periods: Sequence[Period], now: datetime) -> bool:
    """True once all of its periods are over; one without an end never is."""
    return bool(periods) and all(one.end is not None and one.end <= now for one in periods)


def next_turn(periods: Sequence[Period], before: timedelta, now: datetime) -> datetime | None:
    """When one of the answers above may next be another one; None = never."""
    turns = [turn for one in periods if one.start is not None for turn in (one.start - before, one.start)]
    turns += [one.end for one in periods if one.end is not None]
    return min((turn for turn in turns if turn > now), default=None)
