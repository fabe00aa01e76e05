"""Subjects, notices and their revisions: what is said, by whom, and how pressing it is."""

from __future__ import annotations

from datetime import date
from enum import IntEnum, StrEnum
from typing import NewType, assert_never

from pydantic import AwareDatetime, Field, model_validator

from core.domain.incidents import State
from core.domain.lines import AccountId, Frozen, LineId
from core.domain.persons import PersonDraft

NoticeId = NewType("NoticeId", str)


class SubjectKind(StrEnum):
    """What can be spoken about."""

    INCIDENT = "incident"
    ALERT = "alert"
    DIGEST = "digest"
    PATTERN = "pattern"


class Subject(Frozen):
    """What is spoken about, once for the whole fleet.

    `key` is a keyed hash for an incident, `agency/id` for an alert, `line/day` for a digest,
    a keyed hash of line, family and first incident for a pattern.
    """

    kind: SubjectKind
    key: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.key}"


class Speaker(StrEnum):
    """Whose words a notice carries."""

    BUREAU = "bureau"
    AGENCY = "agency"


class Kind(StrEnum):
    """What kind of thing a revision of a notice is."""

    CRIME_ALERT = "crime alert"
    WANTED = "wanted"
    IDENTIFY = "identify"
    ARREST = "arrest"
    CHARGE = "charge"
    CONVICTION = "conviction"
    SERVICE = "service"
    DIGEST = "digest"
    PATTERN = "pattern"
    UPDATE = "update"
    ALL_CLEAR = "all-clear"
    CORRECTION = "correction"
    WITHDRAWAL = "withdrawal"


class Urgency(IntEnum):
    """Order of delivery across notices: the lower goes first."""

    TAKING_BACK = 0
    URGENT = 1
    SERVICE = 2
    ROUTINE = 3


def urgency(kind: Kind, first: Urgency | None = None) -> Urgency:
    """The class of a revision; an update has the class of its notice's first revision (`first`)."""
    match kind:
        case Kind.CORRECTION | Kind.WITHDRAWAL:
            return Urgency.TAKING_BACK
        case Kind.CRIME_ALERT | Kind.WANTED | Kind.IDENTIFY | Kind.ALL_CLEAR:
            return Urgency.URGENT
        case Kind.SERVICE:
            return Urgency.SERVICE
        case Kind.ARREST | Kind.CHARGE | Kind.CONVICTION | Kind.DIGEST | Kind.PATTERN:
            return Urgency.ROUTINE
        case Kind.UPDATE:
            return Urgency.ROUTINE if first is None else first
        case _:
            assert_never(kind)


class Notice(Frozen):
    """What one speaker says about one subject."""

    id: NoticeId
    subject: Subject
    speaker: Speaker
    reference: str
    """The seven characters that riders see and that the notice is found by."""


class Revision(Frozen):
    """One revision of a notice, with the lines whose bots speak it, lead first."""

    notice_id: NoticeId
    number: int = Field(ge=1)
    entry_seq: int
    kind: Kind
    urgency: Urgency
    lines: tuple[LineId, ...]
    prepared_at: AwareDatetime
    expires_at: AwareDatetime
    place_only: bool = False
    """True for the place part of an incident with a person: what is about the person is a later revision, or none."""


class DigestItem(Frozen):
    """One incident inside a digest."""

    entry_seq: int
    reference: str
    offence: dict[str, str]
    """Language → the offence's plain words."""
    weight: int
    station_name: str | None
    lines: tuple[LineId, ...]
    occurred_from: AwareDatetime
    occurred_about: bool


class DayPart(StrEnum):
    """How coarsely the time of a sheltered offence is said."""

    NIGHT = "night"
    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


