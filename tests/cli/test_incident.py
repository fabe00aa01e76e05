"""The desk: an incident is added, listed, shown, closed, merged and split, and each answer says why."""

from __future__ import annotations

from contextlib import closing

import pytest

from bots.fleet import fleet
from core.adapters.secrets.keyring import SqlKeyring
from core.adapters.storage.sql_store import open_store
from core.wiring import Wiring
from tests.cli.conftest import Fleet

AT_HARBOUR = ("--station", "Harbour", "--train", "GC", "--offence", "ROB")
SECRET_WORDS = "Nobody Inparticular was seen here"


def erase(desk: Fleet, key: str) -> None:
    """What an erasure does: the vault loses everything of this incident."""
    settings = Wiring(fleet, desk.environ).settings(desk.config)
    with (
        closing(SqlKeyring(settings.keys_url)) as keyring,
        closing(open_store(settings.store_url, keyring)) as store,
        store.begin() as tx,
    ):
        assert tx.vault.erase(key) > 0


def fates(desk: Fleet) -> dict[str, str]:
    return {row["key"]: row["fate"] for row in reversed(desk("incident", "list", "--json").json)}


def test_an_incident_that_may_be_said_goes_out_by_itself(desk: Fleet):
    added = desk("incident", "add", *AT_HARBOUR, "--number", "17")
    assert added.code == 0
    assert "(number 17): new; goes out, reference" in added.out
    again = desk("incident", "add", *AT_HARBOUR, "--number", "17", "--json")
    assert again.json[0]["outcome"] in ("revised", "already known")


def test_what_is_kept_back_says_by_which_rule_and_why(desk: Fleet):
    sheltered = desk("incident", "add", *AT_HARBOUR[:-1], "SEX").out
    assert "held by rule sex-offence-waits. A sex offence always waits for a person" in sheltered
    unclear = desk("incident", "add", "--station", "Kiln Street", "--offence", "ROB").out
    assert "ambiguous by rule ambiguous-place. The place does not say which line" in unclear


def test_records_of_a_file_are_added_and_a_bad_one_is_told(desk: Fleet):
    file = desk.folder / "night.jsonl"
    good = '{"authority": "a", "number": "1", "occurred_from": "2026-11-20T10:00:00", "known_at": "2026-11-20T10:02:00"'
    file.write_text(good + ', "offence_code": "ROB", "place": {"station": "Harbour"}}\nnonsense\n', "utf-8")
    added = desk("incident", "add", file)
    assert added.code == 1
    assert "number 1" in added.out
    assert "night.jsonl:2: not taken in" in added.err


def test_an_incident_is_listed_and_shown_by_key_number_and_reference(desk: Fleet):
    assert desk("incident", "list").out == "No incidents.\n"
    assert desk("incident", "list", "--json").json == []
    added = desk.add(*AT_HARBOUR, "--number", "17", "--text", SECRET_WORDS)
    listed = desk("incident", "list").out
    assert "posted by alone-and-fresh" in listed
    assert SECRET_WORDS not in listed
    shown = [desk("incident", "show", by, "--json").json for by in (added["key"][:6], "17", added["reference"])]
    assert shown[0] == shown[1] == shown[2]
    assert set(shown[0]) >= {
        "key",
        "sealed",
        "record",
        "history",
        "reference",
        "maybe_same",
        "merged_into",
        "deliveries",
    }
    assert shown[0]["record"]["number"] == "17"
    assert {row["language"] for row in shown[0]["deliveries"]} == {"en", "es"}
    for_people = desk("incident", "show", "17").out
    assert "state due" in for_people
    assert "free text: " + SECRET_WORDS in for_people
    assert "incident list" in desk("incident", "show", "18").one_line()


def test_only_the_asked_fate_and_only_so_many_are_listed(desk: Fleet):
    desk.add(*AT_HARBOUR, "--number", "17")
    desk.add("--station", "Kiln Street", "--offence", "ROB")
    assert [row["fate"] for row in desk("incident", "list", "--fate", "ambiguous", "--json").json] == ["ambiguous"]
    assert len(desk("incident", "list", "--limit", "1", "--json").json) == 1


