"""The agency's own alerts through the ordinary fleet: first, update, all-clear, and nothing twice."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from bots.fleet import fleet as make_bots
from core.adapters.clock import WallClock
from core.adapters.sources.gtfs_realtime.source import GtfsRealtimeSource
from core.domain.alerts import AlertSaying, AlertTypes
from core.domain.notices import Kind, Speaker
from core.domain.staff import FLEET_ACTOR
from core.flow.pull import pull
from core.wiring import Wiring
from tests.fakes.alert_feeds import HOUR, MINUTE, Shelf, as_json, as_protobuf, entity, feed, reader
from tests.fakes.example_fleet import write_fleet
from tests.flow.stage import BLUE, GREEN, RED, Stage

LATE, SLOW = "Green Line trains are delayed at Harbour.", "Green Line trains run again with delays."
OTHER = entity("other", "Blue Line trains are delayed.", routes=["Blue"])
TYPES = AlertTypes(types={"Station Notice": AlertSaying.HOLD, "Boarding Change": AlertSaying.NEVER})


class Agency:
    """The agency's feed, and a fleet that reads it."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.shelf = stage, Shelf()

    @property
    def now(self) -> int:
        return int(self.stage.clock.now().timestamp())

    def publish(self, *entities: dict, again: int = 0) -> Counter[str]:
        """Publish a feed of now, let the fleet read it (once and `again`), think and deliver."""
        self.shelf.body = as_json(feed(self.stage.clock.now(), *entities))
        for _ in range(1 + again):
            counts = self.read()
        return counts

    def read(self) -> Counter[str]:
        """A pass by a source object of its own, as after a restart."""
        source = GtfsRealtimeSource("alerts", self.shelf, reader(types=TYPES), self.stage.clock, from_start=True)
        house = self.stage.house
        pulled = pull(FLEET_ACTOR, house.store, house.know, self.stage.clock, source)
        assert pulled.down is None
        self.stage.think()
        self.stage.work()
        return pulled.counts

    def minutes(self, number: int) -> None:
        self.stage.clock.step(minutes=number)

    def kinds(self) -> list[Kind]:
        """Kinds of all revisions of the first alert's notice, oldest first."""
        with self.stage.fleet.store.begin() as tx:
            notice = tx.notices.find(tx.log.entry(1).subject, Speaker.AGENCY)
            assert notice is not None
            return [revision.kind for revision in tx.notices.revisions(notice.id)]


@pytest.fixture
def agency(stage: Stage) -> Agency:
    return Agency(stage)


def test_first_update_and_all_clear_stand_in_order_under_the_agency_s_name(agency):
    stage = agency.stage
    agency.publish(entity("lmm:alert:1:26", LATE, description="Allow more time."), OTHER)
    agency.minutes(5)
    agency.publish(entity("lmm:alert:1:24", SLOW), OTHER)
    agency.minutes(5)
    agency.publish(OTHER)
    agency.minutes(11)
    agency.publish(OTHER)
    first, update, clear = stage.texts(GREEN)
    assert first.startswith(f"Example Transit: {LATE} Allow more time.")
    assert SLOW in update
    assert "clear" in clear.lower()
    assert SLOW in clear
    assert agency.kinds() == [Kind.SERVICE, Kind.UPDATE, Kind.ALL_CLEAR]
    posts = stage.posts(GREEN)
    assert [post.reply_to for post in posts[1:]] == [posts[0].id] * 2
    assert len(stage.texts(BLUE)) == 1, "the other alert went on, and was said once"


def test_one_snapshot_however_often_is_said_once(agency):
    agency.publish(entity("1"), entity("2"), OTHER, again=3)
    assert len(agency.stage.texts(GREEN)) == 1
    assert agency.stage.fates() == [("posted", "agency-voice")] * 2


def test_all_clear_is_said_once_and_a_return_is_an_update(agency):
    agency.publish(entity("1"), OTHER)
    agency.publish(OTHER)
    agency.minutes(11)
    agency.publish(OTHER, again=2)
    assert agency.kinds() == [Kind.SERVICE, Kind.ALL_CLEAR]
    agency.minutes(1)
    agency.publish(entity("1"), OTHER, again=2)
    assert agency.kinds() == [Kind.SERVICE, Kind.ALL_CLEAR, Kind.UPDATE]
    assert len(set(agency.stage.texts(GREEN))) == 3


