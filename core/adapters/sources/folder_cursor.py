"""The cursor of a watched folder: for each file how far it was read, and how to know it again."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.domain.lines import Frozen
from core.ports.source import SourceDown


class Reading(Frozen):
    """How far one file was read. `head` and `tail` are digests of its beginning and of what stands before `offset`."""

    size: int
    changed_ns: int
    offset: int = 0
    line: int = 1
    head: str = ""
    tail: str = ""
    loose: int | None = None
    """Where the last record began when it was taken without a line end."""

    def same_stat(self, size: int, changed_ns: int) -> bool:
        """True when the file was not written to since."""
        return (self.size, self.changed_ns) == (size, changed_ns)

    def moved(self, offset: int, line: int, loose: int | None = None) -> Reading:
        """Read up to here."""
        return self.model_copy(update={"offset": offset, "line": line, "loose": loose})

    def marked(self, head: str, tail: str) -> Reading:
        """With the digests that belong to `offset`."""
        return self.model_copy(update={"head": head, "tail": tail})

    def seen_as(self, size: int, changed_ns: int) -> Reading:
        """With the size and the time of change that it has now."""
        return self.model_copy(update={"size": size, "changed_ns": changed_ns})


class FolderCursor(BaseModel):
    """All files of the folder by name."""

    model_config = ConfigDict(extra="forbid")

    version: int = Field(default=1, ge=1, le=1)
    files: dict[str, Reading] = Field(default_factory=dict)

    @classmethod
    def read(cls, cursor: str | None) -> FolderCursor:
        """The cursor as it was given back. Raises SourceDown when it is not one of a folder."""
        if cursor is None:
            return cls()
        try:
            return cls.model_validate_json(cursor)
        except ValidationError:
            raise SourceDown("the kept cursor is none of a folder: was the source's kind changed?") from None

    def text(self) -> str:
        """As it is kept."""
        return self.model_dump_json(exclude_defaults=True)

    def keep_only(self, names: Iterable[str]) -> None:
        """Forget files that are gone."""
        there = set(names)
        self.files = {name: reading for name, reading in self.files.items() if name in there}
