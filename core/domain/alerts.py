"""What the transit agency says: a service alert in GTFS-realtime's words."""

from __future__ import annotations

from pydantic import AwareDatetime, Field

from core.domain.lines import Frozen, LineId


class ServiceAlert(Frozen):
    """One alert of one agency; header and description per language."""

    agency: str = Field(min_length=1)
    id: str = Field(min_length=1)
    source: str
    lines: tuple[LineId, ...]
    header: dict[str, str]
    description: dict[str, str] = Field(default_factory=dict)
    active_from: AwareDatetime | None = None
    active_to: AwareDatetime | None = None
    known_at: AwareDatetime
    over: bool = False
    """True when the agency says that it has ended."""
