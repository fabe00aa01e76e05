"""Recorded rows through the ordinary fleet: one fate each, and their posts on the timelines."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from bots.fleet import fleet as make_bots
from core.cli.app import run
from core.domain.notices import Speaker
from core.wiring import Wiring

ROOT = Path(__file__).resolve().parents[2]
TRANSIT = "complaints_transit_*.csv"


def rows(folder: Path, pattern: str) -> int:
    """How many records the files hold, by a reader that is not ours."""
    count = 0
    for file in folder.glob(pattern):
        with file.open(encoding="utf-8-sig", newline="") as text:
            count += sum(1 for _ in csv.DictReader(text))
    return count


def replay(capsys: pytest.CaptureFixture[str], *files: Path) -> dict[str, Any]:
    assert run(Wiring(make_bots, {}), ["-c", str(ROOT / "lines.yaml"), "replay", "--json", *map(str, files)], {}) == 0
    report: dict[str, Any] = json.loads(capsys.readouterr().out)
    return report


def test_every_recorded_complaint_meets_one_fate(recorded: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = replay(capsys, *sorted((recorded / "nypd").glob(TRANSIT)))
    print(json.dumps(report["fates"], indent=1))
    assert report["rows"] == report["sum"] == rows(recorded / "nypd", TRANSIT) == 249
    assert report["fates"]["dropped by off-network"] > 0
    assert report["fates"]["posted"] > 0
    assert set(report["lines"]) >= set("ACEBDFM123456")
    by_line = sum(sum(fates.values()) for fates in report["lines"].values())
    assert by_line >= report["fates"]["posted"]


def test_the_same_file_twice_is_known_the_second_time(recorded: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (file,) = (recorded / "nypd").glob("complaints_transit_samado.csv")
    once, twice = replay(capsys, file), replay(capsys, file, file)
    assert twice["rows"] == twice["sum"] == 2 * once["rows"]
    assert twice["fates"].pop("already known") == once["rows"]
    assert twice["fates"] == once["fates"]
    assert twice["handles"] == once["handles"]


def test_what_is_not_the_subway_s_posts_nothing(recorded: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = [*(recorded / "nypd").glob("complaints_not_subway_*.csv"), *(recorded / "nypd").glob("arrests_*.csv")]
    report = replay(capsys, *files)
    assert report["rows"] == report["sum"] == 215 + 147
    assert "posted" not in report["fates"]
    assert not any(fate.startswith("digest") for fate in report["fates"])
    assert report["handles"] == {}


def test_with_the_records_clock_their_posts_stand_on_the_timelines(
    recorded: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    yaml = (ROOT / "lines.yaml").read_text("utf-8").replace("clock: wall", "clock: record")
    yaml = re.sub(r"(?m)^    x: .*$", "    x: {mode: off}", yaml)
    yaml = yaml.replace("path: inbox\n", f"path: {recorded / 'nypd'}\n    pattern: '{TRANSIT}'\n")
    config = tmp_path / "lines.yaml"
    config.write_text(yaml, "utf-8")
    wiring = Wiring(make_bots, {})
    assert run(wiring, ["-c", str(config), "once", "--from", "start", "--json"], {}) == 0
    passed = json.loads(capsys.readouterr().out)
    assert passed["sources"][0]["rows"] == {"new": 249}
    assert run(wiring, ["-c", str(config), "once", "--json"], {}) == 0
    assert json.loads(capsys.readouterr().out)["prepared"] == 0
    with wiring.open(wiring.settings(config)) as opened:
        stands = Counter(
            post.reference
            for line in opened.settings.lines
            for thread in opened.timeline.threads(line.handle, 500)
            for post in thread
            if post.language == "en" and post.reposted_from is None
        )
        with opened.store.begin() as tx:
            posted = [entry for entry in tx.log.after(0, 10_000) if entry.fate == "posted"]
            notices = [tx.notices.find(entry.subject, Speaker.BUREAU) for entry in posted]
            references = {notice.reference for notice in notices if notice is not None}
            assert not [row for row in tx.outbox.counts() if row.state != "delivered"]
    assert set(stands) == references
    years = {entry.known_at.year for entry in posted}
    assert years <= set(range(2006, 2021)), "each was judged and dated by its own clock"


def test_a_fleet_that_starts_now_leaves_recorded_rows_alone(
    recorded: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    yaml = re.sub(r"(?m)^    x: .*$", "    x: {mode: off}", (ROOT / "lines.yaml").read_text("utf-8"))
    yaml = yaml.replace("path: inbox\n", f"path: {recorded / 'nypd'}\n    pattern: '{TRANSIT}'\n")
    config = tmp_path / "lines.yaml"
    config.write_text(yaml, "utf-8")
    assert run(Wiring(make_bots, {}), ["-c", str(config), "once", "--json"], {}) == 0
    passed = json.loads(capsys.readouterr().out)
    assert passed["sources"][0]["left_older"] == 249
    assert passed["prepared"] == 0
