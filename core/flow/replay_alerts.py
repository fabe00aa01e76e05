"""Recorded snapshots of an Alerts feed through the ordinary flows, counted so that each alert has exactly one fate."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from core.domain.lines import LineId
from core.domain.log import AlertEntry, LogEntry
from core.domain.seen_alerts import SeenAlert, SeenAs, SeenFeed
from core.domain.staff import FLEET_ACTOR
from core.flow.passes import House, think
from core.flow.pull import pull
from core.ports.source import Source, SourceDown

PAGE = 500
KNOWN_ALREADY = "already known"


@dataclass(frozen=True)
class AlertFate:
    """One alert of a snapshot and what became of it. `fate` is a word of the log, or of the door (SeenAs)."""

    id: str
    lines: tuple[LineId, ...]
    words: str
    fate: str
    rule: str | None = None
    why: str = ""

    @property
    def counted_as(self) -> str:
        """Its fate, with the rule where one kept it back."""
        return self.fate if self.rule is None or self.fate == "posted" else f"{self.fate} by {self.rule}"


@dataclass
class ReplayedFeed:
    """One snapshot. `sum(fates)` is the number of its alerts; `ended` are all-clears for what it has no more."""

    at: datetime | None = None
    alerts: list[AlertFate] = field(default_factory=list)
    others: int = 0
    ended: int = 0
    strange_routes: dict[str, int] = field(default_factory=dict)
    """Route ids that no line runs on → alerts that name them."""

    @property
    def fates(self) -> Counter[str]:
        """Fate → alerts."""
        return Counter(one.counted_as for one in self.alerts)

    def per_line(self, lines: tuple[LineId, ...]) -> dict[str, Counter[str]]:
        """Line → fates of the alerts that name it, in the fleet's order; at the end those that name none."""
        found: dict[str, Counter[str]] = {}
        for line in lines:
            fates = Counter(one.counted_as for one in self.alerts if line in one.lines)
            found |= {str(line): fates} if fates else {}
        nowhere = Counter(one.counted_as for one in self.alerts if not one.lines)
        return found | ({"no line": nowhere} if nowhere else {})


def replay_feed(house: House, source_for: Callable[[Callable[[SeenFeed], None]], Source]) -> ReplayedFeed:
    """Read one snapshot and let the fleet think; what was read before is remembered. `source_for` makes the source,
    which tells of its look. Raises SourceDown."""
    looks: list[SeenFeed] = []
    before = _newest(house)
    pulled = pull(FLEET_ACTOR, house.store, house.know, house.clock, source_for(looks.append))
    if pulled.down is not None:
        raise SourceDown(pulled.down)
    think(FLEET_ACTOR, house)
    if not looks:
        return ReplayedFeed()
    (look,) = looks
    ruled = {body.alert.id: entry for entry in _since(house, before) if isinstance(body := entry.body, AlertEntry)}
    alerts = [_fate(one, ruled.get(one.subject)) for one in look.alerts]
    return ReplayedFeed(look.at, alerts, look.others, len(look.gone), look.strange_routes)


def _fate(one: SeenAlert, entry: LogEntry | None) -> AlertFate:
    if one.seen_as is not SeenAs.GIVEN:
        return AlertFate(one.id, one.lines, one.words, one.seen_as.value, why=one.why)
    if entry is None:
        return AlertFate(one.id, one.lines, one.words, KNOWN_ALREADY)
    return AlertFate(one.id, one.lines, one.words, entry.fate.value, entry.rule)


def _newest(house: House) -> int:
    with house.store.begin() as tx:
        return max((entry.seq for entry in tx.log.latest(1)), default=0)


def _since(house: House, after: int) -> list[LogEntry]:
    found: list[LogEntry] = []
    while True:
        with house.store.begin() as tx:
            entries = tx.log.after(after, PAGE)
        if not entries:
            return found
        found += entries
        after = entries[-1].seq
