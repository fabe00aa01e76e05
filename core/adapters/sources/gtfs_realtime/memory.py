"""The cursor of an Alerts feed: what was given of each alert, since when one is missing, and when to look again."""

from __future__ import annotations

from datetime import datetime

from pydantic import AwareDatetime, Field, ValidationError

from core.domain.lines import Frozen
from core.ports.source import SourceDown

AGAIN = "again"
"""A mark that no alert has."""


class Kept(Frozen):
    """One subject. `words` knows it again under another id, `given` is the mark of what was given last ("" = not yet),
    `missing` is since when the feed has it no more."""

    words: str
    given: str = ""
    begun: bool = False
    """True once a period began while it was given: between two nights it goes on."""
    over: bool = False
    """True once it was said to be over."""
    missing: AwareDatetime | None = None

    @property
    def stands(self) -> bool:
        """True when it was given and not said to be over."""
        return bool(self.given) and not self.over


class Memory(Frozen):
    """All that is kept between two passes; as large as the feed, whatever the number of passes."""

    version: int = Field(default=1, ge=1, le=1)
    etag: str | None = None
    modified: str | None = None
    body: str | None = None
    """Mark of the bytes that were read last."""
    at: AwareDatetime | None = None
    """The last feed's own time."""
    look_again: AwareDatetime | None = None
    """When something falls due although the feed stays the same."""
    kept: dict[str, Kept] = Field(default_factory=dict)
    known_as: dict[str, str] = Field(default_factory=dict)
    """Another id of equal words → the subject that it belongs to."""
    bad: tuple[str, ...] = ()
    """Marks of entities that were set aside and are still in the feed."""

    @classmethod
    def read(cls, cursor: str | None) -> Memory:
        """The cursor as it was given back. Raises SourceDown when it is not one of an Alerts feed."""
        try:
            return cls() if cursor is None else cls.model_validate_json(cursor)
        except ValidationError:
            raise SourceDown("the kept cursor is none of an Alerts feed: was the source's kind changed?") from None

    def text(self) -> str:
        """As it is kept."""
        return self.model_dump_json(exclude_defaults=True)

    def to_give_again(self) -> Memory:
        """The same, as if the words of each alert that stands had changed since they were given."""
        kept = {
            subject: one.model_copy(update={"given": AGAIN}) if one.stands else one
            for subject, one in self.kept.items()
        }
        return self.model_copy(update={"kept": kept, "etag": None, "modified": None, "body": None})

    def is_quiet(self, now: datetime) -> bool:
        """True while an unchanged feed has nothing to say."""
        return self.look_again is None or now < self.look_again
