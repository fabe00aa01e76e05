"""The incident log: every accepted record in order, and what became of it."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from core.domain.alerts import ServiceAlert
from core.domain.incidents import Facts
from core.domain.lines import AccountId, Frozen, LineId
from core.domain.notices import DigestItem, Subject
from core.domain.places import Placement


class IncidentEntry(Frozen):
    """A bureau record as bots and rules see it."""

    kind: Literal["incident"] = "incident"
    facts: Facts
    placement: Placement
    closed: bool = False
    """True once an officer closed it: it makes no further notice."""
    twins_settled: bool = False
    """True once an officer said that it is not the same as another incident."""
    stands_on: str | None = None
    """The officer's answer by which it was placed."""


class AlertEntry(Frozen):
    """An agency's alert."""

    kind: Literal["alert"] = "alert"
    alert: ServiceAlert


class DigestEntry(Frozen):
    """A line's evening digest."""

    kind: Literal["digest"] = "digest"
    line: LineId
    day: str
    """Calendar day in the agency's zone, ISO."""
    items: tuple[DigestItem, ...]
    accounts: tuple[AccountId, ...] = ()
    """Said on these alone, which were out when the rest was said; none = on all of the line's."""


class PatternEntry(Frozen):
    """Like incidents on one line that may belong together. What is behind it stands as references only."""

    kind: Literal["pattern"] = "pattern"
    line: LineId
    family: str
    offence_code: str
    """The code that most of them bear."""
    incidents: tuple[str, ...]
    """Subjects of the incidents, oldest first."""
    stations: tuple[str, ...]
    """Ids, in the gazetteer's order."""
    first: AwareDatetime
    last: AwareDatetime
    """When its state began: with its newest incident."""
    one_offender: bool = False
    corrects: bool = False
    """True where it counts fewer than stands: an incident behind that may not be counted any more."""
    why: str
    """Which numbers it stands on, for whoever looks at it."""


EntryBody = Annotated[IncidentEntry | AlertEntry | DigestEntry | PatternEntry, Field(discriminator="kind")]


class Fate(StrEnum):
    """What became of a row. Each row has exactly one."""

    PENDING = "pending"
    POSTED = "posted"
    DIGEST = "digest"
    HELD = "held"
    DROPPED = "dropped"
    AMBIGUOUS = "ambiguous"
    SET_ASIDE = "set aside"
    KNOWN = "already known"


class NewEntry(Frozen):
    """What intake appends."""

    subject: Subject
    revision: int = Field(ge=1)
    source: str
    content_hash: str
    known_at: AwareDatetime
    body: EntryBody
    vault_ref: str | None
    """Where the whole record lies, and of an alert that may name somebody its words, which are read with the entry;
    None for what identifies nobody (other alerts, digests)."""
    place_key: str | None = None
    family: str | None = None
    occurred_at: AwareDatetime | None = None
    """Place, offence family and time by which like records of several roads find each other."""
    fate: Fate = Fate.PENDING
    rule: str | None = None


class LogEntry(NewEntry):
    """An appended entry. `seq` grows in the order of commits."""

    seq: int
    received_at: AwareDatetime


class SetAside(Frozen):
    """A row that could not be read, kept with its reason; the row itself lies in the vault."""

    id: int
    source: str
    position: str
    """Where it stood: `name.csv:17`."""
    reason: str
    """Field and fault, never the value."""
    vault_ref: str
    at: AwareDatetime
