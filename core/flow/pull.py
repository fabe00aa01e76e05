"""One pass over one source: what is new goes in with the cursor, in one transaction a batch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from core.domain.staff import Actor, Role, demand
from core.flow.intake import ASIDE, KNOWN, take_in
from core.flow.knowledge import Knowledge
from core.ports.clock import Clock
from core.ports.source import Batch, RemembersGiven, Source, SourceDown
from core.ports.store import Store, StoreBroken, StoreBusy

OLDER_LEFT = "older, left"


@dataclass(frozen=True)
class Start:
    """Where a source that was never read begins: at *now*, or with what was known from `since` on."""

    from_start: bool = False
    since: datetime | None = None


@dataclass
class Pulled:
    """What one pass brought."""

    source: str
    counts: Counter[str] = field(default_factory=Counter)
    left_older: int = 0
    """Older records that a new source counted and did not take."""
    down: str | None = None


def pull(
    actor: Actor,
    store: Store,
    know: Knowledge,
    clock: Clock,
    source: Source,
    start: Start | None = None,
    progress: Callable[[int], None] = lambda rows: None,
) -> Pulled:
    """Read everything new of one source. `start` None = as the source is set; a start handed in rules over that, and
    one that says *from the start* reads a source again that was read before: what is known is known. A source that
    says everything at every look keeps its memory.

    A source that is down is reported and disturbs nobody. Raises NotAllowed.
    """
    demand(actor, Role.FLEET, Role.OPERATOR)
    again = start is not None and start.from_start
    start = Start(from_start=source.from_start) if start is None else start
    result = Pulled(source.name)
    with store.begin() as tx:
        row = tx.sources.row(source.name)
    try:
        cursor = _again(source, row.cursor) if again else row.cursor
        if not row.started and not start.from_start:
            _begin_at_now(store, clock, source, result)
            return result
        since = start.since if again or not row.started else None
        for batch in source.pull(cursor):
            _take_batch(actor, store, know, clock, source, batch, since, result)
            progress(len(batch.rows))
    except (StoreBusy, StoreBroken):
        raise
    except Exception as trouble:  # noqa: BLE001 - a source may be anyone's code: its trouble stays its own
        # What an unforeseen error says may hold a record's words: only its name is kept.
        result.down = str(trouble) if isinstance(trouble, SourceDown) else f"unforeseen {type(trouble).__name__}"
        with store.begin() as tx:
            tx.sources.failed(source.name, clock.now(), result.down)
    return result


def _again(source: Source, cursor: str | None) -> str | None:
    return source.everything_again(cursor) if isinstance(source, RemembersGiven) else None


def _begin_at_now(store: Store, clock: Clock, source: Source, result: Pulled) -> None:
    """A new source starts at now; it says how many older records it counted."""
    result.left_older, cursor = source.count_only(None)
    with store.begin() as tx:
        tx.sources.advance(source.name, cursor, clock.now(), {OLDER_LEFT: result.left_older}, brought_new=True)
        tx.audit.write(
            clock.now(), "fleet", "schedule", "source started", source.name, f"{result.left_older} older records left"
        )


def _take_batch(
    actor: Actor,
    store: Store,
    know: Knowledge,
    clock: Clock,
    source: Source,
    batch: Batch,
    since: datetime | None,
    result: Pulled,
) -> None:
    with store.begin() as tx:
        counts = take_in(actor, tx, know, source.name, source.may_assert, batch.rows, clock.now(), since=since)
        tx.sources.advance(source.name, batch.cursor, clock.now(), counts, brought_new=_is_news(counts))
        if _is_news(counts):
            tx.audit.write(clock.now(), actor.id, actor.via, "records taken in", source.name, _sentence(counts))
    result.counts += counts


def _is_news(counts: Counter[str]) -> bool:
    return bool(counts.keys() - {KNOWN, ASIDE})


def _sentence(counts: Counter[str]) -> str:
    return ", ".join(f"{number} {outcome}" for outcome, number in sorted(counts.items()))
