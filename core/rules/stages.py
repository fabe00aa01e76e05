"""The gate's stages in their order, and which rule stands in which."""

from __future__ import annotations

from dataclasses import dataclass

from core.rules.gate import INCIDENT_RULES, NOTHING_NEW
from core.rules.lint import LINT_RULES
from core.rules.muting import HOUR_RULES, INHIBITION_RULES, SILENCE_RULES


@dataclass(frozen=True)
class Stage:
    """One stage; every no of it names one of its rules."""

    name: str
    says: str
    rules: tuple[str, ...]


STAGES = (
    Stage("silence", "A person muted it for a while.", tuple(rule.id for rule in SILENCE_RULES)),
    Stage("inhibition", "A bigger notice makes it noise.", tuple(rule.id for rule in INHIBITION_RULES)),
    Stage("repetition", "It was said already, or it is said anew: update, reminder, all-clear.", (NOTHING_NEW,)),
    Stage(
        "policy",
        "What the fleet may say by itself, and when.",
        (
            *(rule.id for rule in INCIDENT_RULES if rule.id != NOTHING_NEW),
            *(rule.id for rule in HOUR_RULES),
        ),
    ),
    Stage("lint", "The final text holds nothing that may stand in none.", tuple(rule.id for rule in LINT_RULES)),
)
"""What policy would not say anyway needs no silence: it is dropped under its own rule."""


def stage_of(rule: str) -> str:
    """The stage of a rule. Raises KeyError for a rule of none."""
    return _OF[rule]


_OF = {rule: stage.name for stage in STAGES for rule in stage.rules}
