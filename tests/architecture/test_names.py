"""Holds that a module's name says what is in it, and that its first line says what it is for."""

from __future__ import annotations

import ast

from tests.architecture.sources import python_files, text_of

SAY_NOTHING = {"common", "data", "helper", "helpers", "info", "manager", "misc", "util", "utils"}
ROOMS = ("core", "bots", "deploy", "benchmarks", "tests", "run_fleet.py")


def test_no_module_has_a_name_that_says_nothing():
    names = {path: set("_".join(path.with_suffix("").parts).split("_")) for path in python_files(*ROOMS)}
    assert [str(path) for path, words in names.items() if words & SAY_NOTHING] == []


def test_every_module_opens_with_what_it_is_for():
    opened = {path: ast.get_docstring(ast.parse(text_of(path))) for path in python_files(*ROOMS)}
    assert [str(path) for path, words in opened.items() if not (words and words.splitlines()[0].endswith("."))] == []
