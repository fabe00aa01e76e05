"""What the inside needs to keep of what comes in: the log, twins, sources, bots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from core.domain.lines import LineId
from core.domain.log import Fate, LogEntry, NewEntry, SetAside
from core.domain.notices import Subject
from core.ports.store_rows import BotRow, FateCount, SourceRow, TwinOffer


class Log(Protocol):
    """The incident log. Appends are serialised, so that `seq` grows in the order of commits."""

    def append(self, entry: NewEntry, received_at: datetime) -> int:
        """Append and return the entry's seq."""

    def entry(self, seq: int) -> LogEntry:
        """One entry. Raises KeyError."""

    def after(self, seq: int, limit: int) -> Sequence[LogEntry]:
        """Up to `limit` entries with a greater seq and any fate, oldest first."""

    def of_subject(self, subject: Subject) -> Sequence[LogEntry]:
        """All entries of a subject, oldest first."""

    def latest(self, limit: int, before: int | None = None, fate: Fate | None = None) -> Sequence[LogEntry]:
        """Entries newest first, below seq `before`, of one fate where given."""

    def last_seq(self) -> int:
        """The greatest seq, 0 when empty."""

    def set_fate(self, seq: int, fate: Fate, rule: str | None) -> None:
        """What became of the entry."""

    def forget_words(self, subject: Subject) -> None:
        """Of an incident's place only what it was tied to is left, and nothing of how its records wrote it."""

    def fates(self) -> Sequence[FateCount]:
        """How many entries have which (fate, rule)."""

    def alike(
        self, subject: Subject, place_key: str, family: str, since: datetime, until: datetime, limit: int
    ) -> Sequence[LogEntry]:
        """Entries of *other* incidents with this place key and family that occurred within [since, until]: the
        `limit` that occurred first."""

    def know_as(self, subject: Subject, aka_key: str) -> None:
        """Remember a keyed hash of another system's id for this subject."""

    def by_key_head(self, head: str) -> Subject | None:
        """The incident whose key begins with `head`, when exactly one does."""

    def known_as(self, aka_key: str) -> Subject | None:
        """The subject that is also known by this keyed hash."""


class Twins(Protocol):
    """Pairs of incidents that may be the same event by several roads."""

    def offer(self, later: Subject, earlier: Subject, at: datetime) -> None:
        """Offer a pair once; offering it again changes nothing."""

    def settle(self, later: Subject, earlier: Subject, same: bool, by: str, at: datetime) -> None:
        """An officer's answer. Raises KeyError when the pair was not offered."""

    def close(self, later: Subject, by: str, at: datetime) -> int:
        """Nobody is asked any more whether this one is the same as an earlier one, since it was taken back. How many
        offers; each stays unanswered."""

    def reopen(self, later: Subject) -> int:
        """It was put up again: what was closed and never answered is asked once more. How many offers."""

    def open_offers(self, subject: Subject | None = None) -> Sequence[TwinOffer]:
        """Offers that wait for an answer (of one subject on either side, where given), oldest first."""

    def merged_into(self, subject: Subject) -> Subject | None:
        """The incident that this one was merged into."""

    def merged_with(self, subject: Subject) -> Sequence[Subject]:
        """All incidents that people said to be the same as this one, however many steps apart; without itself."""


class Sources(Protocol):
    """Cursors and health of sources."""

    def row(self, name: str) -> SourceRow:
        """The source's row; a fresh one when it was never seen."""

    def rows(self) -> Sequence[SourceRow]:
        """All rows by name."""

    def advance(
        self, name: str, cursor: str | None, at: datetime, counts: Mapping[str, int], brought_new: bool
    ) -> None:
        """A pass succeeded: keep the cursor, clear the trouble, add to the tallies by outcome. `brought_new` (and the
        first pass) count as news, after which a source may be silent for a while."""

    def failed(self, name: str, at: datetime, why: str) -> None:
        """A pass failed: keep since when, and why."""

    def set_aside(self, source: str, position: str, reason: str, vault_ref: str, row_hash: str, at: datetime) -> bool:
        """Keep a bad row; False when the same row (by keyed hash) was kept before."""

    def kept_aside(self, limit: int) -> Sequence[SetAside]:
        """Rows set aside, newest first."""


class Bots(Protocol):
    """Each bot's cursor in the log, and the answers that wait to be prepared."""

    def row(self, line: LineId) -> BotRow | None:
        """The bot's row, None when it never ran."""

    def rows(self) -> Sequence[BotRow]:
        """All rows by line."""

    def start(self, line: LineId, cursor: int) -> None:
        """A bot's first row; nothing when it has one."""

    def advance(self, line: LineId, cursor: int, speaks: Sequence[tuple[int, str]]) -> None:
        """Keep the cursor and the bot's *speak* answers as (seq, why); clears its trouble."""

    def trouble(self, line: LineId, why: str, at: datetime) -> None:
        """The bot failed on an entry; its cursor stays."""

    def ready(self, up_to: int, limit: int) -> Sequence[int]:
        """Seqs, oldest first, at most `up_to`, whose fate is still pending or that hold an unhandled answer."""

    def answers(self, seq: int) -> Sequence[tuple[LineId, str]]:
        """All *speak* answers for an entry as (line, why)."""

    def handled(self, seq: int) -> None:
        """The entry's answers so far are dealt with."""
