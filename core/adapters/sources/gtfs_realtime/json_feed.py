"""Decodes the JSON form in both spellings: the feed's own snake_case, and protobuf's JSON writer's camelCase."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from core.adapters.sources.gtfs_realtime.feed import (
    DIFFERENTIAL,
    BrokenAlert,
    EntityBroken,
    Feed,
    FeedAlert,
    FeedBroken,
    Mercury,
    Selector,
    Texts,
    moment,
)
from core.domain.alerts import Period

Object = Mapping[str, object]
MERCURY = "transit_realtime.mercury_alert"
_UNKNOWN_EFFECT = 8
_EFFECTS = (
    *("NO_SERVICE", "REDUCED_SERVICE", "SIGNIFICANT_DELAYS", "DETOUR", "ADDITIONAL_SERVICE", "MODIFIED_SERVICE"),
    *("OTHER_EFFECT", "UNKNOWN_EFFECT", "STOP_MOVED", "NO_EFFECT", "ACCESSIBILITY_ISSUE"),
)
"""By number from 1 on: GTFS-realtime reference, enum Effect."""


def decode_json(body: bytes) -> Feed:
    """The feed. Raises FeedBroken."""
    try:
        document = json.loads(body, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise FeedBroken("is no JSON, or was cut off") from None
    if not isinstance(document, Mapping) or "header" not in document:
        raise FeedBroken("is JSON, but no GTFS-realtime feed: it has no header (another form needs a mapping)")
    header = document["header"]
    if not isinstance(header, Mapping) or not str(got(header, "gtfs_realtime_version") or "")[:1].isdigit():
        raise FeedBroken("is JSON, but no GTFS-realtime feed: its header names no version")
    entities = got(document, "entity")
    if not isinstance(entities, Sequence | None) or isinstance(entities, str):
        raise FeedBroken("is no GTFS-realtime feed: `entity` is no list")
    if got(header, "incrementality") not in (None, 0, "0", "FULL_DATASET"):
        raise FeedBroken(DIFFERENTIAL)
    return _feed(header, entities or ())


def _feed(header: Object, entities: Sequence[object]) -> Feed:
    alerts = tuple(read_entity(entity, _alert) for entity in entities if not _is_other(entity))
    try:
        at = whole(got(header, "timestamp"), "timestamp")
    except EntityBroken:
        raise FeedBroken("is no GTFS-realtime feed: its header's timestamp can't be read") from None
    return Feed(moment(at), alerts, len(entities) - len(alerts))


def _is_other(entity: object) -> bool:
    return isinstance(entity, Mapping) and (got(entity, "alert") is None or got(entity, "is_deleted") is True)


def read_entity(entity: object, read: Callable[[Object, bytes], FeedAlert]) -> FeedAlert | BrokenAlert:
    """One entity by `read`, or why it can't be read."""
    raw = written(entity)
    named = got(entity, "id") if isinstance(entity, Mapping) else None
    try:
        if not isinstance(entity, Mapping):
            raise EntityBroken("entity: is no JSON object")
        return read(entity, raw)
    except EntityBroken as broken:
        return BrokenAlert(str(named or ""), str(broken), raw)


def _alert(entity: Object, raw: bytes) -> FeedAlert:
    alert = section(got(entity, "alert"), "alert")
    return FeedAlert(
        id=word(got(entity, "id"), "id") or "",
        header=texts(got(alert, "header_text"), "header_text"),
        description=texts(got(alert, "description_text"), "description_text"),
        periods=tuple(_period(one) for one in listed(got(alert, "active_period"), "active_period")),
        informed=tuple(_selector(one) for one in listed(got(alert, "informed_entity"), "informed_entity")),
        effect=effect(got(alert, "effect")),
        mercury=mercury(got(alert, MERCURY)),
        raw=raw,
    )


def got(holder: Object, name: str) -> object:
    """A field by its name in either spelling; None where there is none."""
    for spelt in (name, *_other_spellings(name)):
        if spelt in holder:
            return holder[spelt]
    return None


@lru_cache(maxsize=256)
def _other_spellings(name: str) -> tuple[str, ...]:
    if "." in name:
        return (f"[{name}]",)
    first, *rest = name.split("_")
    return (first + "".join(part.capitalize() for part in rest),)


def word(value: object, field: str) -> str | None:
    """A text, a number as text, or None for nothing. Raises EntityBroken."""
    if value is None or value == "":
        return None
    if isinstance(value, str | int) and not isinstance(value, bool):
        return str(value)
    raise EntityBroken(f"{field}: is no text")


def whole(value: object, field: str) -> int | None:
    """A whole number, also one written as text. Raises EntityBroken."""
    if value is None or value == "":
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 21:
        return int(value)
    raise EntityBroken(f"{field}: is no whole number")


def section(value: object, field: str) -> Object:
    """An object. Raises EntityBroken."""
    if not isinstance(value, Mapping):
        raise EntityBroken(f"{field}: is no JSON object")
    return value


def listed(value: object, field: str) -> Sequence[Object]:
    """A list of objects; nothing is an empty one. Raises EntityBroken."""
    if value is None:
        return ()
    if not isinstance(value, list):
        raise EntityBroken(f"{field}: is no list")
    return [section(one, field) for one in value]


def texts(value: object, field: str) -> Texts:
    """The translations of a TranslatedString. Raises EntityBroken."""
    if value is None:
        return ()
    return translations(got(section(value, field), "translation"), field)


def translations(value: object, field: str) -> Texts:
    """A list of language and text. Raises EntityBroken."""
    found = listed(value, field)
    return tuple((word(got(one, "language"), field) or "", word(got(one, "text"), field) or "") for one in found)


def _period(period: Object) -> Period:
    start, end = whole(got(period, "start"), "active_period"), whole(got(period, "end"), "active_period")
    return Period(moment(start), moment(end))


def _selector(selector: Object) -> Selector:
    """A trip without a route of its own names its route."""
    trip = got(selector, "trip")
    route = got(selector, "route_id") or (got(trip, "route_id") if isinstance(trip, Mapping) else None)
    agency, stop = got(selector, "agency_id"), got(selector, "stop_id")
    return Selector(word(agency, "agency_id"), word(route, "route_id"), word(stop, "stop_id"))


def effect(value: object) -> str | None:
    """An effect's name, also from its number; None for none and for the unknown one."""
    if isinstance(value, int) and 0 < value <= len(_EFFECTS):
        value = _EFFECTS[value - 1]
    return value if isinstance(value, str) and value and value != _EFFECTS[_UNKNOWN_EFFECT - 1] else None


def mercury(value: object) -> Mercury | None:
    """The Mercury extension; None where there is none. Raises EntityBroken."""
    alert_type = word(got(value, "alert_type"), "alert_type") if isinstance(value, Mapping) else None
    if not isinstance(value, Mapping) or alert_type is None:
        return None
    return Mercury(
        alert_type=alert_type,
        updated_at=whole(got(value, "updated_at"), "updated_at"),
        display_before_active=whole(got(value, "display_before_active"), "display_before_active"),
        periods=texts(got(value, "human_readable_active_period"), "human_readable_active_period"),
        clone_id=word(got(value, "clone_id"), "clone_id"),
    )


def written(entity: object) -> bytes:
    """An entity's bytes, equal for equal ones."""
    try:
        return json.dumps(entity, sort_keys=True).encode()
    except RecursionError:
        return b"nested too deep to be written"


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")
