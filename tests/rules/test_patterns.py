"""What makes a series: family, line, stations, days, number; a made-up year with planted series and noise."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from benchmarks.bench_patterns import measure
from core.domain.lines import LineId
from core.domain.policy import Policy
from core.rules.gate_patterns import PatternCase, rule_pattern
from core.rules.patterns import Sighting, distinct, find_series

NOW = datetime(2030, 3, 1, 12, 0, tzinfo=UTC)
POLICY = Policy(name="made up", hash="1")
A, B = LineId("A"), LineId("B")


def sighting(number: int, days_ago: float = 1, stop: int = 5, line: LineId = A, **how: str) -> Sighting:
    family, offender = how.get("family", "larceny"), how.get("offender")
    return Sighting(f"incident:{number}", line, family, stop, NOW - timedelta(days=days_ago), offender)


FOUR = [sighting(number, days_ago=number + 1) for number in range(4)]


def test_four_alike_within_reach_are_one_oldest_first() -> None:
    [found] = find_series(FOUR, POLICY, NOW)
    assert [one.subject for one in found.sightings] == [f"incident:{number}" for number in (3, 2, 1, 0)]
    assert found.began == NOW - timedelta(days=1)
    assert found.why(POLICY).startswith("4 of larceny within 4 days, 0 stations apart")


@pytest.mark.parametrize(
    "odd",
    [
        {"days_ago": 15},
        {"days_ago": -1},
        {"stop": 9},
        {"stop": 1},
        {"line": B},
        {"family": "robbery"},
    ],
)
def test_one_that_is_elsewhere_earlier_or_otherwise_makes_it_three(odd: dict[str, Any]) -> None:
    assert find_series([*FOUR[:3], sighting(9, **odd)], POLICY, NOW) == ()


def test_as_many_stations_apart_as_the_policy_says_still_count() -> None:
    assert len(find_series([*FOUR[:3], sighting(9, stop=8)], POLICY, NOW)) == 1


def test_one_offender_ties_what_lies_apart() -> None:
    apart = [sighting(number, stop=number * 10, offender="keyed") for number in range(4)]
    [found] = find_series(apart, POLICY, NOW)
    assert found.one_offender
    assert find_series([*apart[:3], sighting(9, stop=40, offender="another")], POLICY, NOW) == ()


def test_what_the_stretch_sees_all_the_time_is_no_series() -> None:
    usual = [sighting(100 + number, days_ago=15 + number, stop=6) for number in range(30)]
    assert find_series([*FOUR, *usual], POLICY, NOW) == ()
    tied = [sighting(number, days_ago=number + 1, offender="keyed") for number in range(4)]
    assert len(find_series([*tied, *usual], POLICY, NOW)) == 1


def test_two_places_of_one_line_make_two_and_no_incident_stands_in_both() -> None:
    far = [sighting(10 + number, stop=30) for number in range(5)]
    found = find_series([*FOUR, *far], POLICY, NOW)
    assert [len(one.sightings) for one in found] == [5, 4]


def test_what_several_lines_of_a_station_share_is_said_on_one() -> None:
    on_b = [sighting(number, line=B) for number in range(5)]
    assert [one.line for one in distinct(find_series([*FOUR, *on_b], POLICY, NOW))] == [B]


@pytest.mark.parametrize(
    ("changes", "ruled"),
    [
        ({}, "pattern-waits"),
        ({"shaken": True}, "pattern-shaken"),
        ({"began": NOW - timedelta(hours=73)}, "too-old"),
        ({"stands": True, "changed": False}, "nothing-new"),
        ({"stands": True}, "pattern-waits"),
    ],
)
def test_the_gate_never_lets_one_out_by_itself(changes: dict[str, object], ruled: str) -> None:
    given = {"began": NOW, "why": "so", "policy": POLICY, "now": NOW, "changed": True, "stands": False, **changes}
    assert rule_pattern(PatternCase(**given)).rule == ruled  # type: ignore[arg-type]


def test_a_made_up_year_with_planted_series_and_noise() -> None:
    found = measure(seed=1)
    print(found)
    assert found.recall >= 0.85
    assert found.false_a_week <= 1
