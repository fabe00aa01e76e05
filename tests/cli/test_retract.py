"""Taking back and pausing from the command line: a list with proofs, and one line when it can't be."""

from __future__ import annotations

from typing import Any

from tests.cli.conftest import Fleet

ROBBERY = ("--station", "Harbour", "--train", "GB", "--offence", "ROB", "--number", "1")


def said(desk: Fleet) -> str:
    """A notice that stands on the local timeline; its reference."""
    added = desk.add(*ROBBERY)
    assert desk("once", "--quiet").code == 0
    return str(added["reference"])


def local(answer: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one["account"], one["up"]) for one in answer["posts"] if one["account"].startswith("local:")]


def test_the_answer_is_a_list_with_proofs(desk: Fleet) -> None:
    reference = said(desk)
    done = desk("retract", reference, "--json")
    assert done.code == 0, done
    assert (done.json["reference"], done.json["settled"], done.json["gone"]) == (reference, True, True)
    assert {up for _, up in local(done.json)} == {"removed"}
    assert all(one["at"] for one in done.json["posts"] if one["up"] == "removed")
    assert any(one["state"] == "delivered" for one in done.json["words"])
    pages = "http://127.0.0.1:8421/post/"
    assert all(one["url"].startswith(pages) for one in done.json["posts"] if one["account"].startswith("local:"))
    assert all(one["url"].startswith(pages) for one in done.json["words"] if one["url"])
    shown = desk("incident", "show", reference, "--json").json["deliveries"]
    assert {one["url"][: len(pages)] for one in shown if one["url"]} == {pages}
    looked = desk("retract", "--status", reference, "--json")
    assert looked.json == done.json


def test_the_same_for_a_reader(desk: Fleet) -> None:
    reference = said(desk)
    done = desk("retract", reference, "--because", "expiry")
    assert done.code == 0
    assert done.out.startswith(f"{reference} is taken back (expiry): ")
    assert "Nothing of it is up any more." in done.out
    assert "gone since" in done.out
    assert "http://127.0.0.1:8421/post/1" in done.out
    assert "http://127.0.0.1:8421/post/1" in desk("incident", "show", reference).out
    assert "Said instead on local:" in done.out


def test_where_the_port_is_any_free_one_it_says_who_knows(desk: Fleet) -> None:
    desk.bend(("port: 8421", "port: 0"))
    reference = said(desk)
    assert "/post/1 on the pages (`run` says where" in desk("incident", "show", reference).out


def test_what_waits_to_be_said_is_not_said_by_it(desk: Fleet) -> None:
    reference = said(desk)
    desk.add("--station", "Upper Lock", "--train", "GB", "--offence", "ROB", "--number", "2")
    assert desk("retract", reference).code == 0
    queue = {row["state"] for row in desk("status", "--json").json["queue"]}
    assert "due" in queue


def test_what_can_not_be_is_one_line(desk: Fleet) -> None:
    assert "no notice bears the reference" in desk("retract", "BCDFGH1").one_line()
    reference = said(desk)
    assert "was not taken back" in desk("retract", "--status", reference).one_line()
    assert "did you mean" in desk("pause", "Grene").one_line()
    assert "is not paused; paused is: nothing" in desk("resume", "all").one_line()
    desk.log_in("olga", "officer")
    assert "it needs the role reviewer or operator" in desk("retract", reference).one_line()
    assert "it needs the role reviewer or operator" in desk("pause", "all").one_line()


def test_a_pause_holds_until_it_is_ended_and_status_shows_it(desk: Fleet) -> None:
    assert desk("pause", "all").out.startswith("Paused: all; only what takes back goes out there.")
    desk.add(*ROBBERY)
    assert "on local:ExampleGreen: paused (all): `resume` goes on" in desk("once", "--quiet").err
    shown = desk("status")
    assert "paused: all" in shown.out
    assert "all since" in shown.out
    assert desk("status", "--json").json["receipts"] == []
    assert desk("resume", "all").out == "all goes on.\n"
    assert desk("once", "--quiet").code == 0
    assert desk("status", "--json").json["receipts"]


def test_a_line_is_all_of_its_accounts(desk: Fleet) -> None:
    paused = desk("pause", "Green", "--json").json
    assert {row["scope"] for row in paused} == {"line Green"}
    assert {row["account"].split(":")[0] for row in paused} == {"local", "x"}
    desk("pause", "all")
    assert desk("resume", "Green").out == "Green goes on. Still paused: all.\n"


def test_removals_too_needs_an_operator(desk: Fleet) -> None:
    account = desk("pause", "Green", "--json").json[0]["account"]
    desk.log_in("rosa", "reviewer")
    assert desk("pause", account).code == 0
    assert "it needs the role operator" in desk("pause", account, "--removals-too").one_line()


def test_what_is_unfounded_comes_down_by_itself(desk: Fleet) -> None:
    reference = said(desk)
    desk.add(*ROBBERY, "--state", "unfounded")
    assert desk("once", "--quiet").code == 0
    seen = desk("retract", reference, "--status", "--json")
    assert (seen.json["because"], seen.json["by"], seen.json["gone"]) == ("exoneration", "fleet", True)
    assert "must-come-down" not in desk("status").out
