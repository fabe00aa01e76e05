"""Recorded Alerts feeds of five agencies: each alert accounted for, and identities that hold from one to the next."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from core.adapters.sources.gtfs_realtime.comparing import compare
from core.adapters.sources.gtfs_realtime.memory import Kept, Memory
from core.adapters.sources.gtfs_realtime.reading import AlertReader, by_route
from core.adapters.sources.gtfs_realtime.source import GtfsRealtimeSource, Patience, read_feed
from core.domain.alert_map import AlertMap
from core.domain.alerts import AlertTypes, ServiceAlert
from core.domain.lines import LineId
from core.ports.source import GoodRow, SourceDown
from core.settings.load import load_settings
from tests.fakes.alert_feeds import Shelf, as_camel
from tests.fakes.clocks import SteppedClock

ROOT = Path(__file__).resolve().parents[2]
OTHERS: Mapping[str, Any] = yaml.safe_load((Path(__file__).parent / "agencies/alert_feeds.yaml").read_text("utf-8"))
JSON_2024 = "mta/mta_subway_alerts_2024-10-20.json"
PB_2024 = "mta/mta_subway_alerts_2024-10-20.derived.pb"
EXCERPT = "mta/mta_subway_alerts_2026-09-16.excerpt3.json"
REKEYED = "mta/mta_all_alerts_2026-03-02.norm.json"
V3 = "other_agencies/mbta_v3_api_alerts_a.json"
FEEDS = {"nyc 2024": JSON_2024, "nyc 2024 pb": PB_2024, "nyc 2026": EXCERPT} | {n: OTHERS[n]["feed"] for n in OTHERS}


def reader_of(name: str) -> AlertReader:
    common: Any = {"source": "alerts", "language": "en", "show_before": timedelta(hours=1)}
    if name.startswith("nyc"):
        settings = load_settings(ROOT / "lines.yaml", {})
        agency, types = settings.agency.transit_agency, settings.alert_types
        ids = frozenset({"MTASBWY"})
        return AlertReader(agency=agency, routes=by_route(settings.lines), agency_ids=ids, types=types, **common)
    entry = OTHERS[name]
    routes = {route: (LineId(line),) for line, listed in entry["lines"].items() for route in listed}
    types = AlertTypes.model_validate(entry["types"])
    return AlertReader(agency=name, routes=routes, agency_ids=frozenset(entry["agency_ids"]), types=types, **common)


def at(moment: datetime | None) -> datetime:
    assert moment is not None
    return moment


class Replay:
    """A source before recorded bytes, at the time of each feed."""

    def __init__(self, name: str) -> None:
        self.shelf, self.clock = Shelf(), SteppedClock()
        self.cursor: str | None = None
        self.reader = reader_of(name)

    def look(self, body: bytes) -> dict[str, ServiceAlert]:
        """What one pass gives, by subject."""
        self.shelf.body = body
        self.clock = SteppedClock(at(read_feed(body, self.reader, at).feed.at))
        source = GtfsRealtimeSource("alerts", self.shelf, self.reader, self.clock, patience=Patience())
        given: dict[str, ServiceAlert] = {}
        for batch in source.pull(self.cursor):
            self.cursor = batch.cursor
            for row in batch.rows:
                assert isinstance(row, GoodRow)
                assert isinstance(row.record, ServiceAlert)
                assert row.record.id not in given
                given[row.record.id] = row.record
        return given


EXPECTED: Mapping[str, Mapping[str, int]] = {
    "nyc 2024": {"alerts": 233, "given": 34, "waiting": 199, "without a line": 0},
    "nyc 2024 pb": {"alerts": 233, "given": 34, "waiting": 199, "without a line": 0},
    "nyc 2026": {"alerts": 3, "given": 1, "waiting": 2, "without a line": 0},
    "mbta": {"alerts": 136, "given": 117, "waiting": 19},
    "denver": {"alerts": 84, "given": 77, "waiting": 4, "ended": 3},
    "halifax": {"alerts": 46, "given": 46},
    "bart": {"alerts": 1, "given": 1, "without a line": 1},
}


@pytest.mark.parametrize("name", FEEDS)
def test_each_recorded_alert_is_accounted_for(recorded: Path, name: str) -> None:
    read = read_feed((recorded / "alerts" / FEEDS[name]).read_bytes(), reader_of(name), at)
    found = compare(Memory(), read.told, read.unreadable, timedelta(minutes=10), at(read.feed.at))
    given = [row.alert for row in found.rows if row.alert is not None]
    report = {
        "alerts": len(read.feed.alerts),
        "no alerts": read.feed.others,
        "set aside": len(read.bad),
        "twice": len(read.twice),
        "given": len(given),
        "waiting": len(found.waiting),
        "ended": len(found.ended),
        "folded": len(found.folded),
        "without a line": sum(not alert.lines for alert in given),
    }
    reached = Counter(line for alert in given for line in alert.lines)
    sayings = Counter((alert.saying.value, alert.saying_why) for alert in given)
    print(f"{name}: {report}\n  lines {dict(reached)}\n  saying {dict(sayings)}")
    told = report["given"] + report["waiting"] + report["ended"] + report["folded"]
    assert report["alerts"] == told + report["set aside"] + report["twice"]
    assert sum(sayings.values()) == report["given"]
    assert EXPECTED[name].items() <= report.items()
    assert report["set aside"] == report["twice"] == report["no alerts"] == 0
    routes = {one.route for one in (s for a in read.feed.alerts for s in getattr(a, "informed", ())) if one.route}
    assert set(reached) <= {line for route in routes for line in reader_of(name).routes.get(route, ())}


def test_no_word_for_drivers_and_no_elevator_reaches_a_rider(recorded: Path) -> None:
    for name in OTHERS:
        for alert in Replay(name).look((recorded / "alerts" / FEEDS[name]).read_bytes()).values():
            words = "\n".join((*alert.header.values(), *alert.description.values()))
            assert "L-ALEX ST" not in words
            if "elevator" in alert.header["en"].lower() and "unavailable" in alert.header["en"]:
                assert alert.saying == "asked", alert.header


def test_the_derived_protobuf_and_both_spellings_of_the_json_say_the_same(recorded: Path) -> None:
    plain = (recorded / "alerts" / JSON_2024).read_bytes()
    camel = json.dumps(as_camel(json.loads(plain))).encode()
    first, *others = (
        {key: (one.alert, one.periods, one.before, one.clone_of) for key, one in read.told.items()}
        for body in (plain, camel, (recorded / "alerts" / PB_2024).read_bytes())
        for read in (read_feed(body, reader_of("nyc"), at),)
    )
    assert len(first) == 233
    assert all(other == first for other in others)


def later(document: Any, seconds: int, rank: Any = None) -> bytes:
    """The same feed this much later, its alerts' ids with a rank behind them."""
    document = json.loads(json.dumps(document))
    document["header"]["timestamp"] += seconds
    for entity in document["entity"]:
        if rank is not None and entity["id"].startswith("lmm:alert:"):
            entity["id"] += f":{rank()}"
    return json.dumps(document).encode()


