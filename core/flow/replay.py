"""Recorded rows through the ordinary flows, counted so that each row has exactly one fate."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from core.domain.log import Fate, IncidentEntry
from core.domain.places import placed_lines
from core.domain.policy import MayAssert
from core.domain.staff import FLEET_ACTOR
from core.flow.intake import ASIDE, KNOWN, OLDER, take_in
from core.flow.passes import House, think
from core.ports.source import BadRow, GoodRow

BATCH = 500
SOURCE = "replay"
AS_RECORDED = MayAssert(
    states=frozenset(
        {"reported", "wanted", "identify", "person of interest", "arrested", "charged", "convicted"}
        | {"acquitted", "exonerated", "unfounded", "dismissed", "sealed"}
    ),
    persons=True,
    pictures=True,
)
"""A replay shows what the gate says to whatever stands in the records."""


@dataclass
class Replayed:
    """Counts of a replay. `fates` has one count for every row: its keys are fates, with the rule where one ruled."""

    rows: int = 0
    fates: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    per_line: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def finish(self, house: House) -> None:
        """Rule what is left, then count the log's entries: one for every row that was taken in."""
        think(FLEET_ACTOR, house)
        after = 0
        while True:
            with house.store.begin() as tx:
                entries = tx.log.after(after, BATCH)
            if not entries:
                break
            for entry in entries:
                if entry.source != "digest":
                    self.fates[_name(entry.fate, entry.rule)] += 1
                    self._count_lines(house, entry.body, entry.fate)
            after = entries[-1].seq
        self.per_line = {line: self.per_line[line] for line in house.know.lines if line in self.per_line}

    def _count_lines(self, house: House, body: object, fate: Fate) -> None:
        if isinstance(body, IncidentEntry):
            for line in placed_lines(body.placement):
                if line in house.know.lines:
                    self.per_line[line][fate.value] += 1


def _name(fate: Fate, rule: str | None) -> str:
    return fate.value if fate in (Fate.POSTED, Fate.AMBIGUOUS) or rule is None else f"{fate.value} by {rule}"


def _batches(rows: Iterable[GoodRow | BadRow]) -> Iterator[list[GoodRow | BadRow]]:
    walk = iter(rows)
    while batch := list(islice(walk, BATCH)):
        yield batch


def replay_rows(
    house: House, rows: Iterable[GoodRow | BadRow], done: Replayed, after_batch: Callable[[], object] = lambda: None
) -> None:
    """Take rows in and let the fleet think after each batch. Memory stays that of one batch.

    `after_batch` delivers what is owed, so that the queue stays that of one batch too.
    """
    for batch in _batches(rows):
        with house.store.begin() as tx:
            counts = take_in(FLEET_ACTOR, tx, house.know, SOURCE, AS_RECORDED, batch, house.clock.now())
        done.rows += len(batch)
        done.fates[Fate.SET_ASIDE.value] += counts[ASIDE]
        done.fates[Fate.KNOWN.value] += counts[KNOWN] + counts[OLDER]
        done.reasons.update(row.reason for row in batch if isinstance(row, BadRow))
        think(FLEET_ACTOR, house)
        after_batch()
    done.fates += Counter()
