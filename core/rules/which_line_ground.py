"""Area and coordinates: they decide between stations of one name, and never overrule a clear one."""

from __future__ import annotations

from collections.abc import Sequence
from math import asin, cos, radians, sin, sqrt

from core.domain.gazetteer import Gazetteer
from core.domain.places import Place, Station

AT = 200.0
"""Metres within which coordinates may say which station it is."""
APART = 2.0
"""The next place must lie at least so many times as far."""
APART_METRES = 120.0
ON_TOP = 60.0
"""Metres within which coordinates may say which of several joined stations it is."""
JOINED_APART = 200.0
"""The other stations of the complex must lie at least so far."""
AGREES = 400.0
"""Metres within which coordinates agree with a name that another area claims."""
BUILDING = 75.0
"""Metres within which coordinates are taken for those of a building that is not a place."""
_EARTH = 6_371_000.0


def metres(latitude: float, longitude: float, station: Station) -> float | None:
    """The way from a point to a station, as the crow flies; None when the station has no coordinates."""
    if station.latitude is None or station.longitude is None:
        return None
    return _metres(latitude, longitude, station.latitude, station.longitude)


def _metres(lat_a: float, lon_a: float, lat_b: float, lon_b: float) -> float:
    a, b = radians(lat_a), radians(lat_b)
    half = sin((b - a) / 2) ** 2 + cos(a) * cos(b) * sin(radians(lon_b - lon_a) / 2) ** 2
    return 2 * _EARTH * asin(sqrt(half))


class Ground:
    """Where the record's coordinates lie, as far as they say anything."""

    def __init__(self, place: Place, gazetteer: Gazetteer) -> None:
        self._point: tuple[float, float] | None = None
        self.building: str | None = None
        if place.latitude is None or place.longitude is None:
            return
        for known in gazetteer.extras.not_places:
            if _metres(place.latitude, place.longitude, known.latitude, known.longitude) <= BUILDING:
                self.building = known.name
                return
        self._point = (place.latitude, place.longitude)

    @property
    def known(self) -> bool:
        """True when there are coordinates that may say something."""
        return self._point is not None

    def away(self, stations: Sequence[Station]) -> float | None:
        """Metres to the nearest of these stations."""
        if self._point is None:
            return None
        ways = [way for station in stations if (way := metres(*self._point, station)) is not None]
        return min(ways, default=None)


def by_complex(stations: Sequence[Station]) -> tuple[tuple[Station, ...], ...]:
    """The stations grouped by the complex that they belong to: one group is one place."""
    groups: dict[str, list[Station]] = {}
    for station in stations:
        groups.setdefault(station.complex_id, []).append(station)
    return tuple(tuple(group) for group in groups.values())


def nearest_place(stations: Sequence[Station], ground: Ground) -> tuple[Station, ...] | None:
    """The one place that the coordinates mean: near enough, and clearly nearer than any other; else None."""
    ranked = sorted(
        ((way, group) for group in by_complex(stations) if (way := ground.away(group)) is not None),
        key=lambda entry: entry[0],
    )
    if not ranked or len(ranked) < len(by_complex(stations)) or ranked[0][0] > AT:
        return None
    first, second = ranked[0], ranked[1] if len(ranked) > 1 else None
    if second and (second[0] < first[0] * APART or second[0] - first[0] < APART_METRES):
        return None
    return first[1]


def joined_here(stations: Sequence[Station], ground: Ground) -> tuple[Station, ...]:
    """Of several joined stations those that the coordinates don't rule out: when they lie on top of one, the others
    that are far from them are not meant; else all."""
    nearest = ground.away(stations)
    if nearest is None or nearest > ON_TOP:
        return tuple(stations)
    ways = [(ground.away((station,)), station) for station in stations]
    return tuple(station for way, station in ways if way is None or way < JOINED_APART)
