"""Holds that one file is read whatever its form, and that its header is told for choosing a column map."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.adapters.sources.files import header_of, rows_of_file
from core.domain.incidents import Incident
from core.ports.source import GoodRow, SourceDown
from core.settings.columns_file import load_columns

BUREAU = load_columns(Path(__file__).parents[2] / "agencies/example/columns/bureau.yaml")
RECORD = {"authority": "E", "number": "EX-1", "occurred_from": "2026-11-02T08:00", "known_at": "2026-11-02T09:00"}
NESTED = {**RECORD, "place": {"station": "Harbour"}}
HEADER = ("authority", "number", "occurred_from", "known_at", "place.station")
CSV = ",".join(HEADER) + "\n" + ",".join([*RECORD.values(), "Harbour"])


@pytest.mark.parametrize(
    "text",
    [CSV, CSV + "\n", json.dumps(NESTED), "\ufeff" + json.dumps(NESTED) + "\n", json.dumps(NESTED, indent=2)],
    ids=["csv", "csv with an end", "one line", "json lines", "several lines"],
)
def test_one_record_is_read_in_every_form(tmp_path, text):
    path = tmp_path / "made-up.txt"
    path.write_text(text, encoding="utf-8")
    (row,) = rows_of_file(path, BUREAU, "typed", "UTC")
    assert isinstance(row, GoodRow)
    assert isinstance(row.record, Incident)
    assert row.record.place.station == "Harbour"
    assert header_of(path) == HEADER


def test_a_json_list_is_read_record_by_record(tmp_path):
    path = tmp_path / "list.json"
    path.write_text(json.dumps([RECORD, {**RECORD, "known_at": ""}, 7]))
    rows = list(rows_of_file(path, BUREAU, "typed", "UTC"))
    assert [row.position for row in rows] == [f"list.json: record {number}" for number in (1, 2, 3)]
    assert [isinstance(row, GoodRow) for row in rows] == [True, False, False]


def test_progress_tells_bytes_and_ends_at_the_whole(tmp_path):
    path = tmp_path / "some.jsonl"
    path.write_text(f"{json.dumps(RECORD)}\n" * 3 + "\n\n")
    told: list[tuple[int, int]] = []
    list(rows_of_file(path, BUREAU, "typed", "UTC", lambda done, size: told.append((done, size))))
    size = path.stat().st_size
    assert told == [(number * ((size - 2) // 3), size) for number in (1, 2, 3)] + [(size, size)]


@pytest.mark.parametrize("text", ["", "[]", "{", "[", '"', "\x00"])
def test_a_file_without_a_header_has_none(tmp_path, text):
    path = tmp_path / "empty.csv"
    path.write_text(text)
    assert header_of(path) in ((), ("[",))


def test_a_file_that_is_not_there_is_one_line(tmp_path):
    with pytest.raises(SourceDown) as down:
        list(rows_of_file(tmp_path / "gone.csv", BUREAU, "typed", "UTC"))
    assert str(down.value) == "gone.csv: no such file or directory"
    with pytest.raises(SourceDown):
        header_of(tmp_path)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(raw=st.binary(max_size=200) | st.text(alphabet='{}[]":,ab1\\\n').map(str.encode))
def test_no_bytes_do_more_than_take_the_source_down(tmp_path, raw):
    path = tmp_path / "any"
    path.write_bytes(raw)
    header_of(path)
    try:
        rows = list(rows_of_file(path, BUREAU, "typed", "UTC"))
    except SourceDown:
        return
    assert not any(isinstance(row, GoodRow) for row in rows)
