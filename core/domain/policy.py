"""What the fleet may say by itself, as data: a pack, then the fleet's own settings."""

from __future__ import annotations

from datetime import time, timedelta
from enum import StrEnum
from typing import Literal

from pydantic import Field

from core.domain.lines import Frozen, QuietHours


class QuestionFor(StrEnum):
    """Which notices a question is asked for."""

    ANY = "any"
    PERSON = "person"
    PICTURE = "picture"


class Question(Frozen):
    """Something that no rule can tell from a record, and that whoever approves must answer."""

    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$", description="Name of the question, stored with the answer.")
    ask: str = Field(min_length=1, description="The question. Yes means that it may not go out.")
    asked_for: QuestionFor = Field(default=QuestionFor.ANY, description="any notice, one about a person, a picture.")


class Policy(Frozen):
    """The gate's numbers and lists. Durations are timedeltas, times are local to the agency."""

    name: str
    hash: str
    """Stored with every ruling."""
    too_old_happened: timedelta = timedelta(hours=72)
    """For *reported*: since it happened."""
    too_old_known: timedelta = timedelta(hours=24)
    """For *reported*: since it was known."""
    too_old_state: timedelta = timedelta(hours=72)
    """For later states: since that state began."""
    daily_limit: int = Field(default=6, ge=0)
    """Notices a line says alone on one day; the rest stand in the digest."""
    agency_share: int = Field(default=12, ge=0)
    """Notices that the agency begins on one line's handle in one day; what stands is followed up all the same."""
    agency_reserve: int = Field(default=4, ge=0)
    """So many of them are kept for what is pressing."""
    remind_after: timedelta = timedelta(hours=12)
    """What was announced at least so long before it begins is said once more when it does."""
    digest_at: time = time(19, 0)
    quiet_hours: tuple[QuietHours, ...] = ()
    """When which notices wait. What is urgent and what takes back never does."""
    twin_window: timedelta = timedelta(minutes=60)
    """Records of several roads this close in time, place and family are offered as the same."""
    life: timedelta = timedelta(hours=24)
    """How long after it was prepared a notice may still be delivered."""
    complex: Literal["all", "hold"] = "all"
    """A record that may be of any of several joined stations: said by all their lines, or held for a person."""
    adult_age: int = Field(default=18, ge=0)
    """Nobody below it is spoken about, on the day of the offence and of the post."""
    judged_margin: int = Field(default=7, ge=0)
    """Years by which an age that was only judged by looks must lie above it."""
    identify_within: timedelta = timedelta(days=14)
    """How long after the offence an unidentified person may be asked for."""
    alert_list: frozenset[str] = frozenset({"robbery", "assault", "weapons"})
    """Offence families that may be said alone; the catalogue picks the grave ones among each."""
    serious_list: frozenset[str] = frozenset(
        {"robbery", "assault", "weapons", "homicide", "sexual", "kidnapping", "arson"}
    )
    """Offence families for which somebody unidentified, arrested, charged or convicted may be spoken about."""
    confirm_identify: timedelta = timedelta(days=14)
    """How long a notice about somebody unidentified may stand unless it is confirmed with a new time."""
    confirm_wanted: timedelta = timedelta(hours=72)
    """The same for somebody wanted."""
    confirm_accused: timedelta = timedelta(days=7)
    """The same for somebody arrested, charged or convicted."""
    confirm_warning: timedelta = timedelta(hours=12)
    """So long before it comes down by itself somebody is called."""
    pattern_incidents: int = Field(default=4, ge=2)
    """So many incidents of one family make a series."""
    pattern_within: timedelta = timedelta(days=14)
    """No two of a series lie further apart in time."""
    pattern_stations: int = Field(default=3, ge=0)
    """Nor further apart along the gazetteer's order of the line, unless the records name one offender."""
    pattern_chance: float = Field(default=0.002, gt=0, le=1)
    """How probable so many may be by the stretch's own past, where nothing but their number speaks for a series."""
    questions: tuple[Question, ...] = ()
    """What whoever approves must answer."""
    sheltered_stations: int = Field(default=6, ge=1)
    """Of a line with fewer stations no sheltered offence is said: the line alone would tell where it was."""
    approvals_person: int = Field(default=2, ge=1)
    """People who must approve what concerns a person."""
    approvals_other: int = Field(default=1, ge=1)
    """People who must approve anything else that is held."""
    approval_life: timedelta = timedelta(hours=24)
    """How long held posts may be approved, and an approval counts, before they are made anew."""
    undo_window: timedelta = timedelta(seconds=30)
    """How long what concerns a person still waits once it is approved, and may be undone."""


class MayAssert(Frozen):
    """What a source is trusted to say beyond *reported*."""

    states: frozenset[str] = Field(
        default=frozenset({"reported"}),
        description="States that its records may be in; a record in another is set aside.",
    )
    persons: bool = Field(default=False, description="Whether its records may name or describe a person.")
    pictures: bool = Field(default=False, description="Whether they may bring a picture of one.")
