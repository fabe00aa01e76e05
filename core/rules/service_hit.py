"""What the agency's alert does to service, for a notice about the same event. Pure.

Source of the effects: the GTFS-realtime reference, Alert.Effect (gtfs.org, read November 2026).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from core.domain.alerts import ServiceAlert, ServiceEffect
from core.domain.lines import LineId

_WORST_FIRST = tuple(ServiceEffect)


class Hit(NamedTuple):
    """What one alert does to service now; None = nothing that is known. `since`: when that last changed."""

    effect: ServiceEffect | None
    since: datetime


def hit_by(
    alert: ServiceAlert,
    known_at: datetime,
    effects: Mapping[str, ServiceEffect],
    lines: Collection[LineId],
    stops: Collection[str],
    now: datetime,
) -> Hit:
    """The effect of an alert's type, by the agency's table or by its own name, while the alert holds. It counts only
    where the notice names its station and the alert all lines of it: else riders would be led around what runs."""
    ended = alert.active_to if alert.active_to is not None and alert.active_to <= now else None
    begins = alert.active_from is not None and alert.active_from > now
    if alert.over or ended is not None or begins:
        return Hit(None, max(known_at, ended or known_at))
    names_all = bool(stops) and bool(lines) and set(lines) <= set(alert.lines)
    since = max(known_at, alert.active_from or known_at)
    return Hit(_effect_of(alert.type, effects) if names_all else None, since)


def worst(effects: Iterable[ServiceEffect | None]) -> ServiceEffect | None:
    """Of several alerts about one event, what hits riders hardest."""
    return min((one for one in effects if one is not None), key=_WORST_FIRST.index, default=None)


def _effect_of(alert_type: str | None, effects: Mapping[str, ServiceEffect]) -> ServiceEffect | None:
    if alert_type is None:
        return None
    by_name = ServiceEffect(alert_type) if alert_type in list(ServiceEffect) else None
    return effects.get(alert_type, by_name)
