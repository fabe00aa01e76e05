"""The gazetteer is shown, searched, compared and refreshed; nothing is written that was not asked for."""

from __future__ import annotations

import csv
import shutil
import zipfile
from pathlib import Path

import pytest

from core.settings.load import SHIPPED
from tests.cli.conftest import Fleet
from tests.fakes.made_up_gtfs import write_gtfs

TABLE = Path("agencies/example/gazetteer/stations.csv")


@pytest.fixture
def own(desk: Fleet) -> Fleet:
    """The desk with an agency's folder of its own, which a test may change."""
    shutil.copytree(SHIPPED / "example", desk.folder / "agencies" / "example")
    return desk


def as_feed(own: Fleet, *, without: str = "", renamed: tuple[str, str] = ("", "")) -> Path:
    """The example's own stations as GTFS, platforms and complexes as they are."""
    with (own.folder / TABLE).open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["id"] != without]
    routes = {"Green": ["GB", "GC", "GD", "GE"], "Red": ["Red"], "Blue": ["Blue"]}
    runs = [(route, row) for row in rows for route in routes[row["lines"]]]
    joined = [(one["id"], two["id"]) for one in rows for two in rows if one["complex_id"] == two["complex_id"]]
    tables = {
        "agency.txt": ["agency_name,agency_timezone", "Example Transit,Europe/Lisbon"],
        "routes.txt": [
            "route_id,route_long_name,route_type,route_color",
            *(
                f"{route},{line} Line {route[1:]},1,{number}0704A"
                for number, line in enumerate(routes)
                for route in routes[line]
            ),
        ],
        "trips.txt": ["route_id,trip_id", *(f"{route},{route}" for found in routes.values() for route in found)],
        "stops.txt": [
            "stop_id,stop_name,stop_lat,stop_lon",
            *(f"{r['id']},{r['name'].replace(*renamed)},{r['latitude']},{r['longitude']}" for r in rows),
        ],
        "stop_times.txt": ["trip_id,stop_id", *(f"{route},{row['id']}" for route, row in runs)],
        "transfers.txt": ["from_stop_id,to_stop_id,transfer_type", *(f"{a},{b},2" for a, b in joined)],
    }
    path = own.folder / "feed.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, lines in tables.items():
            archive.writestr(name, "\n".join(lines))
    return path


def test_without_a_line_it_says_what_the_table_is_and_holds(desk: Fleet):
    said = desk("stations", "show")
    assert said.code == 0
    assert "Example Transit: made up for tests" in said.out
    assert "18 stations, 1 complexes, no areas" in said.out
    assert desk("stations", "show", "--json").json["lines"] == {"Blue": 5, "Green": 8, "Red": 5}


def test_the_stations_of_a_line_by_any_of_its_names(desk: Fleet):
    assert [one["id"] for one in desk("stations", "show", "GC", "--json").json][:2] == ["G1", "G2"]
    assert "Fish Market" in desk("stations", "show", "Green Line").out
    assert "no line 'Mauve'" in desk("stations", "show", "Mauve").one_line(2)


def test_find_says_which_station_and_by_which_steps(desk: Fleet):
    found = desk("stations", "find", "harbor")
    assert found.code == 0
    assert found.out.startswith("station: Harbour, Green")
    unclear = desk("stations", "find", "kiln st", "--json")
    assert unclear.code == 1
    assert [one["station_id"] for one in unclear.json["candidates"]] == ["G4", "R2"]
    near = desk("stations", "find", "kiln st", "--near", "10.011,-29.9855", "--json").json
    assert (near["station_id"], near["lines"]) == ("R2", ["Red"])
    assert desk("stations", "find", "kiln st", "--line", "Red", "--json").json["station_id"] == "R2"
    assert "LAT,LON" in desk("stations", "find", "x", "--near", "here").one_line(2)


def test_the_same_stations_differ_in_nothing(own: Fleet):
    assert "Nothing differs: 18 stations" in own("stations", "diff", as_feed(own)).out


def test_a_new_publication_is_told_station_by_station_and_line_by_line(own: Fleet):
    said = own("stations", "diff", as_feed(own, without="B5", renamed=("Old Mill", "New Mill"))).out
    assert "Removed: 1\n  - B5 St Nobody's Hospital (Blue)" in said
    assert "~ R1 Old Mill, renamed: Old Mill -> New Mill" in said
    assert "Blue: -St Nobody's Hospital" in said


def test_import_writes_only_when_it_is_told_to_and_says_its_source(own: Fleet):
    before = (own.folder / TABLE).read_bytes()
    feed = as_feed(own, renamed=("Old Mill", "New Mill"))
    tried = own("stations", "import", feed)
    assert tried.out.endswith("Nothing was written: --write does it.\n")
    assert (own.folder / TABLE).read_bytes() == before
    done = own("stations", "import", feed, "--write", "--date", "2030-01-07")
    assert done.code == 0
    shown = own("stations", "show", "--json").json
    assert (shown["source"], shown["date"]) == ("Example Transit: feed.zip", "2030-01-07")
    assert own("stations", "find", "New Mill").code == 0
    assert own("stations", "find", "PORT OF EXAMPLE").code == 0  # what people wrote beside the table stays
    assert own("check").code == 0


