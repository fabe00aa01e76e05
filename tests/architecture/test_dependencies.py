"""Holds that what the code imports is declared, what is declared is pinned, and the pins name no address."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions

import pytest

from deploy.setup_here import normal, pinned
from tests.architecture.sources import ROOT, python_files, text_of

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
OURS = {"agencies", "benchmarks", "bots", "core", "deploy", "run_fleet", "tests"}
COMES_WITH = {"markupsafe": "jinja2", "pydantic-core": "pydantic", "starlette": "fastapi", "urllib3": "requests"}


def names(requirements: list[str]) -> set[str]:
    return {normal(re.split(r"[\[<>=~! ]", requirement)[0]) for requirement in requirements}


def imported(*rooms: str) -> set[str]:
    """The distributions that the rooms import from, by the names they are installed under."""
    found = set()
    for path in python_files(*rooms):
        for node in ast.walk(ast.parse(text_of(path))):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                found.add(str(node.module).partition(".")[0])
    known = packages_distributions()
    outside = found - OURS - set(sys.stdlib_module_names)
    return {normal(distribution) for module in outside for distribution in known.get(module, [module])[:1]}


def test_the_program_imports_only_what_it_declares():
    declared = names(PROJECT["dependencies"]) | names(EXTRAS["postgres"])
    assert {COMES_WITH.get(name, name) for name in imported("core", "bots", "run_fleet.py")} - declared == set()


@pytest.mark.parametrize(
    ("pins", "wanted"),
    [
        ("pins.txt", [*PROJECT["dependencies"], *EXTRAS["postgres"]]),
        ("pins-dev.txt", [*PROJECT["dependencies"], *EXTRAS["postgres"], *EXTRAS["dev"]]),
    ],
)
def test_what_is_declared_is_pinned(pins, wanted):
    assert names(wanted) - {name for name, _ in pinned(ROOT / pins)} == set()


def test_the_tests_run_on_the_versions_that_the_program_runs_on():
    assert pinned(ROOT / "pins.txt") <= pinned(ROOT / "pins-dev.txt")


@pytest.mark.parametrize("pins", ["pins.txt", "pins-dev.txt"])
def test_pins_hold_names_versions_and_hashes_and_nothing_else(pins):
    line = re.compile(r"[a-z0-9-]+==[\w.]+ \\|    --hash=sha256:[0-9a-f]{64}( \\)?")
    assert [row for row in (ROOT / pins).read_text("utf-8").splitlines() if not line.fullmatch(row)] == []
