"""A wrong file in an agency's folder is told like one in lines.yaml: with its own name and line."""

from shutil import copytree

import pytest

from core.settings.load import SHIPPED, check_settings

OFFENCES = """offences:
  - {code: ROB, family: robbery, weight: 80, saying: alone, words: {en: robbery, es: un robo}}
  - {code: ROB, family: robbery, weight: 800, saying: alone, words: {en: robbery}}
  - {code: ASL, family: assault, weight: 70, saying: alwyas, words: {en: assault, es: una agresión}}
aliases:
  ROBBERY: RBO
"""
WRONG = [
    ("agency.yaml", "zone: Europe/Lisbon", "zone: Moon/Sea", 6, "`Moon/Sea` is no time zone", "IANA"),
    ("agency.yaml", "bureau:", "buro:", 4, "`buro` is no key that is known", "Did you mean `bureau`?"),
    ("agency.yaml", "  INBOUND: inbound", "  Inbound: inbound", 15, "`Inbound` is not in capitals", "`INBOUND`"),
    (
        "agency.yaml",
        "  OUT: outbound",
        "  OUT: upwards",
        0,
        "direction `upwards` has no words in en, es",
        "direction-upwards",
    ),
    ("messages/es.ftl", "line-many =", "line-many", 0, "line-many", "English"),
    ("gazetteer/stations.csv", "id,name", "id,nmae", 0, "stations.csv:1: the columns must be", "Mend"),
    ("columns/bureau.yaml", "number: number", "nmber: number", 8, "`nmber` is no key that is known", "`number`?"),
]


@pytest.fixture
def agencies(tmp_path):
    copytree(SHIPPED, tmp_path / "agencies")
    return tmp_path / "agencies"


def told(agencies, bent):
    return check_settings(bent.write(), {}, agencies=agencies)


@pytest.mark.parametrize(("file", "old", "new", "line", "what", "instead"), WRONG)
def test_each_mistake_of_an_agency_names_its_file(agencies, bent, file, old, new, line, what, instead):
    path = agencies / "example" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    found = [m for m in told(agencies, bent) if what in m.what]
    assert [m.line for m in found] == [line], told(agencies, bent)
    assert str(path).startswith(str(found[0].file))
    assert instead in found[0].instead


def test_offences_twice_unknown_or_without_words_are_told(agencies, bent):
    file = agencies / "example" / "offences.yaml"
    file.write_text(OFFENCES.replace("alwyas", "alone"), encoding="utf-8")
    found = [(m.line, m.what.split(",")[0]) for m in told(agencies, bent) if m.file == file]
    assert found == [
        (3, "code `ROB` stands twice (first on line 2)"),
        (3, "weight 800 is out of range"),
        (3, "`ROB` has no words in `es`"),
        (6, "`ROBBERY` stands for code `RBO`"),
    ]
    file.write_text(OFFENCES, encoding="utf-8")
    assert [m.line for m in told(agencies, bent) if "alwyas" in m.what] == [4]


def test_a_catalogue_that_claims_to_be_signed_names_its_reader(agencies, bent):
    file = agencies / "example" / "messages" / "catalogues.yaml"
    file.write_text("es: {status: signed}\n", encoding="utf-8")
    (mistake,) = told(agencies, bent)
    assert mistake.file == file
    assert "reader, date and hash" in mistake.what


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("id: daily_limit", "id: dayly_limit", "`dayly_limit` is no rule that is known"),
        ("id: twin_window", "id: life", "`life` is ruled twice"),
        ('value: "2"', "value: many", "`many` is no daily_limit"),
        ('value: "18:00"', 'value: "25:00"', "`25:00` is no digest_at"),
        ("value: 6h", "value: long", "`long` is no life"),
        ('    read_on: "2026-11"\n', "", "`rules[1].read_on` is missing"),
    ],
)
def test_a_pack_must_rule_each_number_once_with_its_source(agencies, bent, old, new, what):
    file = agencies / "packs" / "strict.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    found = told(agencies, bent)
    assert what in " ".join(m.what for m in found), found
    assert {m.file for m in found} == {file}
