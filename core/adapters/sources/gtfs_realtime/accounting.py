"""Accounts for a feed that was compared: each of its alerts, once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from core.adapters.sources.gtfs_realtime.comparing import Compared
from core.adapters.sources.gtfs_realtime.feed import Feed, FeedAlert
from core.adapters.sources.gtfs_realtime.reading import AlertReader, Told
from core.domain.seen_alerts import SeenAlert, SeenAs, SeenFeed
from core.rules.alert_due import next_turn


def account(
    reader: AlertReader,
    feed: Feed,
    told: Mapping[str, Told],
    bad: Sequence[tuple[str, str]],
    twice: Sequence[str],
    found: Compared,
    now: datetime,
) -> SeenFeed:
    """`told` by key, `bad` as id and reason, `twice` as ids: as `reader` sorted the feed out; `now`: when it was
    compared."""
    subjects = {row.entity: row.subject for row in found.rows if row.entity is not None}
    alerts = [_seen(told[key], SeenAs.GIVEN, subject) for key, subject in subjects.items()]
    alerts += [_seen(told[key], SeenAs.FOLDED, subject) for key, subject in found.folded.items()]
    alerts += [_seen(told[key], SeenAs.WAITING, found.known_as.get(key, key), now) for key in found.waiting]
    quiet = ((SeenAs.UNCHANGED, found.unchanged), (SeenAs.ENDED, found.ended))
    alerts += [_seen(told[key], seen_as, found.known_as.get(key, key)) for seen_as, keys in quiet for key in keys]
    alerts += [SeenAlert(id=key, subject=key, seen_as=SeenAs.TWICE) for key in twice]
    alerts += [SeenAlert(id=key, subject=key, seen_as=SeenAs.ASIDE, why=why) for key, why in bad]
    gone = tuple(row.subject for row in found.rows if row.entity is None)
    strange = Counter(
        route for one in feed.alerts if isinstance(one, FeedAlert) for route in sorted(reader.strange_routes(one))
    )
    return SeenFeed(at=feed.at, alerts=tuple(alerts), others=feed.others, gone=gone, strange_routes=strange)


def _seen(one: Told, seen_as: SeenAs, subject: str, waits_since: datetime | None = None) -> SeenAlert:
    """`waits_since` of one that is not yet due: then it says when it will be."""
    words = next(iter(one.alert.header.values()), "")
    due = None if waits_since is None else next_turn(one.periods, one.before, waits_since)
    why = "" if due is None else f"due at {due:%Y-%m-%d %H:%M} UTC"
    return SeenAlert(id=one.key, subject=subject, seen_as=seen_as, lines=one.alert.lines, words=words, why=why)
