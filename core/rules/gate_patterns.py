"""The gate's rules on a pattern: like incidents on one line that may belong together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from core.domain.policy import Policy
from core.domain.rulings import Ruling
from core.rules.gate import NOTHING_NEW, hours
from core.rules.rule import drop as _drop
from core.rules.rule import hold as _hold


@dataclass(frozen=True)
class PatternCase:
    """All that the gate may look at for a pattern. `began` is when its state began: with its newest incident."""

    began: datetime
    why: str
    policy: Policy
    now: datetime
    changed: bool
    stands: bool
    shaken: bool = False
    """True when an incident behind it is in a state of which nothing is said."""
    corrects: bool = False
    """True when it counts fewer than what stands."""


def rule_pattern(case: PatternCase) -> Ruling:
    """Old news is dropped, what riders know already too; anything else waits for people: there is no PUBLISH."""
    if case.shaken:
        return _drop("pattern-shaken", "an incident behind it may not be said any more")
    if case.corrects and case.stands and case.changed:
        return _hold("pattern-waits", f"what stands counts an incident that may not be counted any more: {case.why}")
    if case.now - case.began > case.policy.too_old_state:
        return _drop("too-old", f"its newest incident lies more than {hours(case.policy.too_old_state)} back")
    if case.stands and not case.changed:
        return _drop(NOTHING_NEW, "nothing that a rider would notice has changed")
    return _hold("pattern-waits", f"people say whether these belong together: {case.why}")
