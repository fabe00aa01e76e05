"""What the inside needs of a store: one transaction over small ports.

`Store.begin()` gives a transaction; leaving it normally commits, an exception rolls back. Values that go in and
come out are domain nouns. Leases and grace use the database's own clock; every other time is handed in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import Protocol

from core.domain.accounts import AccountRecord
from core.domain.audit import AuditCheck, AuditHead
from core.domain.lines import AccountId, LineId
from core.domain.log import Fate, LogEntry, NewEntry, SetAside
from core.domain.notices import DigestItem, Notice, NoticeId, Revision, Speaker, Subject
from core.domain.rulings import Ruling
from core.domain.staff import StaffMember
from core.ports.names import Names
from core.ports.outbox import Outbox
from core.ports.store_rows import (
    AuditRow,
    BotRow,
    FateCount,
    SourceRow,
    TwinOffer,
    WaitingRow,
)
from core.ports.taking_back import Pauses, Retractions


class StoreBroken(Exception):
    """The store can't be opened or used; the message is one line that says what to do."""


class StoreBusy(Exception):
    """Another process holds the store too long; trying again later is right."""


class SealedAway(Exception):
    """The vault's key for this owner is destroyed: what it held can't be read any more."""


class Vault(Protocol):
    """The one erasable place for whatever could identify a person."""

    def put(self, owner: str, content: bytes) -> str:
        """Keep content under the owner's own key (made at need) and return its reference."""

    def open(self, ref: str) -> bytes:
        """The content. Raises SealedAway when the owner was erased, KeyError when there is no such reference."""

    def holds(self, owner: str) -> bool:
        """True when a key or content of this owner is still there."""

    def erase(self, owner: str) -> int:
        """Destroy the owner's key and rows; the number of rows. A second time is 0 and no error."""


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

    def open_offers(self, subject: Subject | None = None) -> Sequence[TwinOffer]:
        """Offers that wait for an answer (of one subject on either side, where given), oldest first."""

    def merged_into(self, subject: Subject) -> Subject | None:
        """The incident that this one was merged into."""


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


class Notices(Protocol):
    """Notices, their revisions and rulings."""

    def find(self, subject: Subject, speaker: Speaker) -> Notice | None:
        """The notice of this subject and speaker."""

    def get(self, notice_id: NoticeId) -> Notice | None:
        """One notice."""

    def by_reference(self, reference: str) -> Notice | None:
        """The notice that bears this public reference."""

    def create(self, notice: Notice) -> None:
        """Keep a new notice."""

    def revisions(self, notice_id: NoticeId) -> Sequence[Revision]:
        """All revisions, first to last."""

    def add_revision(self, revision: Revision, ruling: Ruling, policy_hash: str) -> None:
        """Keep a revision with its ruling."""

    def widen(self, notice_id: NoticeId, number: int, lines: Sequence[LineId]) -> None:
        """A bot spoke late: the revision's lines become these (lead unchanged, first)."""

    def ruling(self, notice_id: NoticeId, number: int) -> Ruling:
        """The ruling of a revision. Raises KeyError."""

    def count_alone(self, line: LineId, day: date, add: int = 0) -> int:
        """How many notices the line's handle said alone on that day, after adding `add`."""


class Digests(Protocol):
    """What waits for a line's digest."""

    def add(self, line: LineId, day: date, item: DigestItem) -> None:
        """Put an incident into the day's digest of a line."""

    def days(self, up_to: date | None) -> Sequence[tuple[LineId, date]]:
        """(line, day) pairs with items not said yet whose day is `up_to` or earlier; all when None."""

    def items(self, line: LineId, day: date) -> Sequence[DigestItem]:
        """Items of a day's digest that were not said yet, oldest first."""

    def said(self, line: LineId, day: date) -> None:
        """The items were put into a digest notice."""

    def said_in(self, entry_seq: int) -> Sequence[tuple[LineId, date]]:
        """(line, day) of the digests that said this entry."""

    def drop(self, entry_seq: int) -> bool:
        """Take an incident out of every digest that was not said yet; True when it stood in one."""


class Accounts(Protocol):
    """Pinned platform ids and states."""

    def get(self, account: AccountId) -> AccountRecord:
        """The record; a fresh one when it was never connected."""

    def pin(self, account: AccountId, platform_id: str) -> None:
        """Pin the platform's id. Raises ValueError when another id is pinned already."""

    def set_state(self, record: AccountRecord) -> None:
        """Keep a state and its reason."""

    def rows(self) -> Sequence[AccountRecord]:
        """All records by account."""


class Staff(Protocol):
    """People on the staff and the hashes of their tokens."""

    def add(self, member: StaffMember, token_hash: str) -> None:
        """Add a person. Raises ValueError when the name is taken."""

    def by_token(self, token_hash: str) -> StaffMember | None:
        """Who holds this token; a revoked one is None."""

    def renew(self, name: str, token_hash: str) -> None:
        """Replace a person's token. Raises KeyError."""

    def revoke(self, name: str) -> None:
        """Their token stops working. Raises KeyError."""

    def all(self) -> Sequence[StaffMember]:
        """Everyone, by name."""


class Audit(Protocol):
    """Who did what when; rows are only ever appended, each chained to the one before by a key kept elsewhere."""

    def write(self, at: datetime, actor: str, via: str, act: str, subject: str, detail: str = "") -> None:
        """Append a row; subject and detail hold references and keyed hashes, nothing that identifies a person."""

    def rows(self, limit: int) -> Sequence[AuditRow]:
        """Newest first."""

    def after(self, seq: int, limit: int) -> Sequence[AuditRow]:
        """Up to `limit` rows with a greater number, oldest first."""

    def head(self) -> AuditHead:
        """How far the log and the attempts have come, without what this transaction wrote."""

    def check(self, anchor: AuditHead | None) -> AuditCheck:
        """Read the whole chain, and hold its end against an anchor."""


class Calls(Protocol):
    """What somebody was called for."""

    def take(self, keys: Sequence[str], now: datetime, again_at: datetime) -> Sequence[str]:
        """Of the troubles that there are, those to call for now: new ones, and those whose time has come again. They
        rest until `again_at`; troubles that are over are forgotten."""

    def rung(self, key: str, due_at: datetime) -> None:
        """Somebody was reached: if it lasts, it is due again at `due_at`."""


class Tx(Protocol):
    """One transaction over the small ports."""

    vault: Vault
    log: Log
    twins: Twins
    names: Names
    sources: Sources
    bots: Bots
    notices: Notices
    digests: Digests
    outbox: Outbox
    retractions: Retractions
    pauses: Pauses
    accounts: Accounts
    staff: Staff
    audit: Audit
    calls: Calls

    def waiting(self, limit: int) -> Sequence[WaitingRow]:
        """What waits for whom: ambiguous and held entries, twin offers, deliveries that a person must settle."""


class Store(Protocol):
    """A store that is ready: migrated to the newest schema."""

    def begin(self, durable: bool = False) -> AbstractContextManager[Tx]:
        """A transaction. `durable` commits survive a power cut (attempts, receipts). Raises StoreBusy, StoreBroken."""

    def keep_anchor(self) -> None:
        """Write down outside the store how far it has come, if that moved. Raises StoreBusy, StoreBroken."""

    def close(self) -> None:
        """Write the anchor and give back connections; a second time is no error."""
