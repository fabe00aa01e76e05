"""Holds that rows of any shape are read as their column map says, and refused with field and fault only."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.adapters.sources.cells import RowRefused
from core.adapters.sources.files import read_json_record, rows_of_file
from core.adapters.sources.mapping import read_row
from core.domain.columns import ColumnMap, PersonColumns
from core.domain.incidents import Incident, State
from core.domain.persons import Description, Person
from core.ports.source import GoodRow
from core.settings.columns_file import load_columns

AGENCIES = Path(__file__).parents[2] / "agencies"
EXPORT = load_columns(AGENCIES / "example/columns/incident_export.yaml")
BUREAU = load_columns(AGENCIES / "example/columns/bureau.yaml")
# A zone whose clocks go back at 02:00 UTC on 25 October 2026 and forward at 01:00 UTC on 29 March 2026.
ZONE = "Europe/Paris"
ROW = {"Report": "EX-1", "Day": "02.11.2026", "Hour": "08:15", "Reported day": "02.11.2026", "Reported hour": "09:00"}


def read(changes: dict[str, object] | None = None, columns: ColumnMap = EXPORT) -> Incident:
    return read_row({**ROW, **(changes or {})}, columns, "made-up", ZONE)


def refusal(changes: dict[str, object]) -> str:
    with pytest.raises(RowRefused) as refused:
        read(changes)
    return str(refused.value)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]


def test_a_local_time_becomes_utc():
    incident = read()
    assert incident.occurred_from == utc(2026, 11, 2, 7, 15)
    assert incident.known_at == utc(2026, 11, 2, 8, 0)
    assert (incident.occurred_to, incident.occurred_about) == (None, False)
    assert (incident.authority, incident.number, incident.source) == ("Example Transit Police", "EX-1", "made-up")


def test_an_hour_that_comes_twice_is_the_earlier_and_about():
    incident = read({"Day": "25.10.2026", "Hour": "02:30"})
    assert incident.occurred_from == utc(2026, 10, 25, 0, 30)
    assert incident.occurred_about


def test_an_end_in_the_repeated_hour_never_lies_before_its_beginning():
    incident = read({"Day": "25.10.2026", "Hour": "02:50", "Until day": "25.10.2026", "Until hour": "02:10"})
    assert incident.occurred_from == utc(2026, 10, 25, 0, 50)
    assert incident.occurred_to == utc(2026, 10, 25, 1, 10)
    assert incident.occurred_about


def test_an_hour_that_the_clocks_skip_moves_forward_and_is_about():
    incident = read({"Day": "29.03.2026", "Hour": "02:30"})
    assert incident.occurred_from == utc(2026, 3, 29, 1, 30)
    assert incident.occurred_about


@pytest.mark.parametrize("written", ["24:00", "24:00:00"])
def test_twenty_four_o_clock_is_the_next_midnight(written):
    assert read({"Hour": written, "Reported day": "03.11.2026"}).occurred_from == utc(2026, 11, 2, 23, 0)


@pytest.mark.parametrize("hour", ["8:15", "08:15", "8:15:00", " 08:15:00 "])
def test_hours_may_lack_a_digit_and_have_seconds(hour):
    assert read({"Hour": hour}).occurred_from == utc(2026, 11, 2, 7, 15)


def test_a_day_without_a_time_is_that_whole_day_and_about():
    incident = read({"Hour": "-", "Reported day": "03.11.2026", "Reported hour": ""})
    assert incident.occurred_from == utc(2026, 11, 1, 23, 0)
    assert incident.occurred_to == utc(2026, 11, 2, 22, 59, 59)
    assert incident.occurred_about
    assert incident.known_at == utc(2026, 11, 2, 23, 0)


def test_a_report_day_without_a_time_never_lies_before_what_happened_on_it():
    assert read({"Reported hour": ""}).known_at == utc(2026, 11, 2, 7, 15)
    later = read({"Reported hour": "", "Until day": "02.11.2026", "Until hour": "10:00"})
    assert later.known_at == utc(2026, 11, 2, 9, 0)
    still_going_on = read({"Reported hour": "", "Until day": "04.11.2026", "Until hour": "10:00"})
    assert still_going_on.known_at == utc(2026, 11, 2, 7, 15)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"Report": ""}, "number: is missing"),
        ({"Day": "N/A"}, "occurred_from: is missing"),
        ({"Reported day": ""}, "known_at: is missing"),
        ({"Day": "02.11.1015"}, "occurred_from: the year can't be right"),
        ({"Day": "31.02.2026"}, "occurred_from: the date can't be read"),
        ({"Hour": "25:61"}, "occurred_from: the time can't be read"),
        ({"Day": "09.11.2026"}, "occurred_from: lies more than 48 hours after known_at"),
        ({"Until day": "01.11.2026", "Until hour": "1:00"}, "occurred_to lies before occurred_from"),
        ({"Lat": "north", "Lon": "3"}, "latitude: is no number"),
        ({"Lat": "nan", "Lon": "3"}, "latitude: is no number"),
        ({"Lat": "93.5", "Lon": "3"}, "latitude: Input should be less than or equal to 90"),
        ({"Version": "two"}, "revision: is no whole number"),
        ({"Status": "perhaps"}, "state: is no state that is known"),
        ({"Stop": "Har\x00bour"}, "Stop: holds a NUL character"),
        ({"Stop": "Har\ud800bour"}, "Stop: holds a broken character"),
        ({"Report": ["EX-1", "EX-2"]}, "number: is a list"),
    ],
)
def test_what_can_not_be_right_is_refused_by_field_and_fault(changes, reason):
    assert refusal(changes) == reason


def test_a_refusal_never_shows_the_value():
    secret = "Obviously Madeup"
    for column in (*ROW, "Lat", "Version", "Status", "Until day"):
        if column != "Report":
            assert secret not in refusal({column: secret, "Lon": "1"})


def test_numbers_are_written_plainly_and_null_words_are_nothing():
    incident = read({"Version": "4.0", "Code": "1,020,316", "Stop": "N/A", "Call": "n/a", "Floor": "3.0"})
    assert (incident.revision, incident.offence_code, incident.place.station) == (4, "1020316", None)
    assert incident.also_known_as == ()
    assert incident.unknown_fields == {"Floor": "3"}


def test_columns_without_a_name_in_the_map_are_kept_and_repeats_are_not():
    assert read({"Shift": "early", "Printed": "03.11.2026", "Empty": ""}).unknown_fields == {"Shift": "early"}


def test_conditions_say_whether_it_was_on_the_network():
    assert [read({"Scene": scene}).place.on_network for scene in ("Platform", "street", "")] == [True, False, None]


def test_state_words_are_translated_in_any_case():
    incident = read({"Status": "held", "Status day": "02.11.2026"})
    assert (incident.state, incident.state_since) == (State.ARRESTED, utc(2026, 11, 1, 23, 0))
    assert read().state is State.REPORTED


def test_zeros_and_half_a_pair_are_no_coordinates():
    assert read({"Lat": "0", "Lon": "0.0"}).place.latitude is None
    assert read({"Lat": "48.5"}).place.latitude is None
    assert read({"Lat": "48.5", "Lon": "2.25"}).place.longitude == 2.25


def test_the_sample_of_the_morning_export_is_read():
    rows = list(rows_of_file(AGENCIES / "example/samples/incident_export.csv", EXPORT, "export", ZONE))
    records = [row.record for row in rows if isinstance(row, GoodRow)]
    assert [row.position for row in rows] == [f"incident_export.csv:{line}" for line in (2, 3, 4, 5)]
    incidents = [record for record in records if isinstance(record, Incident)]
    assert [incident.place.on_network for incident in incidents] == [True, True, False, True]
    assert incidents[2].occurred_to == utc(2026, 11, 3, 23, 0)
    assert incidents[3].state is State.UNFOUNDED
    assert incidents[0].also_known_as == ("CALL-1",)


def test_the_bureaus_own_records_may_nest_place_release_and_person():
    rows = list(rows_of_file(AGENCIES / "example/samples/bureau.jsonl", BUREAU, "typed", ZONE))
    first, second = (row.record for row in rows if isinstance(row, GoodRow))
    assert isinstance(first, Incident)
    assert isinstance(second, Incident)
    assert (first.place.train, first.person, first.state) == ("GC", None, State.REPORTED)
    assert second.place.lines == ("Red", "Blue")
    assert second.release.not_before == utc(2026, 11, 2, 12, 0)
    assert second.person is not None
    assert second.person.picture is not None
    assert second.person.picture.minute == "10:00"
    assert second.person.description == Description(build="stocky", top="coat", top_tint="green", headwear="paper hat")
    assert [(one.by, one.age) for one in second.person.judgements] == [("Sgt. Demonstration", 40), ("Ofc. Nobody", 35)]
    assert second.unknown_fields == {"shift": "early"}


def record(more: str) -> bytes:
    return f'{{"authority":"E","number":"1","occurred_from":"2026-11-02T09:00","known_at":"2026-11-02"{more}}}'.encode()


def test_a_person_is_read_by_field():
    incident = read_json_record(record(', "person": {"age": 30, "birth_date": "1996-01-31"}'), BUREAU, "typed", ZONE)
    assert incident.person == Person(age=30, birth_date=datetime(1996, 1, 31, tzinfo=UTC).date())


def test_who_gives_a_persons_number_out_may_stand_in_the_map_and_makes_nobody():
    columns = PersonColumns.model_validate({"ref": "person.ref", "ref_by": {"value": "Example State"}})
    shared = BUREAU.model_copy(update={"person": columns})
    known = read_json_record(record(', "person": {"ref": "7"}'), shared, "typed", ZONE)
    assert known.person == Person(ref="7", ref_by="Example State")
    assert read_json_record(record(""), shared, "typed", ZONE).person is None


@pytest.mark.parametrize(
    ("person", "fault"),
    [
        ('{"role": "bystander", "age": 30}', "person.role"),
        ('{"juvenile": "perhaps", "age": 30}', "person.juvenile"),
        ('{"judged_by": ["One Example"], "judged_ages": [30, 31]}', "person.judged_ages"),
    ],
)
def test_what_shelters_a_person_is_never_guessed(person: str, fault: str):
    with pytest.raises(RowRefused, match=fault):
        read_json_record(record(f', "person": {person}'), BUREAU, "typed", ZONE)


def test_a_description_in_free_words_is_kept_and_is_no_description():
    typed = record(', "person": {"age": 30, "description": "tall, mean look"}')
    incident = read_json_record(typed, BUREAU, "typed", ZONE)
    assert incident.person == Person(age=30)
    assert incident.unknown_fields == {"person.description": "tall, mean look"}


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"{", "is no JSON"),
        (b"[" * 100_000, "is no JSON"),
        (b'["a"]', "is no JSON object"),
        (b'{"number": NaN}', "is no JSON"),
        (b'{"number": 1' + b"0" * 5000 + b"}", "is no JSON"),
        (b"\xff\xfe{\x00}\x00", "holds a NUL byte"),
        (b'{"\xff": 1}', "is no UTF-8 text"),
        (
            record(', "a": {"b": {"c": {"d": {"e": {"f": {"g": {"h": {"i": {"j": 1}}}}}}}}}'),
            "the row is nested too deep",
        ),
        (record(', "person": {"picture": {"path": "a"}}'), "person.picture.footage: is missing"),
        (record(', "person": {"age": "young"}'), "person.age: is no whole number"),
        (record(', "state": "guilty"'), "state: is no state that is known"),
        (record(', "free_text": "half \\ud83d"'), "free_text: holds a broken character"),
        (record(', " number": "2"'), "number: stands twice"),
    ],
)
def test_a_bad_json_record_is_refused(raw, reason):
    with pytest.raises(RowRefused) as refused:
        read_json_record(raw, BUREAU, "typed", ZONE)
    assert str(refused.value) == reason


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("name: a\nauthority: {value: E}\nnumber: N\noccured_from: D\nknown_at: K\n", 4, "occured_from"),
        ("name: a\nauthority: {value: E}\nnumber: N\noccurred_from: {time: T}\nknown_at: K\n", 4, "date"),
        ("name: a\nzone: Moon/Sea\nauthority: {value: E}\nnumber: N\noccurred_from: D\nknown_at: K\n", 2, "time zone"),
        ("name: a\nauthority: {value: E}\nnumber: N\noccurred_from: D\nknown_at: K\ndates: ['%Q']\n", 6, "format"),
        (
            "name: a\nauthority: {value: E}\nnumber: N\noccurred_from: D\nknown_at: K\nstate: {value: guilty}\n",
            1,
            "guilty",
        ),
        ("name: a\nnumber: [\n", 3, "YAML"),
    ],
)
def test_a_wrong_column_map_is_told_with_file_and_line(tmp_path, text, line, says):
    path = tmp_path / "wrong.yaml"
    path.write_text(text)
    with pytest.raises(ValueError) as wrong:
        load_columns(path)
    told = next(told for told in str(wrong.value).splitlines() if says in told)
    assert told.startswith(f"{path}:{line}:")


@pytest.mark.parametrize("path", sorted(AGENCIES.glob("*/columns/*.yaml")), ids=lambda path: path.stem)
def test_every_column_map_that_comes_with_the_fleet_is_sound(path):
    assert load_columns(path).name == path.stem