def test_its_last_period_s_end_is_the_all_clear(agency):
    until = agency.now + HOUR
    agency.publish(entity("1", periods=[(agency.now, until)]), OTHER)
    agency.minutes(61)
    agency.publish(entity("1", periods=[(until - HOUR, until)]), OTHER)
    assert agency.kinds() == [Kind.SERVICE, Kind.ALL_CLEAR]


def test_what_was_never_said_has_no_all_clear(agency):
    agency.publish(entity("1", alert_type="Station Notice"), entity("2", SLOW, alert_type="Boarding Change"), OTHER)
    assert agency.stage.fates()[:2] == [("held", "alert-review"), ("dropped", "alert-never")]
    agency.publish(OTHER)
    agency.minutes(11)
    agency.publish(OTHER)
    assert agency.stage.texts(GREEN) == []
    assert agency.stage.fates() == [
        ("dropped", "superseded"),
        ("dropped", "alert-never"),
        ("posted", "agency-voice"),
        ("dropped", "alert-over"),
        ("dropped", "alert-over"),
    ]


def test_an_alert_before_its_time_waits_outside_and_is_said_when_it_is_due(agency):
    one = entity("1", periods=[(agency.now + 2 * HOUR, agency.now + 4 * HOUR)], before=30 * MINUTE)
    agency.publish(one, OTHER)
    assert agency.stage.texts(GREEN) == []
    agency.minutes(95)
    agency.publish(one, OTHER)
    assert len(agency.stage.texts(GREEN)) == 1
    agency.minutes(30)
    agency.publish(one, OTHER)
    assert len(agency.stage.texts(GREEN)) == 1, "that it has begun is in the words already"


def test_several_lines_are_one_notice_said_by_the_lead(agency):
    agency.publish(entity("1", "All lines are delayed.", routes=["Red", "GC", "Blue"]))
    assert len(agency.stage.texts(GREEN)) == 1
    assert agency.stage.texts(RED) == agency.stage.texts(BLUE) == []
    reposted = [post.reposted_from for line in (RED, BLUE) for post in agency.stage.posts(line)]
    assert reposted == [GREEN, GREEN]


def test_an_alert_without_a_line_reaches_nobody_and_has_its_fate(agency):
    agency.publish(entity("1", routes=[], stops=["harbour"]), OTHER)
    assert agency.stage.fates()[0] == ("dropped", "no-handle")


def test_a_feed_that_fails_changes_nothing(agency):
    agency.publish(entity("1"), OTHER)
    before = agency.stage.fates()
    house = agency.stage.house
    for body in (b"", b"<html>", as_json(feed(agency.stage.clock.now()))):
        agency.shelf.body = body
        source = GtfsRealtimeSource("alerts", agency.shelf, reader(), agency.stage.clock)
        assert pull(FLEET_ACTOR, house.store, house.know, agency.stage.clock, source).down is not None
    agency.minutes(30)
    agency.publish(entity("1"), OTHER)
    assert agency.stage.fates() == before


def test_lines_yaml_makes_the_source(tmp_path: Path):
    sources = "[{name: alerts, kind: gtfs_realtime, path: alerts.pb, agency_ids: [EX], from: start}]"
    wiring = Wiring(make_bots, {})
    document = feed(WallClock().now(), entity("1", alert_type="Boarding Change"), entity("2", SLOW))
    (tmp_path / "alerts.pb").write_bytes(as_protobuf(document))
    with wiring.open(wiring.settings(write_fleet(tmp_path, sources=sources))) as fleet:
        (source,) = fleet.house.sources
        pulled = pull(FLEET_ACTOR, fleet.store, fleet.know, WallClock(), source)
        assert pulled.counts == Counter(new=2)
        with fleet.store.begin() as tx:
            bodies = [entry.body for entry in tx.log.after(0, 10)]
    assert [body.alert.saying for body in bodies if body.kind == "alert"] == ["never", "say"]
    assert [body.alert.agency for body in bodies if body.kind == "alert"] == ["Example Transit"] * 2
