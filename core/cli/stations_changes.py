"""What differs between two tables of stations, as a person reads it: stations first, then each line's stops."""

from __future__ import annotations

from collections.abc import Sequence

from core.cli.speech import say
from core.domain.gazetteer import Gazetteer
from core.domain.lines import LineId
from core.domain.places import Station
from core.rules.station_changes import Changes

_NAMES = {"complex_id": "complex", "latitude": "latitude", "longitude": "longitude"}


def say_changes(found: Changes, known: Gazetteer, after: Sequence[Station]) -> None:
    """Added, removed and changed stations, and what each line gains and loses."""
    if not found:
        say(f"Nothing differs: {len(after)} stations as they are.")
        return
    for heading, stations, sign in (("Added", found.added, "+"), ("Removed", found.removed, "-")):
        if stations:
            say(f"{heading}: {len(stations)}", bold=True)
        for one in stations:
            say(f"  {sign} {one.id} {one.name} ({' '.join(one.lines)}){f', {one.area}' if one.area else ''}")
    _say_fields(found, known)
    _say_lines(known.stations, after)


def _say_fields(found: Changes, known: Gazetteer) -> None:
    if found.changed:
        say(f"Changed: {len({change.station_id for change in found.changed})} stations", bold=True)
    for change in found.changed:
        field = "renamed" if change.field == "name" else _NAMES.get(change.field, change.field)
        name = known.station(change.station_id).name
        say(f"  ~ {change.station_id} {name}, {field}: {change.before or 'none'} -> {change.after or 'none'}")


def _say_lines(before: Sequence[Station], after: Sequence[Station]) -> None:
    old, new = _stops(before), _stops(after)
    said = []
    for line in dict.fromkeys((*old, *new)):
        gains, losses = (sorted(one - other) for one, other in _pairs(old.get(line, {}), new.get(line, {})))
        if gains or losses:
            names = {**old.get(line, {}), **new.get(line, {})}
            stops = [f"+{names[one]}" for one in gains] + [f"-{names[one]}" for one in losses]
            said.append(f"  {line}: {', '.join(stops)}")
    if said:
        say("Lines whose stations change", bold=True)
    for text in said:
        say(text)


def _pairs(old: dict[str, str], new: dict[str, str]) -> tuple[tuple[set[str], set[str]], tuple[set[str], set[str]]]:
    return (set(new), set(old)), (set(old), set(new))


def _stops(stations: Sequence[Station]) -> dict[LineId, dict[str, str]]:
    """Line → its stations, by id with their names."""
    found: dict[LineId, dict[str, str]] = {}
    for station in stations:
        for line in station.lines:
            found.setdefault(line, {})[station.id] = station.name
    return found
