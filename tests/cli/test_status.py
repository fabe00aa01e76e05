"""`status` opens with one sentence that a woken person can act on; `once`, `lines` and `accounts` beside it."""

from __future__ import annotations

import json
import shutil
import sqlite3
from datetime import UTC, datetime, timedelta

from core.settings.load import SHIPPED
from tests.cli.conftest import Fleet

SECTIONS = ["Sources", "Log", "Queue", "Last receipts", "Waiting for a person"]


def sentence(called) -> str:
    return str(called.out.splitlines()[0])


def report(fleet: Fleet, *numbers: str, **more: object) -> None:
    """Put records into the bureau's inbox."""
    at = datetime.now(UTC) - timedelta(minutes=20)
    for number in numbers:
        row = {
            "authority": "made up",
            "number": number,
            "occurred_from": at.isoformat(),
            "known_at": at.isoformat(),
            "offence_code": "ROB",
            "place": {"station": "Harbour", "train": "GC"},
            **more,
        }
        (fleet.folder / "inbox" / "bureau" / f"{number}.jsonl").write_text(json.dumps(row) + "\n", "utf-8")


def test_a_fleet_that_never_ran_says_how_to_start_it(example: Fleet):
    seen = example("status")
    assert seen.code == 0
    assert sentence(seen).startswith("The fleet has not run yet")
    assert "`run`" in sentence(seen)
    assert [line for line in seen.out.splitlines() if line in SECTIONS] == SECTIONS


def test_all_is_well_after_a_pass(example: Fleet):
    assert example("once", "--from", "start").code == 0
    seen = example("status")
    assert seen.code == 0
    assert sentence(seen) == (
        "All is well: 0 posts in the queue, nothing waits for a person; you can go back to sleep."
    )


def test_what_was_said_has_its_receipts_and_its_pages(example: Fleet):
    report(example, "1")
    passed = example("once", "--from", "start")
    assert passed.code == 0, passed.err
    assert "@ExampleGreen [en]" in passed.out
    assert "@ExampleGreen would have said on x [en]" in passed.out
    seen = example("status").out
    assert "http://127.0.0.1:8421/post/1" in seen
    assert "1 new" in seen
    assert "2 delivered   local:ExampleGreen" in seen
    assert "2 practised   x:ExampleGreen" in seen


def test_what_waits_is_counted_by_whom_it_waits_for(desk: Fleet):
    desk("once", "--from", "start")
    desk.add("--station", "Kiln Street", "--offence", "ROB")
    held = desk.add("--station", "Fish Market", "--offence", "SEX")
    seen = desk("status")
    assert seen.code == 0
    assert "1 wait for the officer and 1 wait for the reviewer" in sentence(seen)
    assert f"(entry 2, incident {held['key'][:10]}): whether it may be said: sex-offence-waits" in seen.out


def test_a_source_that_is_down_is_the_first_thing_to_do(example: Fleet):
    (example.folder / "inbox" / "export").rmdir()
    (example.folder / "inbox" / "bureau").rmdir()
    passed = example("once")
    assert passed.code == 1
    assert "DOWN" in passed.out
    seen = example("status")
    assert seen.code == 1
    assert sentence(seen).startswith("Act: source bureau is down (")
    assert "(1 more below)" in sentence(seen)
    assert "2. source export is down" in seen.out
    as_json = example("status", "--json")
    assert (as_json.code, as_json.json["well"], len(as_json.json["troubles"])) == (1, False, 2)


def test_an_account_that_needs_a_login_is_named_with_the_command(desk: Fleet):
    shutil.copytree(SHIPPED, desk.folder / "agencies")
    desk.bend(("x: {languages: [en]", "x: {mode: live, languages: [en]"))
    assert desk("catalogue", "sign", "en", "--reader", "Test Reader, not a person").code == 0
    report(desk, "1", place={"station": "Old Mill", "train": "Red"})
    passed = desk("once", "--from", "start", "--patience", "0")
    assert passed.code == 1
    assert "1 left in the queue" in passed.out
    assert passed.err == "  1 on x:ExampleRed: it needs a login: `accounts connect x:ExampleRed`\n"
    again = desk("once", "--json")
    assert (again.code, again.json["queue_empty"]) == (1, False)
    assert [(one["account"], one["count"]) for one in again.json["left"]] == [("x:ExampleRed", 1)]
    seen = desk("status")
    assert seen.code == 1
    assert sentence(seen) == "Act: x:ExampleRed needs a login: `accounts connect x:ExampleRed`."


