"""Decodes alerts of another JSON form by a map. Such a form has no time of its own: it is judged when it is read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from core.adapters.sources.gtfs_realtime.feed import EntityBroken, Feed, FeedAlert, FeedBroken, Selector, Texts, moment
from core.adapters.sources.gtfs_realtime.json_feed import (
    Object,
    effect,
    got,
    listed,
    mercury,
    read_entity,
    texts,
    translations,
    word,
)
from core.domain.alert_map import AlertMap, Paths
from core.domain.alerts import Period


def decode_mapped(body: bytes, by: AlertMap) -> Feed:
    """The alerts. Raises FeedBroken."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        raise FeedBroken("is no JSON, or was cut off") from None
    found = _inside(document, by.alerts)
    if not isinstance(found, list):
        raise FeedBroken(f"has no list of alerts {f'under `{by.alerts}`' if by.alerts else 'at its top'}")
    return Feed(None, tuple(read_entity(one, lambda given, raw: _alert(given, raw, by)) for one in found))


def _alert(given: Object, raw: bytes, by: AlertMap) -> FeedAlert:
    return FeedAlert(
        id=word(_inside(given, by.id), "id") or "",
        header=_words(_first(given, by.header), "header"),
        description=_words(_first(given, by.description), "description"),
        periods=tuple(
            Period(_time(got(one, "start"), by), _time(got(one, "end"), by))
            for one in listed(_first(given, by.periods), "periods")
        ),
        informed=tuple(
            Selector(*(word(_inside(one, path), path) for path in (by.agency, by.route, by.stop)))
            for one in listed(_first(given, by.informed), "informed")
        ),
        effect=effect(_inside(given, by.effect)),
        mercury=None if by.mercury is None else mercury(_inside(given, by.mercury)),
        raw=raw,
    )


def _inside(given: object, path: str) -> object:
    for step in filter(None, path.split(".")):
        given = given.get(step) if isinstance(given, Mapping) else None
    return given


def _first(given: Object, paths: Paths) -> object:
    return next((found for path in paths if (found := _inside(given, path)) not in (None, "", [])), None)


def _words(value: object, field: str) -> Texts:
    if isinstance(value, str):
        return (("", value),)
    return translations(value, field) if isinstance(value, list) else texts(value, field)


def _time(value: object, by: AlertMap) -> datetime | None:
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return moment(value)
    try:
        found = datetime.fromisoformat(str(value))
        if found.tzinfo is None and by.zone is not None:
            found = found.replace(tzinfo=ZoneInfo(by.zone))
        if found.tzinfo is not None:
            return found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise EntityBroken("periods: a time can't be read") from None
    raise EntityBroken("periods: a time without a zone")
