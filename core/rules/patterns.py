"""Which incidents of one line make a series that people should look at. Pure.

A series is said in a held draft, never by itself: that incidents are alike is arithmetic, that they belong together is
for people to say. What the counts can't carry is not said: no line is dangerous because it has riders.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import exp, factorial

from core.domain.lines import LineId
from core.domain.policy import Policy

BASELINE = timedelta(days=90)
"""So far back a line's own past is looked at: a season, and longer than any series."""


@dataclass(frozen=True)
class Sighting:
    """One incident on one line, as far as series are concerned."""

    subject: str
    """A reference: the incident's keyed hash."""
    line: LineId
    family: str
    stop: int
    """Where its station stands in the gazetteer's order of the line."""
    at: datetime
    offender: str | None = None
    """A keyed hash of the record's own id of the person; never public."""


@dataclass(frozen=True)
class Series:
    """Incidents of one family on one line, oldest first."""

    line: LineId
    family: str
    sightings: tuple[Sighting, ...]
    one_offender: bool
    """True where all records name the same person: then stations may lie anywhere on the line."""

    @property
    def began(self) -> datetime:
        """When its state began: with its newest incident."""
        return self.sightings[-1].at

    def why(self, policy: Policy) -> str:
        """In one sentence, for a reviewer."""
        days = (self.sightings[-1].at.date() - self.sightings[0].at.date()).days + 1
        stops = [one.stop for one in self.sightings]
        near = "one offender by the records" if self.one_offender else f"{max(stops) - min(stops)} stations apart"
        return (
            f"{len(self.sightings)} of {self.family} within {days} days, {near} "
            f"(at least {policy.pattern_incidents} within {policy.pattern_within.days} days, "
            f"at most {policy.pattern_stations} stations apart)"
        )


def find_series(sightings: Iterable[Sighting], policy: Policy, now: datetime) -> tuple[Series, ...]:
    """The series that stand now, the largest first on each line; an incident belongs to one of a line at most.

    `sightings` reach back over BASELINE where there is so much: what a stretch's own past makes likely is none.
    """
    groups: dict[tuple[LineId, str], list[Sighting]] = defaultdict(list)
    for one in sightings:
        if now - BASELINE <= one.at <= now:
            groups[one.line, one.family].append(one)
    return tuple(one for (line, family), group in groups.items() for one in _of_group(line, family, group, policy, now))


def _of_group(line: LineId, family: str, group: Sequence[Sighting], policy: Policy, now: datetime) -> list[Series]:
    begins = now - policy.pattern_within
    past = [one for one in group if one.at < begins]
    left = sorted((one for one in group if one.at >= begins), key=lambda one: (one.at, one.subject))
    found: list[Series] = []
    while True:
        best, same = _best(left, policy)
        if len(best) < policy.pattern_incidents:
            return found
        if same or _chance(best, past, policy) <= policy.pattern_chance:
            found.append(Series(line, family, tuple(best), same))
        left = [one for one in left if one not in best]


def _chance(best: Sequence[Sighting], past: Sequence[Sighting], policy: Policy) -> float:
    """How probable so many and more are (Poisson) by what happened before: on this stretch, or on the whole line where
    that is more. Half an incident is added, so that a quiet past makes nothing impossible."""
    first = min(one.stop for one in best)
    here = sum(1 for one in past if 0 <= one.stop - first <= policy.pattern_stations)
    stops = max(one.stop for one in [*best, *past]) + 1
    share = len(past) * min(1.0, (policy.pattern_stations + 1) / stops)
    expected = (max(here, share) + 0.5) * (policy.pattern_within / (BASELINE - policy.pattern_within))
    return 1.0 - sum(exp(-expected) * expected**k / factorial(k) for k in range(len(best)))


def distinct(found: Sequence[Series]) -> list[Series]:
    """Each series once: what several lines of one station share is said on the line where it is largest, the earlier
    line among equals."""
    kept: list[Series] = []
    for one in sorted(found, key=lambda series: -len(series.sightings)):
        mine = {sighting.subject for sighting in one.sightings}
        if not any(mine & {sighting.subject for sighting in other.sightings} for other in kept):
            kept.append(one)
    return kept


def _best(group: Sequence[Sighting], policy: Policy) -> tuple[list[Sighting], bool]:
    """The largest set that lies close together, or has one offender; and which of the two it is."""
    near = [
        [one for one in group if 0 <= one.stop - first <= policy.pattern_stations]
        for first in sorted({one.stop for one in group})
    ]
    by_one = [
        [one for one in group if one.offender == offender]
        for offender in sorted({one.offender for one in group if one.offender is not None})
    ]
    largest_near, largest_by_one = max(near, key=len, default=[]), max(by_one, key=len, default=[])
    if len(largest_by_one) >= max(len(largest_near), policy.pattern_incidents):
        return largest_by_one, True
    return largest_near, False