class IncidentDraft(Frozen):
    """All that a text about an incident may hold: catalogue words, names of places, times.

    With `day_part` it is sheltered: its line and the part of the day, no station, direction, train or minute.
    """

    reference: str
    kind: Kind
    update: int = Field(default=1, ge=1)
    """1 = first said; from 2 on the text says "update 2"."""
    offence: dict[str, str]
    state: State
    station_name: str | None
    area: str | None
    lines: tuple[LineId, ...]
    train: LineId | None
    direction: str | None
    """A direction code of the agency's catalogue (`northbound` …), never free text."""
    occurred_from: AwareDatetime
    occurred_to: AwareDatetime | None
    occurred_about: bool
    day_part: DayPart | None = None
    person: PersonDraft | None = None
    """Only in a draft that somebody approves."""
    see: str | None = None
    """Reference of the notice of the other voice about the same event, which came before."""

    @model_validator(mode="after")
    def _sheltered_is_coarse(self) -> IncidentDraft:
        if self.day_part is not None:
            fine = (self.station_name, self.area, self.train, self.direction, self.occurred_to)
            if any(fine) or len(self.lines) > 1 or self.occurred_from.minute % 15 or self.occurred_from.second:
                raise ValueError("a sheltered offence is said by its line and the part of the day alone")
        return self


class ServiceDraft(Frozen):
    """An agency's alert, quoted under the agency's name."""

    reference: str
    kind: Kind
    update: int = Field(default=1, ge=1)
    agency: str
    header: dict[str, str]
    description: dict[str, str]
    lines: tuple[LineId, ...]
    type: str | None = None
    """The agency's own word for what it is; a language that the agency has no words in says it from the catalogue."""
    stations: tuple[str, ...] = ()
    """Names of the stations that it names. None of them is said to have one of the lines."""
    begins: AwareDatetime | None = None
    ends: AwareDatetime | None = None
    upcoming: bool = False
    """True while none of its periods has begun."""
    reminder: bool = False
    """True where it was announced before and begins now."""
    as_of: AwareDatetime | None = None
    """When the agency knew it, where that lies back far enough to be said."""
    see: str | None = None
    """Reference of the notice of the other voice about the same event, which came before."""


class DigestDraft(Frozen):
    """The day's rest of one line."""

    reference: str
    update: int = Field(default=1, ge=1)
    line: LineId
    day: date
    items: tuple[DigestItem, ...] = Field(min_length=1)


class PatternDraft(Frozen):
    """Like incidents on one line, counted: said only once somebody approved it, and of nobody."""

    reference: str
    kind: Kind
    update: int = Field(default=1, ge=1)
    line: LineId
    offence: dict[str, str]
    """Language → the plain words of the offence that most of them are."""
    count: int = Field(ge=2)
    stations: tuple[str, ...] = Field(min_length=1)
    """Names, in the gazetteer's order."""
    first: date
    last: date
    """Local days of the oldest and the newest."""
    riders: int | None = None
    """How many ride the line on a day, where the operator says so."""


class TakingBackDraft(Frozen):
    """What is said where a notice stood that was taken back: its reference, and nothing of what it said."""

    reference: str
    kind: Kind
    """Correction or withdrawal."""
    update: int = Field(default=1, ge=1)
    person_only: bool = False
    """True where what was said of a person is withdrawn, and what was said of the place stands."""


class WrittenDraft(Frozen):
    """An officer's own words, said only once another person approved them, and never about a person."""

    reference: str
    kind: Kind
    update: int = Field(default=1, ge=1)
    words: dict[str, str] = Field(min_length=1)
    """Language → text."""


Draft = IncidentDraft | ServiceDraft | DigestDraft | PatternDraft | TakingBackDraft | WrittenDraft


class ReplyTo(Frozen):
    """The post that a part answers, named by its place in the notice, not by a platform's id."""

    notice: NoticeId | None = None
    """Another notice, of the other voice about the same event; None = its own."""
    revision: int
    language: str
    part: int


class PostPicture(Frozen):
    """A picture that belongs to a post, named by its content; its bytes lie in the vault under `ref`."""

    sha256: str
    """Of the exact bytes that are sent."""
    media_type: str
    width: int = Field(gt=0)
    height: int = Field(gt=0)
    alt: str = Field(min_length=1)
    """In the post's language."""
    ref: str


class Post(Frozen):
    """One part of what a rider reads on one platform."""

    language: str
    part: int = Field(ge=1)
    text: str
    spoken: str
    """The same words as they are said aloud ("el tren 7", "parte 2 de 3")."""
    reply_to: ReplyTo | None = None
    picture: PostPicture | None = None


class AccountPosts(Frozen):
    """The posts of one notice for one account, in the order in which they go out."""

    account: AccountId
    posts: tuple[Post, ...]
