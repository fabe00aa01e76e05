"""Holds that a file can be read in one sitting."""

from __future__ import annotations

from tests.architecture.sources import python_files, text_of

LONGEST = 330


def test_no_file_is_longer_than_one_sitting():
    files = python_files("core", "bots", "deploy", "benchmarks", "tests", "run_fleet.py")
    assert len(files) > 20
    assert {str(path): n for path in files if (n := len(text_of(path).splitlines())) > LONGEST} == {}


def test_the_program_only_hands_over():
    assert len(text_of(python_files("run_fleet.py")[0]).splitlines()) < 30
