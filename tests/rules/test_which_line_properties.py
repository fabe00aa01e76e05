"""What must hold for every name: how it is written changes no clear answer, and no area lends another its names."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.gazetteer import Gazetteer
from core.domain.places import Ambiguous, AtComplex, AtStation, OffNetwork, Place, Station, placed_lines
from core.domain.station_names import key, parts, raw_words, words
from core.rules.which_line import explain, resolve
from core.settings.gazetteer_file import read_gazetteer

AGENCIES = Path(__file__).resolve().parents[2] / "agencies"
CITY = read_gazetteer(AGENCIES / "nyc/gazetteer", [])
AREAS = sorted({station.area for station in CITY.stations if station.area})
OFFICIAL = [(station.name, station.area) for station in CITY.stations]
OTHERS = [(name.name, CITY.station(found).area) for name in CITY.other_names for found in name.station_ids]
NAMES = st.sampled_from(sorted({(name, area) for name, area in OFFICIAL + OTHERS if area}))
SEEN: Counter[str] = Counter()


@pytest.fixture(scope="module", autouse=True)
def told():
    """Print how often each kind of answer was reached; none may be missing."""
    SEEN.clear()
    yield
    print(f"\nanswers reached: {dict(SEEN)}")


def answer(text: str, area: str | None, gazetteer: Gazetteer = CITY):
    found = resolve(Place(station=text, area=area), gazetteer)
    SEEN[found.kind] += 1
    assert found.why
    return found


def ordinal(word: str) -> str:
    if not word.isdigit():
        return word
    ending = "th" if word[-2:] in {"11", "12", "13"} else {"1": "st", "2": "nd", "3": "rd"}.get(word[-1], "th")
    return word + ending


def other_case(text: str, how: int) -> str:
    return (text.upper(), text.lower(), text.title(), text.swapcase())[how]


@st.composite
def rewritten(draw: st.DrawFn) -> tuple[str, str, str]:
    """A name, its area, and the same name in another case, order and punctuation, with ordinals."""
    name, area = draw(NAMES)
    found = list(raw_words(name))
    if draw(st.booleans()):
        found = [ordinal(word) for word in found]
    if draw(st.booleans()):
        random.Random(draw(st.integers(0, 99))).shuffle(found)
    joined = draw(st.sampled_from((" ", "-", " / ", ". ", "  "))).join(found)
    return name, area, other_case(joined, draw(st.integers(0, 3))) + draw(st.sampled_from(("", ".", " ")))


@settings(max_examples=800, deadline=None)
@given(rewritten())
def test_case_order_punctuation_and_ordinals_change_no_clear_answer(case):
    name, area, text = case
    before, after = answer(name, area), answer(text, area)
    if isinstance(before, AtStation):
        if spelled_alike_elsewhere(name):
            assert set(placed_lines(after)) <= lines_of_namesakes(name)
        else:
            assert isinstance(after, AtStation), (name, text, after)
            assert after.station_id == before.station_id
    if isinstance(before, AtComplex):
        assert set(placed_lines(after)) <= set(before.lines), (name, text, after)


def spelled_alike_elsewhere(name: str) -> bool:
    """True for the few names that the bureau's table prints in two ways, one for each platform group."""
    return len({found.station_ids for found in CITY.others.all if found.key == key(name)}) > 1


def lines_of_namesakes(name: str) -> set[str]:
    ids = [one for found in CITY.others.all if found.key == key(name) for one in found.station_ids]
    return {line for one in ids for line in CITY.station(one).lines}


LONG = st.sampled_from(sorted({(name, area) for name, area in OFFICIAL + OTHERS if area and len(name) > 22}))


@settings(max_examples=600, deadline=None)
@given(LONG, st.integers(20, 40))
def test_a_cut_changes_no_clear_answer(case, width):
    name, area = case
    before, after = answer(name, area), answer(name[:width], area)
    if spelled_alike_elsewhere(name):
        assert set(placed_lines(after)) <= lines_of_namesakes(name)
    elif isinstance(before, AtStation | AtComplex) and not isinstance(after, Ambiguous):
        assert set(placed_lines(after)) <= set(before.lines), (name[:width], after)
    if isinstance(before, AtStation) and width >= 30:
        assert placed_lines(after) == before.lines, (name[:width], after)


@settings(max_examples=800, deadline=None)
@given(NAMES, st.sampled_from(AREAS), st.data())
def test_a_misspelled_name_is_never_matched_across_areas(case, area, data):
    name, _ = case
    place = data.draw(st.integers(0, max(0, len(name) - 1)))
    text = name[:place] + data.draw(st.sampled_from("aeiourstlnx")) + name[place + data.draw(st.integers(0, 1)) :]
    found = answer(text, area)
    if isinstance(found, AtStation):
        assert found.station_id is not None
        assert CITY.in_area(found.station_id, area)
    if isinstance(found, AtComplex):
        assert any(CITY.in_area(station.id, area) for station in CITY.complex(found.complex_id))


@settings(max_examples=500, deadline=None)
@given(st.text(max_size=40), st.sampled_from([None, *AREAS, "Nowhere"]))
def test_any_text_has_an_answer_and_a_reason(text, area):
    told = explain(Place(station=text, area=area), CITY)
    SEEN[told.placement.kind] += 1
    assert told.placement.why
    assert told.steps


COORDINATES = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


@settings(max_examples=500, deadline=None)
@given(NAMES, COORDINATES)
def test_coordinates_never_overrule_a_clear_name(case, point):
    name, area = case
    before = answer(name, area)
    place = Place(station=name, area=area, latitude=point[0], longitude=point[1])
    after = resolve(place, CITY)
    if isinstance(before, AtStation | AtComplex):
        assert isinstance(after, Ambiguous) or set(placed_lines(after)) <= set(before.lines)


@settings(max_examples=300, deadline=None)
@given(COORDINATES)
def test_coordinates_alone_place_nothing(point):
    assert isinstance(resolve(Place(latitude=point[0], longitude=point[1]), CITY), Ambiguous)


@settings(max_examples=400, deadline=None)
@given(NAMES, st.sampled_from(sorted(CITY.extras.line_words | {line: () for s in CITY.stations for line in s.lines})))
def test_a_named_line_is_served_or_the_place_is_held(case, line):
    name, area = case
    found = resolve(Place(station=name, area=area, train=line), CITY)
    SEEN[found.kind] += 1
    if isinstance(found, AtStation | AtComplex):
        assert set(CITY.lines_of(line)) & set(found.lines)


@settings(max_examples=300, deadline=None)
@given(NAMES)
def test_what_is_off_the_network_stays_off(case):
    name, area = case
    found = resolve(Place(station=name, area=area, on_network=False), CITY)
    SEEN[found.kind] += 1
    assert isinstance(found, OffNetwork)


@given(st.sampled_from(OFFICIAL))
def test_the_one_spelling_is_its_own_spelling(case):
    name, _ = case
    assert key(" ".join(words(name))) == key(name)
    assert all(set(key(part)) <= set(key(name)) for part in parts(name))


def test_every_kind_of_answer_was_reached():
    assert {"station", "complex", "ambiguous", "off-network"} <= set(SEEN), SEEN
    assert isinstance(CITY.stations[0], Station)