def test_posts_that_nobody_delivers_are_noticed(desk: Fleet):
    desk("once", "--from", "start")
    desk.add("--station", "Harbour", "--offence", "ROB")
    assert desk("status").code == 0
    with sqlite3.connect(desk.state / "fleet.db") as store:
        store.execute("UPDATE deliveries SET said_at = said_at - 3600 * 1000000")
    store.close()
    seen = desk("status")
    assert seen.code == 1
    assert sentence(seen).endswith("is the fleet running (`run`)?")


def test_what_is_owed_to_a_line_that_was_taken_out_is_no_sign_of_a_fleet_that_stands_still(desk: Fleet):
    desk("once", "--from", "start")
    desk.add("--station", "Harbour", "--offence", "ROB")
    with sqlite3.connect(desk.state / "fleet.db") as store:
        for column in ("account", "key"):
            store.execute(f"UPDATE deliveries SET {column} = replace({column}, 'ExampleGreen', 'TakenOut')")
        store.execute("UPDATE deliveries SET said_at = said_at - 3600 * 1000000")
    store.close()
    assert sentence(desk("status")).startswith("All is well")
    passed = desk("once", "--quiet", "--patience", "1")
    assert passed.code == 0, "it ends by itself"
    assert "2 on local:TakenOut: the account is off, or not in lines.yaml" in passed.err


def test_what_is_paused_is_named_by_once(desk: Fleet):
    assert desk("pause", "Green").code == 0
    desk.add("--station", "Harbour", "--offence", "ROB")
    passed = desk("once", "--quiet")
    assert passed.code == 1
    assert "on local:ExampleGreen: paused (line Green): `resume` goes on" in passed.err


def test_a_fleet_without_a_source_says_that_none_is_set_up(example: Fleet):
    text = example.config.read_text("utf-8")
    head, _, rest = text.partition("\nsources:")
    kept = rest[rest.index("\nlines:") :]
    example.config.write_text(f"{head}\nsources: []\n{kept}", "utf-8")
    seen = example("status")
    assert seen.code == 0
    assert sentence(seen).startswith("No source is set up")
    assert "`sources:`" in sentence(seen)


def test_status_for_scripts(example: Fleet):
    seen = example("status", "--json")
    assert seen.err == ""
    assert set(seen.json) >= {
        "at", "sentence", "well", "troubles", "sources", "silent", "bots", "last_seq", "fates", "queue", "accounts",
        "receipts", "waiting", "stuck",
    }  # fmt: skip


def test_once_for_scripts_and_a_second_time(example: Fleet):
    report(example, "1", "2")
    first = example("once", "--from", "start", "--json")
    assert first.code == 0, first.err
    assert set(first.json) == {"sources", "prepared", "digests", "queue_empty", "left"}
    assert first.json["sources"][0]["rows"] == {"new": 2}
    assert first.json["queue_empty"] is True
    again = example("once", "--json").json
    assert (again["prepared"], again["sources"][0]["rows"]) == (0, {})


def test_a_new_source_says_how_many_older_records_it_left_and_how_to_post_them(example: Fleet):
    report(example, "1", "2")
    passed = example("once")
    assert "begins now; 2 older records are left (post them with --from start)" in passed.out


def test_once_can_be_quiet(example: Fleet):
    report(example, "1")
    assert "@ExampleGreen" not in example("once", "--from", "start", "--quiet").out


def test_the_lines_in_order_of_lead(example: Fleet):
    listed = example("lines")
    assert [row.split()[0] for row in listed.out.splitlines()] == ["line", "Green", "Red", "Blue"]
    assert "GB GC GD GE" in listed.out
    rows = example("lines", "--json").json
    assert [row["id"] for row in rows] == ["Green", "Red", "Blue"]
    assert set(rows[0]) >= {"id", "name", "routes", "colour", "text_colour", "symbol", "handle", "accounts"}


def test_the_accounts_and_their_state(desk: Fleet):
    rows = desk("accounts", "--json").json
    assert [row["account"] for row in rows][:2] == ["local:ExampleGreen", "x:ExampleGreen"]
    assert {row["state"] for row in rows} == {"not connected"}
    assert desk("accounts", "connect", "local:ExampleGreen", "--json").json["handle"] == "ExampleGreen"
    assert "x:ExampleGreen" in desk("accounts").out
