"""Links are cut out of an agency's words, and nothing is left dangling."""

from __future__ import annotations

import pytest

from core.render.link_cutting import cut_links, hold_links
from core.render.links import find_links

CUT = [
    ("Delays on the Green Line. See https://example.org/alerts.", "Delays on the Green Line."),
    ("Delays. See example.org/map for the map. Trains run again.", "Delays. Trains run again."),
    ("Trains skip Harbour; for details visit https://example.org/a?b=c", "Trains skip Harbour"),
    ("Trains skip Harbour (https://example.org/a).", "Trains skip Harbour."),
    ("https://example.org Trains are delayed.", "Trains are delayed."),
    ("Service is suspended, see example.org/alerts for details.", "Service is suspended."),
    ("More info: https://example.org/x\nShuttle buses run.", "Shuttle buses run."),
    ("Harbour está cerrada. Más información en https://example.org. Use otra.", "Harbour está cerrada. Use otra."),
    ("We are mending https://example.org/track the track.", "We are mending the track."),
    ("Closed. Visit example.org/one or example.org/two.", "Closed."),
    ("No link at all. Nothing to cut.", "No link at all. Nothing to cut."),
]


@pytest.mark.parametrize(("words", "left"), CUT)
def test_what_is_left(words: str, left: str) -> None:
    assert cut_links(words) == left
    assert not find_links(cut_links(words))


def test_where_nothing_else_is_said_the_link_stays() -> None:
    assert cut_links("See https://example.org") == "See https://example.org"


def test_whether_any_words_hold_a_link() -> None:
    assert hold_links(["plain", "see example.org"])
    assert not hold_links(["plain", "3.5 minutes late"])
