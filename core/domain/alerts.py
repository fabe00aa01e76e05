"""What the transit agency says: a service alert in GTFS-realtime's words, and which of its kinds riders are told."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pydantic import AwareDatetime, Field, field_validator

from core.domain.lines import Frozen, LineId
from core.domain.silences import Inhibition

ELEVATOR = "elevator"
"""What elevator and escalator notices are called, whatever type the feed gives them."""


@dataclass(frozen=True, slots=True)
class Period:
    """An active period: from its start on, up to its end; None = open."""

    start: datetime | None
    end: datetime | None


class AlertSaying(StrEnum):
    """What the agency's table says of an alert of this kind."""

    SAY = "say"
    """Said once it is due."""
    ASKED = "asked"
    """Said on the lines alone that ask for it (`also` in lines.yaml)."""
    HOLD = "hold"
    """A person decides."""
    NEVER = "never"
    """Riders of a line are not told."""


class ServiceEffect(StrEnum):
    """GTFS-realtime's effects that say that service is hit, the worst first."""

    NO_SERVICE = "NO_SERVICE"
    REDUCED_SERVICE = "REDUCED_SERVICE"
    SIGNIFICANT_DELAYS = "SIGNIFICANT_DELAYS"
    DETOUR = "DETOUR"
    STOP_MOVED = "STOP_MOVED"
    MODIFIED_SERVICE = "MODIFIED_SERVICE"


class ServiceAlert(Frozen):
    """One alert of one agency; header and description per language. It holds what a rider would notice, and beside that
    only `source` and `known_at`: two that agree in all else say the same."""

    agency: str = Field(min_length=1)
    id: str = Field(min_length=1)
    source: str
    lines: tuple[LineId, ...]
    header: dict[str, str]
    description: dict[str, str] = Field(default_factory=dict)
    active_from: AwareDatetime | None = None
    """When it begins; None once it has begun."""
    active_to: AwareDatetime | None = None
    """When the last of its periods ends; None = open."""
    known_at: AwareDatetime
    over: bool = False
    """True when the agency says that it has ended, or left it out of its feed for long enough."""
    type: str | None = None
    """The agency's own word for what it is ("Delays"), else the effect's name; None where the feed says neither."""
    upcoming: bool = False
    """True when it is shown before its first period begins."""
    periods: dict[str, str] = Field(default_factory=dict)
    """Language → its periods in the agency's words."""
    stops: tuple[str, ...] = ()
    """Stop ids that it names. That a stop and a line stand in one alert does not say that the line calls there."""
    saying: AlertSaying = AlertSaying.SAY
    saying_why: str | None = None
    """Which entry of the agency's table said so."""
    pressing: bool = False
    """True where no train runs: it goes before the agency's other words when the day's share is short."""
    police: bool = False
    """True where its words say that police are in it: it may be the same event as an incident."""

    def wordless(self) -> ServiceAlert:
        """The same without the agency's own words: type, lines, stations and times are left."""
        return self.model_copy(update={"header": {}, "description": {}, "periods": {}})

    def words(self) -> bytes:
        """The agency's own words alone, as they lie in the vault."""
        return self.model_dump_json(include={"header", "description", "periods"}).encode()

    def with_words(self, words: bytes) -> ServiceAlert:
        """The same with these words."""
        return self.model_copy(update=json.loads(words))


class AlertTypes(Frozen):
    """What `alert_types.yaml` of an agency says: which alerts riders of a line are told. Patterns are regular
    expressions, found anywhere in the words, whatever the case, `^` at each line; they go before the types."""

    otherwise: AlertSaying = Field(default=AlertSaying.SAY, description="What holds for a type that is not listed.")
    types: dict[str, AlertSaying] = Field(
        default_factory=dict, description="The agency's alert type, or the effect's name → say, asked, hold or never."
    )
    effects: dict[str, ServiceEffect] = Field(
        default_factory=dict,
        description="The agency's alert type → what it does to service, in GTFS-realtime's words: our feed says it of "
        "an incident that is tied to such an alert. An effect's own name needs no entry; any other type does nothing.",
    )
    pressing: tuple[str, ...] = Field(
        default=(), description="Types that go before the others when the agency's share of the day is short."
    )
    elevators: AlertSaying = Field(
        default=AlertSaying.ASKED, description="What holds for elevator and escalator notices."
    )
    elevator_patterns: tuple[str, ...] = Field(default=(), description="By which their headers are known.")
    inhibitions: tuple[Inhibition, ...] = Field(
        default=(), description="Which alerts make which others noise while they stand."
    )
    staff_patterns: tuple[str, ...] = Field(
        default=(), description="By which instructions to the agency's own staff are known: they are never said."
    )

    police_patterns: tuple[str, ...] = Field(
        default=(),
        description="By which alerts are known that police are in: they may be one event with an incident.",
    )

    @field_validator("elevator_patterns", "staff_patterns", "police_patterns")
    @classmethod
    def _can_be_searched(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in patterns:
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"{pattern!r} is no regular expression: {error}") from None
        return patterns

    def is_for_staff(self, words: str) -> bool:
        """True for an instruction to the agency's own staff: a description that is one is left out."""
        return _found(self.staff_patterns, words)

    def is_of_police(self, words: str) -> bool:
        """True where the words say that police are in it."""
        return _found(self.police_patterns, words)

    def of(self, alert_type: str | None, header: str) -> tuple[AlertSaying, str]:
        """What is said of such an alert, and which entry says so."""
        if self.is_for_staff(header):
            return AlertSaying.NEVER, "staff"
        if _found(self.elevator_patterns, header):
            return self.elevators, ELEVATOR
        if alert_type is not None and alert_type in self.types:
            return self.types[alert_type], alert_type
        return self.otherwise, "otherwise"

    @property
    def asked_for(self) -> frozenset[str]:
        """Kinds that only lines which ask for them carry."""
        asked = {kind for kind, saying in self.types.items() if saying is AlertSaying.ASKED}
        return frozenset(asked | ({ELEVATOR} if self.elevators is AlertSaying.ASKED else set()))


def _found(patterns: tuple[str, ...], text: str) -> bool:
    return any(re.search(pattern, text, re.IGNORECASE | re.MULTILINE) for pattern in patterns)
