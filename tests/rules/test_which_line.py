"""Which line: a made-up city's places are tied to their lines, or held with the reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.domain.gazetteer import Gazetteer
from core.domain.lines import Line, LineId
from core.domain.places import Ambiguous, AtComplex, AtStation, OffNetwork, OtherName, Place, Station
from core.rules.which_line import explain, resolve
from core.settings.gazetteer_file import read_gazetteer
from tests.rules.two_towns import two_towns

EXAMPLE = Path(__file__).resolve().parents[2] / "agencies" / "example" / "gazetteer"
LINES = [
    Line(id=LineId(name), name=f"{name} Line", routes=routes, colour="#000000", symbol=name[0], handle=f"Example{name}")
    for name, routes in (("Green", ("GB", "GC", "GD", "GE")), ("Red", ("Red",)), ("Blue", ("Blue",)))
]


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return read_gazetteer(EXAMPLE, LINES)


class TestNames:
    @pytest.mark.parametrize(
        "text",
        [
            "Harbour",
            " HARBOUR ",
            "Harbour Station",
            "PORT OF EXAMPLE",
            "Port of Example.",
        ],
    )
    def test_a_clear_name_is_its_station(self, gazetteer, text):
        found = resolve(Place(station=text), gazetteer)
        assert isinstance(found, AtStation)
        assert (found.station_id, found.station_name, found.lines) == ("G1", "Harbour", ("Green",))
        assert found.why

    @pytest.mark.parametrize(
        ("text", "station"),
        [
            ("PAPER WORKS/SECOND AVE.", "G7"),
            ("2ND AVENUE-PAPER WORKS", "G7"),
            ("2 av", "G7"),
            ("Bell Tower Sq.", "R5"),
            ("SAINT NOBODYS HOSPITAL", "B5"),
            ("BELL TOWR SQUARE", "R5"),
            ("PAPER WORKS-2 AVENU", "G7"),
            ("SECOND AVENUE - PAPER WOR", "G7"),
        ],
    )
    def test_ways_to_write_a_name(self, gazetteer, text, station):
        found = resolve(Place(station=text), gazetteer)
        assert isinstance(found, AtStation), found
        assert found.station_id == station

    def test_numbers_are_never_nearly_right(self, gazetteer):
        assert isinstance(resolve(Place(station="13 Street"), gazetteer), Ambiguous)

    def test_a_text_without_a_word_is_ambiguous(self, gazetteer):
        assert isinstance(resolve(Place(station="- " * 20), gazetteer), Ambiguous)

    def test_names_of_other_scripts_are_told_apart(self):
        names = {"a": "Площадь Ленина", "b": "Проспект Мира"}
        stations = [Station(id=i, name=n, lines=(LineId(i),), complex_id=i) for i, n in names.items()]
        found = resolve(Place(station="ПРОСПЕКТ-МИРА"), Gazetteer(stations, [], {}))
        assert isinstance(found, AtStation)
        assert found.station_id == "b"

    def test_an_unknown_name_is_ambiguous_without_candidates(self, gazetteer):
        found = resolve(Place(station="Winter Palace"), gazetteer)
        assert isinstance(found, Ambiguous)
        assert found.candidates == ()
        assert "Winter Palace" in found.why

    def test_an_officers_answer_is_another_name(self, gazetteer):
        taught = gazetteer.also_known([OtherName(name="Winter Palace", station_ids=("B1",), source="officer A")])
        found = resolve(Place(station="WINTER PALACE"), taught)
        assert isinstance(found, AtStation)
        assert found.station_id == "B1"
        assert "officer A" in found.why

    def test_an_answer_to_one_record_does_not_settle_a_name_for_several_places(self, gazetteer):
        taught = gazetteer.also_known([OtherName(name="12TH ST.", station_ids=("B2",), source="officer A")])
        assert isinstance(resolve(Place(station="12TH ST."), taught), Ambiguous)

    def test_two_answers_that_differ_leave_a_name_ambiguous(self, gazetteer):
        names = [OtherName(name="Winter Palace", station_ids=(found,), source="officer A") for found in ("B1", "R1")]
        assert isinstance(resolve(Place(station="Winter Palace"), gazetteer.also_known(names)), Ambiguous)

    def test_another_name_must_point_at_a_station(self, gazetteer):
        with pytest.raises(ValueError, match="X9"):
            gazetteer.also_known([OtherName(name="Nowhere", station_ids=("X9",), source="officer A")])


class TestComplexes:
    def test_a_name_for_several_joined_stations_is_the_complex(self, gazetteer):
        found = resolve(Place(station="Great Central Terminus"), gazetteer)
        assert isinstance(found, AtComplex)
        assert (found.complex_id, found.lines) == ("central", ("Green", "Red", "Blue"))

    @pytest.mark.parametrize("place", [Place(station="Central", train="Red"), Place(station="Central (Red)")])
    def test_a_named_line_narrows_it(self, gazetteer, place):
        found = resolve(place, gazetteer)
        assert isinstance(found, AtStation)
        assert (found.station_id, found.lines) == ("R3", ("Red",))

    def test_a_named_line_may_pick_a_joined_station_of_another_name(self, gazetteer):
        found = resolve(Place(station="Central-Green Hall", lines=("BLUE LINE",)), gazetteer)
        assert isinstance(found, AtStation)
        assert found.station_id == "B3"


class TestLines:
    @pytest.mark.parametrize("train", ["GB", "gd train", "(GE)", "Green Line", "G"])
    def test_a_train_alone_says_its_line(self, gazetteer, train):
        found = resolve(Place(train=train), gazetteer)
        assert isinstance(found, AtStation)
        assert (found.lines, found.explicit, found.station_id) == (("Green",), "Green", None)

    def test_lines_alone_say_themselves_and_none_leads(self, gazetteer):
        found = resolve(Place(lines=("Red, Blue",)), gazetteer)
        assert isinstance(found, AtStation)
        assert (found.lines, found.explicit) == (("Red", "Blue"), None)

    def test_the_train_leads_at_its_station(self, gazetteer):
        found = resolve(Place(station="Harbour", train="GC"), gazetteer)
        assert isinstance(found, AtStation)
        assert (found.station_id, found.explicit) == ("G1", "Green")

    @pytest.mark.parametrize("place", [Place(station="Museum", train="Red"), Place(station="Museum", lines=("Red",))])
    def test_a_line_that_a_clear_station_contradicts_is_ambiguous(self, gazetteer, place):
        found = resolve(place, gazetteer)
        assert isinstance(found, Ambiguous)
        assert [candidate.station_id for candidate in found.candidates] == ["B1"]
        assert "Red" in found.why

    def test_an_unknown_train_is_ambiguous(self, gazetteer):
        assert isinstance(resolve(Place(station="Museum", train="Zeppelin"), gazetteer), Ambiguous)
        assert isinstance(resolve(Place(train="Zeppelin"), gazetteer), Ambiguous)

    def test_a_named_line_decides_between_places(self, gazetteer):
        found = resolve(Place(station="12 St", train="Blue"), gazetteer)
        assert isinstance(found, AtStation)
        assert found.station_id == "B2"


class TestCoordinates:
    def test_without_them_a_name_for_two_places_is_ambiguous(self, gazetteer):
        found = resolve(Place(station="12 Street"), gazetteer)
        assert isinstance(found, Ambiguous)
        assert {candidate.station_id for candidate in found.candidates} == {"R4", "B2"}

    def test_they_decide_between_places_of_one_name(self, gazetteer):
        found = resolve(Place(station="12 Street", latitude=9.9901, longitude=-29.9951), gazetteer)
        assert isinstance(found, AtStation)
        assert found.station_id == "B2"

    @pytest.mark.parametrize(("latitude", "longitude"), [(9.9905, -29.9905), (10.02, -29.9855)])
    def test_they_decide_nothing_in_the_middle_or_far_away(self, gazetteer, latitude, longitude):
        found = resolve(Place(station="12 Street", latitude=latitude, longitude=longitude), gazetteer)
        assert isinstance(found, Ambiguous)
        assert len(found.candidates) == 2

    def test_they_never_overrule_a_clear_name(self, gazetteer):
        found = resolve(Place(station="Harbour", latitude=9.9820, longitude=-30.0050), gazetteer)
        assert isinstance(found, AtStation)
        assert found.station_id == "G1"

    def test_they_never_place_a_record_alone(self, gazetteer):
        found = resolve(Place(latitude=10.0, longitude=-30.0), gazetteer)
        assert isinstance(found, Ambiguous)
        assert found.candidates == ()

    def test_candidates_come_nearest_first(self, gazetteer):
        found = resolve(Place(station="12 Street", latitude=9.9905, longitude=-29.9910), gazetteer)
        assert isinstance(found, Ambiguous)
        assert [candidate.station_id for candidate in found.candidates] == ["B2", "R4"]


class TestOffTheNetwork:
    @pytest.mark.parametrize("place", [Place(on_network=False), Place(on_network=False, station="Harbour", train="GB")])
    def test_the_mapping_says_so(self, gazetteer, place):
        assert isinstance(resolve(place, gazetteer), OffNetwork)

    def test_a_text_that_is_no_station(self, gazetteer):
        assert isinstance(resolve(Place(station="Outside"), gazetteer), OffNetwork)
        assert isinstance(resolve(Place(station="BUREAU OFFICE"), gazetteer), Ambiguous)
        assert isinstance(resolve(Place(station="Outside", train="Red"), gazetteer), Ambiguous)

    def test_nothing_at_all_is_ambiguous(self, gazetteer):
        assert isinstance(resolve(Place(), gazetteer), Ambiguous)


class TestAreas:
    def test_the_area_decides_between_places_of_one_name(self):
        found = resolve(Place(station="Mill St", area="EAST"), two_towns())
        assert isinstance(found, AtStation)
        assert found.station_id == "E1"

    @pytest.mark.parametrize("text", ["Lighthous Avenue", "LIGHTHOUSE AVENUE"])
    def test_a_name_is_never_matched_across_areas(self, text):
        assert isinstance(resolve(Place(station=text, area="West"), two_towns()), Ambiguous)

    def test_a_name_is_nearly_right_only_inside_an_area(self):
        found = resolve(Place(station="Lighthous Avenue", area="East"), two_towns())
        assert isinstance(found, AtStation)
        assert found.station_id == "E2"
        assert isinstance(resolve(Place(station="Lighthous Avenue"), two_towns()), Ambiguous)

    def test_coordinates_lend_no_area_a_name_that_is_nearly_right(self):
        place = Place(station="Lighthous Avenue", area="West", latitude=10.01, longitude=-29.8)
        assert isinstance(resolve(place, two_towns()), Ambiguous)

    def test_two_names_that_are_nearly_right_are_ambiguous(self):
        found = resolve(Place(station="Fishermann Wharf", area="East"), two_towns())
        assert isinstance(found, Ambiguous)
        assert [candidate.station_id for candidate in found.candidates] == ["E4", "E3"]

    def test_coordinates_and_name_may_agree_against_the_area(self):
        found = resolve(Place(station="Lighthouse Avenue", area="West", latitude=10.01, longitude=-29.8), two_towns())
        assert isinstance(found, AtStation)
        assert found.station_id == "E2"

    def test_coordinates_at_the_other_areas_station_of_that_name_make_it_ambiguous(self):
        found = resolve(Place(station="Mill Street", area="West", latitude=10.0, longitude=-29.8), two_towns())
        assert isinstance(found, Ambiguous)

    def test_a_station_may_be_counted_in_another_area(self):
        found = resolve(Place(station="Garrison Avenue", area="East"), two_towns())
        assert isinstance(found, AtStation)
        assert found.area == "West"

    def test_a_buildings_coordinates_say_nothing(self):
        place = Place(station="Mill Street", latitude=10.0, longitude=-30.001)
        found = resolve(place, two_towns())
        assert isinstance(found, Ambiguous)
        assert "guard house" in found.why


class TestDistricts:
    def test_without_coordinates_the_district_decides(self):
        found = resolve(Place(station="Mill Street", district="9"), two_towns())
        assert isinstance(found, AtStation)
        assert found.station_id == "E1"
        assert "district 9" in found.why

    def test_with_a_buildings_coordinates_the_record_is_held(self):
        place = Place(station="Mill Street", district="9", latitude=10.0, longitude=-30.001)
        assert isinstance(resolve(place, two_towns()), Ambiguous)

    def test_it_never_overrules_coordinates_or_a_clear_name(self):
        at_west = resolve(Place(station="Mill Street", district="9", latitude=9.9995, longitude=-29.9998), two_towns())
        assert isinstance(at_west, AtStation)
        assert at_west.station_id == "W1"
        clear = resolve(Place(station="Bridge Road", area="West", district="9"), two_towns())
        assert isinstance(clear, AtStation)
        assert clear.station_id == "W2"

    @pytest.mark.parametrize("district", ["8", "7 or 9"])
    def test_a_district_of_none_of_them_decides_nothing(self, district):
        assert isinstance(resolve(Place(station="Mill Street", district=district), two_towns()), Ambiguous)

    def test_it_decides_nothing_while_a_candidates_district_is_unknown(self, gazetteer):
        assert isinstance(resolve(Place(station="12 Street", district="1"), gazetteer), Ambiguous)


def test_every_step_is_told_in_order(gazetteer):
    told = explain(Place(station="Central", train="Red"), gazetteer)
    assert [step.step for step in told.steps] == ["exact name", "lines"]
    assert told.steps[-1].station_ids == ("R3",)
    assert all(step.says for step in told.steps)
