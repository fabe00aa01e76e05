"""What another policy would have said otherwise, over a file of records and over the fleet's own log."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.settings.load import SHIPPED
from tests.cli.conftest import Fleet

EXPORT = SHIPPED / "example" / "samples" / "incident_export.csv"


@pytest.fixture
def section(tmp_path: Path) -> Path:
    """A policy section under which no handle says anything alone."""
    file = tmp_path / "other.yaml"
    file.write_text("pack: strict\ndaily_limit: 0\n", encoding="utf-8")
    return file


def test_what_goes_is_counted_by_line_and_by_the_rule_that_keeps_it_back(example: Fleet, section: Path):
    report = example("replay", EXPORT, "--policy", section, "--json").json
    assert report["entries"] > 0
    assert report["lines"]
    for line in report["lines"].values():
        assert (line["added"], line["gone"]) == (0, line["to_digest"])
        assert line["kept_back"] == {"daily-limit": line["gone"]}


def test_the_fleets_own_policy_in_other_clothes_differs_in_nothing(example: Fleet, tmp_path: Path):
    same = tmp_path / "same.yaml"
    same.write_text((SHIPPED / "packs" / "strict.yaml").read_text("utf-8"), encoding="utf-8")
    played = example("replay", EXPORT, "--policy", same)
    assert played.code == 0, played.err
    assert "would have said the same" in played.out


def test_for_readers_it_is_a_table(example: Fleet, section: Path):
    played = example("replay", EXPORT, "--policy", section)
    assert played.code == 0, played.err
    assert "kept back by" in played.out
    assert "daily-limit" in played.out


def test_what_is_wrong_in_the_other_policy_is_told_with_its_place(example: Fleet, tmp_path: Path):
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("policy:\n  pack: strict\n  dayly_limit: 3\n", encoding="utf-8")
    played = example("replay", EXPORT, "--policy", wrong)
    assert played.code == 2
    assert "wrong.yaml:3" in played.err
    assert "daily_limit" in played.err


def test_a_never_is_not_loosened_to_see_what_would_happen(example: Fleet, tmp_path: Path):
    wrong = tmp_path / "loose.yaml"
    wrong.write_text("pack: strict\nadult_age: 12\n", encoding="utf-8")
    played = example("replay", EXPORT, "--policy", wrong)
    assert played.code == 2
    assert "is a never and can't be overridden" in played.err


@pytest.mark.parametrize(
    "asked", [["--since", "7d"], ["--policy", "{section}"], [], ["--policy", "{section}", "--since", "soon"]]
)
def test_a_window_is_either_files_or_a_span(example: Fleet, section: Path, asked: list[str]):
    assert example("replay", *[one.format(section=section) for one in asked]).code == 2


def test_the_fleets_own_log_is_judged_again_by_its_stored_facts_and_left_as_it_is(desk: Fleet, section: Path):
    desk.add("--station", "Harbour", "--train", "GC", "--offence", "ROB")
    assert desk("once", "--quiet").code == 0
    before = desk("explain", "--json", desk("incident", "list", "--json").json[0]["key"]).json
    report = desk("replay", "--since", "7d", "--policy", section, "--json").json
    assert report["entries"] == 1
    assert [(line["gone"], line["kept_back"]) for line in report["lines"].values()] == [(1, {"daily-limit": 1})]
    assert desk("explain", "--json", desk("incident", "list", "--json").json[0]["key"]).json == before


def test_the_log_is_for_those_who_are_logged_in(example: Fleet, section: Path):
    refused = example("replay", "--since", "7d", "--policy", section)
    assert refused.code != 0
    assert "log in first" in refused.err