def test_what_would_leave_a_name_without_its_station_is_refused(own: Fleet):
    before = (own.folder / TABLE).read_bytes()
    refused = own("stations", "import", as_feed(own, without="G1"), "--write")
    assert refused.code == 2
    assert "other_names.csv: 'PORT OF EXAMPLE' points at G1" in refused.err
    assert (own.folder / TABLE).read_bytes() == before


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"stop,name\n1,Harbour\n", "no layout of this table that we know"),
        (b"Is Complex,Stop Name\ntrue,Harbour\n", "one row for all stations of a complex"),
        (b"\xff\xfe\x00", "neither a GTFS zip nor a table in UTF-8"),
        (b"", "no layout of this table that we know"),
    ],
)
def test_a_layout_that_nobody_knows_is_refused_with_the_reason(own: Fleet, content: bytes, why: str):
    file = own.folder / "table.csv"
    file.write_bytes(content)
    for command in ("import", "diff"):
        assert why in own("stations", command, file).one_line(2)


def test_a_zip_without_its_tables_is_refused(own: Fleet):
    feed = write_gtfs(own.folder / "feed.zip", {"trips.txt": None})
    assert "without trips.txt" in own("stations", "diff", feed).one_line(2)


LABELLED = """\
number,answer,station_ids,why,station,area,lines,train,latitude,longitude
1,station,G1,,Harbour,,,,,
2,station,R2,,Kiln Street,,,,10.011,-29.9855
3,none,,two stations and nothing else,Kiln Street,,,,,
4,complex,G3 R3 B3,,Great Central Terminus,,,,,
5,station,G1,its former name,Port of Example,,,,,
6,station,B1,,A Place Unheard Of,,,,,
"""


def test_a_report_gives_precision_coverage_and_what_was_held(desk: Fleet):
    file = desk.folder / "labelled.csv"
    file.write_text(LABELLED, "utf-8")
    said = desk("stations", "report", file)
    assert said.code == 0
    assert "6 records: 4 right, 0 wrong, 1 missed, 1 rightly held; precision 100.0%, coverage 80.0%" in said.out
    assert "missed: 6: ambiguous; 'A Place Unheard Of' is no name" in said.out
    found = desk("stations", "report", file, "--json").json
    assert found["without_other_names"]["counts"]["right"] == 2
    assert found["other_names_used"]["made up: former name, until 2001"] == 1


def test_a_wrong_answer_is_told_by_the_exit_code(desk: Fleet):
    file = desk.folder / "labelled.csv"
    file.write_text("number,answer,station_ids,station\n1,station,B1,Harbour\n", "utf-8")
    said = desk("stations", "report", file)
    assert said.code == 1
    assert "wrong: 1: station" in said.out


def test_labels_may_stand_apart_from_their_records(desk: Fleet):
    labels, records = desk.folder / "labels.csv", desk.folder / "night.jsonl"
    labels.write_text("number,answer,station_ids,why\nEX-2001,station,G1,\n", "utf-8")
    shutil.copy(SHIPPED / "example/samples/bureau.jsonl", records)
    assert "--records" in desk("stations", "report", labels).one_line(2)
    assert "1 right" in desk("stations", "report", labels, "--records", records).out


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("number,answer\n1,none\n", "without the column station_ids"),
        ("number,answer,station_ids,colour\n", "'colour' is none of"),
        ("number,answer,station_ids,station\n1,perhaps,G1,Harbour\n", "labelled.csv:2: answer"),
        ("number,answer,station_ids,station\n1,station,G99,Harbour\n", "station 'G99'"),
        ("number,answer,station_ids,station\n1,none,,x\n1,none,,x\n", "labelled twice"),
        ("number,answer,station_ids,station\n", "labels no record"),
    ],
)
def test_labels_that_can_not_be_read_are_told(desk: Fleet, content: str, why: str):
    file = desk.folder / "labelled.csv"
    file.write_text(content, "utf-8")
    assert why in desk("stations", "report", file).one_line(2)


def test_an_officer_answers_sees_the_name_and_has_it_forgotten(desk: Fleet):
    key = desk.add("--station", "Old Customs Quay", "--offence", "ROB")["key"]
    waiting = desk("incident", "show", key).out
    assert f"incident answer {key[:10]}" in waiting
    said = desk("incident", "answer", key, "Harbour")
    assert "'Old Customs Quay' is remembered" in said.out
    assert desk.add("--station", "old customs QUAY", "--offence", "ROB")["fate"] == "held"  # perhaps the same
    [name] = desk("stations", "names", "--json").json
    assert (name["name"], name["station_ids"], name["said_by"]) == ("Old Customs Quay", ["G1"], "ann")
    back = desk("stations", "forget", "old customs quay", "--json").json
    assert len(back["waiting_again"]) == 2
    assert desk("stations", "names").out == "No name is remembered.\n"
    assert "no answer is remembered" in desk("stations", "forget", "old customs quay").one_line(2)


def test_candidates_stand_in_status_and_taking_back_lists_what_stands(desk: Fleet):
    key = desk.add("--station", "Kiln Street", "--offence", "ROB")["key"]
    assert "perhaps G4 Kiln Street (Green); R2 Kiln Street (Red)" in desk("status").out
    assert [one["station_id"] for one in desk("incident", "show", key, "--json").json["place"]["candidates"]]
    assert "R2" in desk("incident", "answer", key, "Kiln Street").one_line(2)
    done = desk("incident", "answer", key, "R2", "--json").json
    assert (done["fate"], done["lines"], done["remembered"]) == ("posted", ["Red"], None)
    assert "may mean another station" in done["why_once"]
    desk("once")
    back = desk("incident", "answer", key, "--undo")
    assert "Taking them down is a separate act" in back.out
    assert f"reference {done['reference']}" in back.out
    assert "post on local:ExampleRed" in back.out
    assert "no officer's answer" in desk("incident", "answer", key, "--undo").one_line(2)
    assert "or --undo" in desk("incident", "answer", key).one_line(2)
