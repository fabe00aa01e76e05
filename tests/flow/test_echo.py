"""What the fleet said itself is never said again because somebody's feed repeats it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.adapters.sources.gtfs_realtime.fetching import Fetched
from core.adapters.sources.gtfs_realtime.source import GtfsRealtimeSource
from core.domain.staff import FLEET_ACTOR
from core.flow.pull import pull
from core.rules.echo import notice_ids_in, references_in
from tests.fakes.alert_feeds import as_json, entity, feed, reader
from tests.web.partner_stage import Fetcher, fetching

GENUINE = entity("genuine", "Green Line trains are delayed at Harbour.", routes=["GB"])


class Mirror:
    """Somebody's feed: whatever stands in it."""

    def __init__(self, body: bytes) -> None:
        self.body = body

    def fetch(self, etag: str | None, modified: str | None) -> Fetched:
        return Fetched(self.body, None, None)


@pytest.fixture
def partner(tmp_path: Path) -> Any:
    with fetching(tmp_path) as one:
        one.stage.go(one.stage.incident("1"), one.stage.incident("2", station="Central"))
        yield one


def read(partner: Fetcher, body: bytes) -> list[tuple[str, str | None]]:
    """Read a feed, let the fleet think and deliver; the fates of what came in through it."""
    stage, before = partner.stage, len(partner.stage.fates())
    source = GtfsRealtimeSource("alerts", Mirror(body), reader(), stage.clock, from_start=True)
    assert pull(FLEET_ACTOR, stage.fleet.store, stage.house.know, stage.clock, source).down is None
    stage.think()
    stage.work()
    return stage.fates()[before:]


@pytest.mark.parametrize("path", ["/feeds/alerts.pb", "/feeds/alerts.json"])
def test_our_feed_through_a_mirror_into_our_own_source_posts_nothing(partner, path):
    stood = list(partner.stage.platform.record)
    assert read(partner, partner.get(path).content) == [("dropped", "echo")] * 2
    assert list(partner.stage.platform.record) == stood


def test_a_mirror_with_ids_of_its_own_is_known_by_the_reference(partner):
    ours = partner.get("/feeds/alerts.json").json()
    for number, one in enumerate(ours["entity"]):
        one["id"] = f"mirror:{number}"
    assert read(partner, as_json(ours)) == [("dropped", "echo")] * 2


def test_a_mirror_with_words_of_its_own_is_known_by_our_id(partner):
    ours = partner.get("/feeds/alerts.json").json()
    for one in ours["entity"]:
        one["id"] = f"mirror:{one['id']}"
        one["alert"]["header_text"]["translation"][0]["text"] = "Something happened."
        del one["alert"]["description_text"]
    assert read(partner, as_json(ours)) == [("dropped", "echo")] * 2


def test_an_alert_that_links_to_our_pages_is_an_echo(partner):
    house = partner.stage.house
    partner.stage.house = replace(house, know=replace(house.know, own_links=("https://police.example.org",)))
    linked = entity("1", "Police notice: see https://Police.example.org/post/1 for more.")
    assert read(partner, as_json(feed(partner.stage.clock.now(), linked))) == [("dropped", "echo")]


def test_what_the_sandbox_made_up_is_never_said(partner):
    assert set(read(partner, partner.get("/sandbox/alerts.pb").content)) == {("dropped", "echo")}


def test_the_agency_s_own_alert_is_said_as_ever(partner):
    words = "Green Line trains skip Harbour. Ask for order Bcdfghj at the booth."
    document = feed(partner.stage.clock.now(), GENUINE, entity("2", words))
    assert read(partner, as_json(document)) == [("posted", "agency-voice")] * 2


@given(st.text())
def test_no_text_is_taken_for_a_reference_without_its_check_sign(text):
    for found in references_in([text]):
        assert len(found) == 7
    assert notice_ids_in("0" * 33) == ()
