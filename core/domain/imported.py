"""What an agency's static feed says of its network: lines with their routes, and stations."""

from __future__ import annotations

from datetime import date

from core.domain.lines import Frozen, LineId
from core.domain.places import Station


class ImportedLine(Frozen):
    """A line as a feed describes it. `colour` and `text_colour` as `#RRGGBB`, None where the feed names none."""

    id: LineId
    name: str
    routes: tuple[str, ...]
    colour: str | None = None
    text_colour: str | None = None


class ImportedNetwork(Frozen):
    """One agency's network."""

    agency: str
    zone: str | None = None
    lines: tuple[ImportedLine, ...]
    stations: tuple[Station, ...]
    published: date | None = None
    """When the publication was made, or fetched."""
