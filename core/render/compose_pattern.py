"""What is said of a pattern: how many of what, where along the line, from when to when; a count, and no verdict."""

from __future__ import annotations

from core.domain.notices import Kind, PatternDraft
from core.render.compose_phrases import Phrases, Wording

FEW = 3
"""More stations than so many are said by the first and the last."""


def word_pattern(draft: PatternDraft, phrases: Phrases) -> Wording:
    """The series, then how many ride the line where that is known, then whom to call."""
    catalogue = phrases.catalogue
    names = draft.stations if len(draft.stations) <= FEW else (draft.stations[0], draft.stations[-1])
    stations = [phrases.station(name) for name in names]
    where = (
        catalogue.text("pattern-between", first=stations[0], last=stations[-1])
        if len(draft.stations) > FEW
        else catalogue.text("pattern-at", stations=catalogue.listed(stations))
    )
    series = catalogue.text(
        "pattern",
        count=draft.count,
        **phrases.offence(draft.offence),
        where=where,
        line=phrases.all_lines([draft.line]),
        first_date=catalogue.date(draft.first),
        last_date=catalogue.date(draft.last),
    )
    riders = (
        (catalogue.text("pattern-riders", riders=draft.riders, line=phrases.all_lines([draft.line])),)
        if draft.riders is not None
        else ()
    )
    if draft.kind is Kind.CORRECTION:
        series = f"{catalogue.text('correction')} {series}"
    return Wording((series, *riders, phrases.what_to_do()), (" ".join((series, *riders)),))
