"""Every recorded complaint is tied to its true lines, or held: never to a wrong one."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from core.adapters.sources.files import rows_of_file
from core.domain.columns import ColumnMap
from core.domain.gazetteer import Gazetteer
from core.domain.incidents import Incident
from core.domain.places import Ambiguous, AtComplex, OffNetwork, Place, Placement, placed_lines
from core.ports.source import GoodRow
from core.rules.which_line import resolve
from core.rules.which_line_report import Label, Report, Verdict, report
from core.settings.columns_file import load_columns
from core.settings.gazetteer_file import read_gazetteer, read_labels

HERE = Path(__file__).parent
NYC = HERE.parents[1] / "agencies/nyc"
COMPLAINTS = load_columns(NYC / "columns/nypd_complaints.yaml")
ARRESTS = load_columns(NYC / "columns/nypd_arrests.yaml")
LABELS = read_labels(HERE / "truth/nypd_complaints.csv")
GAZETTEER = read_gazetteer(NYC / "gazetteer", [])


def places(folder: Path, pattern: str, columns: ColumnMap) -> dict[str, Place]:
    rows = [row for path in sorted(folder.glob(pattern)) for row in rows_of_file(path, columns, "recorded", "UTC")]
    records = [row.record for row in rows if isinstance(row, GoodRow)]
    assert len(records) == len(rows), "a recorded row was set aside"
    return {record.number: record.place for record in records if isinstance(record, Incident)}


def judged(recorded: Path, gazetteer: Gazetteer) -> Report:
    found = places(recorded / "nypd", "complaints_transit_*.csv", COMPLAINTS)
    assert set(found) == {label.number for label in LABELS}
    answers: dict[str, Placement] = {number: resolve(place, gazetteer) for number, place in found.items()}
    return report(LABELS, answers, gazetteer)


def show(title: str, result: Report) -> None:
    print(f"{title}: {result.words()}")
    for one in result.judged:
        if one.verdict in {Verdict.WRONG, Verdict.MISSED, Verdict.HELD}:
            print(f"  {one.verdict.value}: {one.label.number}: {one.label.why or ''}")


def test_no_line_is_wrong_and_nearly_every_clear_row_is_answered(recorded):
    result = judged(recorded, GAZETTEER)
    show("NYPD complaints", result)
    assert result.count(Verdict.WRONG) == 0
    assert result.coverage >= 0.97
    assert all(one.placement.why for one in result.judged)


def test_with_the_other_names_emptied_no_answer_leaves_the_true_complex(recorded):
    result = judged(recorded, GAZETTEER.without_other_names())
    show("with the other names emptied", result)
    for one in result.judged:
        if one.verdict is Verdict.WRONG:
            assert isinstance(one.placement, AtComplex)
            assert one.placement.complex_id in {GAZETTEER.station(found).complex_id for found in one.label.station_ids}
    assert result.count(Verdict.WRONG) <= 9
    assert result.coverage >= 0.9


def test_every_label_with_more_than_one_thinkable_answer_has_its_reason():
    assert all(label.why for label in LABELS)
    assert Counter(label.answer for label in LABELS) == {"station": 208, "complex": 34, "none": 7}
    for label in LABELS:
        assert bool(label.station_ids) == (label.answer != "none")
        assert label.answer != "station" or len(label.station_ids) == 1


@pytest.mark.parametrize(
    ("pattern", "columns"), [("complaints_not_subway_*.csv", COMPLAINTS), ("arrests_*.csv", ARRESTS)]
)
def test_what_happened_elsewhere_is_tied_to_no_line(recorded, pattern, columns):
    answers = [resolve(place, GAZETTEER) for place in places(recorded / "nypd", pattern, columns).values()]
    print(f"{pattern}: {dict(Counter(answer.kind for answer in answers))}")
    assert answers
    assert all(isinstance(answer, OffNetwork | Ambiguous) for answer in answers)


def test_the_names_that_the_bureau_lists_are_all_known(recorded):
    table = (recorded / "nypd/nypd_station_lines_2017q4-2023q4.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(table) == 254
    unknown = [(name, area, lines) for area, name, lines in fare_rows(recorded) if not as_printed(name, area, lines)]
    assert unknown == []


def fare_rows(recorded: Path) -> list[tuple[str, str, str]]:
    with (recorded / "nypd/nypd_station_lines_2017q4-2023q4.csv").open(encoding="utf-8-sig", newline="") as file:
        return [(row["borough"], row["nypd_station_name"], row["lines_as_printed"]) for row in csv.DictReader(file)]


def as_printed(name: str, area: str, lines: str) -> bool:
    """True when the name, its borough and its printed line group lead to stations that a line of the group serves."""
    found = resolve(Place(station=name, area=area.title(), lines=(lines,)), GAZETTEER)
    printed = {line for text in lines.split(",") for line in GAZETTEER.lines_of(text)}
    return bool(printed & set(placed_lines(found)))


OVERRULED = {"174733522", "501218898", "544861668", "597270862", "678850562", "702671764", "800366365"}
"""Rows whose computed label (the nearest of the printed line groups) our truth does not follow, each with its reason
there: coordinates of a precinct house, of another station or of no station, and premises that are a residence."""


def test_where_the_computed_labels_are_overruled(recorded):
    with (recorded / "nypd/derived_station_labels.csv").open(encoding="utf-8-sig", newline="") as file:
        computed = {row["CMPLNT_NUM"]: row for row in csv.DictReader(file)}
    overruled = {label.number for label in LABELS if not follows(computed[label.number], label)}
    print(f"computed labels overruled: {sorted(overruled)}")
    assert overruled == OVERRULED


def follows(row: dict[str, str], label: Label) -> bool:
    """True when the label computed decides nothing, or agrees with ours in its lines."""
    if row["category"] not in {"name+boro unique", "lat/lon decides"}:
        return True
    nearest = row["nypd_line_groups_by_distance"].split("@")[0].split(";")[0]
    printed = {line for piece in nearest.split(",") for line in GAZETTEER.lines_of(piece)}
    ours = {line for found in label.station_ids for line in GAZETTEER.station(found).lines}
    return bool(printed & ours) if label.answer == "station" else printed == ours
