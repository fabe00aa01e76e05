"""A made-up network of two areas, for tests of what an area, a district and coordinates decide."""

from __future__ import annotations

from core.domain.gazetteer import CountedIn, Extras, Gazetteer, InDistrict, NotAPlace
from core.domain.lines import LineId
from core.domain.places import Station


def two_towns() -> Gazetteer:
    """Two areas with a name in common: East and West lie 20 km apart."""
    stations = [
        ("W1", "Mill Street", "1", "w1", "West", 10.0, -30.0),
        ("W2", "Bridge Road", "1", "w2", "West", 10.01, -30.0),
        ("W3", "Garrison Avenue", "2", "w3", "West", 10.02, -30.0),
        ("E1", "Mill Street", "3", "e1", "East", 10.0, -29.8),
        ("E2", "Lighthouse Avenue", "3", "e2", "East", 10.01, -29.8),
        ("E3", "Fishermans Wharf", "4", "e3", "East", 10.03, -29.8),
        ("E4", "Fisherman Wharf", "4", "e4", "East", 10.04, -29.8),
    ]
    return Gazetteer(
        [
            Station(id=i, name=n, lines=(LineId(x),), complex_id=c, area=a, latitude=la, longitude=lo)
            for i, n, x, c, a, la, lo in stations
        ],
        [],
        {LineId(x): (x,) for x in "1234"},
        Extras(
            districts=(
                InDistrict(station_id="W1", district="7", source="made up"),
                InDistrict(station_id="E1", district="9", source="made up"),
            ),
            counted_in=(CountedIn(station_id="W3", area="East", source="made up"),),
            not_places=(NotAPlace(latitude=10.0, longitude=-30.001, name="the west guard house", source="made up"),),
        ),
    )
