"""Snapshots of the recorded feeds that nobody recorded: changed at random, each alert is accounted for all the same."""

from __future__ import annotations

import copy
import json
import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from google.protobuf import json_format
from google.transit import gtfs_realtime_pb2

from core.adapters.sources.gtfs_realtime.comparing import Compared, compare
from core.adapters.sources.gtfs_realtime.memory import Memory
from core.adapters.sources.gtfs_realtime.reading import AlertReader
from core.adapters.sources.gtfs_realtime.source import FeedRead, GtfsRealtimeSource, read_feed
from core.ports.source import BadRow, GoodRow, SourceDown
from tests.fakes.alert_feeds import Shelf, as_camel, as_json
from tests.fakes.clocks import SteppedClock
from tests.recorded.other_snapshots import (
    HEADERS,
    OF_ENTITIES,
    REFUSED_HEADERS,
    Entity,
    as_protobuf_of_the_future,
    of_wrong_kind,
)
from tests.recorded.test_service_alerts import FEEDS, reader_of

SEEDS = range(4)
CHANGED = 0.7
NAMES = [name for name in FEEDS if name != "nyc 2024 pb"]
FORMS: Mapping[str, Callable[[Mapping[str, Any]], bytes]] = {
    "json": as_json,
    "camelCase": lambda document: as_json(as_camel(document)),
    "protobuf": as_protobuf_of_the_future,
}


@cache
def recorded_document(path: Path) -> str:
    """A recorded feed as JSON text, whatever its form: Mercury stands in the JSON ones alone."""
    body = path.read_bytes()
    if path.suffix == ".json":
        return body.decode()
    message = gtfs_realtime_pb2.FeedMessage.FromString(body)
    document = json_format.MessageToDict(message, preserving_proto_field_name=True)
    document["header"]["timestamp"] = int(document["header"]["timestamp"])
    for entity in document["entity"]:
        for period in entity.get("alert", {}).get("active_period", []):
            period.update({name: int(moment) for name, moment in period.items()})
    return json.dumps(document)


def document_of(recorded: Path, name: str) -> dict[str, Any]:
    document = json.loads(recorded_document(recorded / "alerts" / FEEDS[name]))
    assert isinstance(document, dict)
    return document


def moment_of(document: Mapping[str, Any]) -> datetime:
    return datetime.fromtimestamp(document["header"]["timestamp"], UTC)


def sums(read: FeedRead, found: Compared) -> Counter[str]:
    return Counter(
        {
            "given": len(found.rows),
            "waiting": len(found.waiting),
            "ended": len(found.ended),
            "folded": len(found.folded),
            "set aside": len(read.bad),
            "twice": len(read.twice),
        }
    )


def judged(body: bytes, reader: AlertReader, now: datetime) -> tuple[FeedRead, Compared]:
    read = read_feed(body, reader, lambda _moment: now)
    return read, compare(Memory(), read.told, read.unreadable, timedelta(minutes=10), now)


