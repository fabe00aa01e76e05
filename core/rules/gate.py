"""The smallest gate: declared rules in order, the first that answers rules; none answers: hold."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from core.domain.incidents import NEVER_SAID, Facts, State
from core.domain.offences import Offence, Saying
from core.domain.policy import Policy
from core.domain.rulings import Ruling, Verdict
from core.rules.likeness import place_part
from core.rules.rule import Rule, declared
from core.rules.rule import drop as _drop
from core.rules.rule import hold as _hold

FUTURE_SLACK = timedelta(minutes=10)
"""Clocks of two houses may differ by this much."""
NOTHING_NEW = "nothing-new"
RETRACTED = "retracted"
CATALOGUE = "the agency's offence catalogue (offences.yaml)"


@dataclass(frozen=True)
class IncidentCase:
    """All that the gate may look at for an incident; `now` is when it is judged."""

    facts: Facts
    offence: Offence | None
    policy: Policy
    now: datetime
    said_alone_today: int
    daily_limit: int
    open_twins: int
    closed: bool
    changed: bool
    """False when a rider would notice no difference to what was said already."""
    stands: bool
    """True when an earlier revision was said or may have been."""
    in_digest: bool = False
    """True when an earlier revision stands in a digest that was said."""
    at_complex: bool = False
    """True when it may have been at any of several joined stations."""
    line_tells_where: bool = False
    """True for a sheltered offence whose line has so few stations that to name it tells where it was."""
    place_only: bool = False
    """True when only what, when, where and what to do are to be said: `rule_person` rules on the person."""


@declared("state", "stands", "in_digest", pack=("cleared_states",))
def must_come_down(case: IncidentCase) -> Ruling | None:
    """A record that may not be said any more while its notice stands: it must come down."""
    if case.facts.state in NEVER_SAID and (case.stands or case.in_digest):
        return _hold("must-come-down", f"its state is now {case.facts.state.value} and a notice of it stands")
    return None


@declared("state", pack=("cleared_states",))
def state_never(case: IncidentCase) -> Ruling | None:
    """Sealed, unfounded, exonerated, acquitted, dismissed, person of interest: no notice at all."""
    if case.facts.state in NEVER_SAID:
        return _drop("state-never", f"a record in state {case.facts.state.value} makes no notice")
    return None


@declared("closed")
def closed(case: IncidentCase) -> Ruling | None:
    """An officer closed it: it makes no further notice."""
    return _drop("closed", "an officer closed this incident") if case.closed else None


@declared(
    "state", "state_since", "occurred_from", "known_at", pack=("too_old_happened", "too_old_known", "too_old_state")
)
def too_old(case: IncidentCase) -> Ruling | None:
    """Old news: by occurrence and knowledge for *reported*, else since its state began."""
    why = old_news(case.facts, case.policy, case.now)
    return None if why is None else _drop("too-old", why)


def old_news(facts: Facts, policy: Policy, now: datetime) -> str | None:
    """Why a record is old news by the policy; None while it is none."""
    if facts.state is not State.REPORTED:
        if now - facts.began() > policy.too_old_state:
            return f"its state began more than {hours(policy.too_old_state)} ago"
        return None
    if now - facts.occurred_from > policy.too_old_happened:
        return f"it happened more than {hours(policy.too_old_happened)} ago"
    if now - facts.known_at > policy.too_old_known:
        return f"it was known more than {hours(policy.too_old_known)} ago"
    return None


def hours(span: timedelta) -> str:
    """A span in whole hours, as a sentence says it."""
    return f"{span.total_seconds() / 3600:g} hours"


@declared("offence_family", source=CATALOGUE)
def offence_never(case: IncidentCase) -> Ruling | None:
    """The catalogue says that this offence makes no notice."""
    if case.offence is not None and case.offence.saying is Saying.NEVER:
        return _drop("offence-never", f"{case.offence.family} makes no notice by the offence catalogue")
    return None


@declared("offence_family", pack=("sheltered_stations", "sex_offence_victims"))
def line_tells_where(case: IncidentCase) -> Ruling | None:
    """A sex offence on a line of a few stations makes no notice: the line's handle alone would tell where it was, and
    to say it elsewhere would be wrong."""
    if case.line_tells_where:
        return _drop("line-tells-where", f"its line serves fewer than {case.policy.sheltered_stations} stations")
    return None


@declared("occurred_from", "known_at")
def from_the_future(case: IncidentCase) -> Ruling | None:
    """A record that lies ahead of the clock is a mistake somewhere."""
    if max(case.facts.occurred_from, case.facts.known_at) > case.now + FUTURE_SLACK:
        return _hold("from-the-future", "it is dated later than now")
    return None


@declared("about_person", pack=("persons_unseen",))
def about_a_person(case: IncidentCase) -> Ruling | None:
    """Nothing about a person goes out unseen."""
    if case.place_only:
        return None
    if case.facts.about_person:
        return _hold("about-a-person", "it is about a person: somebody must approve the exact posts")
    return None


@declared("release_not_before")
def release_not_yet(case: IncidentCase) -> Ruling | None:
    """The record's own release lies ahead."""
    not_before = case.facts.release_not_before
    if not_before is not None and case.now < not_before:
        return _hold("release-not-yet", f"its release begins at {not_before:%Y-%m-%d %H:%M} UTC")
    return None


