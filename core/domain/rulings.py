"""The gate's answer, always with the rule's name."""

from __future__ import annotations

from enum import StrEnum

from pydantic import AwareDatetime

from core.domain.lines import Frozen


class Verdict(StrEnum):
    """What the gate says."""

    PUBLISH = "publish"
    HOLD = "hold"
    DROP = "drop"


class Ruling(Frozen):
    """Verdict, the rule that gave it, and why in one sentence.

    `into_digest` marks a notice that is not said alone and stands in the day's digest instead. A hold that mutes names
    what holds it (`held_by`: a silence, a calm, another notice) and when that ends, where it is known.
    """

    verdict: Verdict
    rule: str
    why: str
    into_digest: bool = False
    held_by: str | None = None
    until: AwareDatetime | None = None


class Speak(Frozen):
    """A bot's answer: my line has something to say."""

    line: str
    why: str


class Decline(Frozen):
    """A bot's answer: not mine, or not for my handle."""

    line: str
    rule: str
    why: str


Answer = Speak | Decline