def test_ranks_that_are_appended_and_then_changed_leave_the_subjects_as_they_are(recorded: Path) -> None:
    document = json.loads((recorded / "alerts" / JSON_2024).read_bytes())
    chance, replay = random.Random(7), Replay("nyc")
    given = replay.look(later(document, 0))
    assert set(given) <= {entity["id"] for entity in document["entity"]}
    for minute in range(1, 4):
        assert replay.look(later(document, minute, lambda: chance.randint(1, 35))) == {}


def test_a_live_alert_s_rank_is_cut_and_planned_work_has_none(recorded: Path) -> None:
    read = read_feed((recorded / "alerts" / EXCERPT).read_bytes(), reader_of("nyc"), at)
    ids = [entity["id"] for entity in json.loads((recorded / "alerts" / EXCERPT).read_bytes())["entity"]]
    assert ids[0] == "lmm:alert:267678:26"
    assert list(read.told) == ["lmm:alert:267678", *ids[1:]]


def test_hundreds_of_nights_and_five_days_of_passes_say_each_alert_once(recorded: Path) -> None:
    """The 2024 feed goes on unchanged for five days: riders are told of each alert once, and of its end."""
    document = json.loads((recorded / "alerts" / JSON_2024).read_bytes())
    replay, told = Replay("nyc"), Counter[tuple[str, bool, bool]]()
    for hour in range(0, 5 * 24, 3):
        for alert in replay.look(later(document, hour * 3600)).values():
            told[alert.id, alert.upcoming, alert.over] += 1
    assert max(told.values()) == 1
    print(Counter((upcoming, over) for _, upcoming, over in told))
    assert len({subject for subject, _, _ in told}) > 80
    assert sum(over for _, _, over in told) > 0


def test_another_agency_s_feed_is_refused(recorded: Path) -> None:
    body = (recorded / "alerts" / FEEDS["halifax"]).read_bytes()
    source = GtfsRealtimeSource(
        "alerts", Shelf(body), reader_of("mbta"), SteppedClock(datetime.fromisoformat("2025-11-06T21:04:14Z"))
    )
    with pytest.raises(SourceDown, match="another agency's feed"):
        list(source.pull(None))


