"""A made-up year with planted series and noise: how many series are found, and how many drafts are there by chance.

python -m benchmarks.bench_patterns --seed 1 --noise 2.0
"""

from __future__ import annotations

import argparse
import random
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from core.domain.lines import LineId
from core.domain.policy import Policy
from core.rules.patterns import Series, Sighting, distinct, find_series

DAYS, LINES, STOPS, PLANTED = 365, 10, 30, 40
FAMILIES = {"larceny": 0.5, "assault": 0.3, "robbery": 0.2}
BEGIN = datetime(2030, 1, 1, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Measured:
    """Figures of one made-up year. A draft is false when no two of its incidents were planted together."""

    incidents: int
    planted: int
    recall: float
    """Planted series of which a draft held at least so many as the policy asks for."""
    drafts: int
    false_drafts: int
    false_a_week: float

    def __str__(self) -> str:
        return (
            f"{self.incidents} incidents, {self.planted} series planted: {self.recall:.0%} found; "
            f"{self.drafts} drafts, {self.false_drafts} of them by chance ({self.false_a_week:.2f} a week)"
        )


def measure(seed: int, noise: float = 1.0, policy: Policy | None = None) -> Measured:
    """The year, looked at once a day; `noise` is incidents a line has on a day by chance, over all its stations."""
    policy = policy or Policy(name="made up", hash="1")
    dice = random.Random(seed)
    noisy = [one for day in range(DAYS) for one in _noise(dice, day, noise)]
    series = [_planted(dice, number, policy) for number in range(PLANTED)]
    every = sorted([*noisy, *(one for planted in series for one in planted)], key=lambda one: one.at)
    found, false, drafts = _year(every, series, policy)
    weeks = DAYS / 7
    return Measured(len(every), PLANTED, len(found) / PLANTED, drafts, false, false / weeks)


def _noise(dice: random.Random, day: int, rate: float) -> list[Sighting]:
    made = []
    for number in range(LINES):
        for count in range(sum(dice.random() < rate / 10 for _ in range(10))):
            at = BEGIN + timedelta(days=day, minutes=dice.randrange(-720, 720))
            [family] = dice.choices(list(FAMILIES), list(FAMILIES.values()))
            subject = f"incident:{day}-{number}-{count}"
            made.append(Sighting(subject, LineId(f"L{number}"), family, dice.randrange(STOPS), at))
    return made


def _planted(dice: random.Random, number: int, policy: Policy) -> list[Sighting]:
    """Five to seven, two days apart on average, on a stretch as long as the policy allows."""
    line, family = LineId(f"L{dice.randrange(LINES)}"), dice.choice(list(FAMILIES))
    first, day = dice.randrange(STOPS - policy.pattern_stations), dice.randrange(DAYS - 20)
    made = []
    for count in range(dice.randint(5, 7)):
        stop = first + dice.randint(0, policy.pattern_stations)
        made.append(Sighting(f"incident:s{number}-{count}", line, family, stop, BEGIN + timedelta(days=day)))
        day += dice.randint(1, 3)
    return made


def _year(every: list[Sighting], series: list[list[Sighting]], policy: Policy) -> tuple[set[int], int, int]:
    """Which planted series were found, false drafts, drafts. Another look at what a draft holds already is none."""
    of = {one.subject: number for number, planted in enumerate(series) for one in planted}
    found: set[int] = set()
    seen: dict[tuple[str, str, str], int] = {}
    false: set[int] = set()
    for day in range(DAYS):
        for one in distinct(find_series(every, policy, BEGIN + timedelta(days=day, hours=12))):
            draft = _draft_of(one, seen)
            numbers = [of[sighting.subject] for sighting in one.sightings if sighting.subject in of]
            found |= {number for number in numbers if numbers.count(number) >= min(4, policy.pattern_incidents)}
            if any(numbers.count(number) >= 2 for number in numbers):
                false.discard(draft)
            elif not numbers or len(numbers) < 2:
                false.add(draft)
    return found, len(false), len(set(seen.values()))


def _draft_of(one: Series, seen: dict[tuple[str, str, str], int]) -> int:
    keys = [(one.line, one.family, sighting.subject) for sighting in one.sightings]
    draft = next((seen[key] for key in keys if key in seen), len(seen))
    seen.update(dict.fromkeys(keys, draft))
    return draft


def main(argv: list[str]) -> int:
    """Print a year's figures for several densities of noise."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--noise", type=float, nargs="*", default=[0.25, 0.5, 1.0, 2.0])
    asked = parser.parse_args(argv)
    for noise in asked.noise:
        sys.stdout.write(f"{noise:g} a day and line: {measure(asked.seed, noise)}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
