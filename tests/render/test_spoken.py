"""What a voice says: abbreviations in full, references and numbers letter by letter, no brackets."""

import pytest

from core.render.spoken import in_full, say_aloud, spell, then

TABLE = {"St": "Street", "St-first": "Saint", "Av": "Avenue", "E-first": "East", "Ref": "Reference"}


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Canal St", "Canal Street"),
        ("St Marys Av", "Saint Marys Avenue"),
        ("E 143 St-St Marys St", "East 143 Street-Saint Marys Street"),
        ("trains to St Marys", "trains to Saint Marys"),
        ("12 St/5 Av", "12 Street/5 Avenue"),
        ("Avenue E", "Avenue E"),
        ("Stone Avon", "Stone Avon"),
    ],
)
def test_a_name_is_said_in_full(written, said):
    assert in_full(written, TABLE) == said


def test_letters_and_figures_are_said_one_by_one():
    assert spell("7KQ2M9X") == "7 K Q 2 M 9 X"
    assert spell("555-0100-TIPS") == "5 5 5, 0 1 0 0, T I P S"


def test_known_passages_are_said_as_given_and_never_inside_a_word():
    known = {"A 1 St": "the first A", "A": "wrong"}
    assert say_aloud("At A 1 St, AA", known, TABLE) == "At the first A, AA"


def test_brackets_become_pauses():
    assert say_aloud("On the [G] train (inbound) at Kiln St (see below).", {}, TABLE) == (
        "On the G train, inbound, at Kiln Street, see below."
    )


def test_lines_follow_each_other_with_a_full_stop():
    assert then("Cut in the", "Ref 1") == "Cut in the. Ref 1"
    assert then("Done.", "Ref 1") == "Done. Ref 1"
    assert then("", "Ref 1") == "Ref 1"
