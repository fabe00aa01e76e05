"""The rules of GTFS-realtime that an Alerts feed can break, each with its source; a feed is held against all of them.

Sources: REF = GTFS-realtime reference (gtfs.org/documentation/realtime/reference); BEST = its best practices; Ennn and
Wnnn = rules of MobilityData's gtfs-realtime-validator (RULES.md). All read in November 2026.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from google.transit import gtfs_realtime_pb2

LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
"""BCP 47, the part that is used here."""
TEXTS = ("url", "header_text", "description_text", "tts_header_text", "tts_description_text")


@dataclass(frozen=True)
class Known:
    """What a feed is held against: the time at which it was fetched, the static feed's ids, the feed fetched before."""

    now: int
    routes: frozenset[str]
    stops: frozenset[str]
    before: Any = None


@dataclass(frozen=True)
class Rule:
    """One rule: its source, what it says, and what in a feed breaks it."""

    source: str
    says: str
    broken: Callable[[Any, Known], Iterator[str]]


def _alerts(feed: Any) -> Iterator[tuple[str, Any]]:
    return ((entity.id, entity.alert) for entity in feed.entity if entity.HasField("alert"))


def _header(feed: Any, known: Known) -> Iterator[str]:
    if feed.header.gtfs_realtime_version not in ("1.0", "2.0"):
        yield f"version {feed.header.gtfs_realtime_version!r}"


def _incrementality(feed: Any, known: Known) -> Iterator[str]:
    if not feed.header.HasField("incrementality"):
        yield "no incrementality"


def _stamped(feed: Any, known: Known) -> Iterator[str]:
    if not feed.header.HasField("timestamp"):
        yield "no timestamp"


def _posix(feed: Any, known: Known) -> Iterator[str]:
    moments = [feed.header.timestamp]
    moments += [moment for _, alert in _alerts(feed) for one in alert.active_period for moment in (one.start, one.end)]
    yield from (str(moment) for moment in moments if moment and not 1_000_000_000 < moment < 10_000_000_000)


def _not_ahead(feed: Any, known: Known) -> Iterator[str]:
    if feed.header.timestamp > known.now + 60:
        yield f"{feed.header.timestamp - known.now} s ahead"


def _fresh(feed: Any, known: Known) -> Iterator[str]:
    if known.now - feed.header.timestamp > 65:
        yield f"{known.now - feed.header.timestamp} s old"


def _never_back(feed: Any, known: Known) -> Iterator[str]:
    if known.before is not None and feed.header.timestamp < known.before.header.timestamp:
        yield "its timestamp went back"


def _changed(feed: Any, known: Known) -> Iterator[str]:
    same_time = known.before is not None and feed.header.timestamp == known.before.header.timestamp
    if same_time and list(feed.entity) != list(known.before.entity):
        yield "other content under the same timestamp"


def _unique(feed: Any, known: Known) -> Iterator[str]:
    ids = [entity.id for entity in feed.entity]
    yield from {one for one in ids if ids.count(one) > 1}


def _something(feed: Any, known: Known) -> Iterator[str]:
    yield from (one.id for one in feed.entity if not any(one.HasField(n) for n in ("alert", "vehicle", "trip_update")))


def _no_deleted(feed: Any, known: Known) -> Iterator[str]:
    full = feed.header.incrementality == gtfs_realtime_pb2.FeedHeader.FULL_DATASET
    yield from (entity.id for entity in feed.entity if full and entity.is_deleted)


def _informed(feed: Any, known: Known) -> Iterator[str]:
    yield from (name for name, alert in _alerts(feed) if not alert.informed_entity)


def _specified(feed: Any, known: Known) -> Iterator[str]:
    yield from (name for name, alert in _alerts(feed) for one in alert.informed_entity if not one.ListFields())


def _routes(feed: Any, known: Known) -> Iterator[str]:
    named = {one.route_id for _, alert in _alerts(feed) for one in alert.informed_entity if one.HasField("route_id")}
    yield from sorted(named - known.routes)


def _stops(feed: Any, known: Known) -> Iterator[str]:
    named = {one.stop_id for _, alert in _alerts(feed) for one in alert.informed_entity if one.HasField("stop_id")}
    yield from sorted(named - known.stops)


def _worded(feed: Any, known: Known) -> Iterator[str]:
    for name, alert in _alerts(feed):
        yield from (f"{name}: {text}" for text in ("header_text", "description_text") if not alert.HasField(text))


def _translations(feed: Any, known: Known) -> Iterator[Any]:
    for name, alert in _alerts(feed):
        for text in TEXTS:
            if alert.HasField(text):
                yield f"{name}: {text}", list(getattr(alert, text).translation)


