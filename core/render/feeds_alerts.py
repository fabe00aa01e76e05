"""A GTFS-realtime Alerts feed of what stands now, as the JSON form that protobuf reads.

Source of names and rules: the GTFS-realtime reference and its best practices (gtfs.org, read November 2026).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from core.domain.notices import Kind, SubjectKind
from core.domain.published import Published
from core.render.feed_head import FeedHead

MEDIA_TYPE = "application/x-protobuf"
NO_EFFECT = "NO_EFFECT"
STEP = timedelta(minutes=1)
"""How often a feed says that it is still true although nothing changed."""


def alerts(head: FeedHead, notices: Sequence[Published], now: datetime) -> dict[str, Any]:
    """The whole dataset: an alert that is gone from it no longer holds. Cause POLICE_ACTIVITY; effect NO_EFFECT, since
    with another one trip planners would lead riders around a robbery: unless the agency itself says that service is hit
    by the same event."""
    return {
        "header": {
            "gtfs_realtime_version": "2.0",
            "incrementality": "FULL_DATASET",
            "timestamp": int(as_of(notices, now).timestamp()),
        },
        "entity": [_entity(head, one) for one in notices if holds(one, now)],
    }


def alerts_json(head: FeedHead, notices: Sequence[Published], now: datetime) -> bytes:
    """The same, as bytes."""
    return (json.dumps(alerts(head, notices, now), ensure_ascii=False, indent=1) + "\n").encode()


def holds(one: Published, now: datetime) -> bool:
    """True for news of now: neither taken back nor over nor old. A digest is of the past, and is no alert."""
    return (
        not one.withdrawn and one.kind is not Kind.ALL_CLEAR and one.about is not SubjectKind.DIGEST and now < one.until
    )


def as_of(notices: Sequence[Published], now: datetime) -> datetime:
    """The time of the feed: the running minute, or the later moment at which its content last changed: content that
    changes under the same timestamp is an error by the specification."""
    minute = now - (now - datetime.min.replace(tzinfo=now.tzinfo)) % STEP
    turns = [turn for one in notices for turn in (one.at, one.until, one.turned_at or one.at) if turn <= now]
    return max([minute, *turns])


def _entity(head: FeedHead, one: Published) -> dict[str, Any]:
    words = {language: head.marked(said) for language, said in one.words.items()}
    return {
        "id": one.id,
        "alert": {
            "active_period": [{"start": int(one.first_at.timestamp()), "end": int(one.until.timestamp())}],
            "informed_entity": _informed(head, one),
            "cause": "POLICE_ACTIVITY",
            "effect": NO_EFFECT if one.effect is None else one.effect.value,
            "url": _translated({head.words(one)[0]: head.link(one)}),
            "header_text": _translated({language: said.header for language, said in words.items()}),
            "description_text": _translated({language: said.text for language, said in words.items()}),
            "tts_header_text": _translated({language: said.spoken_header for language, said in words.items()}),
            "tts_description_text": _translated({language: said.spoken_text for language, said in words.items()}),
            **(_cards(head, one) if head.shows_cards and one.cards else {}),
        },
    }


def _cards(head: FeedHead, one: Published) -> dict[str, Any]:
    """The drawn card of the place in each language, and what it shows."""
    return {
        "image": {
            "localized_image": [
                {"url": f"{head.base}{card.path}", "media_type": card.media_type, "language": language}
                for language, card in one.cards.items()
            ]
        },
        "image_alternative_text": _translated({language: card.alt for language, card in one.cards.items()}),
    }


def _informed(head: FeedHead, one: Published) -> list[dict[str, str]]:
    """Route by route; beside a stop where the station is known. In a selector all that is named must hold."""
    routes = [route for line in one.lines for route in head.routes.get(line, ())]
    if not one.stops:
        return [{"route_id": route} for route in routes]
    return [{"route_id": route, "stop_id": stop} for route in routes for stop in one.stops]


def _translated(texts: dict[str, str]) -> dict[str, Any]:
    return {"translation": [{"text": text, "language": language} for language, text in texts.items()]}
