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


@dataclass(frozen=True)
class Placed:
    """Where it was, and the officer's answer that this stands on, if it does."""

    placement: Placement
    stands_on: str | None = None


def place_incident(tx: Tx, know: Knowledge, place: Place, before: Sequence[LogEntry] = ()) -> Placed:
    """The lines of a place. Only where the gazetteer alone is in doubt does an answer count: the one to this incident
    while its place is said as it was, then the one that is remembered for the name."""
    alone = resolve(place, know.gazetteer)
    if not isinstance(alone, Ambiguous):
        return Placed(alone)
    answered = _answered_before(tx, place, before)
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
