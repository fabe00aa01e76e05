"""Quiet hours by the agency's clocks: within them, at their ends, and on the days on which clocks are changed."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from core.domain.lines import QuietHours
from core.rules.quiet_hours import quiet_until
from core.settings.quiet_shapes import read_quiet_hours

LISBON, DENVER, CHATHAM = ZoneInfo("Europe/Lisbon"), ZoneInfo("America/Denver"), ZoneInfo("Pacific/Chatham")


def hours(text: str) -> QuietHours:
    (one,) = read_quiet_hours(text)
    return one


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("quiet", "zone", "now", "until"),
    [
        ("23:00-06:00", LISBON, "2030-01-07 22:59", None),
        ("23:00-06:00", LISBON, "2030-01-07 23:00", "2030-01-08 06:00"),
        ("23:00-06:00", LISBON, "2030-01-08 05:59", "2030-01-08 06:00"),
        ("23:00-06:00", LISBON, "2030-01-08 06:00", None),
        ("23:00-06:00", LISBON, "2030-07-07 21:59", None),
        ("23:00-06:00", LISBON, "2030-07-07 22:00", "2030-07-08 05:00"),
        ("12:00-14:00", LISBON, "2030-01-07 13:00", "2030-01-07 14:00"),
        # Lisbon's clocks go from 01:00 to 02:00 on 2030-03-31, and back from 02:00 to 01:00 on 2030-10-27.
        ("23:00-06:00", LISBON, "2030-03-30 23:00", "2030-03-31 05:00"),
        ("23:00-06:00", LISBON, "2030-03-31 05:00", None),
        ("23:00-06:00", LISBON, "2030-10-26 22:00", "2030-10-27 06:00"),
        ("23:00-06:00", LISBON, "2030-10-27 05:30", "2030-10-27 06:00"),
        ("23:00-01:30", LISBON, "2030-03-30 23:30", "2030-03-31 01:00"),  # 01:30 is skipped
        ("23:00-01:30", LISBON, "2030-03-31 01:00", None),
        ("01:30-06:00", LISBON, "2030-03-31 00:59", None),
        ("01:30-06:00", LISBON, "2030-03-31 01:00", "2030-03-31 05:00"),
        ("23:00-01:30", LISBON, "2030-10-27 00:45", "2030-10-27 01:30"),  # 01:30 comes twice: until the later
        ("01:30-06:00", LISBON, "2030-10-27 00:30", "2030-10-27 06:00"),  # from the earlier on
        ("01:30-06:00", LISBON, "2030-10-27 01:15", "2030-10-27 06:00"),
        # Denver's go from 02:00 to 03:00 on 2030-03-10, and back from 02:00 to 01:00 on 2030-11-03.
        ("23:00-06:00", DENVER, "2030-03-10 06:00", "2030-03-10 12:00"),
        ("23:00-06:00", DENVER, "2030-11-03 05:00", "2030-11-03 13:00"),
        ("23:00-06:00", DENVER, "2030-11-03 12:59", "2030-11-03 13:00"),
        ("23:00-02:30", DENVER, "2030-03-10 08:59", "2030-03-10 09:00"),
        ("23:00-06:00", CHATHAM, "2030-01-07 09:15", "2030-01-07 16:15"),
    ],
)
def test_by_the_clocks_of_the_zone(quiet: str, zone: ZoneInfo, now: str, until: str | None) -> None:
    assert quiet_until(hours(quiet), zone, utc(now)) == (None if until is None else utc(until))


@given(
    st.sampled_from(sorted({"Europe/Lisbon", "America/Denver", "Australia/Lord_Howe"} & available_timezones())),
    st.integers(0, 2 * 365 * 24 * 60).map(lambda minutes: utc("2029-01-01") + timedelta(minutes=minutes)),
    st.times(),
    st.times(),
)
def test_whenever_it_is_quiet_it_ends_and_is_over_then(zone: str, now: datetime, starts: time, ends: time) -> None:
    if starts.replace(second=0, microsecond=0) == ends.replace(second=0, microsecond=0):
        return
    at = [one.replace(second=0, microsecond=0) for one in (starts, ends)]
    one = QuietHours(what="routine", starts=at[0], ends=at[1])
    until = quiet_until(one, ZoneInfo(zone), now)
    wall = now.astimezone(ZoneInfo(zone)).time().replace(fold=0)
    if until is not None:
        assert timedelta(0) < until - now <= timedelta(hours=25)
        assert quiet_until(one, ZoneInfo(zone), until) is None
    elif at[0] < at[1]:
        assert not at[0] <= wall < at[1]
    else:
        assert at[1] <= wall < at[0]


@pytest.mark.parametrize(
    "written", ["", "23-06", "23:00-23:00", "urgent 23:00-06:00", "24:00-06:00", "23:00-06:00, ", "crime alert 1:00", 7]
)
def test_what_are_no_quiet_hours_is_refused(written: object) -> None:
    with pytest.raises(PydanticCustomError):
        read_quiet_hours(written)


def test_as_people_write_them() -> None:
    found = read_quiet_hours("23:00-06:00, service 00:00-05:00, digest 21:00-07:00")
    assert [(one.what, one.starts.hour, one.ends.hour) for one in found] == [
        ("routine", 23, 6),
        ("service", 0, 5),
        ("digest", 21, 7),
    ]
    assert read_quiet_hours("none") == ()
