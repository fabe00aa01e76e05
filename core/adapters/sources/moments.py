"""Local wall time to UTC: many written forms, dates without a time, hours that come twice or never."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from core.adapters.sources.cells import Row, RowRefused
from core.domain.columns import ISO, Moment

FIRST_YEAR, LAST_YEAR = 1900, 2200
"""Years beyond these are typing errors: real exports hold 1015 and 2919."""
_MIDNIGHT_AS_24 = re.compile(r"24:00(:00(\.0+)?)?")
_DAY_END = time(23, 59, 59)


@dataclass(frozen=True, slots=True)
class Read:
    """A moment as read: `day_only` when no time was written, `about` when the local hour came twice or never."""

    at: datetime
    local: datetime
    day_only: bool = False
    about: bool = False


@dataclass(frozen=True, slots=True)
class MomentReader:
    """Reads moments in one zone by one map's formats."""

    zone: ZoneInfo
    dates: tuple[str, ...]
    times: tuple[str, ...]

    def read(self, field: str, moment: Moment | None, row: Row) -> Read | None:
        """The moment, or None when its column is empty. Raises RowRefused."""
        if moment is None:
            return None
        written = row.text(field, moment.at or moment.date)
        if written is None:
            return None
        day, has_time = self._date(field, written)
        if moment.time is None:
            return self.settled(field, day, day_only=not has_time)
        clock = row.text(field, moment.time)
        if clock is None:
            return self.settled(field, day.replace(hour=0, minute=0, second=0, microsecond=0), day_only=True)
        return self._with_time(field, day, clock)

    def settled(self, field: str, when: datetime, day_only: bool = False) -> Read:
        """A local time (or one with its own offset) as UTC.

        An hour that comes twice is taken as the earlier; one that the clocks skip moves forward; both are "about".
        """
        if not FIRST_YEAR <= when.year <= LAST_YEAR:
            raise RowRefused(f"{field}: the year can't be right")
        if when.tzinfo is not None:
            return Read(when.astimezone(UTC), when.astimezone(self.zone).replace(tzinfo=None), day_only)
        first, second = (when.replace(tzinfo=self.zone, fold=fold).astimezone(UTC) for fold in (0, 1))
        return Read(first, when, day_only, about=not day_only and first != second)

    def later_of_twice(self, read: Read) -> Read:
        """The same wall time when it came the second time."""
        return Read(read.local.replace(tzinfo=self.zone, fold=1).astimezone(UTC), read.local, read.day_only, read.about)

    def day_end(self, read: Read) -> datetime:
        """The last second of a moment's local day, in UTC."""
        return datetime.combine(read.local.date(), _DAY_END, self.zone).replace(fold=1).astimezone(UTC)

    def local_date(self, at: datetime) -> date:
        """The calendar day of a moment in this zone."""
        return at.astimezone(self.zone).date()

    def _date(self, field: str, written: str) -> tuple[datetime, bool]:
        read = _read_date(written, self.dates)
        if read is None:
            raise RowRefused(f"{field}: the date can't be read")
        return read

    def _with_time(self, field: str, day: datetime, clock: str) -> Read:
        next_day = _MIDNIGHT_AS_24.fullmatch(clock) is not None
        at = time(0) if next_day else _read_time(clock, self.times)
        if at is None:
            raise RowRefused(f"{field}: the time can't be read")
        return self.settled(field, datetime.combine(day.date() + timedelta(days=int(next_day)), at))


@lru_cache(maxsize=4096)
def _read_date(written: str, formats: tuple[str, ...]) -> tuple[datetime, bool] | None:
    """The first form that fits, and whether it holds a time. Cached: a file repeats its dates."""
    for form in formats:
        try:
            if form == ISO:
                return datetime.fromisoformat(written), len(written) > len("2026-11-21")
            return datetime.strptime(written, form), any(mark in form for mark in ("%H", "%I"))  # noqa: DTZ007
        except ValueError:
            continue
    return None


@lru_cache(maxsize=4096)
def _read_time(written: str, formats: tuple[str, ...]) -> time | None:
    for form in formats:
        try:
            return datetime.strptime(written, form).time()  # noqa: DTZ007  # a wall time has no zone yet
        except ValueError:
            continue
    return None