@pytest.mark.parametrize("as_json", [(), ("--json",)])
def test_what_the_vault_erased_is_never_printed(desk: Fleet, as_json: tuple[str, ...]):
    added = desk.add(*AT_HARBOUR, "--number", "SEALED-17", "--state", "wanted", "--text", SECRET_WORDS)
    assert SECRET_WORDS in desk("incident", "show", added["key"], *as_json).out
    erase(desk, added["key"])
    shown = desk("incident", "show", added["key"], *as_json)
    assert shown.code == 0, shown.err
    assert SECRET_WORDS not in shown.out
    assert "SEALED-17" not in shown.out
    assert "sealed" in shown.out
    if as_json:
        assert (shown.json["sealed"], shown.json["record"]) == (True, None)


def test_a_sealed_incident_can_not_be_closed_without_its_record_and_says_so(desk: Fleet):
    added = desk.add(*AT_HARBOUR, "--number", "17")
    erase(desk, added["key"])
    assert "erased" in desk("incident", "close", added["key"]).one_line()


def test_a_closed_incident_withdraws_what_was_not_sent(desk: Fleet):
    added = desk.add(*AT_HARBOUR, "--number", "17")
    closed = desk("incident", "close", "17")
    assert (closed.code, closed.out) == (0, f"{added['key'][:10]} is closed. What stands on the handles stays.\n")
    shown = desk("incident", "show", "17", "--json").json
    assert {row["state"] for row in shown["deliveries"]} == {"withdrawn"}
    assert shown["history"][-1]["rule"] == "closed"


def test_two_that_look_alike_wait_and_are_merged(desk: Fleet):
    first, second = desk.add(*AT_HARBOUR), desk.add(*AT_HARBOUR)
    assert second["maybe_same_as"] == [first["key"]]
    assert (second["fate"], second["rule"]) == ("held", "maybe-same")
    merged = desk("incident", "merge", second["key"], first["key"], "--json")
    assert merged.json == {"later": second["key"], "earlier": first["key"], "same": True}
    assert fates(desk)[second["key"]] == "already known"
    assert desk("incident", "show", second["key"], "--json").json["merged_into"] == first["key"]


def test_two_that_look_alike_are_split_and_the_later_goes_on_to_the_gate(desk: Fleet):
    first, second = desk.add(*AT_HARBOUR), desk.add(*AT_HARBOUR)
    assert "goes on to the gate" in desk("incident", "split", second["key"][:8], first["key"][:8]).out
    assert fates(desk)[second["key"]] == "posted"


def test_two_that_were_never_offered_as_the_same_are_not_merged(desk: Fleet):
    first, other = desk.add(*AT_HARBOUR), desk.add("--station", "Museum", "--offence", "ROB")
    for act in ("merge", "split"):
        assert "not offered as the same" in desk("incident", act, first["key"], other["key"]).one_line(2)


def test_a_ring_of_the_bell_leaves_everything_in_its_place(desk: Fleet):
    """Adding rings the fleet that runs; what was kept before is still there afterwards."""
    desk.add(*AT_HARBOUR, "--number", "17")
    assert desk("incident", "show", "17").code == 0
    assert [row["name"] for row in desk("people", "list", "--json").json] == ["ann"]


def test_explain_shows_each_rule_that_was_asked_and_its_answer(desk: Fleet):
    desk("incident", "add", *AT_HARBOUR, "--number", "17", "--state", "wanted")
    told = desk("explain", "17").out
    assert "posted by alone-and-fresh" in told
    assert "→ alone-and-fresh" in told
    assert told.index("must-come-down") < told.index("too-old") < told.index("→ alone-and-fresh")
    assert "Of the person, by the policy that ruled, " in told
    assert ": drop by nobody-described" in told
    entry = desk("explain", "17", "--json").json["entries"][0]
    assert [one["answer"] for one in entry["asked"]].count("ruled") == 1
    assert "no incident is known" in desk("explain", "NOBODY-KNOWS").err
