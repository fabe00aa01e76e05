"""`audit`: the log is checked and copied by those who may, and every place where it doesn't hold is named."""

from __future__ import annotations

import csv
import io
import json
import shutil
import sqlite3

import pytest

from tests.cli.conftest import Fleet


def change(example: Fleet, statement: str) -> None:
    with sqlite3.connect(example.state / "fleet.db") as store:
        store.execute(statement)
    store.close()


@pytest.fixture
def staffed(desk: Fleet) -> Fleet:
    """An operator with five rows in the log behind them."""
    for name in ("bea", "cleo", "dora", "edith"):
        assert desk("people", "add", name, "--role", "officer").code == 0
    return desk


def test_a_log_that_nobody_touched_holds_and_nothing_is_said_of_errors(staffed: Fleet):
    found = staffed("audit", "verify")
    assert (found.code, found.err) == (0, "")
    assert found.out == "The log holds: 5 rows; the anchor saw row 5.\n"
    assert staffed("audit", "verify", "--json").json["faults"] == []


def test_a_changed_row_is_named(staffed: Fleet):
    change(staffed, "UPDATE audit SET actor = 'nobody' WHERE seq = 3")
    found = staffed("audit", "verify")
    assert found.code == 1
    assert found.out.splitlines()[0].startswith("row 3 was changed")
    assert staffed("audit", "verify", "--json").json["faults"][0]["seq"] == 3


def test_a_cut_end_is_found_although_the_fleet_was_opened_since(staffed: Fleet):
    copied = staffed.folder / "copy-of-anchor.json"
    shutil.copy(staffed.state / "anchor.json", copied)
    change(staffed, "DELETE FROM audit WHERE seq > 3")
    found = staffed("audit", "verify")
    assert found.code == 1
    assert "row 4 says: the store stood behind its anchor (row 3 " in found.out
    assert "the anchor saw 5" in found.out
    elsewhere = staffed("audit", "verify", "--anchor", copied)
    assert elsewhere.code == 1
    assert "missing at the end: the anchor saw row 5" in elsewhere.out


def test_another_file_is_no_anchor(staffed: Fleet):
    assert "no anchor" in staffed("audit", "verify", "--anchor", staffed.config).one_line(2)


def test_only_auditors_and_operators_look_into_the_log(staffed: Fleet):
    staffed.log_in("fay", "reviewer")
    for command in (["verify"], ["export"]):
        assert "needs the role auditor or operator" in staffed("audit", *command).one_line()


def test_an_auditor_takes_a_copy_with_every_column(staffed: Fleet):
    staffed.log_in("fay", "auditor")
    rows = list(csv.DictReader(io.StringIO(staffed("audit", "export").out)))
    assert [row["act"] for row in rows] == ["person added"] * 6 + ["audit exported"]
    assert (rows[0]["actor"], rows[0]["subject"], len(rows[0]["mac"])) == ("ann", "ann", 64)
    told = [json.loads(line) for line in staffed("audit", "export", "--json").out.splitlines()]
    assert (told[0]["seq"], told[0]["mac"], len(told)) == (1, rows[0]["mac"], 8)
    assert staffed("audit", "verify").code == 0


def test_a_copy_without_names_tells_who_is_the_same_and_not_who(staffed: Fleet):
    copied = staffed("audit", "export", "--level", "no-names").out
    for name in ("ann", "bea", "cleo", "dora", "edith"):
        assert name not in copied
    rows = list(csv.DictReader(io.StringIO(copied)))
    assert [(row["actor"], row["subject"]) for row in rows][:3] == [
        ("person 1", "person 1"),
        ("person 1", "person 2"),
        ("person 1", "person 3"),
    ]
    assert {row["mac"] for row in rows} == {""}
