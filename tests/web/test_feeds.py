"""The feeds as the partner's systems fetch them: fresh, unchanged, taken back, with a token or without."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, timedelta
from email.utils import format_datetime
from pathlib import Path

import feedparser
import jsonschema
import pytest
from google.protobuf import json_format
from google.transit import gtfs_realtime_pb2

from core.adapters.sources.gtfs_realtime.fetching import Fetched
from core.adapters.sources.gtfs_realtime.reading import AlertReader, by_route
from core.adapters.sources.gtfs_realtime.source import GtfsRealtimeSource, Patience
from core.domain.alerts import AlertTypes, ServiceAlert
from core.domain.partners import Pulls
from core.domain.staff import Role
from core.domain.taking_back import Because
from core.flow.retract import retract
from core.flow.staff import add_person
from core.ports.source import GoodRow
from core.render.feed_head import DEMONSTRATION
from tests.flow.stage import OFFICER
from tests.render.test_feeds import SCHEMA
from tests.web.gtfs_rt_rules import Known, breaches
from tests.web.partner_stage import BASE, Fetcher, fetching

FORMS = ("atom.xml", "feed.json", "alerts.pb", "alerts.json", "cap.xml")


@pytest.fixture
def partner(tmp_path: Path) -> Iterator[Fetcher]:
    with fetching(tmp_path, languages="en, es") as one:
        one.stage.go(one.stage.incident("1"), one.stage.incident("2", station="Central"))
        yield one


def references(partner: Fetcher, path: str = "/feeds/feed.json") -> list[str]:
    return [item["_notice"]["reference"] for item in partner.get(path).json()["items"] if "_withdrawn" not in item]


def alerts(partner: Fetcher, path: str = "/feeds/alerts.pb"):
    feed = gtfs_realtime_pb2.FeedMessage()
    feed.ParseFromString(partner.get(path).content)
    return feed


class Place:
    """Where our own source fetches: the feed as it is served."""

    def __init__(self, partner: Fetcher, path: str) -> None:
        self.partner, self.path = partner, path

    def fetch(self, etag: str | None, modified: str | None) -> Fetched:
        given = {"if_none_match": etag} if etag else {}
        answer = self.partner.get(self.path, **given)
        body = None if answer.status_code == 304 else answer.content
        return Fetched(body, answer.headers["etag"], answer.headers["last-modified"])


def source(partner: Fetcher, path: str) -> GtfsRealtimeSource:
    know = partner.stage.house.know
    reader = AlertReader(
        source="alerts",
        agency="Example Transit",
        routes=by_route(know.lines.values()),
        agency_ids=frozenset(),
        types=AlertTypes(),
        language="en",
        show_before=timedelta(hours=1),
    )
    patience = Patience(may_be_empty=True)
    return GtfsRealtimeSource(
        "alerts", Place(partner, path), reader, partner.stage.clock, patience=patience, from_start=True
    )


class TestForms:
    def test_each_can_be_read_by_other_people_s_readers(self, partner):
        said = references(partner)
        assert len(said) == 2
        for path in ("/feeds/atom.xml", "/feeds/cap.xml", "/feeds/line/Green/atom.xml"):
            assert feedparser.parse(partner.get(path).content).bozo == 0
        jsonschema.validate(partner.get("/feeds/feed.json").json(), SCHEMA)
        feed = alerts(partner)
        lines, stations = partner.stage.house.know.lines.values(), partner.stage.house.know.gazetteer.stations
        known = Known(
            int(partner.stage.clock.now().timestamp()),
            frozenset(route for line in lines for route in line.routes),
            frozenset(one.id for one in stations),
        )
        assert breaches(feed, known) == []
        assert len(feed.entity) == 2
        assert {one.language for one in feed.entity[0].alert.header_text.translation} == {"en", "es"}

    @pytest.mark.parametrize("path", ["/feeds/alerts.pb", "/feeds/alerts.json"])
    def test_our_own_source_reads_the_same_notices_out_of_it(self, partner, path):
        given = [row for batch in source(partner, path).pull(None) for row in batch.rows]
        rows = [row.record for row in given if isinstance(row, GoodRow) and isinstance(row.record, ServiceAlert)]
        assert len(rows) == len(given) == 2
        items = {item["id"].rpartition(":")[2]: item for item in partner.get("/feeds/feed.json").json()["items"]}
        assert {one.id: one.header["en"] for one in rows} == {key: item["title"] for key, item in items.items()}
        assert {one.id: list(one.lines) for one in rows} == {k: i["_notice"]["lines"] for k, i in items.items()}

    def test_a_line_s_feed_holds_what_concerns_the_line(self, partner):
        assert len(references(partner, "/feeds/line/Red/feed.json")) == 1
        assert len(references(partner, "/feeds/line/Green/feed.json")) >= 1
        assert partner.get("/feeds/line/Red/feed.json").json()["feed_url"] == f"{BASE}/feeds/line/Red/feed.json"

    def test_a_language_may_be_asked_for(self, partner):
        assert partner.get("/feeds/feed.json?lang=es").json()["language"] == "es"
        assert partner.get("/feeds/feed.json?lang=xx").json()["language"] == "en"

    def test_the_index_names_feeds_that_are_there(self, partner):
        for address in partner.get("/feeds/index.json").json()["feeds"]:
            assert partner.get(address.removeprefix(BASE)).status_code == 200

    def test_every_message_that_the_cap_index_names_is_there(self, partner):
        for path in ("/feeds/cap.xml", "/feeds/line/Green/cap.xml"):
            entries = feedparser.parse(partner.get(path).content).entries
            assert entries
            for entry in entries:
                answer = partner.get(entry.links[0].href.removeprefix(BASE))
                assert answer.status_code == 200
                assert b"<cap:msgType>Alert</cap:msgType>" in answer.content

    @pytest.mark.parametrize("path", ["/feeds/none.xml", "/feeds/line/None/atom.xml", "/feeds/cap/none-1.xml"])
    def test_what_is_not_there_is_said_plainly(self, partner, path):
        assert partner.get(path).status_code == 404

    def test_pages_and_feeds_guard_alike(self, partner):
        assert partner.get("/feeds/feed.json").headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(("drill", "status"), [(False, "Actual"), (True, "Exercise")])
def test_a_drill_says_so_in_every_message(partner, drill: bool, status: str):
    fetcher = Fetcher(partner.stage, drill=drill)
    entries = feedparser.parse(fetcher.get("/feeds/cap.xml").content).entries
    said = [fetcher.get(entry.links[0].href.removeprefix(BASE)).text for entry in entries]
    assert len(said) == 2
    assert all(f"<cap:status>{status}</cap:status>" in message for message in said)


class TestTakingBack:
    def test_each_form_carries_it_as_it_does(self, partner):
        first = references(partner)[-1]
        before = feedparser.parse(partner.get("/feeds/cap.xml").content).entries
        gone = next(e.links[0].href for e in before if first in partner.get(e.links[0].href.removeprefix(BASE)).text)
        partner.stage.clock.step(minutes=1)
        fleet, house = partner.stage.fleet, partner.stage.house
        retract(OFFICER, fleet.store, house.know, partner.stage.clock, first, Because.ERROR)
        assert partner.get(gone.removeprefix(BASE)).status_code == 404, "the first message says it no more"
        assert len(alerts(partner).entity) == 1
        items = partner.get("/feeds/feed.json").json()["items"]
        taken = next(item for item in items if item["_notice"]["reference"] == first)
        assert taken["_withdrawn"] is True
        atom = partner.get("/feeds/atom.xml").text
        assert f'deleted-entry ref="{taken["id"]}"' in atom
        newest = feedparser.parse(partner.get("/feeds/cap.xml").content).entries[0].links[0].href
        message = partner.get(newest.removeprefix(BASE)).text
        assert "<cap:msgType>Cancel</cap:msgType>" in message
        assert "Harbour" not in message + atom.split("<entry", 1)[0]


class TestAskingAgain:
    @pytest.mark.parametrize("form", FORMS)
    def test_what_did_not_change_is_not_sent_again(self, partner, form):
        first = partner.client.get(f"/feeds/{form}")
        again = partner.client.get(f"/feeds/{form}", headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        since = partner.client.get(f"/feeds/{form}", headers={"If-Modified-Since": first.headers["last-modified"]})
        assert since.status_code == 304
        assert "max-age" in first.headers["cache-control"]

    @pytest.mark.parametrize("form", FORMS)
    def test_what_changed_is_sent(self, partner, form):
        first = partner.get(f"/feeds/{form}")
        partner.stage.clock.step(minutes=2)
        partner.stage.go(partner.stage.incident("3", station="Fish Market"))
        held = {"if_none_match": first.headers["etag"], "if_modified_since": first.headers["last-modified"]}
        assert partner.get(f"/feeds/{form}", **held).status_code == 200

    def test_a_tag_decides_before_a_time(self, partner):
        late = format_datetime(partner.stage.clock.now().astimezone(UTC), usegmt=True)
        assert partner.get("/feeds/feed.json", if_none_match='"other"', if_modified_since=late).status_code == 200
        assert partner.get("/feeds/feed.json", if_modified_since=late).status_code == 304
        assert partner.get("/feeds/feed.json", if_modified_since="nonsense").status_code == 200

    def test_head_sends_no_body(self, partner):
        answer = partner.client.head("/feeds/feed.json")
        assert answer.content == b""
        assert int(answer.headers["content-length"]) > 100


class TestWhoFetched:
    def pulls(self, partner) -> dict[tuple[str, str], Pulls]:
        with partner.stage.fleet.store.begin() as tx:
            return {(one.feed, one.who): one for one in tx.partners.pulls()}

    def test_a_partner_s_fetching_is_listed_by_feed(self, partner):
        fleet = partner.stage.fleet
        operator = add_person(None, fleet.store, fleet.clock, "made-up-op", frozenset({Role.OPERATOR}))
        token = add_person(OFFICER, fleet.store, fleet.clock, "made-up-mta", frozenset({Role.PARTNER}))
        assert operator != token
        for _ in range(3):
            partner.get("/feeds/alerts.pb", authorization=f"Bearer {token}")
        partner.get("/feeds/none", authorization=f"Bearer {token}")
        one = self.pulls(partner)["feeds/alerts.pb", "made-up-mta"]
        assert (one.pulls, one.failures, one.last_status) == (3, 0, 200)

    def test_a_token_that_is_nobody_s_is_refused_and_listed(self, partner):
        assert partner.get("/feeds/alerts.pb", authorization="Bearer sf_none").status_code == 401
        one = self.pulls(partner)["feeds/alerts.pb", "unknown token"]
        assert (one.failures, one.failed_status) == (1, 401)

    def test_whoever_fetches_without_a_token_costs_one_write_a_minute(self, partner):
        for _ in range(5):
            partner.get("/feeds/alerts.pb")
        assert self.pulls(partner)["feeds/alerts.pb", "anyone"].pulls == 1
        partner.stage.clock.step(minutes=2)
        partner.get("/feeds/alerts.pb")
        assert self.pulls(partner)["feeds/alerts.pb", "anyone"].pulls == 2


class TestSandbox:
    @pytest.mark.parametrize("form", FORMS)
    def test_the_same_forms_are_there(self, partner, form):
        answer = partner.get(f"/sandbox/{form}")
        assert answer.status_code == 200
        assert DEMONSTRATION in answer.content.decode("utf-8", "ignore")

    def test_within_the_hour_a_notice_is_said_updated_and_taken_back(self, partner):
        seen: dict[str, list[str]] = {}
        for _ in range(7):
            for item in partner.get("/sandbox/feed.json").json()["items"]:
                word = "withdrawn" if item.get("_withdrawn") else item["_notice"]["kind"]
                seen.setdefault(item["id"], []).append(word)
                assert item["_notice"]["demonstration"] is True
            partner.stage.clock.step(minutes=10)
        assert any(list(dict.fromkeys(words)) == ["crime alert", "update", "withdrawn"] for words in seen.values())

    def test_its_messages_are_tests(self, partner):
        for entry in feedparser.parse(partner.get("/sandbox/cap.xml").content).entries:
            assert "<cap:status>Test</cap:status>" in partner.get(entry.links[0].href.removeprefix(BASE)).text


def test_a_fleet_that_switches_nothing_on_serves_none(pages):
    assert pages.get("/feeds/atom.xml").status_code == 404


def test_json_of_both_forms_says_the_same(partner):
    document = partner.client.get("/feeds/alerts.json").json()
    read = json_format.Parse(json.dumps(document), gtfs_realtime_pb2.FeedMessage())
    feed = gtfs_realtime_pb2.FeedMessage()
    feed.ParseFromString(partner.client.get("/feeds/alerts.pb").content)
    assert read == feed
