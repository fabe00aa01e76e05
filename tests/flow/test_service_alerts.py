"""The agency's own alerts through the ordinary fleet: first, update, all-clear, and nothing twice."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from bots.fleet import fleet as make_bots
from core.adapters.clock import WallClock
from core.adapters.sources.gtfs_realtime.source import GtfsRealtimeSource
from core.domain.alerts import AlertSaying, AlertTypes
from core.domain.notices import Kind, Speaker
from core.domain.staff import FLEET_ACTOR, Actor, Role
from core.domain.taking_back import Because
from core.flow.pause import NothingToPause, pause_agency, resume_agency
from core.flow.pull import Start, pull
from core.flow.retract import retract
from core.wiring import Wiring
from tests.fakes.alert_feeds import HOUR, MINUTE, Shelf, as_json, as_protobuf, entity, feed, reader
from tests.fakes.example_fleet import write_fleet
from tests.flow.stage import BLUE, GREEN, OFFICER, RED, Stage, on_stage

LATE, SLOW = "Green Line trains are delayed at Harbour.", "Green Line trains run again with delays."
OTHER = entity("other", "Blue Line trains are delayed.", routes=["Blue"])
TYPES = AlertTypes(types={"Station Notice": AlertSaying.HOLD, "Boarding Change": AlertSaying.NEVER})


class Agency:
    """The agency's feed, and a fleet that reads it."""

    def __init__(self, stage: Stage, types: AlertTypes = TYPES) -> None:
        self.stage, self.shelf, self.types = stage, Shelf(), types

    @property
    def now(self) -> int:
        return int(self.stage.clock.now().timestamp())

    def publish(self, *entities: dict, again: int = 0) -> Counter[str]:
        """Publish a feed of now, let the fleet read it (once and `again`), think and deliver."""
        self.shelf.body = as_json(feed(self.stage.clock.now(), *entities))
        for _ in range(1 + again):
            counts = self.read()
        return counts

    def read_from_start(self) -> Counter[str]:
        """As `run --from start` does at each pass."""
        return self.read(Start(from_start=True))

    def read(self, start: Start | None = None) -> Counter[str]:
        """A pass by a source object of its own, as after a restart."""
        source = GtfsRealtimeSource("alerts", self.shelf, reader(types=self.types), self.stage.clock, from_start=True)
        house = self.stage.house
        pulled = pull(FLEET_ACTOR, house.store, house.know, self.stage.clock, source, start)
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


@pytest.fixture
def agency_of(tmp_path: Path) -> Iterator[Callable[..., Agency]]:
    """An agency before a fleet with settings of its own; `types` are its table."""
    with ExitStack() as open_ones:

        def make(types: AlertTypes = TYPES, **how: Any) -> Agency:
            return Agency(open_ones.enter_context(on_stage(tmp_path, mode="off", **how)), types)

        yield make


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
    assert [body.alert.saying for body in bodies if body.kind == "alert"] == ["asked", "say"]
    assert [body.alert.agency for body in bodies if body.kind == "alert"] == ["Example Transit"] * 2


def test_what_is_announced_is_upcoming_and_said_again_when_it_begins(agency):
    begins = agency.now + 20 * HOUR
    one = entity("1", periods=[(begins, begins + 4 * HOUR)], before=2 * 24 * HOUR)
    agency.publish(one, OTHER)
    agency.minutes(20 * 60 + 1)
    agency.publish(one, OTHER, again=2)
    agency.minutes(30)
    agency.publish(one, OTHER)
    first, reminder = agency.stage.texts(GREEN)
    assert first.startswith("Upcoming. Example Transit: ")
    assert reminder.startswith("Begins now, as announced. Example Transit: ")
    assert agency.kinds() == [Kind.SERVICE, Kind.UPDATE]
    agency.minutes(4 * 60)
    agency.publish(one, OTHER)
    assert agency.kinds()[-1] is Kind.ALL_CLEAR


def test_a_lag_of_more_than_a_minute_is_said(agency):
    agency.publish(entity("1"), OTHER)
    agency.shelf.body = as_json(feed(agency.stage.clock.now(), entity("1"), entity("2", SLOW), OTHER))
    agency.stage.clock.step(seconds=61)
    agency.read()
    on_time, late = agency.stage.texts(GREEN)
    assert "As of" not in on_time
    assert re.match(rf"As of \d+:\d\d [AP]M\. Example Transit: {SLOW}", late)


