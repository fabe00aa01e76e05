"""Held posts at the command line: what is shown is what is approved, and every no is one line."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.cli.conftest import Fleet

HELD = ("--station", "Harbour", "--train", "GB", "--offence", "HOM", "--number", "1")


@pytest.fixture
def held(desk: Fleet) -> str:
    """Posts that wait, typed in by the operator; who reviews is logged in."""
    desk.add(*HELD)
    first = desk.environ["SUBWAY_FLEET_TOKEN"]
    for name, role in (("olga", "officer"), ("rob", "reviewer"), ("rita", "reviewer")):
        desk.environ["SUBWAY_FLEET_TOKEN"] = first
        desk.log_in(name, role)
        desk.environ[name] = desk.environ["SUBWAY_FLEET_TOKEN"]
    [one] = desk("review", "list", "--json").json
    return str(one["id"])


def approval(desk: Fleet, wanted: str) -> list[str]:
    """The words of an approval with every question answered, as `show` gives them."""
    shown = desk("review", "show", wanted, "--json").json
    answers = [word for one in shown["ask"] for word in ("--answer", f"{one['id']}=no")]
    return ["review", "approve", wanted, "--hash", shown["hash"], *answers]


def texts(shown: dict[str, Any]) -> list[str]:
    return [p["text"] for form in shown["forms"] if form["account"].startswith("local:") for p in form["posts"]]


def test_what_was_shown_is_what_stands_once_it_is_approved(desk: Fleet, held: str) -> None:
    shown = desk("review", "show", held)
    assert shown.code == 0
    fields = desk("review", "show", held, "--json").json
    assert f"review approve {held} --hash {fields['hash']}" in shown.out
    assert all(line in shown.out for text in texts(fields) for line in text.splitlines())
    done = desk(*approval(desk, held))
    assert done.out.startswith(f"{held} is approved and leaves now.")
    assert desk("once", "--quiet").code == 0
    stood = [row for row in desk("status", "--json").json["receipts"] if row["key"]["account"].startswith("local:")]
    assert stood
    assert {row["post"]["text"] for row in stood} <= set(texts(fields))
    assert desk("review", "list", "--json").json == []
    assert [one["state"] for one in desk("review", "list", "--all", "--json").json] == ["gone out"]


def test_status_says_who_is_asked_and_by_which_name(desk: Fleet, held: str) -> None:
    waiting = desk("status", "--json").json["waiting"]
    assert [(row["role"], row["what"].split()[0]) for row in waiting] == [("reviewer", held)]
    assert held in desk("status").out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["approve", "{id}", "--hash", "0" * 64], "(stale)"),
        (["approve", "BCDFGH1-9", "--hash", "0" * 64], "no held posts are called"),
        (["show", "BCDFGH1"], "no held posts are called"),
        (["undo", "{id}"], "(not-leaving)"),
        (["edit", "{id}", "--station", "Nowhere"], "(not-this-line)"),
        (["edit", "{id}"], "(no-change)"),
    ],
)
def test_what_may_not_be_is_one_line(desk: Fleet, held: str, words: list[str], said: str) -> None:
    assert said in desk("review", *(word.replace("{id}", held) for word in words)).one_line()


def test_open_questions_and_other_roles_are_refused_in_one_line(desk: Fleet, held: str) -> None:
    yes = approval(desk, held)
    assert "(unanswered)" in desk(*yes[:5]).one_line()
    assert "is no answer" in desk(*yes[:5], "--answer", "interferes").one_line(2)
    desk.environ["SUBWAY_FLEET_TOKEN"] = desk.environ["olga"]
    assert "it needs the role reviewer" in desk(*yes).one_line()
    assert "it needs the role reviewer" in desk("review", "reject", held, "--because", "privacy").one_line()


def test_rejected_it_is_over(desk: Fleet, held: str) -> None:
    done = desk("review", "reject", held, "--because", "privacy", "--words", "made-up words")
    assert done.out.startswith(f"{held} is rejected.")
    assert "privacy (made-up words)" in desk("review", "show", held).out
    assert desk("once", "--quiet").code == 0
    assert desk("status", "--json").json["receipts"] == []


def test_an_edit_shows_the_difference_and_needs_somebody_else(desk: Fleet, held: str) -> None:
    done = desk("review", "edit", held, "--text", "en=Police look into a report on the Green Line.")
    assert done.code == 0, done
    assert "+Police look into a report on the Green Line." in done.out
    newer = f"{held.rsplit('-', 1)[0]}-2"
    assert "(own-draft)" in desk(*approval(desk, newer)).one_line()
    desk.environ["SUBWAY_FLEET_TOKEN"] = desk.environ["rob"]
    assert desk(*approval(desk, newer)).code == 0


PICTURED = {
    "authority": "Example Transit Police",
    "number": "9",
    "state": "wanted",
    "person.name": "Pat Example",
    "person.age": "40",
    "person.case_reference": "CASE-1",
    "person.picture.path": "still.png",
    "person.picture.footage": "camera 4, made up",
    "person.picture.minute": "20:04",
    "person.picture.voucher": "Officer Example",
}


def test_who_approves_a_picture_can_look_at_it(desk: Fleet, tmp_path: Path) -> None:
    now = datetime.now(UTC).isoformat()
    row = {**PICTURED, "occurred_from": now, "known_at": now, "state_since": now, "offence_code": "ROB"}
    added = desk("incident", "add", json.dumps({**row, "place.station": "Harbour"}), "--columns", "bureau")
    assert added.code == 0, added.err
    still = tmp_path / "still.png"
    Image.new("RGB", (400, 300), "teal").save(still)
    first = desk.environ["SUBWAY_FLEET_TOKEN"]
    desk.log_in("olga", "officer")
    made = desk("incident", "picture", "9", str(still), "--crop", "0,0,200,200", "--nobody-else", "--json").json
    desk.environ["SUBWAY_FLEET_TOKEN"] = first
    desk.log_in("rita", "reviewer")
    [one] = desk("review", "list", "--json").json
    shown = desk("review", "show", one["id"], "--pictures", str(tmp_path / "seen"))
    assert f"review show {one['id']} --pictures FOLDER" in shown.out
    [file] = (tmp_path / "seen").iterdir()
    assert hashlib.sha256(file.read_bytes()).hexdigest() == made["picture"]
    assert file.stat().st_mode & 0o077 == 0