def _translated(feed: Any, known: Known) -> Iterator[str]:
    yield from (where for where, found in _translations(feed, known) if not found or not all(o.text for o in found))


def _languages(feed: Any, known: Known) -> Iterator[str]:
    for where, found in _translations(feed, known):
        tongues = [one.language for one in found]
        if len(found) > 1 and (not all(tongues) or len(set(tongues)) < len(tongues)):
            yield where
        yield from (f"{where}: {one}" for one in tongues if one and not LANGUAGE.fullmatch(one))


def _plain(feed: Any, known: Known) -> Iterator[str]:
    html = re.compile(r"</?[a-z][^>]*>|&[a-z]+;", re.IGNORECASE)
    for where, found in _translations(feed, known):
        yield from (where for one in found if html.search(one.text) and not one.language.endswith("html"))


def _periods(feed: Any, known: Known) -> Iterator[str]:
    for name, alert in _alerts(feed):
        for one in alert.active_period:
            if not (one.HasField("start") or one.HasField("end")):
                yield f"{name}: neither start nor end"
            elif one.start and one.end and one.start > one.end:
                yield f"{name}: ends before it starts"


def _spoken(feed: Any, known: Known) -> Iterator[str]:
    for name, alert in _alerts(feed):
        for text in ("header_text", "description_text"):
            aloud = getattr(alert, f"tts_{text}")
            if len(aloud.translation) != len(getattr(alert, text).translation):
                yield f"{name}: {text} is not spoken in every language"
            yield from (
                f"{name}: {one.text}" for one in aloud.translation if re.search(r"\b(St|Av|Blvd|Ref)\b", one.text)
            )


def _pictures(feed: Any, known: Known) -> Iterator[str]:
    for name, alert in _alerts(feed):
        if alert.HasField("image") != alert.HasField("image_alternative_text"):
            yield name


def _images(feed: Any, known: Known) -> Iterator[str]:
    for name, alert in _alerts(feed):
        found = list(alert.image.localized_image)
        if alert.HasField("image") and not found:
            yield f"{name}: none"
        if len({one.language for one in found}) < len(found):
            yield f"{name}: one language twice"
        for one in found:
            if not re.match(r"https?://", one.url) or not one.media_type.startswith("image/"):
                yield f"{name}: {one.url}"


def _web(feed: Any, known: Known) -> Iterator[str]:
    for where, found in _translations(feed, known):
        if where.endswith(": url"):
            yield from (where for one in found if not re.match(r"https?://", one.text))


RULES = (
    Rule("E038; REF FeedHeader", "gtfs_realtime_version is one that there is", _header),
    Rule("E049; REF FeedHeader", "incrementality is said", _incrementality),
    Rule("E048, W001; REF FeedHeader", "timestamp is said", _stamped),
    Rule("E001; REF FeedHeader, TimeRange", "moments are POSIX seconds", _posix),
    Rule("E050", "timestamp does not lie ahead", _not_ahead),
    Rule("W008; BEST", "a feed is not older than 65 seconds", _fresh),
    Rule("E018", "timestamp never goes back", _never_back),
    Rule("E017", "other content has another timestamp", _changed),
    Rule("E052; REF FeedEntity.id", "ids are unique in a feed", _unique),
    Rule("REF FeedEntity", "an entity holds something", _something),
    Rule("E039; REF FeedEntity.is_deleted", "a full dataset deletes nothing", _no_deleted),
    Rule("E032; REF Alert.informed_entity", "an alert names whom it concerns", _informed),
    Rule("E033; REF EntitySelector", "a selector names something", _specified),
    Rule("E004; REF EntitySelector.route_id", "routes are those of the static feed", _routes),
    Rule("E011; REF EntitySelector.stop_id", "stops are those of the static feed", _stops),
    Rule("REF Alert.header_text, description_text", "header and description are required", _worded),
    Rule("REF TranslatedString", "a text has a translation, and none is empty", _translated),
    Rule("REF Translation.language", "of several translations each has its own BCP 47 language", _languages),
    Rule("REF Alert.header_text", "texts are plain", _plain),
    Rule("REF TimeRange", "a period has a start or an end, in this order", _periods),
    Rule("REF Alert.tts_header_text", "what is spoken says the same without abbreviations", _spoken),
    Rule("REF Alert.image_alternative_text", "a picture has its words", _pictures),
    Rule("REF TranslatedImage", "an image has its address, its type and its own language", _images),
    Rule("REF Alert.url", "an address is one of the web", _web),
)


def breaches(feed: Any, known: Known) -> list[str]:
    """Every rule that the feed breaks, and where."""
    return [f"{rule.source}: {rule.says}: {where}" for rule in RULES for where in rule.broken(feed, known)]
