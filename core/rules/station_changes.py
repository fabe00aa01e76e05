"""What differs between two tables of stations: new, gone, and changed field by field."""

from __future__ import annotations

from collections.abc import Sequence

from core.domain.lines import Frozen
from core.domain.places import Station

_FIELDS = ("name", "lines", "complex_id", "area", "latitude", "longitude")


class Change(Frozen):
    """One field of one station."""

    station_id: str
    field: str
    before: str
    after: str


class Changes(Frozen):
    """Everything that differs, by station id."""

    added: tuple[Station, ...] = ()
    removed: tuple[Station, ...] = ()
    changed: tuple[Change, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)


def changes(before: Sequence[Station], after: Sequence[Station]) -> Changes:
    """Compare two tables; the order of rows and of a station's lines tells nothing."""
    old, new = ({station.id: station for station in table} for table in (before, after))
    return Changes(
        added=tuple(new[found] for found in sorted(new.keys() - old.keys())),
        removed=tuple(old[found] for found in sorted(old.keys() - new.keys())),
        changed=tuple(
            Change(station_id=found, field=field, before=_text(old[found], field), after=_text(new[found], field))
            for found in sorted(old.keys() & new.keys())
            for field in _FIELDS
            if _text(old[found], field) != _text(new[found], field)
        ),
    )


def _text(station: Station, field: str) -> str:
    value = getattr(station, field)
    if isinstance(value, tuple):
        return " ".join(sorted(value))
    return "" if value is None else str(value)
