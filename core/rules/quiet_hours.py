"""When quiet hours end, by the agency's clocks, on the days too on which these are put forward or back."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from core.domain.lines import QuietHours

DAY = timedelta(days=1)


def quiet_until(hours: QuietHours, zone: ZoneInfo, now: datetime) -> datetime | None:
    """When these quiet hours end, in UTC, if it is within them now; else None."""
    today = now.astimezone(zone).date()
    for day in (today - DAY, today):
        starts = _first(day, hours.starts, zone)
        ends = _last(day if hours.starts < hours.ends else day + DAY, hours.ends, zone)
        if starts <= now < ends:
            return ends
    return None


def _first(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The first moment at which the clocks show this: of a repeated time the earlier."""
    return _moment(datetime.combine(day, at), 0, zone)


def _last(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The last moment at which they do: of a repeated time the later, so that no quiet hour is cut short."""
    return _moment(datetime.combine(day, at), 1, zone)


def _moment(wall: datetime, fold: int, zone: ZoneInfo) -> datetime:
    """A time of the wall in UTC; one that the clocks skip is the moment at which they are put forward."""
    before, after = (wall.replace(tzinfo=zone, fold=one).astimezone(UTC) for one in (0, 1))
    chosen = after if fold else before
    if chosen.astimezone(zone).replace(tzinfo=None) == wall:
        return chosen
    early, late = after, before  # the skipped time read by the clocks that come, and by those that go
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) / 2
        early, late = (early, middle) if middle.astimezone(zone).replace(tzinfo=None) > wall else (middle, late)
    return late.replace(microsecond=0)