@declared("offence_known")
def unknown_offence(case: IncidentCase) -> Ruling | None:
    """What the catalogue does not know can't be said in plain words."""
    if case.offence is None:
        return _hold("unknown-offence", "the offence catalogue does not know its code or words")
    return None


@declared("offence_family", pack=("sex_offence_victims",))
def sex_offence_waits(case: IncidentCase) -> Ruling | None:
    """A sex offence always waits for a person, and gives only its line and the part of the day."""
    if case.offence is not None and case.offence.sheltered:
        return _hold("sex-offence-waits", "a sheltered offence waits for a person: its line and part of the day alone")
    return None


@declared("offence_family", source=CATALOGUE)
def offence_review(case: IncidentCase) -> Ruling | None:
    """The catalogue asks for a person."""
    if case.offence is not None and case.offence.saying is Saying.REVIEW:
        return _hold("offence-review", f"{case.offence.family} waits for a reviewer by the offence catalogue")
    return None


@declared("open_twins", pack=("twin_window",))
def maybe_same(case: IncidentCase) -> Ruling | None:
    """It may be an incident that came by another road."""
    if case.open_twins:
        return _hold("maybe-same", "it agrees with another incident in place, time and kind: merge or split it")
    return None


@declared("changed", "stands", "in_digest")
def nothing_new(case: IncidentCase) -> Ruling | None:
    """A revision in which a rider would notice nothing."""
    if (case.stands or case.in_digest) and not case.changed:
        return _drop(NOTHING_NEW, "nothing that a rider would notice has changed")
    return None


@declared("at_complex", pack=("complex",))
def complex_waits(case: IncidentCase) -> Ruling | None:
    """The fleet's policy asks for a person where several joined stations may be meant."""
    if case.at_complex and case.policy.complex == "hold":
        return _hold("complex-waits", "it may be any of several joined stations, and the policy lets a person decide")
    return None


@declared("offence_family", "stands", source=CATALOGUE)
def offence_digest(case: IncidentCase) -> Ruling | None:
    """The catalogue puts this offence into the evening digest."""
    if case.offence is not None and case.offence.saying is Saying.DIGEST and not case.stands:
        return _drop("offence-digest", f"{case.offence.family} stands in the day's digest", into_digest=True)
    return None


@declared("offence_family", "stands", pack=("alert_list",))
def not_on_alert_list(case: IncidentCase) -> Ruling | None:
    """An offence that is not on the pack's alert list stands in the digest."""
    if case.offence is not None and case.offence.family not in case.policy.alert_list and not case.stands:
        why = f"{case.offence.family} is not on the alert list: it stands in the day's digest"
        return _drop("not-on-alert-list", why, into_digest=True)
    return None


@declared("said_alone_today", "stands", pack=("daily_limit",))
def daily_limit(case: IncidentCase) -> Ruling | None:
    """A line says so many alone a day; the rest stands in the digest."""
    if not case.stands and case.said_alone_today >= case.daily_limit:
        return _drop("daily-limit", f"the handle said {case.said_alone_today} alone today", into_digest=True)
    return None


@declared("offence_family", pack=("alert_list",))
def alone_and_fresh(case: IncidentCase) -> Ruling | None:
    """Worth a rider's attention by itself."""
    if case.offence is not None and case.offence.saying in (Saying.ALONE, Saying.DIGEST):
        return Ruling(verdict=Verdict.PUBLISH, rule="alone-and-fresh", why=f"{case.offence.family}, fresh, said alone")
    return None


INCIDENT_RULES: tuple[Rule[IncidentCase], ...] = (
    must_come_down,
    state_never,
    closed,
    too_old,
    offence_never,
    line_tells_where,
    from_the_future,
    about_a_person,
    release_not_yet,
    unknown_offence,
    sex_offence_waits,
    offence_review,
    maybe_same,
    nothing_new,
    complex_waits,
    offence_digest,
    not_on_alert_list,
    daily_limit,
    alone_and_fresh,
)
"""In the order in which they are asked."""


def rule_retracted() -> Ruling:
    """What was taken back stays taken back, whatever its record says later."""
    return _drop(RETRACTED, "its notice was taken back: nothing of it is said any more")


def no_rule() -> Ruling:
    """What no rule answers is held."""
    return _hold("no-rule", "no rule says that it may go out")


def rule_incident(case: IncidentCase) -> Ruling:
    """The gate's ruling on an incident: the first rule that answers, else hold."""
    for rule in INCIDENT_RULES:
        ruling = rule(case)
        if ruling is not None:
            return ruling
    return no_rule()


def rule_place(case: IncidentCase) -> Ruling:
    """The ruling on what, when, where and what to do, as if the record held no person and were only reported: this
    part needs nobody's approval for a person's sake."""
    return rule_incident(replace(case, facts=place_part(case.facts), place_only=True))


def rule_digest() -> Ruling:
    """A digest holds only what the gate passed into it."""
    return Ruling(verdict=Verdict.PUBLISH, rule="evening-digest", why="the day's rest, passed item by item")
