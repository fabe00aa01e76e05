"""Holds that no agency's name, place, zone or number stands in code: those are data, under agencies/ and lines.yaml."""

from __future__ import annotations

import re

import pytest

from tests.architecture.sources import python_files, text_of

NAMES = ("NYPD", "MTA", "NYCT", "MBTA", "WMATA", "LIRR")
WORDS = (
    *NAMES,
    *("Bronx", "Brooklyn", "Manhattan", "Queens", "Staten Island", "New York", "America/New_York"),
    *("MetroCard", "OMNY", "Crime Stoppers", "Crimestoppers"),
    *("911", "577-TIPS", "577TIPS", "577-8477", "5778477", "8005778477", "57-PISTA", "TIP577", "274637"),
    *("617-222-1212", "6172221212"),
)
# A word ends where letters and figures end, so that 911 in a hash is none and `queens_stops` is one.
FORBIDDEN = re.compile(
    r"(?<![a-z0-9])(" + "|".join(re.escape(word).replace(r"\ ", r"[\s_-]") for word in WORDS) + r")(?![a-z0-9])",
    re.IGNORECASE,
)
EXEMPT = re.compile(rf"(^|_)({'|'.join(NAMES)})(_|$)", re.IGNORECASE)


def agency_words(text: str) -> list[str]:
    return [match.group(1) for match in FORBIDDEN.finditer(text)]


def test_no_agency_stands_in_code():
    found = {
        str(path): words
        for path in python_files("core", "bots", "run_fleet.py", "benchmarks")
        if not (path.parts[:2] == ("core", "adapters") and EXEMPT.search(path.stem))
        and (words := agency_words(text_of(path)))
    }
    assert found == {}


@pytest.mark.parametrize(
    "text", ["call 911", "zone = 'America/New_York'", "mta_feed", "800-577-TIPS", "STATEN_ISLAND", "tel:+18005778477"]
)
def test_an_agency_word_is_seen(text):
    # The country's code may stand before a number, as tel: links write it.
    assert agency_words(text.replace("+1", "+1 "))


@pytest.mark.parametrize("text", ["sha256:ab911c0", "0x911", "mtab", "Manhattanville", "9110"])
def test_what_only_looks_like_one_is_not(text):
    assert agency_words(text) == []