def test_the_agency_has_its_share_of_a_handle_s_day_and_what_stands_is_always_followed_up(agency_of):
    agency = agency_of(policy="agency_share: 3, agency_reserve: 1", types=AlertTypes(pressing=("Suspended",)))
    few = [entity(str(n), f"Delays at made-up place {n}.") for n in range(4)]
    agency.publish(*few, OTHER)
    assert len(agency.stage.texts(GREEN)) == 2
    assert agency.stage.fates()[2:4] == [("dropped", "agency-share")] * 2
    agency.publish(*few, entity("5", "No trains.", alert_type="Suspended"), OTHER)
    assert len(agency.stage.texts(GREEN)) == 3, "one is kept for what is pressing"
    agency.publish(*few, entity("5", "No trains at all.", alert_type="Suspended"), OTHER)
    assert len(agency.stage.texts(GREEN)) == 4, "an update of what stands"
    both = [entity(str(n), "No trains there.", alert_type="Suspended", routes=["GB", "Blue"]) for n in (6, 7)]
    agency.publish(*few, *both, OTHER)
    assert len(agency.stage.texts(GREEN)) == 4
    assert len(agency.stage.texts(BLUE)) == 2, "another line has room: it leads; two of equal words are one"
    agency.publish(*few, entity("8", "No trains here.", alert_type="Suspended"), *both, OTHER)
    assert agency.stage.fates()[-1] == ("held", "agency-share"), "a person decides where no train runs"
    agency.publish(*both, OTHER)
    agency.minutes(11)
    agency.publish(*both, OTHER)
    assert sum("All clear" in text for text in agency.stage.texts(GREEN)) == 3
    agency.minutes(24 * 60)
    agency.publish(entity("9", "A new day.", alert_type="Planned Work"), *both, OTHER)
    assert any("A new day." in text for text in agency.stage.texts(GREEN))


@pytest.mark.parametrize(("also", "said"), [("", 0), ("elevator", 1)])
def test_an_elevator_s_notice_is_carried_by_lines_that_ask_for_it(agency_of, also, said):
    types = AlertTypes(elevator_patterns=(r"\belevator\b",))
    agency = agency_of(also=also, types=types)
    agency.publish(entity("1", "Elevator at Harbour is out of service.", stops=["harbour"]), OTHER)
    assert len(agency.stage.texts(GREEN)) == said
    assert agency.stage.fates()[0] == (("posted", "agency-voice") if said else ("dropped", "not-asked-for"))


PARTNER = Actor(id="made-up-partner", roles=frozenset({Role.PARTNER}), via="api")


def test_the_agency_pauses_its_own_voice_and_the_bureau_s_goes_on(agency):
    stage, store = agency.stage, agency.stage.fleet.store
    agency.publish(entity("1"), OTHER)
    pause_agency(PARTNER, store, stage.clock)
    agency.publish(entity("1", SLOW), entity("2", "More delays."), OTHER)
    stage.go(stage.incident())
    assert [text for text in stage.texts(GREEN) if text.startswith("Example Transit")] == stage.texts(GREEN)[:1]
    assert len(stage.texts(GREEN)) == 2, "the bureau's notice went out"
    resume_agency(PARTNER, store, stage.clock)
    stage.work()
    assert any(SLOW in text for text in stage.texts(GREEN))
    assert len(stage.texts(GREEN)) == 4


def test_a_partner_does_not_end_the_pause_that_the_staff_made(agency):
    stage, store = agency.stage, agency.stage.fleet.store
    pause_agency(OFFICER, store, stage.clock)
    pause_agency(PARTNER, store, stage.clock)
    assert [one.scope for one in resume_agency(PARTNER, store, stage.clock)] == ["voice agency"]
    agency.publish(entity("1"), OTHER)
    assert stage.texts(GREEN) == []
    with pytest.raises(NothingToPause):
        resume_agency(PARTNER, store, stage.clock)
    assert resume_agency(OFFICER, store, stage.clock) == []
    stage.work()
    assert len(stage.texts(GREEN)) == 1
    acts = [(row.actor, row.act) for row in stage.audit() if row.act in ("paused", "resumed")]
    assert acts == [
        ("made-up-officer", "paused"),
        ("made-up-partner", "paused"),
        ("made-up-partner", "resumed"),
        ("made-up-officer", "resumed"),
    ]


def test_what_takes_back_goes_while_the_agency_is_silent(agency):
    stage, store = agency.stage, agency.stage.fleet.store
    agency.publish(entity("1"), OTHER)
    pause_agency(PARTNER, store, stage.clock)
    reference = re.search(r"Ref (\w+)", stage.texts(GREEN)[0])
    assert reference is not None
    chief = Actor(id="made-up-chief", roles=frozenset({Role.OPERATOR}), via="cli")
    retract(chief, store, stage.house.know, stage.clock, reference[1], Because.ERROR)
    stage.work()
    assert len(stage.texts(GREEN)) == 1
    assert stage.texts(GREEN)[0].startswith("Correction")


def test_read_again_from_the_start_nothing_is_said_twice_and_what_was_said_still_ends(agency):
    for number in ("1:26", "2:9"):  # its id churns
        agency.shelf.body = as_json(feed(agency.stage.clock.now(), entity(f"lmm:alert:{number}"), OTHER))
        agency.read_from_start()
        agency.minutes(1)
    assert len(agency.stage.texts(GREEN)) == 1
    for _ in range(2):
        agency.shelf.body = as_json(feed(agency.stage.clock.now(), OTHER))
        agency.read_from_start()
        agency.minutes(11)
    assert agency.kinds() == [Kind.SERVICE, Kind.ALL_CLEAR]
