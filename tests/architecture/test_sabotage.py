"""Holds that each listed fault can still be planted, and that planting refuses what would prove nothing."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.architecture.sources import ROOT
from tests.sabotage.__main__ import is_in
from tests.sabotage.faults import Fault, FaultError, listed

CODE = "def f():\n    return 1\n"


def fault(old: str, new: str) -> Fault:
    return Fault("made-up", "f.py", old, new, ("tests/test_f.py",))


@pytest.mark.parametrize("planted", listed(), ids=lambda planted: planted.name)
def test_each_listed_fault_still_finds_its_line_and_its_tests(planted):
    assert planted.planted((ROOT / planted.file).read_text("utf-8"))


def test_each_test_that_a_fault_names_is_there():
    named = sorted({test for planted in listed() for test in planted.red})
    call = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", *named]
    said = subprocess.run(call, cwd=ROOT, capture_output=True, text=True, check=False).stdout
    assert [line for line in said.splitlines() if line.startswith("ERROR")] == []
    assert "tests collected" in said


def test_a_fault_takes_the_place_and_the_indentation_of_its_line():
    assert fault("return 1", "return 2").planted(CODE) == "def f():\n    return 2\n"


@pytest.mark.parametrize(("text", "new"), [("", "return 2"), (CODE + CODE, "return 2"), (CODE, "return ("), (CODE, "")])
def test_a_fault_that_would_prove_nothing_is_refused(text, new):
    with pytest.raises(FaultError, match="made-up"):
        fault("return 1", new).planted(text)


@pytest.mark.parametrize("named", ["tests/a", "tests/a/test_b.py", "tests/a/test_b.py::test_c"])
def test_a_red_test_is_found_by_its_folder_its_file_and_its_name(named):
    assert is_in("tests/a/test_b.py::test_c[1]", named)
    assert not is_in("tests/ab/test_b.py::test_cd", named)
