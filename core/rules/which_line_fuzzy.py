"""Names that are nearly right: only inside one area, only with a clear gap to the next one."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import fuzz

from core.domain.gazetteer import Gazetteer, KnownName
from core.domain.station_names import key, stiff

ENOUGH = 86.0
"""How alike (of 100) a name must be to be thought of at all."""
GAP = 6.0
"""How much more alike it must be than the next place."""
FEWEST_LETTERS = 5


def _in_area(name: KnownName, area: str | None, gazetteer: Gazetteer) -> tuple[str, ...]:
    if area is None:
        return name.station_ids
    return tuple(found for found in name.station_ids if gazetteer.in_area(found, area))


def nearly(text: str, area: str | None, gazetteer: Gazetteer) -> tuple[tuple[float, tuple[str, ...]], ...]:
    """Stations of the area whose names are nearly this text, the most alike first, one entry per complex.

    Empty when the network has areas and the text comes without one: then nothing bounds the guess.
    """
    if area is None and gazetteer.has_areas:
        return ()
    wanted = key(text)
    fixed = stiff(wanted)
    if sum(len(word) for word in wanted) - sum(len(word) for word in fixed) < FEWEST_LETTERS:
        return ()
    joined = " ".join(wanted)
    best: dict[str, tuple[float, dict[str, None]]] = {}
    for text_of_key, name in gazetteer.with_stiff_words(fixed):
        score = fuzz.ratio(joined, text_of_key, score_cutoff=ENOUGH)
        if score:
            _keep_best(best, score, _in_area(name, area, gazetteer), gazetteer)
    ranked = sorted(best.values(), key=lambda entry: -entry[0])
    return tuple((score, tuple(ids)) for score, ids in ranked)


def _keep_best(
    best: dict[str, tuple[float, dict[str, None]]], score: float, ids: Sequence[str], gazetteer: Gazetteer
) -> None:
    for found in ids:
        place = gazetteer.station(found).complex_id
        known, held = best.get(place, (0.0, {}))
        if score > known:
            best[place] = (score, {found: None})
        elif score == known:
            held[found] = None


def clear_winner(ranked: Sequence[tuple[float, tuple[str, ...]]]) -> bool:
    """True when the first is more alike than the second by the gap."""
    return len(ranked) == 1 or (len(ranked) > 1 and ranked[0][0] - ranked[1][0] >= GAP)
