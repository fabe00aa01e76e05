"""A feed says the same in each of its forms; what can't be read is refused, and the last good feed stands."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.adapters.http import Limits, Pace
from core.adapters.sources.gtfs_realtime.fetching import FeedAddress, FeedFile
from core.adapters.sources.gtfs_realtime.source import Patience
from core.domain.alert_map import AlertMap
from core.domain.alerts import ServiceAlert
from core.ports.source import BadRow, GoodRow, SourceDown
from tests.fakes.alert_feeds import HOUR, Watch, as_camel, as_json, as_protobuf, entity, feed, told
from tests.fakes.http_records import serving

WORDS = "Green Line trains are delayed at Harbour."
NAMES = (
    *("id", "alert", "header", "entity", "header_text", "translation", "text", "language", "active_period", "start"),
    *("informed_entity", "route_id", "transit_realtime.mercury_alert", "alert_type", "timestamp", "trip"),
)
NO_PAUSE = Pace(sleep=lambda seconds: None)


def rich(watch: Watch):
    period = {"translation": [{"text": "Tonight, 10 PM to 5 AM", "language": "en"}]}
    full = entity("lmm:alert:1:26", WORDS, routes=["GB", "Red"], stops=["harbour"], periods=[(watch.now - 5, None)])
    full["alert"]["transit_realtime.mercury_alert"] |= {"human_readable_active_period": period, "clone_id": "x"}
    plain = entity("2", "Words of another kind.", alert_type=None, effect="DETOUR", periods=[(None, watch.now + HOUR)])
    return feed(watch.clock.now(), full, plain, {"id": "v", "vehicle": {}})


def alerts_of(watch: Watch, body: bytes) -> list[ServiceAlert]:
    watch.place.body, watch.cursor = body, None
    return watch.look()


def test_every_form_of_a_feed_says_the_same():
    watch = Watch()
    document = rich(watch)
    one, two = plain = alerts_of(watch, as_json(document))
    assert (one.id, one.lines, one.type, one.stops) == ("lmm:alert:1", ("Green", "Red"), "Delays", ("harbour",))
    assert one.periods == {"en": "Tonight, 10 PM to 5 AM"}
    assert (two.type, two.active_to) == ("DETOUR", watch.clock.now() + timedelta(hours=1))
    assert alerts_of(watch, as_json(as_camel(document))) == plain
    assert alerts_of(watch, b"\xef\xbb\xbf \n" + as_json(document)) == plain
    assert alerts_of(watch, as_protobuf(document)) == plain


def test_an_effect_may_be_a_number():
    watch = Watch()
    (alert,) = alerts_of(watch, as_json(feed(watch.clock.now(), entity("1", alert_type=None, effect=4))))
    assert alert.type == "DETOUR"


@pytest.mark.parametrize("extension", [b"\xff\xff\xff", b"", b"\x08\x01", b"\x1a\x02\xff\xfe", b"hello, 1001"])
def test_what_another_agency_keeps_in_field_1001_disturbs_nothing(extension):
    watch = Watch()
    (alert,) = alerts_of(watch, as_protobuf(feed(watch.clock.now(), entity("a:12:7")), extension))
    assert (alert.id, alert.type) == ("a:12:7", None)


def test_a_bad_entity_stops_nothing_is_set_aside_once_and_is_not_over():
    watch = Watch()
    watch.show(entity("1"), entity("2", "Other words."))
    bad: list[Any] = [{"id": "1", "alert": {}}, 7, entity("9", "x", active_period="now"), entity("8", "y" * 20_001)]
    for first in (True, False):
        watch.minutes(8)
        watch.place.body = as_json(feed(watch.clock.now(), *bad, entity("2", "Other words."), entity("3", WORDS + "!")))
        rows = [row for batch in watch.source().pull(watch.cursor) for row in batch.rows]
        watch.cursor = list(watch.source().pull(watch.cursor))[-1].cursor
        if first:
            assert [row.reason for row in rows if isinstance(row, BadRow)] == [
                "header_text: has no plain words",
                "entity: is no JSON object",
                "active_period: is no list",
                "header_text: is longer than 20000 characters",
            ]
            assert [row.position for row in rows if not isinstance(row, BadRow)] == ["alerts: 3"]
        else:
            assert rows == []


def test_one_id_twice_with_other_words_is_set_aside_with_the_same_it_is_one():
    watch = Watch()
    watch.place.body = as_json(feed(watch.clock.now(), entity("1"), entity("1"), entity("1", "Other words.")))
    rows = [row for batch in watch.source().pull(None) for row in batch.rows]
    assert [row.reason for row in rows if isinstance(row, BadRow)] == ["id: stands twice in the feed, with other words"]
    assert len(rows) == 2


def header(watch: Watch, **changes: object) -> bytes:
    return as_json(feed(watch.clock.now(), entity("1"), **changes))


REFUSED = {
    "empty": (lambda w: b"", "is empty"),
    "a web page": (lambda w: b"<html>Please log in</html>", "is a web page, no feed"),
    "cut JSON": (lambda w: header(w)[:-30], "is no JSON, or was cut off"),
    "cut protobuf": (lambda w: as_protobuf(rich(w))[:-30], "is no GTFS-realtime feed, or was cut off"),
    "text": (lambda w: b"try again later", "is no GTFS-realtime feed, or was cut off"),
    "no header": (lambda w: b'{"data": []}', "is JSON, but no GTFS-realtime feed: it has no header (another form"),
    "a list": (lambda w: b"[]", "is JSON, but no GTFS-realtime feed: it has no header"),
    "no version": (lambda w: header(w, gtfs_realtime_version=None), "its header names no version"),
    "odd entity": (lambda w: b'{"header": {"gtfs_realtime_version": "2.0"}, "entity": "x"}', "`entity` is no list"),
    "odd time": (lambda w: header(w, timestamp="noon"), "its header's timestamp can't be read"),
    "differential": (lambda w: header(w, incrementality="DIFFERENTIAL"), "is a differential feed"),
    "differential protobuf": (
        lambda w: as_protobuf(feed(w.clock.now(), entity("1"), incrementality="DIFFERENTIAL")),
        "is a differential feed",
    ),
    "stale": (lambda w: header(w, timestamp=w.now - 3601), "is stale: its header is of 2030-01-07 10:59 UTC"),
    "ahead": (lambda w: header(w, timestamp=w.now + 601), "its header is dated later than now"),
    "no alerts": (lambda w: as_json(feed(w.clock.now())), "holds no alert at all, and may_be_empty is not set"),
    "another agency's": (
        lambda w: as_json(feed(w.clock.now(), entity("9", informed_entity=[{"agency_id": "BUS", "route_id": "GB"}]))),
        "none of its 1 alerts names a route or agency of ours: is it another agency's feed?",
    ),
    "endless": (
        lambda w: as_json(feed(w.clock.now(), *({"id": str(n), "alert": {}} for n in range(10_001)))),
        "holds more than 10000 alerts",
    ),
    "a bomb": (lambda w: b"[" * 200_000, "is no JSON, or was cut off"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_good_feed_is_refused_in_one_line_and_the_last_good_one_stands(name):
    make, why = REFUSED[name]
    watch = Watch()
    good = entity("7", "Words that stand.")
    watch.show(good)
    before = watch.cursor
    refused = watch.refused(make(watch))
    assert refused.startswith("alerts: ")
    assert why in refused
    assert "\n" not in refused
    assert watch.cursor == before
    assert watch.show(good) == []


def test_an_unchanged_feed_grows_stale_as_well():
    watch = Watch()
    watch.show(entity("1"))
    watch.minutes(61)
    assert "is stale" in watch.refused(watch.place.body)


def test_a_feed_without_alerts_is_believed_where_it_is_set_so():
    watch = Watch(patience=Patience(may_be_empty=True))
    watch.show(entity("1"))
    watch.show()
    watch.minutes(11)
    assert watch.show() == ["1: over"]


def test_our_feed_stays_ours_while_it_only_speaks_of_other_lines():
    watch = Watch(agency_ids=frozenset())
    bus = entity("5", "The bus is late.", routes=["bus 9"])
    assert len(watch.show(entity("1"), bus)) == 2
    watch.minutes(11)
    assert watch.show(bus) == []
    watch.minutes(11)
    assert watch.show(bus) == ["1: over"]


def test_a_cursor_of_another_kind_is_refused():
    watch = Watch()
    watch.cursor = '{"pages": []}'
    assert "none of an Alerts feed" in watch.refused(header(watch))


def read_or_refused(watch: Watch, body: bytes) -> None:
    """Either every row can be kept, or the whole is refused; anything else raised fails the test."""
    watch.place.body, refused = body, "no"
    try:
        for row in (row for batch in watch.source().pull(None) for row in batch.rows):
            assert isinstance(row, BadRow) or row.record.model_dump_json()
            assert row.position.isprintable()
    except SourceDown as down:
        refused = str(down)
    assert "\n" not in refused


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(noise=st.binary(max_size=300), seed=st.integers(0, 10**6), form=st.sampled_from(["json", "camel", "protobuf"]))
def test_no_bytes_raise_anything_but_source_down(noise, seed, form):
    """Random bytes, and a good feed in which some bytes were changed, cut out or put in."""
    watch = Watch()
    document = rich(watch)
    good = as_protobuf(document) if form == "protobuf" else as_json(document if form == "json" else as_camel(document))
    chance = random.Random(seed)
    body = bytearray(good)
    for _ in range(chance.randint(1, 5)):
        at = chance.randrange(len(body))
        body[at : at + chance.randint(0, 3)] = bytes(chance.randrange(256) for _ in range(chance.randint(0, 3)))
    for bent in (noise, bytes(body), noise[:20] + good):
        read_or_refused(watch, bent)


@settings(max_examples=300, deadline=None)
@given(
    value=st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.floats(allow_nan=False),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
        max_leaves=12,
    )
)
def test_no_json_raises_anything_but_source_down(value):
    watch = Watch()
    for document in (value, {"header": value}, feed(watch.clock.now(), {"id": "1", "alert": value}, {"id": value})):
        read_or_refused(watch, json.dumps(document).encode())


def test_half_a_character_and_a_null_are_never_passed_on():
    watch = Watch()
    words = '{"text": "half \\ud800 and \\u0000 null", "language": "en"}'
    body = header(watch).replace(json.dumps({"text": WORDS, "language": "en"}).encode(), words.encode())
    (alert,) = alerts_of(watch, body)
    assert alert.header == {"en": "half ? and null"}
    odd = entity("3", routes=["GB"], stops=["\ud800", "a\x00b"], alert_type="De\x00lays")
    watch.place.body = as_json(feed(watch.clock.now(), entity("\ud800"), entity("a\x00b"), odd))
    rows = [row for batch in watch.source().pull(None) for row in batch.rows]
    assert [isinstance(row, BadRow) for row in rows] == [True, True, False]
    assert isinstance(rows[2], GoodRow)
    assert isinstance(rows[2].record, ServiceAlert)
    assert (rows[2].record.stops, rows[2].record.type) == ((), "Delays")


def test_an_address_is_asked_whether_it_changed_with_the_key_that_is_never_told():
    with serving(manner="whole", etags=True, zipped=True) as server:
        limits = Limits(tries=1)
        query, headers = {"api_key": "made-up-key-1"}, {"X-Key": "made-up-key-2"}
        watch = Watch(FeedAddress(server.url, headers, query, limits, NO_PAUSE))
        server.whole = feed(watch.clock.now(), entity("1"))
        assert [told(alert) for alert in watch.look()] == [f"1: {WORDS}"]
        assert watch.look() == []
        first, second = server.asked
        assert (first.params["api_key"], first.headers["x-key"]) == ("made-up-key-1", "made-up-key-2")
        assert "gzip" in first.headers["accept-encoding"]
        assert "if-none-match" not in first.headers
        assert "if-none-match" in second.headers
        server.always = "503"
        with pytest.raises(SourceDown) as down:
            watch.look()
        assert "made-up-key" not in str(down.value)
        server.always = ""
        watch.minutes(1)
        server.whole = feed(watch.clock.now(), entity("1", "New words."))
        assert [told(alert) for alert in watch.look()] == ["1: New words."]


def test_something_due_is_asked_for_without_a_condition():
    with serving(manner="whole", etags=True) as server:
        watch = Watch(FeedAddress(server.url, pace=NO_PAUSE))
        server.whole = feed(watch.clock.now(), entity("1", periods=[(watch.now, watch.now + HOUR // 2)]))
        watch.look()
        watch.minutes(31)
        assert [told(alert) for alert in watch.look()] == ["1: over"]
        watch.look()
        assert ["if-none-match" in asked.headers for asked in server.asked] == [False, False, True]


def test_an_answer_that_is_too_large_is_not_read():
    with serving(manner="whole") as server:
        watch = Watch(FeedAddress(server.url, limits=Limits(max_bytes=1000, tries=1), pace=NO_PAUSE))
        server.whole = feed(watch.clock.now(), entity("1", description="x" * 2000))
        with pytest.raises(SourceDown, match="more than 1000 bytes"):
            watch.look()


def test_a_file_is_read_as_it_stands(tmp_path):
    path = tmp_path / "alerts.pb"
    watch = Watch(FeedFile(path, most_bytes=5000))
    with pytest.raises(SourceDown, match=r"alerts.pb: no such file"):
        watch.look()
    path.write_bytes(as_protobuf(feed(watch.clock.now(), entity("1"))))
    assert [told(alert) for alert in watch.look()] == [f"1: {WORDS}"]
    path.write_bytes(b"x" * 5001)
    with pytest.raises(SourceDown, match=r"alerts.pb: holds more than 5000 bytes"):
        watch.look()
    with pytest.raises(SourceDown, match="no ordinary file"):
        Watch(FeedFile(tmp_path)).look()


OTHER_FORM = AlertMap(
    alerts="result.alerts",
    id="key",
    header=("attributes.title", "title"),
    description=("text",),
    periods=("times",),
    informed=("about",),
    route="line",
    zone="Europe/Lisbon",
)


def test_another_form_is_read_by_a_map_and_its_times_by_the_map_s_zone():
    watch = Watch(by=OTHER_FORM)
    times = [{"start": "2030-01-07T11:00:00", "end": "2030-07-01T12:00:00"}]
    one = {"key": "k1", "attributes": {"title": WORDS}, "title": "not this", "times": times, "about": [{"line": "Red"}]}
    two = {"key": "k2", "title": [{"text": "Hola", "language": "es"}], "about": [], "times": [{"end": 9**9}]}
    (alert,) = alerts_of(watch, as_json({"result": {"alerts": [one, two]}}))
    assert (alert.id, alert.lines, alert.header) == ("k1", ("Red",), {"en": WORDS})
    assert alert.active_to == datetime(2030, 7, 1, 11, tzinfo=UTC)


def test_a_time_without_a_zone_is_refused_where_the_map_names_none():
    watch = Watch(by=OTHER_FORM.model_copy(update={"zone": None}))
    one = {"key": "k1", "title": WORDS, "times": [{"start": "2030-01-07T11:00:00"}], "about": [{"line": "Red"}]}
    odd = {**one, "key": "k2", "times": [{"start": "noon"}]}
    watch.place.body = as_json({"result": {"alerts": [one, odd, {**one, "key": "k3", "times": []}]}})
    rows = [row for batch in watch.source().pull(None) for row in batch.rows]
    reasons = [row.reason for row in rows if isinstance(row, BadRow)]
    assert reasons == ["periods: a time without a zone", "periods: a time can't be read"]


@pytest.mark.parametrize("body", [b"", b"{}", b"[1]", b'{"result": {"alerts": {}}}', b"[" * 100_000])
def test_what_the_map_does_not_fit_is_refused(body):
    assert Watch(by=OTHER_FORM).refused(body).startswith("alerts: ")
