"""Someone whom a record is about: what the vault holds, what the gate may know of it, what a text may say."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from typing import Any

from pydantic import AwareDatetime, Field, model_validator

from core.domain.lines import Frozen

_NAME = re.compile(r"[^\W\d_]+(?:[ .,'’-]{1,2}[^\W\d_]+)*\.?")
_REFERENCE = re.compile(r"[A-Z0-9]+(?:[/-][A-Z0-9]+)*")


class PersonRole(StrEnum):
    """What the person is in the record. Only an offender is ever spoken about."""

    OFFENDER = "offender"
    WITNESS = "witness"
    VICTIM = "victim"


class Picture(Frozen):
    """A picture of a person and where it comes from."""

    path: str
    footage: str
    minute: str
    voucher: str
    """Who vouches that it shows the offender."""


class Judgement(Frozen):
    """How old someone of the staff takes the person in a picture to be."""

    by: str = Field(min_length=1)
    age: int = Field(ge=0, le=130)


class Description(Frozen):
    """What the person looks like, a field each, as the record writes it.

    A text says only words that the agency's vocabulary knows (`Agency.description`); others are left out, never quoted.
    """

    sex: str | None = None
    height: str | None = None
    build: str | None = None
    hair: str | None = None
    top: str | None = None
    top_tint: str | None = None
    bottom: str | None = None
    bottom_tint: str | None = None
    headwear: str | None = None
    carried: str | None = None
    marks: tuple[str, ...] = ()
    race: str | None = None
    """Race or colour: said only beside three facts that distinguish."""


class Person(Frozen):
    """Someone spoken about. Every field is optional; all of it lives in the vault.

    There is no field for what is never said: prior record, parole, gang, health, home, immigration, address.
    """

    ref: str | None = None
    """The records system's own id; never public."""
    ref_by: str | None = None
    """Who gives that id out, where several systems share it; None = the record's own authority, and nobody else's."""
    role: PersonRole = PersonRole.OFFENDER
    juvenile: bool = False
    """True when the record itself says so, whatever age it gives."""
    name: str | None = None
    birth_date: date | None = None
    age: int | None = Field(default=None, ge=0, le=130)
    """On the day on which the record was known."""
    judgements: tuple[Judgement, ...] = ()
    description: Description | None = None
    case_reference: str | None = None
    """Warrant or case number."""
    picture: Picture | None = None

    @model_validator(mode="before")
    @classmethod
    def _older_form(cls, given: Any) -> Any:
        """A vault may hold records from before descriptions had fields; the raw row beside them keeps the words."""
        if not isinstance(given, dict):
            return given
        kept = {name: value for name, value in given.items() if name != "judged_age"}
        if isinstance(kept.get("description"), str):
            kept["description"] = None
        return kept


class PersonFacts(Frozen):
    """What the gate may know of a person: yes and no, ages in years, counts. It finds nobody.

    A birth date, also as the date of coming of age, would: ages are worked out at intake, each the youngest that the
    record allows. Whoever was of age then is so at the time of the post.
    """

    role: PersonRole
    juvenile: bool
    named: bool
    name_plain: bool
    """True when the name is letters and nothing else, so that no words hide in it."""
    described: bool
    """True when a picture or a known word of the description is there."""
    pictured: bool
    age_at_offence: int | None
    age_when_known: int | None
    footage: bool
    """True when footage, minute and who vouches for it are all written down."""
    judges: int
    """How many different people judged the apparent age."""
    youngest_judged: int | None
    case_reference: bool
    purpose: bool
    """True when the purpose of the release is written down."""
    distinguishing: int
    """Known facts of the description beside sex, race and colour."""
    race_said: bool


class Trait(Frozen):
    """One fact of a description, by the codes of the agency's vocabulary."""

    field: str
    code: str
    tint: str | None = None


class StateWord(StrEnum):
    """The word for what is known of the person. It follows from the record's state and can't be typed."""

    IDENTIFY = "identify"
    WANTED = "wanted"
    ARRESTED = "arrested"
    CHARGED = "charged"
    CONVICTED = "convicted"


class PreparedPicture(Frozen):
    """A picture of the person as it may be shown: cropped, bystanders unreadable. Its bytes lie in the vault."""

    ref: str
    sha256: str
    media_type: str
    width: int = Field(gt=0)
    height: int = Field(gt=0)
    bystanders: int = Field(ge=0)
    """How many boxes were made unreadable; with 0, `by` says that nobody else is in it."""
    by: str
    at: AwareDatetime


class PersonDraft(Frozen):
    """All that a text about a person may hold. It comes from the vault when it is drafted, never from the log."""

    word: StateWord
    name: str | None = None
    traits: tuple[Trait, ...] = ()
    case_reference: str | None = None
    picture: PreparedPicture | None = None

    @model_validator(mode="after")
    def _no_name_for_the_unidentified(self) -> PersonDraft:
        if self.word is StateWord.IDENTIFY and self.name is not None:
            raise ValueError("whom police want to identify has no name")
        return self


def plain_name(name: str) -> bool:
    """True for letters with the signs that names hold, up to 60 characters and 6 words."""
    return len(name) <= 60 and len(name.split()) <= 6 and _NAME.fullmatch(name) is not None


def plain_reference(reference: str) -> bool:
    """True for capitals, digits and dashes, up to 30 characters: no words in it, no telephone number's blanks."""
    return len(reference) <= 30 and _REFERENCE.fullmatch(reference) is not None
