"""What riders read and hear, word for word: a change of one letter shows here before it shows on a handle."""

import pytest

from tests.render.golden_texts import FOLDER, cases, render

CASES = {case["name"]: case for case in cases()}


@pytest.mark.parametrize("name", CASES)
def test_a_text_says_what_was_agreed(name):
    agreed = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    assert render(CASES[name]) == agreed, "read the new text, then run: python -m tests.render.golden_texts"


def test_every_golden_text_has_its_case():
    assert {file.stem for file in FOLDER.glob("*.txt")} == set(CASES)


def test_golden_texts_are_plain_and_calm():
    for file in FOLDER.glob("*.txt"):
        text = file.read_text(encoding="utf-8")
        assert not [sign for sign in "!#@🚨" if sign in text], file.name
        assert "://" not in text, file.name
