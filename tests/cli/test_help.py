"""Help reads like a manual: what a command does, how to call it, what its exit code means."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from bots.fleet import fleet
from core.cli.app import COMMANDS, cli, run
from core.wiring import Wiring
from docs.make_reference import commands

ROOT = Path(__file__).resolve().parents[2]
EVERY = [list(path) for path, _ in commands(cli, ())]


@pytest.mark.parametrize("path", EVERY, ids=lambda path: " ".join(path) or "run_fleet.py")
def test_each_command_explains_itself_on_standard_output(capsys, path: list[str]):
    assert run(Wiring(fleet, {}), [*path, "--help"], {}) == 0
    out, err = capsys.readouterr()
    assert err == ""
    words = " ".join(out.split())
    assert words.startswith("Usage: run_fleet.py")
    for meant in ("]...", "FILES...", "COMMAND [ARGS]", '"number": "1", ...'):
        words = words.replace(meant, "")
    assert "..." not in words
    assert all(len(line) <= 100 for line in out.splitlines())


def test_the_first_help_names_what_to_begin_with_and_every_command(capsys):
    assert run(Wiring(fleet, {}), ["--help"], {}) == 0
    out = capsys.readouterr().out
    for word in ("Begin with:", "run_fleet.py demo", "Exit codes:", *COMMANDS):
        assert word in out
    listed = out.split("Commands:\n")[1].splitlines()
    assert [line.split()[0] for line in listed if line.strip()] == list(COMMANDS), "each in one line"


@pytest.mark.parametrize("name", COMMANDS)
def test_the_line_in_the_list_is_what_the_command_is(name: str):
    command = cli.get_command(None, name)  # type: ignore[arg-type]
    assert command is not None
    assert command.help
    assert len(COMMANDS[name][1]) <= 67


def test_the_version(capsys):
    assert run(Wiring(fleet, {}), ["--version"], {}) == 0
    assert capsys.readouterr().out.startswith("run_fleet.py ")


def test_the_version_is_the_project_s(capsys):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert run(Wiring(fleet, {}), ["--version"], {}) == 0
    assert capsys.readouterr().out.strip() == f"run_fleet.py {project['version']}"
