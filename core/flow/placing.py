"""Ties a record's place to its lines: the gazetteer first, then what an officer said of such a place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.domain.log import IncidentEntry, LogEntry
from core.domain.places import Ambiguous, Place, Placement
from core.flow.knowledge import Knowledge
from core.ports.store import Tx
from core.rules.which_line import resolve
from core.rules.which_line_answers import by_name_learnt, name_key, name_of

CORRECTED = "corrected"
"""How the ids of answers begin by which an officer corrected a place that the gazetteer was sure of."""


@dataclass(frozen=True)
class Placed:
    """Where it was, and the officer's answer that this stands on, if it does."""

    placement: Placement
    stands_on: str | None = None


def place_incident(tx: Tx, know: Knowledge, place: Place, before: Sequence[LogEntry] = ()) -> Placed:
    """The lines of a place. Only where the gazetteer alone is in doubt does an answer count: the one to this incident
    while its place is said as it was, then the one that is remembered for the name. A correction counts in any case, as
    long as the place is said as it was."""
    alone = resolve(place, know.gazetteer)
    answered = _answered_before(tx, place, before)
    if not isinstance(alone, Ambiguous):
        corrected = answered is not None and (answered.stands_on or "").startswith(CORRECTED)
        return answered if answered is not None and corrected else Placed(alone)
    if answered is not None:
        return answered
    name = name_of(place, know.gazetteer)
    answer = tx.names.remembered(name_key(name, place.area)) if name else None
    if answer is None:
        return Placed(alone)
    learnt = by_name_learnt(place, answer, know.gazetteer)
    return Placed(learnt) if isinstance(learnt, Ambiguous) else Placed(learnt, answer.id)


def _answered_before(tx: Tx, place: Place, before: Sequence[LogEntry]) -> Placed | None:
    body = before[-1].body if before else None
    if not isinstance(body, IncidentEntry) or body.stands_on is None or body.facts.place != place:
        return None
    return Placed(body.placement, body.stands_on) if tx.names.get(body.stands_on).stands else None
