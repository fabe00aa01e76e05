"""Measures how fast a gazetteer loads and how many distinct place texts a second are tied to their lines.

    python -m benchmarks.bench_which_line [AGENCY] [TEXTS]

Every text is another one (names as written, turned round, misspelled, cut, unknown); nothing is kept between answers.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from pathlib import Path
from time import perf_counter

from core.domain.gazetteer import Gazetteer
from core.domain.places import Place
from core.rules.which_line import resolve
from core.settings.gazetteer_file import read_gazetteer

AGENCIES = Path(__file__).resolve().parents[1] / "agencies"
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def texts(gazetteer: Gazetteer, count: int, rng: random.Random) -> list[Place]:
    """Distinct places: three in four known names in some spelling, the rest unknown."""
    names = [(station.name, station.area) for station in gazetteer.stations]
    names += [(one.name, gazetteer.station(one.station_ids[0]).area) for one in gazetteer.other_names]
    seen: dict[str, Place] = {}
    while len(seen) < count:
        name, area = rng.choice(names)
        text = _written(name, rng)
        if text not in seen:
            seen[text] = Place(station=text, area=area)
    return list(seen.values())


def _written(name: str, rng: random.Random) -> str:
    how = rng.randrange(4)
    if how == 0:
        return name.upper() + " " * rng.randrange(1, 4) + rng.choice(("STATION", "STA", "SUBWAY STATION", ""))
    if how == 1:
        found = name.replace("-", " ").split()
        rng.shuffle(found)
        return rng.choice((" ", "-", " / ", ". ")).join(found)
    if how == 2:
        place = rng.randrange(len(name))
        return name[:place] + rng.choice(LETTERS) + name[place:]
    return " ".join("".join(rng.choices(LETTERS, k=rng.randrange(3, 9))) for _ in range(rng.randrange(1, 4)))


def main(agency: str = "nyc", count: str = "10000") -> None:
    """Print load time, resolutions a second and what was answered."""
    start = perf_counter()
    gazetteer = read_gazetteer(AGENCIES / agency / "gazetteer", [])
    loaded = perf_counter() - start
    places = texts(gazetteer, int(count), random.Random(1))
    start = perf_counter()
    kinds = Counter(resolve(place, gazetteer).kind for place in places)
    took = perf_counter() - start
    print(f"{agency}: {len(gazetteer.stations)} stations loaded in {loaded * 1000:.0f} ms")
    print(f"{len(places)} distinct texts in {took:.2f} s: {len(places) / took:.0f}/s; {dict(kinds)}")


if __name__ == "__main__":
    main(*sys.argv[1:])
