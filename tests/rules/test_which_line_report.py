"""Answers are compared with labels: only a true line is right, and only what has one answer can be missed."""

from __future__ import annotations

import pytest

from core.domain.gazetteer import Gazetteer
from core.domain.lines import LineId
from core.domain.places import Ambiguous, AtComplex, AtStation, OffNetwork, Placement, Station
from core.rules.which_line_report import Label, Verdict, judge, report

RED, BLUE, GREEN = LineId("Red"), LineId("Blue"), LineId("Green")
GAZETTEER = Gazetteer(
    [
        Station(id="r", name="Quay", lines=(RED,), complex_id="q"),
        Station(id="b", name="Quay", lines=(BLUE,), complex_id="q"),
        Station(id="g", name="Hall", lines=(GREEN,), complex_id="g"),
    ],
    [],
    {},
)
AT_RED = AtStation(lines=(RED,), station_id="r", why="made up")
AT_GREEN = AtStation(lines=(GREEN,), station_id="g", why="made up")
BOTH = AtComplex(lines=(RED, BLUE), complex_id="q", station_name="Quay", why="made up")
HELD = Ambiguous(why="made up")


def label(answer: str, *ids: str, number: str = "1") -> Label:
    return Label.model_validate({"number": number, "answer": answer, "station_ids": ids})


@pytest.mark.parametrize(
    ("placement", "truth", "verdict"),
    [
        (AT_RED, label("station", "r"), Verdict.RIGHT),
        (AT_GREEN, label("station", "r"), Verdict.WRONG),
        (BOTH, label("station", "r"), Verdict.WRONG),
        (HELD, label("station", "r"), Verdict.MISSED),
        (OffNetwork(why="made up"), label("station", "r"), Verdict.MISSED),
        (BOTH, label("complex", "r", "b"), Verdict.RIGHT),
        (AT_RED, label("complex", "r", "b"), Verdict.RIGHT),
        (AT_GREEN, label("complex", "r", "b"), Verdict.WRONG),
        (HELD, label("complex", "r", "b"), Verdict.MISSED),
        (AT_RED, label("none"), Verdict.WRONG),
        (BOTH, label("none"), Verdict.WRONG),
        (AtStation(lines=(RED,), explicit=RED, why="made up"), label("none"), Verdict.WRONG),
        (HELD, label("none"), Verdict.HELD),
    ],
)
def test_verdicts(placement: Placement, truth: Label, verdict: Verdict):
    assert judge(placement, truth, GAZETTEER) is verdict


def test_figures_over_a_labelled_set():
    labels = [
        label("station", "r", number="1"),
        label("station", "g", number="2"),
        label("complex", "r", "b", number="3"),
        label("station", "b", number="4"),
        label("none", number="5"),
    ]
    found = report(labels, {"1": AT_RED, "2": AT_RED, "3": BOTH, "4": HELD, "5": HELD}, GAZETTEER)
    assert (found.precision, found.coverage) == (2 / 3, 3 / 4)
    assert found.words() == ("5 records: 2 right, 1 wrong, 1 missed, 1 rightly held; precision 66.7%, coverage 75.0%")


def test_a_record_without_an_answer_is_an_error():
    with pytest.raises(KeyError):
        report([label("none", number="9")], {}, GAZETTEER)


def test_no_records_have_no_fault():
    assert (report([], {}, GAZETTEER).precision, report([], {}, GAZETTEER).coverage) == (1.0, 1.0)
