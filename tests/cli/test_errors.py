"""Whatever is wrong is one clear line that says what to do, and never a traceback."""

from __future__ import annotations

import shutil
import socket
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from bots.fleet import fleet
from core.cli.app import run
from core.cli.troubles import say_trouble
from core.settings.load import SHIPPED
from core.wiring import Wiring
from tests.cli.conftest import Fleet

RECORD = (
    '{"authority": "a", "number": "1", "occurred_from": "2026-11-20T10:00:00", '
    '"known_at": "2026-11-20T10:02:00", "offence_code": "ROB", "place": {"station": "Harbour"}}'
)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (["chek"], "Did you mean check?"),
        (["nonsense-by-hand"], "--help"),
        (["check", "--onlin"], "--online"),
        (["lines", "--port", "1"], "lines --help"),
        (["incident", "nonsense"], "incident --help"),
        (["demo", "--port", "99999"], "99999"),
        (["demo", "--port", "many"], "many"),
        (["demo", "--pace", "-1"], "-1"),
        (["once", "--from", "yesterday"], "2026-11-21"),
        (["run", "--from", "soon"], "2026-11-21"),
        (["once", "--patience", "-3"], "-3"),
        (["once", "--patience", "nan"], "nan"),
        (["retract", "BCDFGH1", "--patience", "nan"], "nan"),
        (["demo", "--pace", "nan"], "nan"),
        (["route", "--station", "Harbour", "--at", "0001-01-01"], "out of range"),
        (["preview", "--station", "Harbour", "--at", "9999-12-31T23:59"], "out of range"),
        (["route"], "--station"),
        (["route", "--near", "here"], "LAT,LON"),
        (["route", "--station", "Harbour", "--at", "noon"], "2026-11-21T18:30"),
        (["route", "--station", "Harbour", "--expect", "Grene"], "did you mean Green?"),
        (["route", "--station", "Harbour", "--expect", "Q9"], "`lines`"),
        (["route", "--near", "95,400"], "latitude"),
        (["route", "--station", "Harbour", "--state", "guilty"], "guilty"),
        (["route", RECORD, "--station", "Harbour"], "not both"),
        (["route", '{"number": '], "line 1, column 12"),
        (["route", '{"a": 1}'], "--columns"),
        (["route", RECORD, "--columns", "buraeu"], "did you mean bureau?"),
        (["preview"], "--station"),
        (["replay"], "FILES"),
        (["replay", "nowhere.csv"], "nowhere.csv"),
        (["accounts", "connect", "x:ExampleGren"], "did you mean x:ExampleGreen?"),
        (["accounts", "connect", "nowhere"], "`accounts`"),
        (["catalogue", "sign", "tlh", "--reader", "Nobody"], "en, es"),
        (["people", "add", "Ann!", "--role", "operator"], "a-z"),
        (["people", "add", "ann", "--role", "officer"], "must be an operator"),
        (["people", "add", "ann", "--role", "king"], "king"),
        (["login"], "no token was given"),
    ],
)
def test_a_call_that_is_written_wrong(example: Fleet, call: list[str], says: str):
    assert says in example(*call).one_line(2)


@pytest.mark.parametrize(
    "call",
    [
        ["incident", "list"],
        ["incident", "show", "17"],
        ["incident", "close", "17"],
        ["incident", "merge", "1", "2"],
        ["incident", "add", "--station", "Harbour"],
        ["accounts", "connect", "local:ExampleGreen"],
        ["people", "renew", "ann"],
        ["people", "revoke", "ann"],
        ["catalogue", "sign", "en", "--reader", "Nobody"],
    ],
)
def test_whoever_acts_says_who_they_are(example: Fleet, call: list[str]):
    assert "`login`" in example(*call).one_line()
    assert "people renew" in example(*call, SUBWAY_FLEET_TOKEN="sf_wrong").one_line()


def test_a_first_call_without_arguments_shows_the_help(example: Fleet):
    assert run(Wiring(fleet, {}), [], {}) == 2
    said = example.capture.readouterr()
    assert said.out == ""
    assert "Begin with:" in said.err
    assert "--help" in example().one_line(2)


@pytest.mark.parametrize("command", ["lines", "status", "check", "demo"])
def test_a_lines_yaml_that_is_not_there(example: Fleet, command: str):
    example.config.unlink()
    assert "lines.yaml" in example(command).one_line(2)


def test_a_lines_yaml_that_is_no_yaml(example: Fleet):
    example.config.write_text("lines: {A: [", "utf-8")
    assert example("status").one_line(2).startswith(f"{example.config}:1:")


def test_an_unknown_key_names_the_near_one(example: Fleet):
    example.bend(("daily_limit: 3", "dialy_limit: 3"))
    said = example("status").one_line(2)
    assert ":13:3:" in said
    assert "daily_limit" in said


@pytest.mark.parametrize("content", ["{\n", '[{"number": 1},', '{"number": "1"}}'])
@pytest.mark.parametrize("command", ["route", "preview", "replay"])
def test_a_file_that_begins_like_json_and_is_none(example: Fleet, command: str, content: str):
    file = example.folder / "records.json"
    file.write_text(content, "utf-8")
    said = example(command, file).one_line(2)
    assert "records.json" in said
    assert "begins like JSON" in said


@pytest.mark.parametrize("content", [b"a,b\n1,2\n", b"", b"\x00\xff\xfe", b"not a table at all"])
@pytest.mark.parametrize("command", ["route", "replay"])
def test_a_file_that_no_column_map_fits(example: Fleet, command: str, content: bytes):
    file = example.folder / "records.csv"
    file.write_bytes(content)
    assert "--columns" in example(command, file).one_line(2)


