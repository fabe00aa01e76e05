"""A feed of 400 alerts: decoded, routed and compared, each alone; taken into the log; unchanged; memory of many passes.

Run: python -m benchmarks.bench_alerts [PASSES]
Made-up alerts of the example agency, each with 40 periods and a description. The steps alone are the middle of seven
runs. PASSES (10,000) are read, each tenth of a new feed in which up to four alerts changed, and the peak memory is told
after a tenth of them and at the end.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from google.protobuf import json_format
from google.transit import gtfs_realtime_pb2

from core.adapters.clock import RecordClock
from core.adapters.sources.gtfs_realtime.comparing import compare
from core.adapters.sources.gtfs_realtime.feed import Feed, FeedAlert
from core.adapters.sources.gtfs_realtime.fetching import Fetched
from core.adapters.sources.gtfs_realtime.json_feed import decode_json
from core.adapters.sources.gtfs_realtime.memory import Memory
from core.adapters.sources.gtfs_realtime.protobuf_feed import decode_protobuf
from core.adapters.sources.gtfs_realtime.reading import AlertReader, by_route
from core.adapters.sources.gtfs_realtime.source import GtfsRealtimeSource, Patience
from core.domain.log import AlertEntry
from core.ports.bot import Bot

ROOT = Path(__file__).resolve().parents[1]
START = datetime(2030, 1, 7, 12, tzinfo=UTC)
ALERTS, PERIODS = 400, 40
GONE = timedelta(minutes=10)


class Shelf:
    """Where the feed lies."""

    body = b""

    def fetch(self, etag: str | None, modified: str | None) -> Fetched:  # noqa: ARG002 - the protocol's promise
        """Whatever lies there."""
        return Fetched(self.body)


def snapshot(number: int, routes: list[str]) -> bytes:
    """The feed of one pass, a minute after the one before; three alerts have other words than then."""
    now = int((START + timedelta(minutes=number)).timestamp())
    first = int(START.timestamp()) - 3600
    entities = [
        {"id": f"made:up:{alert}", "alert": _alert(alert, first, number if alert % 133 == number % 133 else 0, routes)}
        for alert in range(ALERTS)
    ]
    return json.dumps({"header": {"gtfs_realtime_version": "2.0", "timestamp": now}, "entity": entities}).encode()


def _alert(alert: int, first: int, number: int, routes: list[str]) -> dict[str, Any]:
    periods = [{"start": first + 86_400 * day, "end": first + 86_400 * day + 20_000} for day in range(PERIODS)]
    header = f"Made-up trains run otherwise at place {alert}, change {number}."
    return {
        "active_period": periods,
        "informed_entity": [{"route_id": routes[alert % len(routes)]}, {"stop_id": f"stop {alert}"}],
        "header_text": {"translation": [{"text": header, "language": "en"}]},
        "description_text": {"translation": [{"text": "Obviously made-up words. " * 20, "language": "en"}]},
    }


def passes(source: GtfsRealtimeSource, shelf: Shelf, routes: list[str], count: int) -> Iterator[tuple[int, int, float]]:
    """Rows, size of the cursor, and seconds of each pass."""
    cursor: str | None = None
    for number in range(count):
        if number % 10 == 0:
            shelf.body = snapshot(number // 10, routes)
        rows, began = 0, time.perf_counter()
        for batch in source.pull(cursor):
            rows, cursor = rows + len(batch.rows), batch.cursor
        yield rows, len(cursor or ""), time.perf_counter() - began


def alone(body: bytes, reader: AlertReader, bots: Sequence[Bot]) -> dict[str, float]:
    """Milliseconds of each step on one snapshot: decoded from JSON and from protobuf; routed, which is identity, words
    and lines of every alert, and every bot's answer; compared with nothing, and with itself."""
    packed = json_format.ParseDict(json.loads(body), gtfs_realtime_pb2.FeedMessage()).SerializeToString()
    feed = decode_json(body)
    told = {one.key: one for one in map(partial(reader.read, at=START), _whole(feed))}
    kept = Memory(kept=compare(Memory(), told, (), GONE, START).kept)

    def route() -> None:
        for one in _whole(feed):
            entry = AlertEntry(alert=reader.read(one, START).alert)
            for bot in bots:
                bot.answer(entry)

    steps: dict[str, Callable[[], object]] = {
        "decode_json_ms": lambda: decode_json(body),
        "decode_protobuf_ms": lambda: decode_protobuf(packed),
        "route_ms": route,
        "compare_first_ms": lambda: compare(Memory(), told, (), GONE, START),
        "compare_again_ms": lambda: compare(kept, told, (), GONE, START),
    }
    return {name: _middle(step) for name, step in steps.items()}


def _whole(feed: Feed) -> list[FeedAlert]:
    return [one for one in feed.alerts if isinstance(one, FeedAlert)]


def _middle(step: Callable[[], object]) -> float:
    took = []
    for _ in range(7):
        began = time.perf_counter()
        step()
        took.append(time.perf_counter() - began)
    return round(median(took) * 1e3, 1)


def main(count: int) -> None:
    """Print one row."""
    from bots.fleet import fleet as make_bots
    from core.domain.staff import FLEET_ACTOR
    from core.flow.passes import think
    from core.flow.pull import pull
    from core.wiring import Wiring

    wiring = Wiring(make_bots, {})
    settings = wiring.settings(ROOT / "agencies" / "example" / "lines.yaml")
    routes = [route for line in settings.lines for route in line.routes]
    reader = AlertReader(
        source="alerts",
        agency="Example Transit",
        routes=by_route(settings.lines),
        agency_ids=frozenset(),
        types=settings.alert_types,
        language="en",
        show_before=timedelta(hours=1),
    )
    shelf = Shelf()
    source = GtfsRealtimeSource("alerts", shelf, reader, RecordClock(), patience=Patience(), from_start=True)
    row: dict[str, float] = {"alerts": ALERTS, "periods": ALERTS * PERIODS}
    shelf.body = snapshot(0, routes)
    row["megabytes"] = round(len(shelf.body) / 1e6, 2)
    row |= alone(shelf.body, reader, wiring.bots(settings))
    with tempfile.TemporaryDirectory() as folder, wiring.scratch(settings, Path(folder), record_clock=True) as fleet:
        for name in ("first_pass_ms", "unchanged_pass_ms"):
            began = time.perf_counter()
            pull(FLEET_ACTOR, fleet.store, fleet.know, fleet.clock, source)
            row[name] = round((time.perf_counter() - began) * 1e3, 1)
        began = time.perf_counter()
        think(FLEET_ACTOR, fleet.house)
        row["heard_and_prepared_ms"] = round((time.perf_counter() - began) * 1e3, 1)
    changed: list[float] = []
    for number, (_rows, size, seconds) in enumerate(passes(source, shelf, routes, count)):
        row["cursor_bytes"] = size
        changed += [seconds] if number % 10 == 0 else []
        if number == count // 10:
            row["memory_at_a_tenth_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)
    row["changed_pass_ms"] = round(sorted(changed)[len(changed) // 2] * 1e3, 1)
    row["memory_at_the_end_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)
    print(json.dumps(row))


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 10_000)
