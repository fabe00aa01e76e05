"""The source: fetches a feed, refuses what is none of ours, and gives what is new, changed or over since the cursor."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.adapters.sources.gtfs_realtime.accounting import account
from core.adapters.sources.gtfs_realtime.comparing import Compared, Row, compare
from core.adapters.sources.gtfs_realtime.feed import BrokenAlert, EntityBroken, Feed, FeedAlert, FeedBroken
from core.adapters.sources.gtfs_realtime.fetching import Fetched, Place
from core.adapters.sources.gtfs_realtime.json_feed import decode_json
from core.adapters.sources.gtfs_realtime.mapped_feed import decode_mapped
from core.adapters.sources.gtfs_realtime.memory import Memory
from core.adapters.sources.gtfs_realtime.protobuf_feed import decode_protobuf
from core.adapters.sources.gtfs_realtime.reading import AlertReader, Told, key_of
from core.domain.policy import MayAssert
from core.domain.seen_alerts import SeenFeed
from core.ports.clock import Clock
from core.ports.source import BadRow, Batch, GoodRow, SourceDown

AHEAD = timedelta(minutes=10)
"""Clocks of two houses may differ by this much."""
MOST_ALERTS = 10_000
STANDS_TWICE = "id: stands twice in the feed, with other words"


@dataclass(frozen=True)
class Patience:
    """How long the feed's own time may lie back (None: it is not looked at), how long an alert must be missing until it
    is over, and whether a feed without any alert is believed."""

    stale_after: timedelta | None = timedelta(hours=1)
    gone_after: timedelta = timedelta(minutes=10)
    may_be_empty: bool = False


@dataclass
class FeedRead:
    """One feed, sorted out: each of its alerts stands once, in `told`, `bad` or `twice`."""

    feed: Feed
    told: dict[str, Told] = field(default_factory=dict)
    raw: dict[str, bytes] = field(default_factory=dict)
    bad: list[BrokenAlert] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    """Ids that stand twice with the same words."""
    unreadable: set[str] = field(default_factory=set)

    def take(self, given: FeedAlert | BrokenAlert, reader: AlertReader, at: datetime) -> None:
        """One alert of the feed."""
        if isinstance(given, BrokenAlert):
            self._set_aside(given.id, given)
            return
        try:
            one = reader.read(given, at)
        except EntityBroken as broken:
            self._set_aside(key_of(given), BrokenAlert(given.id, str(broken), given.raw))
            return
        if one.key not in self.told:
            self.told[one.key], self.raw[one.key] = one, given.raw
        elif self.told[one.key].words == one.words:
            self.twice.append(given.id)
        else:
            self.bad.append(BrokenAlert(given.id, STANDS_TWICE, given.raw))

    def _set_aside(self, key: str, broken: BrokenAlert) -> None:
        self.unreadable.add(key)
        self.bad.append(broken)


def read_feed(body: bytes, reader: AlertReader, at: Callable[[datetime | None], datetime]) -> FeedRead:
    """The bytes as alerts of ours. `at` gives the time at which a feed of that time was known. Raises FeedBroken."""
    feed = _decode(body) if reader.by is None else decode_mapped(body, reader.by)
    if len(feed.alerts) > MOST_ALERTS:
        raise FeedBroken(f"holds more than {MOST_ALERTS} alerts")
    read = FeedRead(feed)
    for given in feed.alerts:
        read.take(given, reader, at(feed.at))
    return read


def _decode(body: bytes) -> Feed:
    """By what it looks like; a protobuf feed may begin like JSON (a line end and a brace), hence the second try."""
    if not body:
        raise FeedBroken("is empty")
    if not body.removeprefix(b"\xef\xbb\xbf").lstrip().startswith((b"{", b"[")):
        if body.lstrip()[:1] == b"<":
            raise FeedBroken("is a web page, no feed")
        return decode_protobuf(body)
    try:
        return decode_json(body.removeprefix(b"\xef\xbb\xbf"))
    except FeedBroken:
        if body[:1] != b"\n":
            raise
        return decode_protobuf(body)


class GtfsRealtimeSource:
    """An agency's Alerts feed. What it gave of each alert is kept in the cursor, so an unchanged feed gives nothing,
    and an alert is given again only when a rider would notice a change."""

    def __init__(
        self,
        name: str,
        place: Place,
        reader: AlertReader,
        clock: Clock,
        *,
        patience: Patience | None = None,
        looked: Callable[[SeenFeed], None] | None = None,
        may_assert: MayAssert | None = None,
        every_seconds: float = 30.0,
        silent_after_seconds: float | None = None,
        from_start: bool = False,
        batch_rows: int = 200,
    ) -> None:
        self.name = name
        self.may_assert = may_assert or MayAssert()
        self.every_seconds = every_seconds
        self.silent_after_seconds = silent_after_seconds
        self.from_start = from_start
        self._place = place
        self._reader = reader
        self._clock = clock
        self._patience = patience or Patience()
        self._looked = looked
        self._batch_rows = batch_rows

    def pull(self, cursor: str | None) -> Iterator[Batch]:
        """What is new, changed or over since the cursor. Raises SourceDown; the last good feed then stands."""
        memory = Memory.read(cursor)
        quiet = memory.is_quiet(self._now(memory.at))
        fetched = self._place.fetch(memory.etag, memory.modified) if quiet else self._place.fetch(None, None)
        if fetched.body is None:
            self._check_age(memory.at)
            yield Batch(rows=(), cursor=memory.text())
            return
        mark = hashlib.sha256(fetched.body).hexdigest()[:16]
        if quiet and mark == memory.body:
            self._check_age(memory.at)
            yield Batch(rows=(), cursor=self._marked(memory, fetched, mark).text())
            return
        try:
            read = read_feed(fetched.body, self._reader, self._known)
        except FeedBroken as broken:
            raise SourceDown(f"{self.name}: {broken}") from None
        self._check(read, memory)
        if memory.at is not None and read.feed.at is not None and read.feed.at < memory.at:
            yield Batch(rows=(), cursor=memory.text())  # an older one than was read: it says nothing new
            return
        now = self._now(read.feed.at)
        found = compare(memory, read.told, read.unreadable, self._patience.gone_after, now)
        if self._looked is not None:
            bad = [(one.id, one.why) for one in read.bad]
            self._looked(account(self._reader, read.feed, read.told, bad, read.twice, found, now))
        yield from self._batches(memory, read, found, fetched, mark)

    def count_only(self, cursor: str | None) -> tuple[int, str | None]:
        """How many alerts a pass would give, and the cursor behind them."""
        count = 0
        for batch in self.pull(cursor):
            count, cursor = count + len(batch.rows), batch.cursor
        return count, cursor

    def everything_again(self, cursor: str | None) -> str | None:
        """The cursor from which all that the feed holds is given once more; who is who stays known."""
        return None if cursor is None else Memory.read(cursor).to_give_again().text()

    def _now(self, at: datetime | None) -> datetime:
        """The time at which a feed of that time is judged."""
        return self._clock.now() if at is None else self._clock.at(at)

    def _known(self, at: datetime | None) -> datetime:
        """Since when what a feed of that time says is known: its own time, and never later than now."""
        now = self._now(at)
        return now if at is None else min(at, now)

    def _check(self, read: FeedRead, memory: Memory) -> None:
        """Raises SourceDown for a feed that must not replace the last good one."""
        self._check_age(read.feed.at)
        if not read.feed.alerts and not self._patience.may_be_empty:
            raise SourceDown(f"{self.name}: holds no alert at all, and may_be_empty is not set")
        known = read.told.keys() & {*memory.kept, *memory.known_as}
        if read.told and not known and not any(one.is_ours for one in read.told.values()):
            raise SourceDown(
                f"{self.name}: none of its {len(read.told)} alerts names a route or agency of ours:"
                " is it another agency's feed?"
            )

    def _check_age(self, at: datetime | None) -> None:
        if at is None or self._patience.stale_after is None:
            return
        now = self._now(at)
        if now - at > self._patience.stale_after:
            raise SourceDown(f"{self.name}: is stale: its header is of {at:%Y-%m-%d %H:%M} UTC")
        if at - now > AHEAD:
            raise SourceDown(f"{self.name}: its header is dated later than now")

    def _batches(self, memory: Memory, read: FeedRead, found: Compared, fetched: Fetched, mark: str) -> Iterator[Batch]:
        """Bounded batches; until the last one the cursor knows only what was given so far, and asks for the rest."""
        fresh = [bad for bad in read.bad if _bad_mark(bad) not in memory.bad]
        rows: list[BadRow | Row] = [*(self._aside(bad) for bad in fresh), *found.rows]
        kept = dict(memory.kept)
        for start in range(0, len(rows), self._batch_rows):
            part = rows[start : start + self._batch_rows]
            for row in part:
                if isinstance(row, Row):
                    kept[row.subject] = row.kept or memory.kept[row.subject]
            behind = memory.model_copy(update={"kept": dict(kept), "etag": None, "modified": None, "body": None})
            given = tuple(row if isinstance(row, BadRow) else self._row(row, read, found) for row in part)
            yield Batch(rows=given, cursor=behind.text(), more=True)
        update = {"kept": found.kept, "known_as": found.known_as, "look_again": found.look_again}
        bad = tuple(_bad_mark(one) for one in read.bad)
        last = memory.model_copy(update={**update, "bad": bad, "at": read.feed.at})
        yield Batch(rows=(), cursor=self._marked(last, fetched, mark).text())

    def _row(self, row: Row, read: FeedRead, found: Compared) -> GoodRow:
        also = sorted(key for key, subject in found.folded.items() if subject == row.subject)
        position = f"{self.name}: {row.subject}" + (f" (and with the same words {', '.join(also)})" if also else "")
        if row.alert is None or row.entity is None:
            return GoodRow(position=position, record=self._reader.gone(row.subject, self._known(read.feed.at)), raw=b"")
        return GoodRow(position=position, record=row.alert, raw=read.raw[row.entity])

    def _aside(self, bad: BrokenAlert) -> BadRow:
        named = bad.id[:100] or "?"
        named = named if named.isprintable() else ascii(named)
        return BadRow(position=f"{self.name}: entity {named}", reason=bad.why, raw=bad.raw)

    def _marked(self, memory: Memory, fetched: Fetched, mark: str) -> Memory:
        marks = {"etag": fetched.etag, "modified": fetched.modified, "body": mark}
        return memory.model_copy(update=marks)


def _bad_mark(bad: BrokenAlert) -> str:
    return hashlib.sha256(bad.id.encode("utf-8", "replace") + b"\x1f" + bad.raw).hexdigest()[:16]