def test_a_bad_row_of_a_good_file_is_named_and_the_others_go_on(example: Fleet):
    file = example.folder / "records.jsonl"
    file.write_text(f'{RECORD}\n{{"authority": "a", "number": "2"}}\nnonsense\n', "utf-8")
    routed = example("route", file)
    assert routed.code == 1
    assert "Green" in routed.out
    assert routed.out.count("set aside") == 2
    assert "records.jsonl:3" in routed.out


def test_a_file_that_is_a_folder(example: Fleet):
    assert "inbox" in example("route", example.folder / "inbox").one_line()
    assert "directory" in example("replay", example.folder / "inbox").one_line(2)


def test_a_state_folder_that_is_a_file(example: Fleet):
    example.state.write_text("in the way", "utf-8")
    assert str(example.state) in example("status").one_line()
    assert "is no folder" in example("check").one_line(2)


def test_a_store_that_is_a_folder(example: Fleet):
    (example.state / "fleet.db").mkdir(parents=True)
    assert "fleet.db" in example("status").one_line()


def test_a_store_that_is_no_database(example: Fleet):
    assert example("status").code == 0
    for left in example.state.glob("fleet.db*"):
        left.unlink()
    (example.state / "fleet.db").write_bytes(b"this was a database once, and is none any more" * 99)
    assert "fleet.db" in example("status").one_line()


@pytest.mark.parametrize(("lost", "says"), [("secrets.json", "the fleet's secret"), ("keys.db", "keys.db is gone")])
def test_a_store_without_what_belongs_to_it_is_not_used(example: Fleet, lost: str, says: str):
    assert example("status").code == 0
    kept = (example.state / lost).read_bytes()
    (example.state / lost).unlink()
    assert says in example("once").one_line()
    (example.state / lost).write_bytes(kept)
    (example.state / lost).chmod(0o600)
    assert example("status").code == 0


def test_a_local_timeline_that_is_no_database(example: Fleet):
    assert example("status").code == 0
    for left in example.state.glob("local.db*"):
        left.unlink()
    (example.state / "local.db").write_bytes(b"this was a database once, and is none any more" * 99)
    assert "local.db" in example("status").one_line()


def test_a_store_of_a_newer_program(example: Fleet):
    assert example("status").code == 0
    with sqlite3.connect(example.state / "fleet.db") as store:
        store.execute("UPDATE meta SET value = '9999' WHERE name = 'schema'")
    store.close()
    assert "newer program" in example("status").one_line()


@pytest.mark.parametrize("mode", [0o644, 0o600])
def test_secrets_that_can_not_be_used(example: Fleet, mode: int):
    example.state.mkdir()
    secrets = example.state / "secrets.json"
    secrets.write_text("{}" if mode == 0o644 else "nonsense", "utf-8")
    secrets.chmod(mode)
    assert "secrets.json" in example("status").one_line()
    assert "secrets.json" in example("check").one_line(2)


def test_a_store_address_that_is_none(example: Fleet):
    said = example("lines", SUBWAY_FLEET_STORE="mysql://nowhere").one_line(2)
    assert said.startswith("$SUBWAY_FLEET_STORE")
    assert "sqlite:///FILE" in said


@pytest.fixture
def taken() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener


@pytest.mark.parametrize("command", ["demo", "run"])
def test_a_port_that_is_taken(example: Fleet, taken: socket.socket, command: str):
    port = str(taken.getsockname()[1])
    said = example(command, "--port", port).one_line()
    assert f"port {port} on 127.0.0.1 is taken" in said
    assert "--port" in said


def test_an_address_that_is_not_of_this_machine(example: Fleet):
    assert "--host" in example("demo", "--host", "192.0.2.1").one_line()


def test_missing_credentials_name_their_variables(desk: Fleet):
    said = desk("accounts", "connect", "x:ExampleRed").one_line(2)
    assert "SUBWAY_FLEET_SECRET_X_APP_KEY" in said
    assert "SUBWAY_FLEET_SECRET_X_EXAMPLERED_TOKEN_SECRET" in said


def test_an_account_that_is_off_is_not_connected(desk: Fleet):
    desk.bend(("x: {languages: [en]", "x: {mode: off, languages: [en]"))
    assert "practice or live" in desk("accounts", "connect", "x:ExampleRed").one_line()


def test_an_agency_without_a_demonstration(example: Fleet):
    folder = example.folder / "agencies"
    shutil.copytree(SHIPPED, folder)
    (folder / "example" / "demo.yaml").unlink()
    assert "demo.yaml" in example("demo", "--once").one_line()
    (folder / "example" / "demo.yaml").write_text("records: [{", "utf-8")
    assert "demo.yaml" in example("demo", "--once").one_line()


def test_a_fault_of_the_program_is_one_line_that_names_where_its_details_are(example: Fleet):
    assert say_trouble(ZeroDivisionError("a made-up fault")) == 1
    said = example.capture.readouterr().err
    assert said.count("\n") == 1
    kept = Path(said.split()[-1])
    assert "a made-up fault" in kept.read_text("utf-8")
    assert kept.stat().st_mode & 0o077 == 0
    kept.unlink()


@pytest.mark.parametrize(
    ("call", "code"), [(["chek"], 2), (["status", "--nonsense"], 2), (["incident", "list"], 1), (["demo", "-h"], 0)]
)
def test_the_same_through_the_program_itself(example: Fleet, call: list[str], code: int):
    done = example.outside(*call)
    assert done.code == code
    assert "Traceback" not in done.err
    assert (done.err == "") == (code == 0)
