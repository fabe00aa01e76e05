"""What the partner's API takes and answers."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from core.domain.incidents import FIRST_YEAR, LAST_YEAR
from core.domain.lines import LineId
from core.domain.partners import Announcement, AnnouncementKind

Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
Sentence = Annotated[
    str, StringConstraints(min_length=3, max_length=300, strip_whitespace=True, pattern=r"^[^\x00-\x1f\x7f]+$")
]
Text = Annotated[
    str,
    StringConstraints(min_length=1, max_length=2000, strip_whitespace=True, pattern=r"^[^\x00-\x09\x0b-\x1f\x7f]+$"),
]
Link = Annotated[str, StringConstraints(max_length=300, pattern=r"^https://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[!-~]*)?$")]
Line = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,40}$")]


class AnnouncementIn(BaseModel):
    """An announcement. There is no field for a person and none for a picture, and an unknown field is refused."""

    model_config = ConfigDict(extra="forbid")

    lines: list[Line] = Field(min_length=1, max_length=100, description="Ids of the lines that it is about.")
    kind: AnnouncementKind
    header: dict[Language, Sentence] = Field(min_length=1, max_length=20, description="Language → one sentence.")
    description: dict[Language, Text] = Field(
        default_factory=dict, max_length=20, description="Language → more, in the header's languages."
    )
    active_from: AwareDatetime | None = Field(default=None, description="When it begins; left out: now.")
    active_until: AwareDatetime | None = Field(
        default=None, description="When it ends, and the all-clear is said; left out: when you end it."
    )
    url: Link | None = Field(default=None, description="A page with more; https only.")

    @model_validator(mode="after")
    def _fits_together(self) -> AnnouncementIn:
        if not self.description.keys() <= self.header.keys():
            raise ValueError("description: has a language that the header lacks")
        if self.active_from and self.active_until and self.active_until <= self.active_from:
            raise ValueError("active_until: lies before active_from")
        for name, time in (("active_from", self.active_from), ("active_until", self.active_until)):
            if time is not None and not FIRST_YEAR < time.year < LAST_YEAR:
                raise ValueError(f"{name}: lies in the year {time.year}")
        return self

    def noun(self) -> Announcement:
        """As the fleet keeps it."""
        return Announcement(
            lines=tuple(LineId(line) for line in dict.fromkeys(self.lines)),
            kind=self.kind,
            header=self.header,
            description=self.description,
            active_from=self.active_from,
            active_until=self.active_until,
            url=self.url,
        )


class AnnouncementOut(BaseModel):
    """What has become of an announcement."""

    id: str
    state: Literal["received", "held", "said", "not said", "over"] = Field(
        description="received: on its way; held: a person decides; said: it went out; not said: see the rule; over."
    )
    rule: str | None = Field(default=None, description="The rule's name.")


class VoiceOut(BaseModel):
    """Whether the agency's voice is paused now, by whomever."""

    paused: bool


class Problem(BaseModel):
    """Why something was refused."""

    detail: str
    fields: list[str] = Field(default_factory=list, description="Each field that is wrong, and how.")
