"""Every offence in the recorded rows is known to the catalogue, and what touches a person is never said by itself."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict

import pytest

from core.domain.offences import Saying
from core.settings.load import SHIPPED
from tests.render.voices import fleet

CATALOGUE = fleet("nyc").offences


@pytest.fixture(scope="module")
def rows(recorded):
    found = []
    for file in sorted((recorded / "nypd").glob("*.csv")):
        with file.open(encoding="utf-8-sig", newline="") as lines:
            found += [row for row in csv.DictReader(lines) if row.get("KY_CD")]
    return found


def code_of(row):
    return row["KY_CD"].removesuffix(".0")


def test_every_recorded_offence_is_known(rows):
    by_saying: defaultdict[Saying, Counter[str]] = defaultdict(Counter)
    unknown: Counter[tuple[str, str]] = Counter()
    for row in rows:
        entry = CATALOGUE.find(code_of(row), row["OFNS_DESC"])
        if entry is None:
            unknown[code_of(row), row["OFNS_DESC"]] += 1
        else:
            by_saying[entry.saying][f"{entry.code} {entry.words['en']}"] += 1
    for saying, offences in sorted(by_saying.items()):
        print(f"{saying}: {offences.total()} rows")
        for offence, count in offences.most_common():
            print(f"  {count:4} {offence}")
    print(f"unknown: {dict(unknown)}")
    assert not unknown
    assert set(by_saying) == set(Saying)


def test_the_departments_words_lead_to_the_same_entry_as_its_codes(rows):
    led = 0
    for row in rows:
        by_words = CATALOGUE.find(None, row["OFNS_DESC"])
        if by_words is not None:
            assert by_words.code == code_of(row), row["OFNS_DESC"]
            led += 1
    assert led > len(rows) / 2


def test_sexual_offences_deaths_and_kidnappings_wait_for_a_person(rows):
    grave = [row for row in rows if code_of(row) in {"101", "103", "104", "116", "124", "233"}]
    assert grave
    found = [CATALOGUE.find(code_of(row), None) for row in grave]
    assert {entry.saying for entry in found if entry} == {Saying.REVIEW}
    assert None not in found


def test_no_alias_stands_for_words_that_several_codes_share(rows):
    codes = defaultdict(set)
    for row in rows:
        codes[row["OFNS_DESC"]].add(code_of(row))
    shared = [words for words, found in codes.items() if len(found) > 1 and words]
    assert shared
    assert {words: CATALOGUE.find(None, words) for words in shared} == dict.fromkeys(shared)


def test_the_catalogue_ships_with_the_fleet():
    assert (SHIPPED / "nyc" / "offences.yaml").is_file()
    assert len(CATALOGUE) >= 70
