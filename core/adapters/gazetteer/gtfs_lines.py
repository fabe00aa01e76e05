"""Which routes of a GTFS feed make one line: branches and expresses belong to the line whose colour they wear."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from core.domain.imported import ImportedLine
from core.domain.lines import LineId

Row = Mapping[str, str]

_RAIL = frozenset({0, 1, 2, 5, 6, 7, 12})
"""GTFS reference, routes.txt, route_type: tram, subway, rail, cable tram, aerial lift, funicular, monorail."""
_RAIL_EXTENDED = (range(100, 118), range(400, 406), range(900, 907), range(1400, 1401))
"""Extended route types: railway, urban railway, tram, funicular."""
_BRANCH_OF_ID = re.compile(r"^(?P<line>.+?)[-_ ](?P<branch>[A-Za-z]{1,2})$")
_BRANCH_OF_NAME = re.compile(r"^(?P<line>.+\S)\s+(?:[-–]\s*)?(?P<branch>[A-Za-z])(?:\s+branch)?$", re.IGNORECASE)
"""Branches are told by letters; numbers tell lines (U-1 and U-2 are two)."""
_NO_LINE = frozenset({"line", "linie", "ligne", "linea", "linha", "lijn", "route", "metro", "tram"})
"""Words that many lines share: `Line A` and `Line B` are two."""
_HEX = re.compile(r"^[0-9A-Fa-f]{6}$")


def is_rail(route_type: str) -> bool:
    """True for what runs on rails (or a rope): buses and ferries have no stations in this sense."""
    number = int(route_type) if route_type.strip().isdigit() else -1
    return number in _RAIL or any(number in kinds for kinds in _RAIL_EXTENDED)


def _colour(text: str) -> str | None:
    return f"#{text.upper()}" if _HEX.match(text) else None


def _name(route: Row) -> str:
    return route.get("route_long_name") or route.get("route_short_name") or route["route_id"]


def _line_name(group: Sequence[Row], fallback: str) -> str:
    if len(group) == 1:
        return _name(group[0])
    stems = {found.group("line") if (found := _BRANCH_OF_NAME.match(_name(route))) else "" for route in group}
    return stems.pop() if len(stems) == 1 and "" not in stems else fallback


_Key = tuple[str, str]
"""The word that names a line, and the colour that all its routes wear."""


def _keys(routes: Sequence[Row]) -> dict[str, _Key]:
    """Route id → its line's key: the feed's own `line_id`, a stem that several ids or names of one colour share, the
    local route of an express, or the id itself."""
    found: dict[str, _Key] = {}
    for stem_of in (_own_line, _stem_of_id, _stem_of_name):
        shared: dict[_Key, list[str]] = {}
        for route in routes:
            stem, colour = stem_of(route), route.get("route_color", "")
            if stem and colour and stem.lower() not in _NO_LINE and route["route_id"] not in found:
                shared.setdefault((stem, colour), []).append(route["route_id"])
        for key, ids in shared.items():
            if len(ids) > 1:
                found.update(dict.fromkeys(ids, key))
    for route in routes:
        found.setdefault(route["route_id"], (route["route_id"], route.get("route_color", "")))
    for route_id, (_, colour) in tuple(found.items()):
        local = found.get(route_id[:-1]) if route_id.endswith("X") else None
        if local is not None and local[1] == colour:
            found[route_id] = local
    return found


def _own_line(route: Row) -> str:
    return route.get("line_id", "").removeprefix("line-")


def _stem_of_id(route: Row) -> str:
    found = _BRANCH_OF_ID.match(route["route_id"])
    return found.group("line") if found else ""


def _stem_of_name(route: Row) -> str:
    found = _BRANCH_OF_NAME.match(_name(route))
    return found.group("line") if found else ""


def lines_of(routes: Sequence[Row]) -> tuple[ImportedLine, ...]:
    """The lines that these routes make, in the feed's order (`route_sort_order`, else as they stand)."""
    order = sorted(routes, key=lambda route: _sort_order(route.get("route_sort_order", "")))
    keys = _keys(order)
    groups: dict[_Key, list[Row]] = {}
    for route in order:
        groups.setdefault(keys[route["route_id"]], []).append(route)
    words = [word for word, _ in groups]
    return tuple(
        _line(word if words.count(word) == 1 else group[0]["route_id"], group) for (word, _), group in groups.items()
    )


def _sort_order(text: str) -> int:
    return int(text) if text.isdigit() else 1_000_000


def _without_accents(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def _line(key: str, group: Sequence[Row]) -> ImportedLine:
    first = group[0]
    line = re.sub(r"\s+line$", "", _without_accents(key), flags=re.IGNORECASE)
    return ImportedLine(
        id=LineId(re.sub(r"[^0-9A-Za-z]+", "-", line).strip("-") or first["route_id"]),
        name=_line_name(group, _name(first)),
        routes=tuple(route["route_id"] for route in group),
        colour=_colour(first.get("route_color", "")),
        text_colour=_colour(first.get("route_text_color", "")),
    )
