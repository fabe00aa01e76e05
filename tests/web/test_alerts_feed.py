"""The Alerts feed as its readers decode it: the card of the place, never anybody's picture; what service does."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from google.transit import gtfs_realtime_pb2
from PIL import Image

from core.domain.taking_back import Because
from core.flow.retract import retract
from core.flow.settle_event import settle_event
from tests.fakes.alert_feeds import entity
from tests.flow.stage import GREEN, OFFICER, on_stage
from tests.flow.test_prepared_pictures import ANN, BOB, approved, prepared, wanted
from tests.flow.test_service_alerts import OTHER, Agency
from tests.flow.test_two_voices import POLICE, TYPES, harbour
from tests.web.gtfs_rt_rules import Known, breaches
from tests.web.partner_stage import BASE, Fetcher

CARDED = "live, card: true"
Effect = gtfs_realtime_pb2.Alert.Effect


@pytest.fixture
def carded(tmp_path: Path) -> Iterator[Fetcher]:
    with on_stage(tmp_path, local=CARDED, languages="en, es") as stage:
        yield Fetcher(stage, shows_cards=True)


def feed(partner: Fetcher) -> Any:
    found = gtfs_realtime_pb2.FeedMessage()
    found.ParseFromString(partner.get("/feeds/alerts.pb").content)
    return found


def only(partner: Fetcher) -> Any:
    [one] = feed(partner).entity
    return one.alert


def known(partner: Fetcher) -> Known:
    know = partner.stage.house.know
    routes = frozenset(route for line in know.lines.values() for route in line.routes)
    now = int(partner.stage.clock.now().timestamp())
    return Known(now, routes, frozenset(one.id for one in know.gazetteer.stations))


class TestCards:
    def test_each_language_has_the_card_that_stands_on_the_pages_and_what_it_shows(self, carded: Fetcher) -> None:
        carded.stage.go(carded.stage.incident())
        alert = only(carded)
        assert [one.language for one in alert.image.localized_image] == ["en", "es"]
        assert [one.language for one in alert.image_alternative_text.translation] == ["en", "es"]
        assert "Harbour" in alert.image_alternative_text.translation[0].text
        for one in alert.image.localized_image:
            assert one.url.startswith(f"{BASE}/picture/")
            shown = carded.get(one.url.removeprefix(BASE))
            assert (shown.status_code, shown.headers["content-type"]) == (200, one.media_type)
            assert len(shown.content) < 2_000_000, "the specification's bound"
            assert Image.open(io.BytesIO(shown.content)).format is not None
        assert breaches(feed(carded), known(carded)) == []

    def test_where_nobody_said_how_others_reach_the_pages_it_points_at_none(self, carded: Fetcher) -> None:
        carded.stage.go(carded.stage.incident())
        alert = only(Fetcher(carded.stage))
        assert not alert.HasField("image")
        assert not alert.HasField("image_alternative_text")

    def test_the_sandbox_shows_none(self, carded: Fetcher) -> None:
        assert b"/picture/" not in carded.get("/sandbox/alerts.json").content

    def test_an_update_does_not_bear_the_card_of_what_was_said_before(self, carded: Fetcher) -> None:
        carded.stage.go(carded.stage.incident())
        carded.stage.clock.step(minutes=2)
        carded.stage.go(carded.stage.incident(station="Museum", revision=2))
        assert not only(carded).HasField("image")

    def test_taken_back_it_points_at_nothing_and_nothing_is_there(self, carded: Fetcher) -> None:
        stage = carded.stage
        stage.go(stage.incident())
        path = only(carded).image.localized_image[0].url.removeprefix(BASE)
        reference = stage.posts(GREEN)[0].reference
        retract(OFFICER, stage.fleet.store, stage.house.know, stage.clock, reference, Because.ERROR)
        stage.work()
        assert len(feed(carded).entity) == 0
        assert carded.get(path).status_code == 404

    def test_nobody_s_picture_is_ever_pointed_at(self, carded: Fetcher) -> None:
        stage = carded.stage
        stage.go(wanted(stage))
        place = only(carded)
        assert "Harbour" in place.image_alternative_text.translation[0].text
        prepared(stage)
        approved(stage, ANN, BOB)
        stage.work()
        people = [post.picture.address for post in stage.posts(GREEN) if post.picture and "Pat" in post.text]
        assert people
        assert carded.get(people[0]).status_code == 200, "it stands on the handle, as it was approved"
        alert = only(carded)
        assert not alert.HasField("image")
        for path in ("alerts.json", "feed.json", "atom.xml", "cap.xml"):
            content = carded.get(f"/feeds/{path}").text
            assert not any(address in content for address in people)
            assert "Pat" not in content


class TestEffect:
    def test_no_effect_unless_the_agency_says_of_the_same_event_that_service_is_hit(self, tmp_path: Path) -> None:
        with on_stage(tmp_path) as stage:
            agency, partner = Agency(stage, TYPES), Fetcher(stage)
            stage.go(stage.incident(occurred_from=stage.clock.now() - timedelta(minutes=10)))
            assert only(partner).effect == Effect.NO_EFFECT
            agency.publish(entity("7", POLICE, stops=[harbour(stage)], alert_type="Suspended"), OTHER)
            assert only(partner).effect == Effect.NO_EFFECT, "nobody said that it is the same"
            before = feed(partner)
            settle_event(OFFICER, stage.fleet.store, stage.house.know, stage.clock, "1", "Example Transit/7", same=True)
            assert only(partner).effect == Effect.NO_SERVICE
            assert only(partner).cause == gtfs_realtime_pb2.Alert.Cause.POLICE_ACTIVITY
            after = feed(partner)
            now = known(partner)
            assert breaches(after, Known(now.now, now.routes, now.stops, before)) == []
            agency.publish(OTHER)
            agency.minutes(11)
            agency.publish(OTHER)
            assert only(partner).effect == Effect.NO_EFFECT
            assert partner.get("/feeds/cap.xml").status_code == 200


def test_where_the_feed_says_less_than_the_card_it_points_at_none(tmp_path: Path) -> None:
    with on_stage(tmp_path, local=f"{CARDED}, limit: 100, thread: short") as stage:
        stage.go(stage.incident())
        assert any(post.picture for post in stage.posts(GREEN))
        alert = only(Fetcher(stage, shows_cards=True))
        assert "Harbour" not in alert.description_text.translation[0].text
        assert not alert.HasField("image")
