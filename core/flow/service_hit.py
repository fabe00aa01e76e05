"""Whether the agency itself says that service is hit by what a notice is about: only by an alert that is tied to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from core.domain.log import AlertEntry
from core.domain.notices import NoticeId, Speaker
from core.domain.published import Published
from core.domain.voices import OneEvent
from core.flow.knowledge import Knowledge
from core.flow.one_event import is_sheltered
from core.ports.store import Store, Tx
from core.rules.service_hit import Hit, hit_by, worst


def with_effects(
    store: Store, know: Knowledge, notices: Iterable[Published], now: datetime, since: datetime
) -> tuple[Published, ...]:
    """The notices, each with what the alerts do to service that an officer tied to its incident since then, and when
    that last changed. Raises StoreBusy, StoreBroken."""
    found: dict[NoticeId, list[Hit]] = {}
    every = {one.id: one for one in notices}
    with store.begin() as tx:
        for pair in tx.voices.settled(since):
            notice = every.get(know.identity.notice(pair.incident, Speaker.BUREAU))
            if notice is not None and not notice.withdrawn:
                found.setdefault(notice.id, []).append(_hit(tx, know, pair, notice, now))
    return tuple(_hit_by_all(one, found.get(one.id, ())) for one in every.values())


def _hit(tx: Tx, know: Knowledge, pair: OneEvent, notice: Published, now: datetime) -> Hit:
    settled_at = pair.settled_at or pair.offered_at
    newest = tx.log.of_subject(pair.alert)[-1]
    if not pair.same or not isinstance(newest.body, AlertEntry) or is_sheltered(tx, know, pair.incident):
        return Hit(None, settled_at)
    hit = hit_by(newest.body.alert, newest.known_at, know.effects, notice.lines, notice.stops, now)
    return Hit(hit.effect, max(hit.since, settled_at))


def _hit_by_all(notice: Published, hits: Sequence[Hit]) -> Published:
    if not hits:
        return notice
    turned = max(hit.since for hit in hits)
    return notice.model_copy(update={"effect": worst(hit.effect for hit in hits), "turned_at": turned})
