"""What of the bureau stands publicly, as other systems take it over: facts and words that identify nobody."""

from __future__ import annotations

from pydantic import AwareDatetime, Field

from core.domain.alerts import ServiceEffect
from core.domain.lines import Frozen, LineId
from core.domain.notices import Kind, NoticeId, SubjectKind
from core.domain.taking_back import Because


class Words(Frozen):
    """What a notice says in one language, made of its facts: in one sentence, and whole; written and as said aloud."""

    header: str = Field(min_length=1)
    text: str
    spoken_header: str
    spoken_text: str


class Said(Frozen):
    """One revision that stood publicly, and since when."""

    revision: int
    at: AwareDatetime


class ShownCard(Frozen):
    """The drawn card of the place that stands with a notice in one language. Never anybody's picture."""

    path: str
    """On the public pages."""
    media_type: str
    alt: str


class Published(Frozen):
    """One notice of the bureau as it stands, or that it was taken back: then nothing is left of what it said."""

    id: NoticeId
    reference: str
    about: SubjectKind
    kind: Kind
    """Of the revision that stands; of one taken back, correction or withdrawal."""
    said: tuple[Said, ...] = Field(min_length=1)
    """Every revision that stood, the first first; of a notice taken back, that as well, last."""
    lines: tuple[LineId, ...]
    stops: tuple[str, ...] = ()
    """GTFS ids of the stations where it was."""
    words: dict[str, Words]
    """Language → words, in the fleet's order of languages."""
    until: AwareDatetime
    """Until when it counts as news, for formats that have an end."""
    because: Because | None = None
    """Why it was taken back, where a person said so."""
    withdrawn: bool = False
    page: str | None = None
    """Where it stands on the public pages."""
    cards: dict[str, ShownCard] = Field(default_factory=dict)
    """Language → the card of the place that stands there with what it says now."""
    effect: ServiceEffect | None = None
    """What the agency says that it does to service, in an alert that an officer tied to it; None = nothing."""
    turned_at: AwareDatetime | None = None
    """When that last changed."""

    @property
    def first_at(self) -> AwareDatetime:
        """When it was first said."""
        return self.said[0].at

    @property
    def at(self) -> AwareDatetime:
        """When it last changed."""
        return self.said[-1].at

    @property
    def revision(self) -> int:
        """The number of what stands, or of its taking back."""
        return self.said[-1].revision

    def concerns(self, line: LineId | None) -> bool:
        """True when it is about this line; every notice is about the whole fleet."""
        return line is None or line in self.lines
