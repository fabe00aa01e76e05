"""Promises of the Alerts source: who is who, what changed, when it is due, and when it is over."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.adapters.sources.gtfs_realtime.source import Patience
from core.domain.alerts import AlertSaying, AlertTypes
from core.ports.source import Batch
from tests.fakes.alert_feeds import DAY, HOUR, MINUTE, Watch, as_json, entity, feed, told

LATE, SLOW = "Green Line trains are delayed at Harbour.", "Green Line trains run again with delays."


@pytest.fixture
def watch() -> Watch:
    return Watch()


def test_an_unchanged_feed_gives_its_alerts_once(watch):
    assert watch.show(entity("lmm:alert:1", LATE)) == [f"lmm:alert:1: {LATE}"]
    for _ in range(3):
        watch.minutes(1)
        assert watch.show(entity("lmm:alert:1", LATE)) == []


def test_new_words_are_given_as_the_same_subject(watch):
    watch.show(entity("lmm:alert:1", LATE))
    assert watch.show(entity("lmm:alert:1", SLOW)) == [f"lmm:alert:1: {SLOW}"]


def test_the_status_rank_is_no_part_of_the_id_and_its_change_is_no_news(watch):
    assert watch.show(entity("lmm:alert:532243")) == [f"lmm:alert:532243: {LATE}"]
    assert watch.show(entity("lmm:alert:532243:31")) == []
    assert watch.show(entity("lmm:alert:532243:5")) == []
    assert watch.show(entity("lmm:alert:532243:5", SLOW)) == [f"lmm:alert:532243: {SLOW}"]
    again = "Green Line trains are delayed again."
    assert watch.show(entity("lmm:alert:532243:26", again)) == [f"lmm:alert:532243: {again}"]


@pytest.mark.parametrize("number", ["lmm:planned_work:34564", "lmm:planned_work:12", "BSA_187874", "94597"])
def test_what_is_no_rank_stays_part_of_the_id(watch, number):
    assert watch.show(entity(number)) == [f"{number}: {LATE}"]


def test_without_mercury_an_id_that_looks_ranked_is_left_as_it_is(watch):
    assert watch.show(entity("trip:1234:12", alert_type=None)) == [f"trip:1234:12: {LATE}"]


def test_equal_words_and_periods_at_once_are_said_once_by_the_lowest_id(watch):
    assert watch.show(entity("lmm:planned_work:10"), entity("lmm:planned_work:9")) == [f"lmm:planned_work:9: {LATE}"]
    watch.place.body = as_json(feed(watch.clock.now(), entity("a"), entity("b")))
    watch.cursor = None
    (batch, _) = watch.source().pull(None)
    assert [row.position for row in batch.rows] == ["alerts: a (and with the same words b)"]


def test_the_same_words_at_other_times_or_for_other_lines_are_another_alert(watch):
    tonight, tomorrow = (watch.now, watch.now + HOUR), (watch.now, watch.now + 2 * HOUR)
    shown = watch.show(
        entity("1", periods=[tonight]), entity("2", periods=[tomorrow]), entity("3", periods=[tonight], routes=["Red"])
    )
    assert shown == [f"1: {LATE}", f"2: {LATE}", f"3: {LATE}"]


def test_when_the_first_of_two_equal_ones_goes_the_other_speaks_on_for_it(watch):
    watch.show(entity("1"), entity("2"))
    assert watch.show(entity("2")) == []
    watch.minutes(30)
    assert watch.show(entity("2")) == []
    assert watch.show(entity("2", SLOW)) == [f"1: {SLOW}"]
    assert watch.show(entity("2", SLOW)) == []


def test_of_two_equal_ones_that_part_the_second_becomes_its_own_subject(watch):
    watch.show(entity("1"), entity("2"))
    assert watch.show(entity("1"), entity("2", SLOW)) == [f"2: {SLOW}"]


def test_ids_that_churn_double_nothing(watch):
    period = [(watch.now - HOUR, watch.now + HOUR)]
    for run in range(5):
        given = watch.show(entity(f"run{run}:1", periods=period), entity(f"run{run}:2", SLOW, periods=period))
        assert given == ([f"run0:1: {LATE}", f"run0:2: {SLOW}"] if run == 0 else [])
        watch.minutes(1)
    assert watch.show(entity("run9:1", "Green Line trains run again.", periods=period))[0].startswith("run9:1")


def test_one_that_vanishes_for_a_moment_is_not_over(watch):
    rest = entity("2", SLOW)
    watch.show(entity("1"), rest)
    for _ in range(8):
        assert watch.show(rest) == []
        watch.minutes(3)
        assert watch.show(entity("1"), rest) == []


def test_one_that_is_gone_for_long_enough_is_over_once(watch):
    rest = entity("2", SLOW)
    watch.show(entity("1"), rest)
    given = []
    for _ in range(30):
        watch.minutes(1)
        given += watch.show(rest)
    assert given == ["1: over"]


def test_it_is_over_also_while_the_feed_s_bytes_stay_the_same(watch):
    watch.show(entity("1"), entity("2", SLOW))
    watch.minutes(1)
    watch.show(entity("2", SLOW))
    watch.minutes(11)
    assert [told(alert) for alert in watch.look()] == ["1: over"]


def test_one_that_comes_back_after_it_was_over_is_given_again(watch):
    rest = entity("2", SLOW)
    watch.show(entity("1"), rest)
    watch.show(rest)
    watch.minutes(11)
    assert watch.show(rest) == ["1: over"]
    assert watch.show(entity("1"), rest) == [f"1: {LATE}"]
    assert watch.show(entity("1"), rest) == []


def test_it_is_over_when_its_last_period_ends_and_again_when_that_is_moved(watch):
    until = watch.now + HOUR
    watch.show(entity("1", periods=[(watch.now, until)]))
    watch.minutes(61)
    assert watch.show(entity("1", periods=[(until - HOUR, until)])) == ["1: over"]
    assert watch.show(entity("1", periods=[(until - HOUR, until)])) == []
    assert watch.show(entity("1", periods=[(until - HOUR, until + HOUR)])) == [f"1: {LATE}"]


def test_what_ended_before_it_was_given_is_never_given(watch):
    assert watch.show(entity("1", periods=[(watch.now - DAY, watch.now - 1)])) == []
    watch.minutes(11)
    assert watch.show(entity("2", SLOW)) == [f"2: {SLOW}"]


def test_what_begins_later_waits_until_it_is_to_be_shown_and_is_upcoming_until_it_begins(watch):
    one = entity("1", periods=[(watch.now + 3 * HOUR, watch.now + 5 * HOUR)], before=HOUR)
    assert watch.show(one) == []
    watch.minutes(119)
    assert watch.show(one) == []
    watch.minutes(1)
    assert watch.show(one) == [f"1 (upcoming): {LATE}"]
    watch.minutes(60)
    assert watch.show(one) == [f"1: {LATE}"]
    watch.minutes(120)
    assert watch.show(one) == ["1: over"]


def test_what_falls_due_is_given_also_while_the_feed_s_bytes_stay_the_same(watch):
    watch.show(entity("1", periods=[(watch.now + 40 * MINUTE, None)], before=0))
    watch.minutes(41)
    assert [told(alert) for alert in watch.look()] == [f"1: {LATE}"]


def test_an_alert_that_does_not_say_how_early_is_shown_as_early_as_the_source_is_set():
    watch = Watch(show_before=timedelta(hours=2))
    plain = entity("1", periods=[(watch.now + 2 * HOUR, None)], before=None)
    exact = entity("2", SLOW, periods=[(watch.now + 2 * HOUR, None)], before=0)
    assert watch.show(plain, exact) == [f"1 (upcoming): {LATE}"]


def test_of_hundreds_of_nights_the_first_is_said_and_the_end_also_when_past_ones_are_dropped(watch):
    nights = [(watch.now + day * DAY, watch.now + day * DAY + 6 * HOUR) for day in range(300)]
    given = []
    for _ in range(302 * 4):
        left = [night for night in nights if night[1] > watch.now] or nights[-1:]
        given += watch.show(entity("1", periods=left, before=HOUR))
        watch.minutes(6 * 60)
    assert given == [f"1: {LATE}", "1: over"]


def test_nights_that_have_begun_without_having_been_given_wait_for_the_next(watch):
    nights = [(watch.now - DAY, watch.now - DAY + HOUR), (watch.now + 5 * HOUR, watch.now + 6 * HOUR)]
    assert watch.show(entity("1", periods=nights, before=HOUR)) == []
    watch.minutes(4 * 60)
    assert watch.show(entity("1", periods=nights, before=HOUR)) == [f"1: {LATE}"]


def test_an_older_feed_says_nothing(watch):
    older = as_json(feed(watch.clock.now(), entity("1", LATE)))
    watch.minutes(1)
    watch.show(entity("1", SLOW))
    watch.place.body = older
    assert watch.look() == []
    assert watch.show(entity("1", SLOW)) == []


def test_a_source_that_starts_now_counts_what_stands_and_gives_what_changes(watch):
    watch.place.body = as_json(feed(watch.clock.now(), entity("1"), entity("2", SLOW)))
    count, watch.cursor = watch.source().count_only(None)
    assert count == 2
    assert watch.show(entity("1"), entity("2", "Green Line trains run again.")) == ["2: Green Line trains run again."]


def test_a_pass_that_stops_after_any_batch_loses_nothing_and_gives_the_rest(watch):
    entities = [entity(str(number), f"Made-up words {number}.") for number in range(9)]
    watch.place.body = as_json(feed(watch.clock.now(), *entities))
    source = watch.source(batch_rows=2)
    batches = list(source.pull(None))
    assert [len(batch.rows) for batch in batches] == [2, 2, 2, 2, 1, 0]
    for stopped in range(len(batches)):
        rest = list(source.pull(batches[stopped].cursor))
        assert ids(batches[: stopped + 1]) + ids(rest) == [str(number) for number in range(9)]


def ids(batches: list[Batch]) -> list[str]:
    return [row.position.removeprefix("alerts: ") for batch in batches for row in batch.rows]


def test_lines_come_from_routes_alone_never_from_stops(watch):
    watch.show(
        entity("1", routes=["Red", "GC", "GB"], stops=["harbour"]),
        entity("2", SLOW, routes=[], stops=["harbour"]),
        entity("3", "All trains.", routes=[]),
    )
    watch.cursor = None
    one, two, three = watch.look()
    assert (one.lines, one.stops) == (("Green", "Red"), ("harbour",))
    assert (two.lines, two.stops) == ((), ("harbour",))
    assert three.lines == ()


def test_a_route_of_another_agency_is_not_ours_whatever_its_id(watch):
    other = entity("1", informed_entity=[{"agency_id": "BUSES", "route_id": "Red"}, {"route_id": "Blue"}])
    watch.show(other, entity("2", SLOW))
    watch.cursor = None
    assert [alert.lines for alert in watch.look()] == [("Blue",), ("Green",)]


def test_a_trip_names_its_route(watch):
    watch.show(entity("1", informed_entity=[{"trip": {"route_id": "Red", "trip_id": "t1"}}]))
    watch.cursor = None
    assert watch.look()[0].lines == ("Red",)


def test_words_are_plain_one_text_a_language_and_markup_is_left(watch):
    said = [("en-html", "<p>No</p>"), ("en-US", "One \u200b two\r\n\r\n\r\n\r\nthree"), ("en", "later"), ("es", "Hola")]
    texts = {"translation": [{"text": text, "language": language} for language, text in said]}
    chinese = {"translation": [{"text": "繁", "language": "zh-Hant"}, {"text": "none named"}]}
    watch.show(entity("1", header_text=texts, description_text=chinese))
    watch.cursor = None
    (alert,) = watch.look()
    assert alert.header == {"en": "One two\n\nthree", "es": "Hola"}
    assert alert.description == {"zh-Hant": "繁", "en": "none named"}


@pytest.mark.parametrize(
    ("given", "plain"),
    [
        (
            "<p>No <b>Red</b> trains &amp; trams.</p><ul><li>Take a bus,<br/>or walk.",
            "No Red trains & trams.|Take a bus,|or walk.",
        ),
        ('See <a href="https://example.org/?a=1&amp;b=2">our page</a>.', "See our page."),
        ("Fares &amp; zones: 2 < 3 and 4 > 3, <3 you", "Fares &amp; zones: 2 < 3 and 4 > 3, <3 you"),
        ("No \u202etrains\u202c \x1b[1mrun\x85.", "No trains [1mrun."),
    ],
)
def test_markup_and_hidden_turns_in_plain_words_reach_no_rider(watch, given, plain):
    watch.show(entity("1", given))
    watch.cursor = None
    (alert,) = watch.look()
    assert [line for line in alert.header["en"].split("\n") if line] == plain.split("|")


TYPES = AlertTypes(
    types={"Boarding Change": AlertSaying.NEVER, "Station Notice": AlertSaying.HOLD},
    elevator_patterns=(r"\b(elevator|lift)\b",),
    staff_patterns=(r"^drivers\b", r"^[LR]-[A-Z]"),
)


@pytest.mark.parametrize(
    ("words", "alert_type", "saying", "why"),
    [
        (LATE, "Delays", "say", "otherwise"),
        (LATE, "Boarding Change", "never", "Boarding Change"),
        (LATE, "Station Notice", "hold", "Station Notice"),
        ("The lift at Harbour is out of service.", "Delays", "asked", "elevator"),
        ("DRIVERS: turn at the depot.", "Delays", "never", "staff"),
        (LATE, None, "say", "otherwise"),
    ],
)
def test_the_agency_s_table_says_what_riders_are_told(words, alert_type, saying, why):
    watch = Watch(types=TYPES)
    watch.show(entity("1", words, alert_type=alert_type))
    watch.cursor = None
    (alert,) = watch.look()
    assert (alert.saying, alert.saying_why) == (saying, why)


def test_an_instruction_to_drivers_in_a_description_is_left_out():
    watch = Watch(types=TYPES)
    watch.show(entity("1", description="From Harbour Street\nL-MADEUP AVE\nR-NOWHERE ST"))
    watch.cursor = None
    (alert,) = watch.look()
    assert (alert.saying, alert.description) == ("say", {})


def test_a_change_of_the_table_counts_at_once():
    watch, stricter = Watch(), Watch(types=TYPES)
    watch.show(entity("1", alert_type="Boarding Change"))
    stricter.place, stricter.cursor = watch.place, watch.cursor
    stricter.minutes(1)
    assert stricter.show(entity("1", alert_type="Boarding Change")) == [f"1: {LATE}"]


def test_however_many_passes_keep_the_cursor_as_large_as_the_feed():
    watch = Watch(patience=Patience(gone_after=timedelta(minutes=2)))
    sizes = set()
    for number in range(400):
        watch.show(*(entity(f"run:{number + step}", f"Words {number + step}.") for step in range(5)))
        watch.minutes(1)
        if number > 10:
            sizes.add(len(watch.cursor or ""))
    assert max(sizes) < 3 * min(sizes)
