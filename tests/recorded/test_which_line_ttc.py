"""Another city's records, with their Line column hidden and compared afterwards."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

from core.domain.places import AtComplex, AtStation, Place, placed_lines
from core.rules.which_line import resolve
from core.settings.gazetteer_file import read_gazetteer

GAZETTEER = read_gazetteer(Path(__file__).parents[2] / "agencies/ttc/gazetteer", [])
LOG = "incidents_other/ttc_subway_delays_2025.csv"


def test_stations_lead_to_the_line_that_was_hidden(recorded):
    with (recorded / LOG).open(encoding="utf-8-sig", newline="") as file:
        rows = [(row["Station"], row["Line"]) for row in csv.DictReader(file)]
    found: Counter[str] = Counter()
    odd: Counter[str] = Counter()
    for text, line in rows:
        verdict = judge(text, line)
        found[verdict] += 1
        if verdict != "right":
            odd[f"{verdict}: {text} [{line}]"] += 1
    named = found["right"] + found["wrong"]
    print(f"{len(rows)} rows: {dict(found)}; precision {found['right'] / named:.1%} of {named}")
    for what, times in sorted(odd.items()):
        print(f"  {times} x {what}")
    assert sum(found.values()) == 1200
    assert found["right"] / named >= 0.99
    assert found["right"] / len(rows) >= 0.9


def judge(text: str, line: str) -> str:
    """Right when the one line is the hidden one; a complex that holds it is told apart."""
    answer = resolve(Place(station=text), GAZETTEER)
    hidden = GAZETTEER.line_of(line)
    if isinstance(answer, AtComplex):
        return "complex with it" if hidden in answer.lines else "wrong"
    if not isinstance(answer, AtStation):
        return "held"
    if hidden is None:
        return "answered, where the log names no one line"
    return "right" if placed_lines(answer) == (hidden,) else "wrong"
