"""What would become of records: route and preview explain, replay counts, and nothing is stored or posted."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from core.settings.load import SHIPPED
from tests.cli.conftest import Fleet

SAMPLES = SHIPPED / "example" / "samples"
AT_HARBOUR = ("--station", "Harbour", "--train", "GC", "--offence", "ROB")
RECORD = {
    "authority": "made up",
    "number": "1",
    "occurred_from": "2026-11-20T10:00:00",
    "known_at": "2026-11-20T10:02:00",
    "offence_code": "ROB",
    "place": {"station": "Harbour", "train": "GC"},
}


def test_route_explains_each_step_from_the_place_to_the_gate(example: Fleet):
    routed = example("route", *AT_HARBOUR)
    assert routed.code == 0
    for said in ("Green", "1. exact name", "on local: @ExampleGreen", "on x: @ExampleGreen", "publish by"):
        assert said in routed.out
    assert not example.state.exists(), "route stores nothing"


def test_route_names_the_candidates_of_an_ambiguous_place(example: Fleet):
    routed = example("route", "--station", "Kiln Street", "--offence", "ROB", "--json")
    assert routed.code == 1
    (found,) = routed.json
    assert (found["answer"], found["lines"], found["ruling"]) == ("ambiguous", [], None)
    assert [candidate["lines"] for candidate in found["candidates"]] == [["Green"], ["Red"]]


def test_route_takes_a_file_json_and_standard_input_alike(example: Fleet):
    file = example.folder / "one.json"
    file.write_text(json.dumps(RECORD), "utf-8")
    calls = [
        example("route", file, "--json", "--at", "2026-11-20T11:00"),
        example("route", json.dumps(RECORD), "--json", "--at", "2026-11-20T11:00"),
        example("route", "-", "--json", "--at", "2026-11-20T11:00", stdin=json.dumps(RECORD)),
    ]
    answers = [{k: v for k, v in call.json[0].items() if k != "position"} for call in calls]
    assert [call.code for call in calls] == [0, 0, 0]
    assert answers[0] == answers[1] == answers[2]
    assert answers[0]["handles"][0] == {"channel": "local", "lead": "ExampleGreen", "reposts": []}


def test_route_judges_at_the_time_that_is_asked(example: Fleet):
    fresh = example("route", json.dumps(RECORD), "--json", "--at", "2026-11-20T11:00").json[0]
    stale = example("route", json.dumps(RECORD), "--json", "--at", "2026-11-30T11:00").json[0]
    assert (fresh["ruling"], fresh["rule"]) == ("publish", "alone-and-fresh")
    assert (stale["ruling"], stale["rule"]) == ("drop", "too-old")


def test_route_is_fit_for_ci(example: Fleet):
    assert example("route", *AT_HARBOUR, "--expect", "Green").code == 0
    wrong = example("route", *AT_HARBOUR, "--expect", "Red,Blue")
    assert wrong.code == 1
    assert "expected: Blue, Red" in wrong.out
    assert example("route", "--station", "Kiln Street", "--expect", "").code == 0
    complex_ = ["--station", "Great Central Terminus", "--line", "Red", "--line", "Blue", "--line", "Green"]
    assert example("route", *complex_, "--expect", "Green,Red,Blue").code == 0


@pytest.mark.parametrize("command", ["route", "preview"])
def test_an_empty_file_of_records_is_an_empty_list(example: Fleet, command: str):
    file = example.folder / "empty.csv"
    file.write_text((SAMPLES / "incident_export.csv").read_text("utf-8").splitlines()[0] + "\n", "utf-8")
    assert example(command, file, "--json").json == []


def test_preview_counts_as_the_platform_does_and_adds_up_the_price(example: Fleet):
    (shown,) = example("preview", *AT_HARBOUR, "--direction", "outbound", "--json").json
    local, x = shown["accounts"]
    assert (local["account"], local["price"]) == ("local:ExampleGreen", 0)
    assert [post["language"] for post in x["posts"]] == ["en", "es"]
    assert {post["limit"] for post in x["posts"]} == {280}
    for post in x["posts"]:
        assert post["length"] == len(post["text"]) <= 280
    assert x["price"] == shown["price"] == pytest.approx(2 * 0.015)


def test_preview_prices_each_repost(example: Fleet):
    places = ["--station", "Great Central Terminus", "--line", "Green", "--line", "Red", "--line", "Blue"]
    (shown,) = example("preview", *places, "--offence", "ROB", "--json").json
    x = next(account for account in shown["accounts"] if account["account"].startswith("x:"))
    assert x["reposts"] == ["x:ExampleRed", "x:ExampleBlue"]
    # Two posts by the lead; Red speaks English alone and reposts one of them, Blue reposts both.
    assert x["price"] == pytest.approx((2 + 1 + 2) * 0.015)
    assert x["price_reposts"] == {"x:ExampleRed": 0.015, "x:ExampleBlue": 0.03}
    assert [post["price"] for post in x["posts"]] == [0.015, 0.015]
    said = example("preview", *places, "--offence", "ROB").out
    assert "reposted by x:ExampleRed ($0.015), x:ExampleBlue ($0.030)" in said


def test_preview_of_what_has_no_words_costs_nothing(example: Fleet):
    shown = example("preview", "--station", "Harbour", "--offence", "JUGGLING")
    assert "hold by unknown-offence" in shown.out
    assert "it has no words" in shown.out
    assert "all together $0.000" in shown.out


def test_each_row_of_a_replay_has_one_fate_and_the_sum_is_right(example: Fleet):
    played = example("replay", SAMPLES / "incident_export.csv", SAMPLES / "bureau.jsonl", "--json", "--posts")
    assert played.code == 0, played.err
    report = played.json
    rows = sum(
        len((SAMPLES / name).read_text("utf-8").splitlines()) for name in ("incident_export.csv", "bureau.jsonl")
    )
    assert report["rows"] == report["sum"] == sum(report["fates"].values()) == rows - 1
    assert report["fates"]["dropped by off-network"] == 1
    said = sum(row["said"] for row in report["handles"].values())
    assert said > 0
    assert {post["handle"] for post in report["posts"]} == set(report["handles"])
    assert not example.state.exists(), "a replay leaves the fleet's own store alone"


def test_a_replay_for_readers_says_the_same(example: Fleet):
    played = example("replay", SAMPLES / "incident_export.csv", "--posts")
    assert played.code == 0
    for said in ("rows, each with one fate", "together", "Per handle:", "@Example", "Per line"):
        assert said in played.out


def test_a_replay_keeps_its_store_where_it_is_asked_to(example: Fleet, tmp_path: Path):
    kept = tmp_path / "kept"
    assert example("replay", SAMPLES / "incident_export.csv", "--keep", kept).code == 0
    with sqlite3.connect(kept / "fleet.db") as store:
        assert store.execute("SELECT count(*) FROM log").fetchone()[0] > 0
    store.close()
    assert "name a new folder" in example("replay", SAMPLES / "incident_export.csv", "--keep", kept).one_line(2)


def test_progress_is_plain_lines_on_standard_error_when_nobody_watches(example: Fleet):
    played = example.outside("replay", SAMPLES / "incident_export.csv", "--json")
    assert played.code == 0, played.err
    json.loads(played.out)
    assert "\r" not in played.err


@pytest.mark.parametrize("name", ["incident_export.csv", "bureau.jsonl"])
def test_the_samples_that_ship_are_read_without_naming_a_map(example: Fleet, name: str):
    rows = example("route", SAMPLES / name, "--json").json
    assert len(rows) >= 2
    assert [row for row in rows if "set_aside" in row] == []