def lines_named(entities: Iterable[Entity], reader: AlertReader) -> set[str]:
    """By a reading of its own: lines of the routes that selectors of agencies that count name, or their trips do."""
    found: set[str] = set()
    for entity in entities:
        for selector in entity.get("alert", {}).get("informed_entity", []):
            agency = selector.get("agency_id") or None
            route = selector.get("route_id") or selector.get("trip", {}).get("route_id")
            if agency is None or not reader.agency_ids or agency in reader.agency_ids:
                found.update(reader.routes.get(route, ()))
    return found


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", NAMES)
def test_each_alert_of_a_changed_snapshot_is_accounted_for_and_reaches_no_other_line(
    recorded: Path, name: str, form: str
) -> None:
    reader, fates = reader_of(name), Counter[str]()
    made = Counter[str]()
    for seed in SEEDS:
        chance = random.Random(f"{name} {seed}")
        document = document_of(recorded, name)
        now = moment_of(document)
        document["entity"] += copy.deepcopy(document["entity"][: max(1, len(document["entity"]) // 10)])
        for entity in document["entity"]:
            if chance.random() < CHANGED:
                change = chance.choice(sorted(OF_ENTITIES))
                OF_ENTITIES[change](entity, chance)
                made[change] += 1
        chance.shuffle(document["entity"])
        read, found = judged(FORMS[form](document), reader, now)
        alerts = [one for one in document["entity"] if "alert" in one and not one.get("is_deleted")]
        assert len(read.feed.alerts) == len(alerts)
        assert read.feed.others == len(document["entity"]) - len(alerts)
        assert sum(sums(read, found).values()) == len(alerts)
        fates += sums(read, found)
        for row in found.rows:
            assert row.alert is not None
            own = [one for one in alerts if one["id"] == row.entity or one["id"].rpartition(":")[0] == row.entity]
            assert set(row.alert.lines) <= lines_named(own, reader)
            words = "".join((*row.alert.header.values(), *row.alert.description.values()))
            assert not re.search(r"<b>|<script|[\x00-\x09\x0b-\x1f\x7f\u200b\u202e]", words)
    print(f"{name} as {form}: {dict(fates)}; changes {dict(made)}")
    assert name in ("nyc 2026", "bart") or made.keys() == OF_ENTITIES.keys()
    assert name in ("nyc 2026", "bart") or min(fates[fate] for fate in ("given", "set aside", "twice", "folded")) > 0


@pytest.mark.parametrize("seed", range(40))
def test_what_only_json_can_hold_is_set_aside_alone(recorded: Path, seed: int) -> None:
    """A field of another kind than it should be costs at most its own alert."""
    chance, reader = random.Random(f"wrong {seed}"), reader_of("nyc")
    document = document_of(recorded, "nyc 2024")
    now, count = moment_of(document), len(document["entity"])
    wrong = set(chance.sample(range(count), 40))
    for number in wrong:
        of_wrong_kind(document["entity"][number], chance)
    read, found = judged(json.dumps(document).encode(), reader, now)
    assert sum(sums(read, found).values()) == len(read.feed.alerts) == count - read.feed.others
    whole = {one["id"] for number, one in enumerate(document["entity"]) if number not in wrong}
    assert whole <= {*read.told}
    assert read.feed.others + len(read.bad) <= len(wrong)


def refusal_or_rows(source: GtfsRealtimeSource) -> tuple[str | None, list[GoodRow | BadRow]]:
    """Why the feed is refused, or what it gives."""
    try:
        return None, [row for batch in source.pull(None) for row in batch.rows]
    except SourceDown as down:
        return str(down), []


@pytest.mark.parametrize("cut", range(30))
def test_bytes_that_are_broken_refuse_the_feed_or_cost_their_own_alert(recorded: Path, cut: int) -> None:
    """Of the derived protobuf, bytes at drawn places are other ones: the feed is read or refused, and nothing else."""
    chance = random.Random(f"bytes {cut}")
    body = bytearray((recorded / "alerts" / FEEDS["nyc 2024 pb"]).read_bytes())
    for _ in range(chance.choice([1, 3, 30])):
        body[chance.randrange(len(body))] = chance.randrange(256)
    clock = SteppedClock(moment_of(document_of(recorded, "nyc 2024")))
    source = GtfsRealtimeSource("alerts", Shelf(bytes(body)), reader_of("nyc"), clock)
    refused, rows = refusal_or_rows(source)
    assert refused is None or "\n" not in refused
    assert (refused is None) == (len(rows) > 30)


def test_what_an_unknown_extension_adds_changes_nothing(recorded: Path) -> None:
    """Numbers that nobody knows, on the header, on entities, alerts and selectors, and another's 1001."""
    body = (recorded / "alerts" / FEEDS["denver"]).read_bytes()
    now = moment_of(document_of(recorded, "denver"))
    message = gtfs_realtime_pb2.FeedMessage.FromString(body)
    unknown = b"\xca\x3e\x03\x0a\x01x" + b"\xd0\x46\x07"
    """Field 1001 with bytes that are no Mercury; field 1130 with a number."""
    message.header.MergeFromString(unknown)
    for entity in message.entity:
        entity.alert.MergeFromString(unknown)
        for selector in entity.alert.informed_entity:
            selector.MergeFromString(unknown)
    plain, odd = (judged(one, reader_of("denver"), now) for one in (body, message.SerializeToString()))
    assert {key: one.alert for key, one in odd[0].told.items()} == {
        key: one.alert for key, one in plain[0].told.items()
    }
    assert sums(*odd) == sums(*plain)


def looked(
    source_body: bytes, reader: AlertReader, now: datetime, cursor: str | None
) -> tuple[list[GoodRow], str | None]:
    rows: list[GoodRow] = []
    for batch in GtfsRealtimeSource("alerts", Shelf(source_body), reader, SteppedClock(now)).pull(cursor):
        cursor = batch.cursor
        rows += [row for row in batch.rows if isinstance(row, GoodRow)]
    return rows, cursor


@pytest.mark.parametrize("header", HEADERS)
@pytest.mark.parametrize("name", ["nyc 2024", "mbta"])
def test_an_odd_header_changes_no_alert(recorded: Path, name: str, header: str) -> None:
    document, reader = document_of(recorded, name), reader_of(name)
    now = moment_of(document)
    given, cursor = looked(as_json(document), reader, now, None)
    assert given
    document["header"] = {
        key: v for key, v in {**document["header"], **HEADERS[header](document["header"])}.items() if v is not None
    }
    again, cursor = looked(as_json(document), reader, now, cursor)
    assert again == []
    fresh, _ = looked(as_json(document), reader, now, None)
    assert [row.position for row in fresh] == [row.position for row in given]


@pytest.mark.parametrize("form", ["json", "protobuf"])
@pytest.mark.parametrize("header", REFUSED_HEADERS)
def test_a_refused_header_ends_nothing(recorded: Path, header: str, form: str) -> None:
    document, reader = document_of(recorded, "nyc 2024"), reader_of("nyc")
    now = moment_of(document)
    given, cursor = looked(as_json(document), reader, now, None)
    assert given
    odd, reason = REFUSED_HEADERS[header]
    refused = {**document, "header": {**document["header"], **odd}, "entity": document["entity"][:3]}
    if form == "protobuf" and odd.get("gtfs_realtime_version", "") is None:
        refused["header"]["gtfs_realtime_version"] = ""
    with pytest.raises(SourceDown, match=reason):
        looked(FORMS[form](refused), reader, now + timedelta(hours=1), cursor)
    assert looked(as_json(document), reader, now, cursor)[0] == []


def test_a_feed_that_loses_and_regains_alerts_says_each_once(recorded: Path) -> None:
    """Each pass lacks a tenth of the alerts, never the same one for long enough to be over."""
    document, reader = document_of(recorded, "nyc 2024"), reader_of("nyc")
    began, chance, cursor = moment_of(document), random.Random(11), None
    told = Counter[str]()
    for minute in range(0, 30, 2):
        now = began + timedelta(seconds=minute)
        there = [one for number, one in enumerate(document["entity"]) if (number + minute // 2) % 10]
        chance.shuffle(there)
        snapshot = {"header": {**document["header"], "timestamp": int(now.timestamp())}, "entity": there}
        rows, cursor = looked(as_json(snapshot), reader, now, cursor)
        told.update(row.position for row in rows)
    assert len(told) > 30
    assert max(told.values()) == 1
