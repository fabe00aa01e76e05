"""The gate's rules on what the transit agency says itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.domain.alerts import AlertSaying, ServiceAlert
from core.domain.policy import Policy
from core.domain.rulings import Ruling, Verdict
from core.rules.gate import NOTHING_NEW
from core.rules.rule import drop as _drop
from core.rules.rule import hold as _hold

REMINDER_WITHIN = timedelta(hours=1)
"""A reminder that comes later than this is none."""
REMINDER, AGENCY_SHARE = "reminder", "agency-share"
NAMES = "alert-names-somebody"


@dataclass(frozen=True)
class AlertCase:
    """All that the gate may look at for an agency's alert."""

    alert: ServiceAlert
    policy: Policy
    now: datetime
    changed: bool
    stands: bool
    link_costs: bool = False
    """True when it holds a link and an account that would say it lets a person decide on those."""
    share_used: bool = False
    """True when the agency's share of the day is used on every line that would carry it."""
    announced_at: datetime | None = None
    """When riders were told that it comes, where nothing changed since but that it has begun; else None."""
    began_at: datetime | None = None
    """When it began, by what was announced."""


def rule_alert(case: AlertCase) -> Ruling:
    """The gate's ruling on an agency's alert, which is quoted under the agency's name."""
    alert = case.alert
    if not case.stands and (alert.over or (alert.active_to is not None and alert.active_to < case.now)):
        return _drop("alert-over", "it was over before it could be said")
    if case.stands and not case.changed:
        return _drop(NOTHING_NEW, "nothing that a rider would notice has changed")
    if case.announced_at is not None and not alert.over:
        return _begins(case, case.announced_at)
    if alert.over:
        return Ruling(verdict=Verdict.PUBLISH, rule="alert-ended", why="it was said, and the agency has ended it")
    if alert.saying is AlertSaying.NEVER:
        return _drop("alert-never", f"riders of a line are not told ({alert.saying_why})")
    if case.share_used and not case.stands:
        return _over_share(alert)
    if alert.saying is AlertSaying.HOLD:
        return _hold("alert-review", f"a person decides by the agency's table ({alert.saying_why})")
    if not alert.upcoming and alert.active_from is not None and alert.active_from > case.now + timedelta(hours=1):
        return _hold("alert-not-yet", f"it begins at {alert.active_from:%Y-%m-%d %H:%M} UTC")
    if case.link_costs:
        return _hold("link-costs", "it holds a link, which makes a post dear, and an account's `links` is hold")
    return Ruling(
        verdict=Verdict.PUBLISH, rule="agency-voice", why="the agency says so, and it is named as the speaker"
    )


def rule_named() -> Ruling:
    """Of an alert that names somebody the agency's own words wait for a person."""
    return _hold(NAMES, "its words may name or describe somebody: what it is about is said without them")


def _over_share(alert: ServiceAlert) -> Ruling:
    """What is over the day's share is not said; where no train runs, a person decides."""
    why = "the agency's share of the day is used on every line that it is about"
    return _hold(AGENCY_SHARE, why) if alert.pressing else _drop(AGENCY_SHARE, why)


def _begins(case: AlertCase, announced_at: datetime) -> Ruling:
    """What was announced begins: said again where that was long ago, and only just now."""
    if case.now - announced_at < case.policy.remind_after:
        return _drop(NOTHING_NEW, "it begins, as riders were told a short while ago")
    if case.began_at is None or case.now - case.began_at > REMINDER_WITHIN:
        return _drop(NOTHING_NEW, "it has begun, as riders were told, some time ago")
    return Ruling(verdict=Verdict.PUBLISH, rule=REMINDER, why="it begins now, and riders were told long before")
