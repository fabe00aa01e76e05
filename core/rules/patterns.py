"""Which incidents of one line make a series that people should look at. Pure.

A series is said in a held draft, never by itself: that incidents are alike is arithmetic, that they belong together is
for people to say. What the counts can't carry is not said: no line is dangerous because it has riders.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.domain.lines import LineId
from core.domain.policy import Policy


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
    """The series that stand now, the largest first on each line; an incident belongs to one of a line at most."""
    groups: dict[tuple[LineId, str], list[Sighting]] = defaultdict(list)
    for one in sightings:
        if now - policy.pattern_within <= one.at <= now:
            groups[one.line, one.family].append(one)
    found: list[Series] = []
    for (line, family), group in groups.items():
        left = sorted(group, key=lambda one: (one.at, one.subject))
        while True:
            best, same = _best(left, policy)
            if len(best) < policy.pattern_incidents:
                break
            found.append(Series(line, family, tuple(best), same))
            left = [one for one in left if one not in best]
    return tuple(found)


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
