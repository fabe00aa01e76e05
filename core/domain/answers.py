"""What an officer says of a place that the gazetteer alone can't tie to a line."""

from __future__ import annotations

from pydantic import AwareDatetime, Field

from core.domain.lines import Frozen, LineId
from core.domain.notices import Subject


class PlaceAnswer(Frozen):
    """One answer to "which line". It decides its own incident; one with a `name` also later records of that name."""

    id: str
    subject: Subject
    """The incident that it was given for."""
    station_ids: tuple[str, ...] = ()
    """The station meant, or the joined stations of a complex; empty when a line alone was named."""
    lines: tuple[LineId, ...] = Field(min_length=1)
    said_by: str
    said_at: AwareDatetime
    name: str | None = None
    """The station text that is remembered, as the record wrote it; None when the answer is for this record alone."""
    area: str | None = None
    """The area that the record named beside it."""
    taken_back_by: str | None = None
    taken_back_at: AwareDatetime | None = None

    @property
    def stands(self) -> bool:
        """False once it was taken back."""
        return self.taken_back_at is None
