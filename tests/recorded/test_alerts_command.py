"""What an operator is told of a recorded Alerts feed: each alert with its lines, its fate and the reason."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cli.conftest import Fleet
from tests.recorded.fleet_on_x import ROOT
from tests.recorded.fleets_made import ENTRIES, made_fleet
from tests.recorded.test_other_snapshots import document_of, lines_named
from tests.recorded.test_service_alerts import EXCERPT, JSON_2024, PB_2024, REKEYED, V3, reader_of

BY_A_RULE = {"dropped", "held"}
NYC: dict[str, dict[str, int]] = {
    JSON_2024: {"not yet due": 199, "posted": 28, "held by alert-review": 4, "dropped by not-asked-for": 2},
    PB_2024: {"not yet due": 199, "posted": 28, "held by alert-review": 4, "dropped by not-asked-for": 2},
    EXCERPT: {"not yet due": 2, "posted": 1},
}
OTHERS: dict[str, dict[str, int]] = {
    "mbta": {"posted": 6, "not yet due": 19, "dropped by no-handle": 96, "dropped by not-asked-for": 13},
    "denver": {"posted": 8, "over already": 3, "not yet due": 4, "dropped by no-handle": 64},
    "halifax": {"posted": 11, "dropped by no-handle": 35},
    "bart": {"dropped by no-handle": 1},
}


def shipped(folder: Path, capture: pytest.CaptureFixture[str], **source: Any) -> Fleet:
    """The shipped fleet, its one source the agency's feed."""
    written = yaml.safe_load((ROOT / "lines.yaml").read_text("utf-8"))
    feed = {"name": "alerts", "kind": "gtfs_realtime", "path": "feed", "agency_ids": ["MTASBWY"], **source}
    text = yaml.safe_dump(written | {"sources": [feed]}, sort_keys=False)
    (folder / "lines.yaml").write_text(text, encoding="utf-8")
    return Fleet(folder, capture)


def looked(fleet: Fleet, *files: Path, at: str | None = None) -> dict[str, Any]:
    """The report, its sums held."""
    called = fleet("alerts", *files, "--json", *(() if at is None else ("--at", at)))
    assert called.code == 0, called.err
    report: dict[str, Any] = called.json
    for feed in report["feeds"]:
        assert feed["sum"] == feed["alerts"] == len(feed["each"])
        kept_back = Counter(f"{one['fate']} by {one['rule']}" for one in feed["each"] if one["fate"] in BY_A_RULE)
        assert kept_back == {fate: number for fate, number in feed["fates"].items() if " by " in fate}
        for one in feed["each"]:
            assert one["why"] or one["fate"] not in {*BY_A_RULE, "set aside"}, one
    return report


@pytest.mark.parametrize("feed", NYC)
def test_the_agency_s_recorded_feeds_are_told_alert_by_alert(
    recorded: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], feed: str
) -> None:
    report = looked(shipped(tmp_path, capsys), recorded / "alerts" / feed)
    assert report["feeds"][0]["fates"] == NYC[feed]
    said = sum(row["said"] for row in report["handles"].values())
    assert said == NYC[feed]["posted"]


@pytest.mark.parametrize("name", OTHERS)
def test_another_agency_s_recorded_feed_is_told_by_a_fleet_made_for_it(
    recorded: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    made_fleet(tmp_path, name)
    (feed,) = looked(Fleet(tmp_path, capsys), recorded / "alerts" / ENTRIES[name]["feed"])["feeds"]
    assert OTHERS[name].items() <= feed["fates"].items()
    entities = document_of(recorded, name)["entity"]
    named = {
        entity["id"]: {line.replace(" ", "") for line in lines_named([entity], reader_of(name))} for entity in entities
    }
    assert {one["id"]: set(one["lines"]) for one in feed["each"]} == named


def test_the_rekeyed_feed_is_told_by_its_map_at_the_time_that_is_given(
    recorded: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fleet = shipped(tmp_path, capsys, map="rekeyed")
    (feed,) = looked(fleet, recorded / "alerts" / REKEYED, at="2026-03-02T15:51:00+00:00")["feeds"]
    assert feed["alerts"] == 388
    assert set(feed["fates"]) > {"not yet due", "posted", "dropped by no-handle", "held by alert-review"}


def test_the_other_api_is_told_by_a_map_of_the_agency(
    recorded: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rail = {name: [f"CR-{name}"] for name in ("Providence", "Fitchburg", "Franklin")}
    made_fleet(tmp_path, "mbta", rail, map="mbta_v3")
    maps = tmp_path / "agencies" / "mbta" / "alert_maps"
    maps.mkdir()
    shutil.copy(Path(__file__).parent / "agencies" / "mbta_v3.yaml", maps)
    report = looked(Fleet(tmp_path, capsys), recorded / "alerts" / V3, at="2026-06-11T17:00:00+00:00")
    assert report["feeds"][0]["alerts"] == 37
    assert set(rail) <= set(report["feeds"][0]["lines"])


def test_without_its_map_another_form_is_refused_in_one_line(
    recorded: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fleet = shipped(tmp_path, capsys)
    for feed in (REKEYED, V3):
        assert "another form needs a mapping" in fleet("alerts", recorded / "alerts" / feed).one_line(2)


def test_a_later_snapshot_of_the_same_feed_is_told_by_what_changed(
    recorded: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ten minutes later three delays are over: those whose ends had come are said to be, the rest is unchanged."""
    document = document_of(recorded, "nyc 2024")
    later = {**document, "header": {**document["header"], "timestamp": document["header"]["timestamp"] + 600}}
    file = tmp_path / "later.json"
    file.write_text(json.dumps(later), encoding="utf-8")
    first, second = looked(shipped(tmp_path, capsys), recorded / "alerts" / JSON_2024, file)["feeds"]
    assert first["fates"] == NYC[JSON_2024]
    assert second["fates"]["posted"] == 3
    assert second["fates"]["unchanged since it was given"] == 32
    assert {one["id"] for one in second["each"] if one["fate"] == "posted"} == {
        f"lmm:alert:{number}" for number in (376854, 376880, 376883)
    }
