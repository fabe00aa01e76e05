"""What is muted for a while: silence, inhibition, calm and quiet hours, each asked in turn. Pure.

What takes back is never muted, and what is urgent only by a silence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from core.domain.lines import QuietHours
from core.domain.notices import Urgency
from core.domain.rulings import Ruling
from core.domain.silences import CALM, INHIBITED, QUIET_HOURS, SILENCED, Calm, Inhibition, Inhibitor, Silence, Spoken
from core.rules.quiet_hours import quiet_until
from core.rules.rule import Rule, declared
from core.rules.rule import hold as _hold

TYPES = "the agency's table of alert types (alert_types.yaml)"


@dataclass(frozen=True)
class MuteCase:
    """All that may mute a notice; `now` is when it is judged."""

    spoken: Spoken
    now: datetime
    zone: ZoneInfo
    silences: Sequence[Silence] = ()
    inhibitions: Sequence[Inhibition] = ()
    inhibitors: Sequence[Inhibitor] = ()
    """Alerts that stand."""
    calms: Sequence[Calm] = ()
    quiet_hours: Sequence[QuietHours] = ()
    """Of every line that would say it."""


def matches(silence: Silence, spoken: Spoken) -> bool:
    """True when every matcher agrees with the notice in one of its values. One that says nothing agrees with all."""
    wanted = silence.matchers
    return (
        (not wanted.lines or bool(set(wanted.lines) & set(spoken.lines)))
        and (not wanted.kinds or bool(set(wanted.kinds) & spoken.kinds))
        and (not wanted.families or spoken.family in wanted.families)
        and (not wanted.stations or bool(set(wanted.stations) & spoken.stations))
        and (not wanted.speakers or spoken.speaker in wanted.speakers)
    )


def holds_now(silence: Silence, now: datetime) -> bool:
    """True from its start up to its end, unless a person ended it."""
    return silence.starts <= now < silence.ends and silence.ended_at is None


@declared("line", "kind", "offence_family", "station", "speaker")
def silenced(case: MuteCase) -> Ruling | None:
    """A person muted what it is about for a while; when the silence ends, it goes through the gate again."""
    found = [one for one in case.silences if holds_now(one, case.now) and matches(one, case.spoken)]
    if not found:
        return None
    last = max(found, key=lambda one: one.ends)
    return _muted(SILENCED, f"{last.key}, made by {last.by}", last.key, last.ends, case)


@declared("line", "alert_type", source=TYPES)
def inhibited(case: MuteCase) -> Ruling | None:
    """A bigger alert of the agency stands on all its lines: beside it, this one is noise."""
    spoken = case.spoken
    for rule in case.inhibitions:
        if spoken.alert_type not in rule.target.types or spoken.urgency is Urgency.URGENT:
            continue
        for bigger in case.inhibitors:
            stands = bigger.until is None or case.now < bigger.until
            if stands and bigger.type in rule.source.types and set(spoken.lines) <= set(bigger.lines):
                return _muted(INHIBITED, f"beside {bigger.type} on the same line", bigger.subject, bigger.until, case)
    return None


@declared("line", "urgency")
def calm(case: MuteCase) -> Ruling | None:
    """Somebody asked for calm on a line of it: what is routine waits."""
    found = [one for one in case.calms if case.now < one.until and (one.line is None or one.line in case.spoken.lines)]
    if not found or case.spoken.urgency is not Urgency.ROUTINE:
        return None
    last = max(found, key=lambda one: one.until)
    return _muted(CALM, f"{last.key}, asked for by {last.by}", last.key, last.until, case)


@declared("line", "kind", "urgency", pack=("quiet_hours",))
def quiet_hours(case: MuteCase) -> Ruling | None:
    """It is within the quiet hours of a line of it: it waits until they end. What is urgent does not."""
    if case.spoken.urgency not in (Urgency.SERVICE, Urgency.ROUTINE):
        return None
    names = {case.spoken.urgency.name.lower(), *(kind.value for kind in case.spoken.kinds)}
    ends = [quiet_until(one, case.zone, case.now) for one in case.quiet_hours if one.what in names]
    until = max((one for one in ends if one is not None), default=None)
    return None if until is None else _muted(QUIET_HOURS, "quiet hours", "quiet hours", until, case)


SILENCE_RULES: tuple[Rule[MuteCase], ...] = (silenced,)
INHIBITION_RULES: tuple[Rule[MuteCase], ...] = (inhibited,)
HOUR_RULES: tuple[Rule[MuteCase], ...] = (calm, quiet_hours)
MUTE_RULES = (*SILENCE_RULES, *INHIBITION_RULES, *HOUR_RULES)
"""In the order in which they are asked."""


def mute(case: MuteCase) -> Ruling | None:
    """The first hold that mutes it for a while; None where nothing does, and always for what takes back."""
    if case.spoken.urgency is Urgency.TAKING_BACK:
        return None
    return next((ruling for rule in MUTE_RULES if (ruling := rule(case)) is not None), None)


def _muted(rule: str, why: str, held_by: str, until: datetime | None, case: MuteCase) -> Ruling:
    ends = "while that stands" if until is None else f"until {until.astimezone(case.zone):%Y-%m-%d %H:%M %Z}"
    return _hold(rule, f"{why}, {ends}").model_copy(update={"held_by": held_by, "until": until})
