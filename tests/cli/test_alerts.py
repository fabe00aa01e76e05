"""`alerts`: what a snapshot of the agency's feed would make each handle say, alert by alert; nothing is stored."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Fleet
from tests.fakes.alert_feeds import HOUR, as_json, as_protobuf, entity, feed

NOON = datetime(2030, 1, 7, 12, tzinfo=UTC)
AT = int(NOON.timestamp())
SOURCE = "  - {name: NAME, kind: gtfs_realtime, path: feed, agency_ids: [EX]}\n"


def snapshot(*entities: Any, at: datetime = NOON) -> bytes:
    return as_json(feed(at, *entities))


ENTITIES = (
    entity("1", "Made-up trouble on the [GB].", stops=["harbour"]),
    entity("2", "Made-up works.", routes=["Red"], periods=[(AT + 9 * HOUR, AT + 10 * HOUR)], alert_type="Works"),
    entity("3", "Made-up notice.", routes=["Blue"], alert_type="Station Notice"),
    entity("4", "Drivers must wait.", routes=["Blue"]),
    entity("5", "Made-up trouble elsewhere.", routes=["none of ours"]),
    entity("6", "Over.", routes=["Red"], periods=[(AT - 2 * HOUR, AT - HOUR)]),
    entity("7", "Made-up trouble on the [GB].", stops=["harbour"]),
    entity("8", "", routes=["Red"]),
)
FATES = {
    "posted": 1,
    "not yet due": 1,
    "held by alert-review": 1,
    "dropped by alert-never": 1,
    "dropped by no-handle": 1,
    "over already": 1,
    "said under another id of equal words": 1,
    "set aside": 1,
}


@pytest.fixture
def fleet(example: Fleet) -> Fleet:
    example.bend(("sources:\n", f"sources:\n{SOURCE.replace('NAME', 'alerts')}"))
    return example


def put(fleet: Fleet, body: bytes, name: str = "recorded") -> Path:
    file = fleet.folder / name
    file.write_bytes(body)
    return file


@pytest.mark.parametrize("form", ["json", "protobuf"])
def test_every_alert_meets_one_fate_and_nothing_is_stored(fleet: Fleet, form: str):
    document = feed(NOON, *ENTITIES, {"id": "9", "is_deleted": True})
    body = as_json(document) if form == "json" else as_protobuf(document)
    told = fleet("alerts", put(fleet, body), "--json").json
    (looked,) = told["feeds"]
    assert (looked["alerts"], looked["sum"], looked["other_entities"]) == (8, 8, 1)
    assert looked["fates"] == FATES
    assert looked["lines"]["Green"] == {"posted": 1, "said under another id of equal words": 1}
    assert looked["lines"]["no line"] == {"dropped by no-handle": 1, "set aside": 1}
    assert looked["routes_of_no_line"] == {"none of ours": 1}
    why = {one["id"]: one["why"] for one in looked["each"]}
    assert why["2"] == "due at 2030-01-07 21:00 UTC"
    assert why["8"] == "header_text: has no plain words"
    assert "alert_types.yaml" in why["3"]
    assert told["read_as"] == "alerts"
    assert told["handles"]["ExampleGreen"]["said"] == 1
    assert not fleet.state.exists()


def test_a_reader_sees_sums_lines_and_on_request_each_alert_and_each_post(fleet: Fleet):
    said = fleet("alerts", put(fleet, snapshot(*ENTITIES)), "--each", "--posts").out
    for words in (
        "(of 2030-01-07 12:00 UTC): 8 alerts, each with one fate:",
        "8 together",
        "Green    1 posted, 1 said under another id of equal words",
        "routes that no line of lines.yaml runs on, by alerts: none of ours (1)",
        "3  Blue: held by alert-review",
        "8  no line: set aside\n  header_text: has no plain words",
        "Example Transit: Made-up trouble on the G.",
    ):
        assert words in said


def test_a_later_snapshot_is_told_by_what_changed(fleet: Fleet):
    later = NOON.replace(hour=13)
    files = [
        put(fleet, snapshot(*ENTITIES[:4]), "first"),
        put(fleet, snapshot(*ENTITIES[1:4], at=later), "second"),
        put(fleet, snapshot(*ENTITIES[1:4], at=later.replace(minute=30)), "third"),
    ]
    _first, second, third = fleet("alerts", *files, "--json").json["feeds"]
    assert second["fates"] == {"unchanged since it was given": 2, "not yet due": 1}
    assert (second["all_clears_for_what_is_gone"], third["all_clears_for_what_is_gone"]) == (0, 1)


def test_a_file_that_is_no_feed_is_refused_in_one_line(fleet: Fleet):
    whole = snapshot(*ENTITIES)
    for body, reason in ((whole[:200], "cut off"), (b"{}", "no header"), (b"<html>", "a web page"), (b"", "is empty")):
        assert reason in fleet("alerts", put(fleet, body)).one_line(2)
    foreign = snapshot(entity("1", informed_entity=[{"agency_id": "made up", "route_id": "X"}]))
    assert "another agency's feed" in fleet("alerts", put(fleet, foreign)).one_line(2)


def test_the_source_is_named_where_there_are_several_and_the_defaults_are_told_where_there_is_none(example: Fleet):
    file = put(example, snapshot(ENTITIES[0]))
    assert "lines.yaml has no source of kind gtfs_realtime" in example("alerts", file).out
    assert "named 'nobody' (it has: none)" in example("alerts", file, "--source", "nobody").one_line(2)
    example.bend(("sources:\n", f"sources:\n{SOURCE.replace('NAME', 'one')}{SOURCE.replace('NAME', 'two')}"))
    assert "name one with --source (one, two)" in example("alerts", file).one_line(2)
    assert example("alerts", file, "--source", "two", "--json").json["read_as"] == "two"
