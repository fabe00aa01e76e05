"""What a record says never steers the terminal: no escape, no turned or hidden text, no line of its own."""

from __future__ import annotations

import json

import pytest

from core.cli.speech import printable, say
from tests.cli.conftest import Fleet

ESCAPES = "\x1b]0;pwn\x07\x1b[2J"
STATION = f"Harbour{ESCAPES}\u202eevil\u200b\r\nAll is well\x9b1m\u2028end"
RAW = "\x1b\x07\u202e\u200b\r\x9b\u2028"


@pytest.fixture
def hostile(desk: Fleet) -> Fleet:
    record = {
        "authority": f"a{ESCAPES}",
        "number": "17",
        "occurred_from": "2026-11-20T10:00:00",
        "known_at": "2026-11-20T10:02:00",
        "offence_code": f"ROB{ESCAPES}",
        "place": {"station": STATION},
    }
    (desk.folder / "night.jsonl").write_text(json.dumps(record), "utf-8")
    assert desk("incident", "add", desk.folder / "night.jsonl").code == 0
    return desk


def clean(said: str) -> bool:
    return not any(mark in said for mark in RAW) and "\nAll is well" not in said


@pytest.mark.parametrize(
    "call",
    [
        ["incident", "list"],
        ["incident", "show", "17"],
        ["incident", "show", STATION],
        ["incident", "answer", "17", STATION],
        ["status"],
        ["route", "night.jsonl"],
        ["preview", "night.jsonl"],
        ["replay", "night.jsonl", "--posts"],
        ["stations", "find", STATION],
        ["route", "--station", STATION],
        ["incident", "add", "--station", STATION, "--offence", "ROB", "--number", STATION],
        ["once", "--patience", "0"],
    ],
)
def test_no_command_lets_a_record_steer_the_terminal(hostile: Fleet, call: list[str]) -> None:
    (hostile.folder / "inbox" / "bureau" / "night.jsonl").write_bytes((hostile.folder / "night.jsonl").read_bytes())
    said = hostile(*[str(hostile.folder / word) if word == "night.jsonl" else word for word in call])
    words = said.out + said.err
    assert words
    if call[0] == "status":  # its own first sentence may say so
        words = words.split("\n", 1)[1]
    assert clean(words), repr(words)


def test_a_record_is_one_row_of_the_table_and_no_wider_than_a_screen_can_hold(hostile: Fleet) -> None:
    hostile.add("--station", "W" * 3000, "--offence", "ROB")
    listed = hostile("incident", "list").out
    assert len(listed.splitlines()) == 3
    assert "Harbour\ufffd]0;pwn\ufffd" in listed
    assert "W" * 59 + "…" in listed
    assert max(map(len, listed.splitlines())) < 250


def test_a_pipe_gets_the_same_clean_words(hostile: Fleet) -> None:
    assert clean(hostile.outside("incident", "list").out)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\nPer line", "\nPer line"),
        ("two\nlines", "two\ufffdlines"),
        ("São\u00a0João é ✈", "São João é ✈"),
        ("tab\there", "tab\ufffdhere"),
        ("\x1b[31m", "\ufffd[31m"),
    ],
)
def test_what_is_said_keeps_its_words_and_its_empty_lines_above(
    capsys: pytest.CaptureFixture[str], text: str, shown: str
) -> None:
    say(text)
    assert capsys.readouterr().out == shown + "\n"
    assert printable(text) == shown.replace("\n", "\ufffd")
