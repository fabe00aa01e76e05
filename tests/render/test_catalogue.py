"""A catalogue is whole or refused, says what it is given, and counts as read only by who read these very words."""

from datetime import UTC, date, datetime

import pytest

from core.render.catalogue import Catalogue, FaultyCatalogue, MissingMessage, Signature, sign
from core.render.catalogue_check import REQUIRED
from core.settings.load import SHIPPED
from tests.render.voices import READER, message_source, signed_catalogue

SOURCE = message_source("example", "en")
SHIPS = sorted((file.parent.parent.name, file.stem) for file in SHIPPED.glob("*/messages/*.ftl"))


def faults_of(source):
    with pytest.raises(FaultyCatalogue) as refused:
        Catalogue("en", source)
    return refused.value.faults


@pytest.mark.parametrize(("agency", "language"), SHIPS)
def test_a_catalogue_that_ships_is_whole_and_unsigned(agency, language):
    catalogue = Catalogue(language, message_source(agency, language))
    assert all(catalogue.has(message) for message in REQUIRED)
    assert not catalogue.signed


def test_every_missing_message_is_named_at_once():
    kept = "\n".join(
        line for line in SOURCE.splitlines() if not line.startswith(("mark =", "presumption =", "do-tips ="))
    )
    assert faults_of(kept)[0] == "missing messages: presumption, do-tips, mark"


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("mark = Ref { $reference }", "mark = Ref", "mark must say $reference"),
        ("line: { $tips }", "line: { $phone }", "do-tips asks for $phone, which nobody fills"),
        ("presumption = Everyone", "presumption = { oath } Everyone", "presumption refers to oath, which is missing"),
        ("locale = en_US", "locale = qq_QQ", "locale: unknown locale 'qq_QQ'"),
        ("correction =", "Correction:\ncorrection =", "can't be read"),
        ("correction =", "correction = Once\ncorrection =", "correction stands twice"),
    ],
)
def test_a_fault_is_told_before_a_rider_reads_it(old, new, fault):
    assert old in SOURCE
    assert any(fault in told for told in faults_of(SOURCE.replace(old, new, 1)))


def test_a_message_that_is_asked_for_and_missing_names_itself_and_its_language():
    with pytest.raises(MissingMessage, match=r"'no-such'.*'en'"):
        Catalogue("en", SOURCE).text("no-such")


def test_an_argument_that_is_not_given_is_an_error_and_no_hole():
    with pytest.raises(ValueError, match="do-emergency"):
        Catalogue("en", SOURCE).text("do-emergency")


def test_no_invisible_marks_stand_around_what_is_filled_in():
    text = Catalogue("en", SOURCE).text("mark", reference="7KQ2M9X")
    assert text == "Ref 7KQ2M9X"


def test_dates_times_lists_and_languages_are_the_languages_own():
    english, spanish = (Catalogue(name, message_source("example", name)) for name in ("en", "es"))
    moment = datetime(2026, 11, 3, 18, 5, tzinfo=UTC)
    assert english.date(date(2026, 11, 3)) == "Tuesday, November 3"
    assert spanish.date(date(2026, 11, 3), year=True) == "martes 3 de noviembre de 2026"
    assert english.time(moment, "America/Chicago") == "12:05 PM"
    assert spanish.listed(["1", "2", "3"]) == "1, 2 y 3"
    assert spanish.language_name("en") == "inglés"
    assert spanish.language_name("xx-unknown") == "xx-unknown"


def test_a_signature_holds_for_exactly_what_was_read():
    signed = signed_catalogue()
    assert signed.signed
    assert signed.signature is not None
    assert signed.signature.reader == READER
    assert not Catalogue("en", SOURCE + "\n# changed\n", signed.signature).signed
    assert not Catalogue("en", SOURCE, signed.signature, {"ROB": "robbery"}).signed
    assert not Catalogue("es", SOURCE, signed.signature).signed
    assert Catalogue("en", SOURCE.replace("\n", "\r\n"), signed.signature).signed


def test_the_offences_words_are_signed_with_the_messages():
    words = {"ROB": "robbery", "THF": "theft"}
    signature = sign(Catalogue("en", SOURCE, offences=words), READER, date(2026, 1, 2))
    assert Catalogue("en", SOURCE, signature, dict(reversed(words.items()))).signed
    assert not Catalogue("en", SOURCE, signature, words | {"THF": "stealing"}).signed


def test_nobody_signs_without_a_name():
    with pytest.raises(ValueError, match="name"):
        sign(Catalogue("en", SOURCE), "  ", date(2026, 1, 2))
    catalogue = Catalogue("en", SOURCE)
    expected = Signature(READER, date(2026, 1, 2), catalogue.fingerprint)
    assert sign(catalogue, f" {READER} ", date(2026, 1, 2)) == expected
