"""Made-up Alerts feeds in every form that a feed may have, and a place that gives whatever stands in it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from google.protobuf import json_format
from google.transit import gtfs_realtime_pb2

from core.adapters.sources.gtfs_realtime.fetching import Fetched
from core.adapters.sources.gtfs_realtime.reading import AlertReader
from core.adapters.sources.gtfs_realtime.source import GtfsRealtimeSource, Patience
from core.domain.alerts import AlertTypes, ServiceAlert
from core.domain.lines import LineId
from core.ports.source import BadRow, SourceDown
from tests.fakes.clocks import SteppedClock

MERCURY = "transit_realtime.mercury_alert"
ROUTES = {
    "GB": (LineId("Green"),),
    "GC": (LineId("Green"),),
    "Red": (LineId("Red"),),
    "Blue": (LineId("Blue"),),
}
MINUTE, HOUR, DAY = 60, 3600, 86_400


def entity(
    number: str,
    words: str = "Green Line trains are delayed at Harbour.",
    *,
    routes: Iterable[str] = ("GB",),
    stops: Iterable[str] = (),
    periods: Iterable[tuple[int | None, int | None]] = (),
    alert_type: str | None = "Delays",
    before: int | None = 0,
    description: str = "",
    **alert: Any,
) -> dict[str, Any]:
    """One entity as the feed's own JSON writes it; without `alert_type` it has no Mercury part."""
    texts = {"header_text": words, "description_text": description}
    translated = {name: {"translation": [{"text": said, "language": "en"}]} for name, said in texts.items() if said}
    named = [{"agency_id": "EX", "route_id": route} for route in routes]
    named += [{"agency_id": "EX", "stop_id": stop} for stop in stops]
    times = [
        {name: moment for name, moment in (("start", start), ("end", end)) if moment is not None}
        for start, end in periods
    ]
    mercury: dict[str, Any] = {"created_at": 1, "updated_at": 2, "alert_type": alert_type}
    if before is not None:
        mercury["display_before_active"] = before
    inside = {"informed_entity": named, "active_period": times, **translated, **alert}
    return {"id": number, "alert": {**inside, **({MERCURY: mercury} if alert_type else {})}}


def feed(at: datetime, *entities: Mapping[str, Any], **header: Any) -> dict[str, Any]:
    """A whole feed of this time."""
    top = {"gtfs_realtime_version": "2.0", "incrementality": "FULL_DATASET", "timestamp": int(at.timestamp())}
    return {"header": {**top, **header}, "entity": list(entities)}


def as_json(document: Mapping[str, Any]) -> bytes:
    """As the live feed writes it."""
    return json.dumps(document).encode()


def as_camel(value: Any) -> Any:
    """As protobuf's JSON writer spells it: camelCase, extensions in brackets, uint64 as text."""
    if isinstance(value, Mapping):
        return {_camel(name): as_camel(inside) for name, inside in value.items()}
    if isinstance(value, list):
        return [as_camel(inside) for inside in value]
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _camel(name: str) -> str:
    if "." in name:
        return f"[{name}]"
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def as_protobuf(document: Mapping[str, Any], extension: bytes | None = None) -> bytes:
    """As the bindings write it, Mercury's fields by their numbers; `extension` stands there instead where given."""
    message = gtfs_realtime_pb2.FeedMessage()
    json_format.ParseDict(document, message, ignore_unknown_fields=True)
    for built, given in zip(message.entity, document["entity"], strict=True):
        mercury = given.get("alert", {}).get(MERCURY)
        if mercury is not None or extension is not None:
            packed = _mercury(mercury) if extension is None else extension
            built.alert.MergeFromString(_varint(1001 << 3 | 2) + _varint(len(packed)) + packed)
    return bytes(message.SerializeToString())


_MERCURY_NUMBERS = {
    "created_at": 1,
    "updated_at": 2,
    "alert_type": 3,
    "service_plan_number": 5,
    "general_order_number": 6,
}
_MERCURY_NUMBERS |= {"display_before_active": 7, "directionality": 9, "no_affected_stations": 12, "clone_id": 13}


def _mercury(mercury: Mapping[str, Any]) -> bytes:
    """Texts and numbers, and the periods in words; stations and their alternatives are left out."""
    packed = b""
    for name, value in mercury.items():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, int):
                packed += _varint(_MERCURY_NUMBERS[name] << 3) + _varint(one)
            elif isinstance(one, str):
                packed += _varint(_MERCURY_NUMBERS[name] << 3 | 2) + _varint(len(one.encode())) + one.encode()
            elif name == "human_readable_active_period":
                texts = gtfs_realtime_pb2.TranslatedString()
                json_format.ParseDict(one, texts)
                inside = texts.SerializeToString()
                packed += _varint(8 << 3 | 2) + _varint(len(inside)) + inside
    return packed


def _varint(number: int) -> bytes:
    out = b""
    while number > 127:
        out += bytes([number & 127 | 128])
        number >>= 7
    return out + bytes([number])


class Shelf:
    """A place that gives the bytes that lie on it."""

    def __init__(self, body: bytes = b"") -> None:
        self.body = body
        self.asked: list[str | None] = []

    def fetch(self, etag: str | None, modified: str | None) -> Fetched:
        self.asked.append(etag)
        return Fetched(self.body)


def reader(**changes: Any) -> AlertReader:
    """A reader of the made-up agency."""
    settings: dict[str, Any] = {
        "source": "alerts",
        "agency": "Example Transit",
        "routes": ROUTES,
        "agency_ids": frozenset({"EX"}),
        "types": AlertTypes(),
        "language": "en",
        "show_before": timedelta(hours=1),
    }
    return AlertReader(**{**settings, **changes})


class Watch:
    """A source whose feed, time and process the test turns: each pass is made by a new object from the kept cursor."""

    def __init__(self, place: Any = None, patience: Patience | None = None, **of_reader: Any) -> None:
        self.clock = SteppedClock()
        self.place = place or Shelf()
        self.cursor: str | None = None
        self._reader = reader(**of_reader)
        self._patience = patience

    @property
    def now(self) -> int:
        return int(self.clock.now().timestamp())

    def source(self, **how: Any) -> GtfsRealtimeSource:
        return GtfsRealtimeSource("alerts", self.place, self._reader, self.clock, patience=self._patience, **how)

    def show(self, *entities: Mapping[str, Any], **header: Any) -> list[str]:
        """Put a feed of now there, and what one pass gives of it."""
        self.place.body = as_json(feed(self.clock.now(), *entities, **header))
        return [told(alert) for alert in self.look()]

    def look(self) -> list[ServiceAlert]:
        """One pass: the alerts that were given; what was set aside fails the test."""
        found: list[ServiceAlert] = []
        for batch in self.source().pull(self.cursor):
            for row in batch.rows:
                assert not isinstance(row, BadRow), row.reason
                assert isinstance(row.record, ServiceAlert)
                found.append(row.record)
            self.cursor = batch.cursor
        return found

    def refused(self, body: bytes) -> str:
        """Why these bytes are refused; the cursor stays what it was."""
        self.place.body = body
        try:
            list(self.source().pull(self.cursor))
        except SourceDown as down:
            return str(down)
        raise AssertionError("it was read")

    def minutes(self, number: float) -> None:
        self.clock.step(minutes=number)


def told(alert: ServiceAlert) -> str:
    """A row in short: `1: words`, `1 (upcoming): words`, `1: over`."""
    mark = " (upcoming)" if alert.upcoming and not alert.over else ""
    return f"{alert.id}{mark}: {'over' if alert.over else alert.header.get('en', '')}"
