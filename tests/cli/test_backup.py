"""`backup` and `restore`: whole, without keys, never over something else, and always with the window open."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from tests.cli.conftest import Fleet


@pytest.fixture
def backup(desk: Fleet) -> Path:
    """A backup of a store that knows ann alone."""
    to = desk.folder / "kept"
    made = desk("backup", to)
    assert (made.code, made.err) == (0, "")
    return to


def window(example: Fleet) -> str | None:
    with sqlite3.connect(example.state / "fleet.db") as store:
        row = store.execute("SELECT value FROM meta WHERE name = 'look_first'").fetchone()
    store.close()
    return None if row is None else row[0]


def names(example: Fleet) -> list[str]:
    return [person["name"] for person in example("people", "list", "--json").json]


def test_a_backup_holds_the_store_and_its_manifest_and_no_key(desk: Fleet, backup: Path):
    assert sorted(file.name for file in backup.iterdir()) == ["fleet.db", "manifest.json"]
    manifest = json.loads((backup / "manifest.json").read_text("utf-8"))
    assert set(manifest) == {"version", "schema_number", "store_id", "seq", "mac", "taken_at", "sha256"}
    assert manifest["seq"] == 2
    held = b"".join(file.read_bytes() for file in backup.iterdir())
    for name, secret in json.loads((desk.state / "secrets.json").read_text("utf-8")).items():
        assert secret.encode() not in held, name
    assert {oct(file.stat().st_mode & 0o777) for file in backup.iterdir()} == {"0o600"}


def test_a_restore_brings_the_day_of_the_backup_back_and_keeps_the_store_of_before(desk: Fleet, backup: Path):
    desk("people", "add", "bea", "--role", "officer")
    assert desk("restore", backup).one_line(2).endswith("(it is kept)")
    done = desk("restore", backup, "--replace")
    assert (done.code, done.err) == (0, "")
    assert names(desk) == ["ann"]
    assert window(desk) is not None
    with sqlite3.connect(desk.state / "fleet-before-1.db") as kept:
        assert kept.execute("SELECT COUNT(*) FROM staff").fetchone() == (2,)
    kept.close()
    verified = desk("audit", "verify")
    assert verified.code == 0, verified.out
    assert "store restored by ann (back to row 2 " in verified.out
    assert sorted(path.name for path in desk.state.iterdir() if path.name.startswith("tmp")) == []


def test_a_restore_onto_a_new_machine_asks_the_backup_who_may(desk: Fleet, backup: Path):
    for file in [*desk.state.glob("fleet.db*"), desk.state / "anchor.json"]:
        file.unlink()
    done = desk("restore", backup, "--json")
    assert done.code == 0, done.err
    assert done.json["kept"] is None
    assert names(desk) == ["ann"]
    assert desk("audit", "verify").code == 0


def test_a_damaged_store_is_moved_away_and_kept(desk: Fleet, backup: Path):
    (desk.state / "fleet.db").write_bytes(b"made-up words, not a database. " * 999)
    assert desk("restore", backup, "--replace").code == 0
    assert (desk.state / "fleet-before-1.db").read_bytes().startswith(b"made-up words")
    assert names(desk) == ["ann"]


def test_only_an_operator_copies_the_store_or_puts_it_back(desk: Fleet, backup: Path):
    desk.log_in("bea", "officer", "auditor")
    assert "needs the role operator" in desk("backup", desk.folder / "other").one_line()
    assert not (desk.folder / "other").exists()
    assert "needs the role operator" in desk("restore", backup, "--replace").one_line()
    assert window(desk) is None


def test_a_backup_is_never_written_over_something(desk: Fleet, backup: Path):
    assert "is not empty" in desk("backup", backup).one_line()


@pytest.mark.parametrize("damage", ["changed", "no manifest", "nothing"])
def test_what_is_no_whole_backup_is_not_put_back(desk: Fleet, backup: Path, damage: str):
    match damage:
        case "changed":
            with (backup / "fleet.db").open("r+b") as file:
                file.seek(5000)
                file.write(b"!")
        case "no manifest":
            (backup / "manifest.json").unlink()
        case _:
            backup = desk.folder / "nowhere"
    said = desk("restore", backup, "--replace").one_line()
    assert "backup" in said
    assert names(desk) == ["ann"]
    assert window(desk) is None


def test_a_backup_of_a_newer_program_waits_for_it(desk: Fleet, backup: Path):
    manifest = json.loads((backup / "manifest.json").read_text("utf-8"))
    (backup / "manifest.json").write_text(json.dumps({**manifest, "schema_number": 999}), "utf-8")
    assert "newer program" in desk("restore", backup, "--replace").one_line()


def test_a_store_on_postgresql_is_left_to_its_own_programs(desk: Fleet, backup: Path):
    elsewhere = {"SUBWAY_FLEET_STORE": "postgresql+psycopg://nobody@127.0.0.1:1/none"}
    assert "PostgreSQL" in desk("restore", backup, "--replace", **elsewhere).one_line()
