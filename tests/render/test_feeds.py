"""The partner's feeds, read by other people's readers: Atom, JSON Feed, GTFS-realtime Alerts, CAP."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import feedparser
import jsonschema
import pytest
from google.transit import gtfs_realtime_pb2

from core.adapters.feeds.alerts_protobuf import alerts_protobuf
from core.domain.notices import Kind
from core.render.feed_head import DEMONSTRATION, chosen, notice_urn
from core.render.feeds_alerts import alerts, as_of
from core.render.feeds_atom import atom
from core.render.feeds_cap import cap, cap_index
from core.render.feeds_json import json_feed
from tests.render.made_up_notices import ALL, GONE, GREEN, HEAD, NOON, ONE, RED, UPDATED, notice, words
from tests.web.gtfs_rt_rules import RULES, Known, breaches

SCHEMA = json.loads((Path(__file__).parent / "json_feed.schema.json").read_text("utf-8"))
LATER = NOON + timedelta(minutes=40, seconds=12)
HOSTILE = words("""<b>"A" & 'B'</b> ]]> \x00\x0b é 7号线 🚇""", "BCDFG01")
EVIL = ONE.model_copy(update={"words": {"en": HOSTILE}})


def decoded(*notices, head=HEAD, now=LATER) -> Any:
    message = gtfs_realtime_pb2.FeedMessage()
    message.ParseFromString(alerts_protobuf(alerts(head, notices, now)))
    return message


def known(now=LATER, before=None) -> Known:
    return Known(int(now.timestamp()), frozenset({"GB", "GC", "Red"}), frozenset({"G1"}), before)


class TestAtom:
    def test_a_strict_reader_has_nothing_to_complain_of(self):
        read = feedparser.parse(atom(HEAD, ALL))
        assert read.bozo == 0
        assert read.version == "atom10"
        assert [entry.id for entry in read.entries][-1] == notice_urn(ONE)
        assert read.entries[-1].title == ONE.words["en"].header
        assert read.entries[-1].link == "https://police.example.org/post/1"

    def test_whatever_a_text_holds_the_feed_can_be_read(self):
        read = feedparser.parse(atom(HEAD, [EVIL]), sanitize_html=False)
        assert read.bozo == 0
        assert "<b>\"A\" & 'B'</b> ]]>" in read.entries[0].title

    def test_what_was_taken_back_has_a_tombstone_and_an_entry_that_says_so(self):
        text = atom(HEAD, ALL).decode()
        assert f'<at:deleted-entry ref="{notice_urn(GONE)}" when="2026-07-03T12:30:00Z">' in text
        entries = {entry.id: entry.title for entry in feedparser.parse(text).entries}
        assert notice_urn(GONE) not in entries
        assert entries[f"{notice_urn(GONE)}:withdrawn"] == "Correction: our notice was wrong."

    def test_an_empty_feed_is_a_feed(self):
        assert feedparser.parse(atom(HEAD, [])).bozo == 0


class TestJsonFeed:
    @pytest.mark.parametrize("notices", [ALL, (), (EVIL,)])
    def test_it_is_as_its_specification_says(self, notices):
        jsonschema.validate(json.loads(json_feed(HEAD, notices)), SCHEMA)

    def test_the_schema_refuses_what_is_wrong(self):
        feed = json.loads(json_feed(HEAD, ALL))
        for spoilt in ({**feed, "version": "1"}, {**feed, "items": [{"id": "1"}]}, {**feed, "more": 1}):
            with pytest.raises(jsonschema.ValidationError):
                jsonschema.validate(spoilt, SCHEMA)

    def test_what_was_taken_back_keeps_its_id_and_says_so(self):
        items = {item["id"]: item for item in json.loads(json_feed(HEAD, ALL))["items"]}
        assert items[notice_urn(GONE)]["_withdrawn"] is True
        assert items[notice_urn(GONE)]["title"] == "Correction: our notice was wrong."
        assert "_withdrawn" not in items[notice_urn(ONE)]

    def test_a_system_finds_the_partner_s_own_ids(self):
        facts = json.loads(json_feed(HEAD, [ONE]))["items"][0]["_notice"]
        assert (facts["route_ids"], facts["stop_ids"], facts["reference"]) == (["GB", "GC"], ["G1"], "BCDFG01")


class TestAlerts:
    def test_it_keeps_every_rule_of_the_specification(self):
        assert breaches(decoded(*ALL), known()) == []
        assert breaches(decoded(), known()) == []

    def test_every_rule_can_be_broken(self):
        assert [rule.source for rule in RULES if not _spoilt(rule)] == []

    def test_cause_effect_words_and_whom_it_concerns(self):
        (entity,) = decoded(ONE).entity
        alert = entity.alert
        assert alert.cause == gtfs_realtime_pb2.Alert.POLICE_ACTIVITY
        assert alert.effect == gtfs_realtime_pb2.Alert.NO_EFFECT
        assert [(one.route_id, one.stop_id) for one in alert.informed_entity] == [("GB", "G1"), ("GC", "G1")]
        assert {one.language: one.text for one in alert.header_text.translation}["es"].startswith("ES: ")
        assert "Reference BCDFG01" in alert.tts_description_text.translation[0].text
        assert alert.active_period[0].start == int(NOON.timestamp())

    def test_what_was_taken_back_is_over_or_old_is_gone_from_the_dataset(self):
        over = notice(5).model_copy(update={"kind": Kind.ALL_CLEAR})
        assert [one.id for one in decoded(*ALL, over).entity] == [UPDATED.id, ONE.id]
        assert [one.id for one in decoded(*ALL, now=ONE.until).entity] == [UPDATED.id]

    def test_other_content_never_stands_under_the_same_timestamp(self):
        moments = [NOON + timedelta(minutes=m, seconds=s) for m in (0, 9, 10, 29, 30, 720) for s in (0, 20, 59)]
        before = None
        for now in moments:
            there = [one for one in ALL if one.first_at <= now]
            there = [one if one.at <= now else notice(int(one.id, 16)) for one in there]
            feed = decoded(*there, now=now)
            assert breaches(feed, known(now, before)) == []
            before = feed
        assert as_of([ONE], NOON + timedelta(seconds=30)) == NOON

    def test_what_comes_within_a_minute_has_a_timestamp_of_its_own(self):
        second = notice(6, minutes=(0.5,))
        before, after = NOON + timedelta(seconds=20), NOON + timedelta(seconds=40)
        feed = decoded(ONE, second, now=after)
        assert breaches(feed, known(after, decoded(ONE, now=before))) == []
        assert len(feed.entity) == 2


def _spoilt(rule) -> list[str]:
    """What the rule says of feeds that are wrong in every way."""
    wrong = gtfs_realtime_pb2.FeedMessage()
    wrong.header.gtfs_realtime_version = "9"
    bad = decoded(ONE)
    bad.header.timestamp = int(LATER.timestamp()) + 9_000
    entity = bad.entity.add()
    entity.CopyFrom(bad.entity[0])
    entity.is_deleted = True
    alert = entity.alert
    alert.active_period.add()
    alert.informed_entity.add()
    alert.informed_entity.add(route_id="none", stop_id="none")
    alert.header_text.translation[0].text = "<b>bold</b>"
    alert.header_text.translation[1].language = "en"
    alert.tts_header_text.translation[0].text = "Ref 1"
    alert.url.translation[0].text = "none"
    alert.image.localized_image.add(url="x", media_type="text/html", language="en")
    third = bad.entity.add(id="third")
    third.alert.SetInParent()
    bad.entity.add(id="fourth").alert.header_text.SetInParent()
    bad.entity.add(id="fifth")
    old = decoded(ONE)
    old.header.timestamp = 5
    twin = decoded(UPDATED)
    found = []
    for feed, before in ((wrong, None), (bad, None), (old, decoded(ONE)), (twin, decoded(ONE))):
        found += list(rule.broken(feed, known(before=before)))
    return found


class TestCap:
    def test_a_later_message_names_all_that_it_replaces(self):
        text = cap(HEAD, UPDATED, "Example Transit").decode()
        assert "<cap:msgType>Update</cap:msgType>" in text
        first = f"notices@police.example.org,{UPDATED.id}-1,2026-07-03T12:05:00-00:00"
        assert f"<cap:references>{first}</cap:references>" in text

    def test_taking_back_is_a_cancel(self):
        text = cap(HEAD, GONE, "Example Transit").decode()
        assert "<cap:msgType>Cancel</cap:msgType>" in text
        assert f"{GONE.id}-1,2026-07-03T12:10:00-00:00" in text

    @pytest.mark.parametrize(
        ("demonstration", "exercise", "status"),
        [(False, False, "Actual"), (True, False, "Test"), (True, True, "Test"), (False, True, "Exercise")],
    )
    def test_what_is_not_meant_says_so(self, demonstration, exercise, status):
        text = cap(replace(HEAD, demonstration=demonstration), ONE, "Example Transit", exercise=exercise).decode()
        assert f"<cap:status>{status}</cap:status>" in text
        assert (DEMONSTRATION in text) is demonstration

    def test_the_index_leads_to_the_messages(self):
        read = feedparser.parse(cap_index(replace(HEAD, path="/feeds/cap.xml"), [UPDATED, ONE]))
        assert read.bozo == 0
        assert read.entries[0].links[0].href == f"https://police.example.org/feeds/cap/{UPDATED.id}-2.xml"


def test_a_line_s_feed_holds_its_own_notices():
    assert chosen(ALL, RED) == [UPDATED]
    assert len(chosen(ALL, GREEN)) == 4


def test_a_demonstration_says_so_in_every_text():
    head = replace(HEAD, demonstration=True)
    for item in json.loads(json_feed(head, ALL))["items"]:
        assert item["content_text"].startswith(DEMONSTRATION)
        assert item["title"].startswith(DEMONSTRATION)
    for entity in decoded(*ALL, head=head).entity:
        assert entity.alert.header_text.translation[0].text.startswith(DEMONSTRATION)
