"""What is muted for a while: silences, inhibitions, calm; and by which of its facts a notice is known to them."""

from __future__ import annotations

from typing import Literal

from pydantic import AwareDatetime, Field, model_validator

from core.domain.lines import Frozen, LineId
from core.domain.notices import Kind, Speaker, Urgency

SILENCED, INHIBITED, CALM, QUIET_HOURS = "silenced", "inhibited", "calm", "quiet-hours"
MUTING = frozenset({SILENCED, INHIBITED, CALM, QUIET_HOURS})
"""Rules whose holds end by themselves: what they held goes through the gate again."""


class Matchers(Frozen):
    """What a silence is about: every matcher that says something must agree, with any of its values."""

    lines: tuple[LineId, ...] = ()
    kinds: tuple[Kind, ...] = ()
    families: tuple[str, ...] = ()
    stations: tuple[str, ...] = ()
    """Station ids."""
    speakers: tuple[Speaker, ...] = ()

    @property
    def everything(self) -> bool:
        """True when it leaves nothing out."""
        return not (self.lines or self.kinds or self.families or self.stations or self.speakers)

    def __str__(self) -> str:
        said = [f"{name[:-1]} {', '.join(values)}" for name, values in self if values]
        return "; ".join(said).replace("familie ", "family ") or "everything"


class Silence(Frozen):
    """A person mutes what matches for a while. Why stands in the vault: free words may name somebody."""

    id: int
    matchers: Matchers
    starts: AwareDatetime
    ends: AwareDatetime
    by: str
    at: AwareDatetime
    ended_at: AwareDatetime | None = None
    """When a person ended it before its time."""
    ended_by: str | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Silence:
        if self.ends <= self.starts:
            raise ValueError("a silence ends after it starts")
        return self

    @property
    def key(self) -> str:
        """Under which what it muted is kept."""
        return f"silence {self.id}"


class Calm(Frozen):
    """Nothing routine on a line, or on all of them."""

    line: LineId | None
    """None = every line."""
    until: AwareDatetime
    by: str
    at: AwareDatetime

    @property
    def scope(self) -> str:
        """Its name: `all` or `line A`."""
        return "all" if self.line is None else f"line {self.line}"

    @property
    def key(self) -> str:
        """Under which what it held is kept."""
        return f"calm {self.scope}"


class OfTypes(Frozen):
    """Alerts of the agency, by their types."""

    types: tuple[str, ...] = Field(min_length=1, description="The agency's alert types, or the effects' names.")


class Inhibition(Frozen):
    """While an alert of the one kind stands, those of the other are noise where both agree."""

    source: OfTypes = Field(description="The alert that says more: a suspension of the whole line.")
    target: OfTypes = Field(description="What is noise beside it: small delays.")
    equal: Literal["line"] = Field(default="line", description="line: every line of the lesser one is among its own.")


class Inhibitor(Frozen):
    """An alert that stands, and may make others noise."""

    subject: str
    type: str | None
    lines: tuple[LineId, ...]
    until: AwareDatetime | None
    """When it ends by what the agency says; None = open."""


class Spoken(Frozen):
    """What is about to be said, as far as anything may be muted by it."""

    lines: tuple[LineId, ...]
    kinds: frozenset[Kind]
    """What its subject makes at first, and what this revision is."""
    urgency: Urgency
    speaker: Speaker
    family: str | None = None
    stations: frozenset[str] = frozenset()
    alert_type: str | None = None