@pytest.mark.parametrize("cut", [10, 3_000, 100_000, 400_000])
@pytest.mark.parametrize("feed", [JSON_2024, PB_2024])
def test_a_recorded_feed_that_was_cut_is_refused(recorded: Path, feed: str, cut: int) -> None:
    replay = Replay("nyc")
    whole = (recorded / "alerts" / feed).read_bytes()
    replay.look(whole)
    replay.shelf.body = whole[:cut]
    source = GtfsRealtimeSource("alerts", replay.shelf, replay.reader, replay.clock)
    with pytest.raises(SourceDown, match="cut off"):
        list(source.pull(replay.cursor))


@pytest.mark.parametrize("name", [REKEYED, V3])
def test_without_a_map_another_form_is_refused_in_one_line(recorded: Path, name: str) -> None:
    shelf = Shelf((recorded / "alerts" / name).read_bytes())
    with pytest.raises(SourceDown) as down:
        list(GtfsRealtimeSource("alerts", shelf, reader_of("nyc"), SteppedClock()).pull(None))
    assert str(down.value).startswith("alerts: is JSON, but no GTFS-realtime feed: it has no header")


def mapped(path: Path) -> AlertMap:
    return AlertMap.model_validate(yaml.safe_load(path.read_text("utf-8")))


def test_the_rekeyed_feed_is_read_by_its_map(recorded: Path) -> None:
    document = json.loads((recorded / "alerts" / REKEYED).read_bytes())
    reader = replace(reader_of("nyc"), by=mapped(ROOT / "agencies/nyc/alert_maps/rekeyed.yaml"))
    then = datetime(2026, 3, 2, 15, 51, tzinfo=UTC)
    read = read_feed((recorded / "alerts" / REKEYED).read_bytes(), reader, lambda moment: then)
    found = compare(Memory(), read.told, read.unreadable, timedelta(minutes=10), then)
    sums = (len(found.rows), len(found.waiting), len(found.ended), len(found.folded), len(read.bad), len(read.twice))
    given = [row.alert for row in found.rows if row.alert is not None]
    print(sums, Counter((alert.saying.value, alert.saying_why) for alert in given))
    assert sum(sums) == len(document) == 388
    assert read.bad == []
    began = {one["id"]: int(one["mercury_alert"]["created_at"]) for one in document if one.get("mercury_alert")}
    starts = {key: one.periods[0].start for key, one in read.told.items() if one.periods}
    exact = [key for key, start in starts.items() if start is not None and start.timestamp() == began.get(key)]
    assert len(exact) >= 10, "the author's clock is three hours ahead of the feed's"
    elevators = [alert for alert in given if "elevator" in alert.header["en"].lower()]
    assert len(elevators) > 30, "platform by platform, those of equal words folded"
    sayings = Counter(alert.saying.value for alert in elevators if not alert.lines)
    assert "say" not in sayings, "an elevator of no line is no line's news"
    assert sayings["asked"] > sayings["hold"], "a kind that the table does not know waits"


def test_ids_that_both_snapshots_have_are_one_subject_each(recorded: Path) -> None:
    first = read_feed((recorded / "alerts" / JSON_2024).read_bytes(), reader_of("nyc"), at)
    reader = replace(reader_of("nyc"), by=mapped(ROOT / "agencies/nyc/alert_maps/rekeyed.yaml"))
    second = read_feed((recorded / "alerts" / REKEYED).read_bytes(), reader, lambda moment: at(first.feed.at))
    shared = first.told.keys() & second.told.keys()
    assert len(shared) == 6
    memory = Memory(kept={key: Kept(words=one.words) for key, one in first.told.items()})
    found = compare(memory, second.told, (), timedelta(minutes=10), datetime(2026, 3, 2, 15, 51, tzinfo=UTC))
    assert shared <= found.kept.keys()
    assert not shared & found.known_as.keys()


def test_the_other_api_is_read_by_a_map_of_its_own(recorded: Path) -> None:
    by = mapped(Path(__file__).parent / "agencies/mbta_v3.yaml")
    lines = {f"CR-{name}": (LineId(name),) for name in ("Providence", "Fitchburg", "Franklin")}
    reader = replace(reader_of("mbta"), by=by, routes=lines)
    then = datetime(2026, 6, 11, 17, 0, tzinfo=UTC)
    read = read_feed((recorded / "alerts" / V3).read_bytes(), reader, lambda moment: then)
    found = compare(Memory(), read.told, (), timedelta(minutes=10), then)
    sums = (len(found.rows), len(found.waiting), len(found.ended), len(found.folded), len(read.bad))
    print(sums, Counter(line for one in read.told.values() for line in one.alert.lines))
    assert sum(sums) == 37
    assert read.bad == []
    assert set(lines["CR-Providence"]) <= {line for one in read.told.values() for line in one.alert.lines}
