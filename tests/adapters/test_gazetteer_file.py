"""A gazetteer in our own format is read, written and compared; a mistake is told with file and line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from core.domain.lines import LineId
from core.domain.places import OtherName, Station
from core.rules.station_changes import changes
from core.settings.gazetteer_file import (
    About,
    read_about,
    read_gazetteer,
    read_labels,
    write_other_names,
    write_stations,
)

ONE, TWO = LineId("1"), LineId("2")
ABOUT = About(agency="Made-Up Transit", source="made up", date=date(2026, 11, 1), line_words={"S": (ONE, TWO)})
STATIONS = (
    Station(id="a", name="Quay, North", lines=(ONE, TWO), complex_id="a", latitude=10.5, longitude=-30.25),
    Station(id="b", name="Quay, South", lines=(TWO,), complex_id="a", area="West"),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_stations(tmp_path, ABOUT, STATIONS)
    write_other_names(tmp_path, [OtherName(name="The Quay", station_ids=("a", "b"), source="made up")])
    return tmp_path


def test_what_is_written_is_read_again(folder):
    found = read_gazetteer(folder, [])
    assert found.stations == STATIONS
    assert found.other_names == (OtherName(name="The Quay", station_ids=("a", "b"), source="made up"),)
    assert found.lines_of("S") == ("1", "2")
    assert read_about(folder) == ABOUT


@pytest.mark.parametrize(
    ("file", "text", "reason"),
    [
        ("stations.csv", "id,name\n", r"stations\.csv:1: the columns must be id,name,lines"),
        ("stations.csv", "id,name,lines,complex_id,area,latitude,longitude\na,A\n", r"stations\.csv:2: 7 cells"),
        (
            "stations.csv",
            "id,name,lines,complex_id,area,latitude,longitude\n\na,A,1,a,,91,0\n",
            r"stations\.csv:3: latitude",
        ),
        ("other_names.csv", "name,station_ids,source\nQuay,,x\n", r"other_names\.csv:2: station_ids"),
        ("other_names.csv", "name,station_ids,source\nQuay,zz,x\n", "points at zz, which is no station"),
        ("counted_in.csv", "station_id,area,source\nzz,West,x\n", "zz is counted in West, but is no station"),
        ("not_stations.csv", "name,answer,why,source\nQuay,perhaps,x,x\n", r"not_stations\.csv:2: answer"),
        ("gazetteer.yaml", "agency: A\nsource: x\n", r"gazetteer\.yaml: date"),
        ("gazetteer.yaml", "agency: [", r"gazetteer\.yaml: "),
    ],
)
def test_a_mistake_is_told_with_file_and_line(folder, file, text, reason):
    (folder / file).write_text(text)
    with pytest.raises(ValueError, match=reason):
        read_gazetteer(folder, [])


def test_two_stations_with_one_id_are_a_mistake(folder):
    write_stations(folder, ABOUT, [STATIONS[0], STATIONS[0]])
    with pytest.raises(ValueError, match="station a stands there twice"):
        read_gazetteer(folder, [])


def test_without_its_tables_there_is_no_gazetteer(tmp_path):
    with pytest.raises(ValueError, match=r"gazetteer\.yaml"):
        read_gazetteer(tmp_path, [])
    write_stations(tmp_path, ABOUT, [])
    (tmp_path / "stations.csv").unlink()
    with pytest.raises(ValueError, match=r"stations\.csv"):
        read_gazetteer(tmp_path, [])


def test_labels_are_read(tmp_path):
    (tmp_path / "labels.csv").write_text("number,answer,station_ids,why\n1,complex,a b,joined\n2,none,,unclear\n")
    first, second = read_labels(tmp_path / "labels.csv")
    assert (first.answer, first.station_ids, first.why) == ("complex", ("a", "b"), "joined")
    assert (second.answer, second.station_ids) == ("none", ())


def test_changes_between_two_tables():
    renamed = STATIONS[0].model_copy(update={"name": "North Quay", "lines": ("2", "1")})
    new = Station(id="c", name="Pier", lines=(ONE,), complex_id="c")
    found = changes(STATIONS, [renamed, new])
    assert [station.id for station in found.added] == ["c"]
    assert [station.id for station in found.removed] == ["b"]
    assert [(one.station_id, one.field, one.before, one.after) for one in found.changed] == [
        ("a", "name", "Quay, North", "North Quay")
    ]
    assert not changes(STATIONS, STATIONS)
