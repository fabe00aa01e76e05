"""The bureau's records of incidents, and what of them identifies nobody."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from pydantic import AwareDatetime, Field, model_validator

from core.domain.lines import Frozen
from core.domain.persons import Person, PersonFacts
from core.domain.places import Place


class State(StrEnum):
    """What is known of who did it. Clearance (the case is solved) is not a state."""

    REPORTED = "reported"
    WANTED = "wanted"
    IDENTIFY = "identify"
    PERSON_OF_INTEREST = "person of interest"
    ARRESTED = "arrested"
    CHARGED = "charged"
    CONVICTED = "convicted"
    ACQUITTED = "acquitted"
    EXONERATED = "exonerated"
    UNFOUNDED = "unfounded"
    DISMISSED = "dismissed"
    SEALED = "sealed"


NEVER_SAID = frozenset(
    {
        State.PERSON_OF_INTEREST,
        State.ACQUITTED,
        State.EXONERATED,
        State.UNFOUNDED,
        State.DISMISSED,
        State.SEALED,
    }
)
"""States in which a record makes no notice at all."""
FIRST_YEAR, LAST_YEAR = 1900, 2200


class Release(Frozen):
    """Who in the bureau allows this record to be said, from when, and to what purpose."""

    allowed_by: str | None = None
    not_before: AwareDatetime | None = None
    purpose: str | None = None
    """The law-enforcement purpose that naming someone arrested, charged or convicted serves; never public."""


class Incident(Frozen):
    """One record of the transit bureau at one revision.

    Identity is (`authority`, `number`); `also_known_as` are other systems' ids. Times are aware.
    `known_at` is when the bureau knew of it; `state_since` when the present state began.
    """

    authority: str = Field(min_length=1)
    number: str = Field(min_length=1)
    also_known_as: tuple[str, ...] = ()
    source: str
    revision: int | None = Field(default=None, ge=0)
    """The records system's own revision number, where it has one."""
    occurred_from: AwareDatetime
    occurred_to: AwareDatetime | None = None
    occurred_about: bool = False
    """True when the local time was repeated or coarse: texts say "about"."""
    known_at: AwareDatetime
    offence_code: str | None = None
    offence_words: str | None = None
    place: Place
    state: State = State.REPORTED
    state_since: AwareDatetime | None = None
    release: Release = Release()
    person: Person | None = None
    tips_line: str | None = None
    free_text: str | None = None
    confirmed_until: AwareDatetime | None = None
    """Until when the source says that what stands about the person may stay up; a new time confirms it anew."""
    unknown_fields: dict[str, str] = Field(default_factory=dict)
    """Columns that the mapping does not name: kept, never lost, never posted."""

    @model_validator(mode="after")
    def _times_that_are_some(self) -> Incident:
        """Records systems write "never" and "not known" as a day of the year 9999 or 1."""
        named = ("occurred_from", "occurred_to", "known_at", "state_since", "confirmed_until")
        times = {name: getattr(self, name) for name in named} | {"release.not_before": self.release.not_before}
        for name, time in times.items():
            if time is not None and not FIRST_YEAR <= time.year <= LAST_YEAR:
                raise ValueError(f"{name} lies in the year {time.year}, which is no time of a record")
        return self

    @model_validator(mode="after")
    def _times_in_order(self) -> Incident:
        if self.occurred_to is not None and self.occurred_to < self.occurred_from:
            raise ValueError("occurred_to lies before occurred_from")
        return self

    def canonical(self) -> bytes:
        """Its content in one spelling: a record that comes again gives the same bytes, whatever field came to be since
        it was first kept."""
        left_out: dict[str, bool | set[str]] = {"source": True}
        if self.confirmed_until is None:
            left_out["confirmed_until"] = True
        if self.person is not None and self.person.ref_by is None:
            left_out["person"] = {"ref_by"}
        return self.model_dump_json(exclude=left_out).encode()


class Facts(Frozen):
    """What of an incident identifies nobody: all that a bot, a rule or an automatic text may see."""

    source: str
    occurred_from: AwareDatetime
    occurred_to: AwareDatetime | None
    occurred_about: bool
    known_at: AwareDatetime
    offence_code: str | None
    offence_known: bool
    offence_family: str | None
    place: Place
    state: State
    state_since: AwareDatetime | None
    release_not_before: AwareDatetime | None
    about_person: bool
    """True when the record holds a person or its state is about one: it never goes out by itself."""
    has_free_text: bool
    person: PersonFacts | None = None

    def began(self) -> datetime:
        """When the present state began: for *reported* the occurrence itself."""
        if self.state is State.REPORTED or self.state_since is None:
            return self.occurred_from
        return self.state_since
