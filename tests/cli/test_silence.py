"""`silence` and `calm`: what an officer types and reads."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Fleet

ROBBERY = ("--station", "Harbour", "--train", "GB", "--offence", "ROB")
FOR_A_WHILE = ("--for", "2h", "--why", "made up")


def made(desk: Fleet, *matchers: str) -> int:
    done = desk("silence", "add", *matchers, *FOR_A_WHILE, "--json")
    assert done.code == 0, done.err
    return int(done.json["id"])


def test_a_silence_is_previewed_made_listed_and_ended(desk: Fleet) -> None:
    desk.add(*ROBBERY, "--number", "1")
    shown = desk("silence", "preview", "--line", "Green")
    assert "Waiting now:" in shown.out
    assert "crime alert" in shown.out
    [one] = desk("silence", "preview", "--line", "Green", "--json").json
    assert (one["lines"], one["kind"]) == (["Green"], "crime alert")
    number = made(desk, "--line", "Green", "--family", "assault")
    desk.add("--station", "Fish Market", "--train", "GB", "--offence", "ASL", "--number", "2")
    desk("once")
    [listed] = desk("silence", "list", "--json").json
    assert (listed["id"], listed["why"], listed["holds"]) == (number, "made up", 1)
    assert "line Green; family assault" in desk("silence", "list").out
    status = desk("status")
    assert "Muted for a while" in status.out
    assert "1 entries wait" in status.out
    assert desk("silence", "end", str(number)).out.startswith(f"Silence {number} is over; 1 entries")
    assert desk("silence", "list").out.strip() == "No silence."
    assert "ended" in desk("silence", "list", "--all").out


@pytest.mark.parametrize(
    ("typed", "code", "says"),
    [
        (FOR_A_WHILE, 1, "mutes everything"),
        (("--line", "Gren", *FOR_A_WHILE), 1, "did you mean Green?"),
        (("--line", "Green", "--why", "x"), 2, "say how long"),
        (("--line", "Green", "--why", "x", "--for", "soon"), 2, "no length of time"),
        (("--line", "Green", "--why", " ", "--for", "1h"), 1, "say why"),
        (("--line", "Green", "--why", "x", "--until", "2020-01-01T00:00"), 1, "later than now"),
    ],
)
def test_what_can_not_be_muted_is_one_line(desk: Fleet, typed: tuple[str, ...], code: int, says: str) -> None:
    assert says in desk("silence", "add", *typed).one_line(code)


def test_calm_says_who_and_until_when(desk: Fleet) -> None:
    on = desk("calm", "on", "Green", "--for", "3h")
    assert on.out.startswith("Calm on line Green until ")
    assert "asked for by" in on.out
    assert "calm line Green, by" in desk("status").out
    assert "Calm still: line Green" not in desk("calm", "off", "Green").out
    assert "calm is: nowhere" in desk("calm", "off", "all").one_line()
    assert desk("calm", "on", "all", "--json").json["scope"] == "all"
