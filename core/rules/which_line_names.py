"""Which stations a text may name: exact, known otherwise, spelled otherwise, a part, cut off, nearly right."""

from __future__ import annotations

from enum import StrEnum

from core.domain.gazetteer import Gazetteer, KnownName
from core.domain.lines import Frozen
from core.domain.station_names import CUT_FROM, begins, key, words
from core.rules.which_line_fuzzy import clear_winner, nearly


class How(StrEnum):
    """The step that found a name."""

    EXACT = "exact name"
    OTHER = "known other name"
    SPELLED = "name spelled otherwise"
    PART = "part of a name"
    CUT = "beginning of a longer name"
    FUZZY = "nearly a name"
    NONE = "no name"


class Named(Frozen):
    """The stations that a text may name, and how they were found."""

    how: How
    station_ids: tuple[str, ...] = ()
    why: str
    clear: bool = True
    """False when the text itself is too far from any name to be taken for one."""


def _join(*groups: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found for group in groups for found in group))


def _sources(text: str, gazetteer: Gazetteer) -> str:
    wanted = key(text)
    found = dict.fromkeys(name.source for name in gazetteer.others.all if name.key == wanted and name.source)
    return f" ({'; '.join(found)})" if found else ""


def _exact(text: str, gazetteer: Gazetteer) -> Named | None:
    meant = gazetteer.others.as_meant(text)
    if official := gazetteer.official.as_written(text):
        why = f"{text!r} is the station's own name"
        return Named(how=How.EXACT, station_ids=_join(official, meant), why=why)
    if others := gazetteer.others.as_written(text):
        return Named(how=How.OTHER, station_ids=others, why=f"{text!r} is known{_sources(text, gazetteer)}")
    return None


def _spelled(text: str, gazetteer: Gazetteer) -> Named | None:
    why = f"{text!r} is a name but for case, punctuation, ordinals or order"
    if others := gazetteer.others.as_spelled(text):
        return Named(how=How.OTHER, station_ids=others, why=why + _sources(text, gazetteer))
    if official := gazetteer.official.as_spelled(text):
        return Named(how=How.SPELLED, station_ids=_join(official, gazetteer.others.as_meant(text)), why=why)
    return None


def _meant(text: str, gazetteer: Gazetteer) -> Named | None:
    why = f"{text!r} is a name but for street types or directions"
    if others := gazetteer.others.as_meant(text):
        return Named(how=How.OTHER, station_ids=others, why=why + _sources(text, gazetteer))
    if official := gazetteer.official.as_meant(text):
        return Named(how=How.SPELLED, station_ids=_join(official, _elsewhere(text, official, gazetteer)), why=why)
    return None


def _elsewhere(text: str, found: tuple[str, ...], gazetteer: Gazetteer) -> tuple[str, ...]:
    """Stations of other complexes that bear the text as a part of a longer name: they may be meant as well."""
    places = {gazetteer.station(one).complex_id for one in found}
    return tuple(one for one in gazetteer.of_part(text) if gazetteer.station(one).complex_id not in places)


def _part(text: str, gazetteer: Gazetteer) -> Named | None:
    if found := gazetteer.of_part(text):
        return Named(how=How.PART, station_ids=found, why=f"{text!r} is a part of a longer name")
    if found := gazetteer.of_bare(text):
        return Named(how=How.PART, station_ids=found, why=f"{text!r} is a name without its street type")
    return None


def _is_cut(cut: tuple[str, ...], name: KnownName) -> bool:
    left = list(name.words)
    for word in cut[:-1]:
        if word not in left:
            return False
        left.remove(word)
    return any(begins(cut[-1], word) for word in left or ("station",))


def _cut(text: str, gazetteer: Gazetteer) -> Named | None:
    if len(text) < CUT_FROM:
        return None
    wanted = words(text)
    names = (*gazetteer.official.all, *gazetteer.others.all)
    found = _join(*(name.station_ids for name in names if _is_cut(wanted, name)))
    if not found:
        return None
    return Named(how=How.CUT, station_ids=found, why=f"{text!r} is the beginning of a longer name, cut off")


def _fuzzy(text: str, area: str | None, gazetteer: Gazetteer) -> Named | None:
    ranked = nearly(text, area, gazetteer)
    if not ranked:
        return None
    within = f" in {area}" if area else ""
    if clear_winner(ranked):
        why = f"{text!r} is nearly a name{within}, and no other name there is as near"
        return Named(how=How.FUZZY, station_ids=ranked[0][1], why=why)
    ids = _join(*(found for _, found in ranked))
    why = f"{text!r} is nearly several names{within}"
    return Named(how=How.FUZZY, station_ids=ids, why=why, clear=False)


def by_name(text: str, area: str | None, gazetteer: Gazetteer) -> Named:
    """The stations that a text may name, by the first step that finds one in the area.

    A name that is known only in other areas is given back as such, and never matched to something like it.
    """
    if not key(text):
        return Named(how=How.NONE, why=f"{text!r} holds no word")
    elsewhere: Named | None = None
    for step in (_exact, _spelled, _meant, _part):
        found = step(text, gazetteer)
        if found and (area is None or any(gazetteer.in_area(one, area) for one in found.station_ids)):
            return found
        elsewhere = elsewhere or found
    return (
        elsewhere
        or _cut(text, gazetteer)
        or _fuzzy(text, area, gazetteer)
        or Named(how=How.NONE, why=f"{text!r} is no name that the gazetteer knows")
    )
