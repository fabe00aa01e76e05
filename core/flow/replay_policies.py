"""A past window under two policies: what another one would have said otherwise, line by line."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from core.domain.log import DigestEntry, Fate, IncidentEntry, LogEntry, NewEntry, PatternEntry
from core.domain.places import AtComplex, AtStation
from core.domain.staff import FLEET_ACTOR, Actor, Role, demand
from core.flow.muting import lines_meant
from core.flow.passes import House, think
from core.ports.store import Store

BATCH = 500
FLEET_WIDE = "(no line)"


@dataclass(frozen=True)
class Judged:
    """What one policy made of one entry."""

    lines: tuple[str, ...]
    fate: Fate
    rule: str | None


@dataclass
class Difference:
    """What the other policy does otherwise on one line. An entry of two lines counts on both."""

    added: int = 0
    """Said by the other policy alone."""
    gone: int = 0
    """Said by the fleet's own alone."""
    to_review: int = 0
    """Waits for people under the other policy, and not under the fleet's own."""
    from_review: int = 0
    to_digest: int = 0
    """Stands in the digest under the other policy, and neither alone nor there under the fleet's own."""
    kept_back: Counter[str] = field(default_factory=Counter)
    """The other policy's rule → entries that it keeps from being said alone and the fleet's own does not."""
    otherwise: int = 0
    """Ends the same way by another rule."""

    @property
    def any(self) -> bool:
        """True where anything differs."""
        return any((self.added, self.gone, self.to_review, self.from_review, self.to_digest, self.otherwise))


def window(actor: Actor, store: Store, since: datetime) -> list[LogEntry]:
    """What the log holds of records known since then; digests and patterns follow from them. Raises NotAllowed."""
    demand(actor, Role.OFFICER, Role.REVIEWER, Role.OPERATOR, Role.AUDITOR)
    return [
        entry
        for entry in _every(store)
        if entry.known_at >= since and not isinstance(entry.body, DigestEntry | PatternEntry)
    ]


def _every(store: Store) -> Iterator[LogEntry]:
    after = 0
    while True:
        with store.begin() as tx:
            entries = tx.log.after(after, BATCH)
        if not entries:
            return
        yield from entries
        after = entries[-1].seq


def rejudge(house: House, entries: Sequence[LogEntry]) -> None:
    """The entries once more through the gate of a throw-away house, by their stored facts: no vault is opened.

    A revision is judged once what came before it was: so much of a batch is never thrown together.
    """
    batch: list[LogEntry] = []
    for entry in entries:
        if len(batch) >= BATCH or any(one.subject == entry.subject for one in batch):
            _judge(house, batch)
            batch = []
        batch.append(entry)
    _judge(house, batch)


def _judge(house: House, batch: Sequence[LogEntry]) -> None:
    with house.store.begin() as tx:
        for entry in batch:
            tx.log.append(_unruled(entry), entry.received_at)
    think(FLEET_ACTOR, house)


def _unruled(entry: LogEntry) -> NewEntry:
    """As intake appended it. What no bot was asked about (no place, another network, merged) keeps its end."""
    fields = {name: getattr(entry, name) for name in NewEntry.model_fields}
    placed = not isinstance(entry.body, IncidentEntry) or isinstance(entry.body.placement, AtStation | AtComplex)
    if placed and entry.fate is not Fate.KNOWN:
        fields |= {"fate": Fate.PENDING, "rule": None}
    return NewEntry(**{**fields, "vault_ref": None})


def judged(house: House) -> list[Judged]:
    """What became of each entry but digests, in the order of the log."""
    return [
        Judged(tuple(one for one in lines_meant(entry) if one in house.know.lines), entry.fate, entry.rule)
        for entry in _every(house.store)
        if not isinstance(entry.body, DigestEntry | PatternEntry)
    ]


def differences(own: Sequence[Judged], other: Sequence[Judged]) -> dict[str, Difference]:
    """Line → what the other policy does otherwise. Raises ValueError where the two saw different entries."""
    table: dict[str, Difference] = defaultdict(Difference)
    for before, after in zip(own, other, strict=True):
        for line in after.lines or (FLEET_WIDE,):
            if (before.fate, before.rule) != (after.fate, after.rule):
                _count(table[line], before, after)
    return {line: table[line] for line in table if table[line].any}


def _count(line: Difference, before: Judged, after: Judged) -> None:
    if before.fate is after.fate:
        line.otherwise += 1
        return
    line.added += after.fate is Fate.POSTED
    line.gone += before.fate is Fate.POSTED
    line.to_review += after.fate is Fate.HELD
    line.from_review += before.fate is Fate.HELD
    line.to_digest += after.fate is Fate.DIGEST
    if before.fate is Fate.POSTED and after.rule is not None:
        line.kept_back[after.rule] += 1
