"""What the inside needs of a store: one transaction over small ports.

`Store.begin()` gives a transaction; leaving it normally commits, an exception rolls back. Values that go in and
come out are domain nouns. Leases and grace use the database's own clock; every other time is handed in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Protocol, TypeVar

from core.ports.intake import Bots, Log, Sources, Twins
from core.ports.limits import Limits
from core.ports.loans import Loans
from core.ports.mending import Mending
from core.ports.names import Names
from core.ports.notices import Digests, Notices
from core.ports.outbox import Outbox
from core.ports.partners import Partners
from core.ports.patterns import Patterns
from core.ports.people import Accounts, Audit, Calls, Staff
from core.ports.pictures import Pictures
from core.ports.renaming import Renaming
from core.ports.reviews import Reviews
from core.ports.silences import Silences
from core.ports.store_rows import WaitingRow
from core.ports.sweep import Seen
from core.ports.taking_back import Pauses, Retractions
from core.ports.voices import Voices

T = TypeVar("T")


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

    def sealed(self, owner: str) -> bool:
        """True when this owner's key was destroyed: nothing is kept for it any more."""

    def erase(self, owner: str) -> int:
        """Destroy the owner's key and rows; the number of rows. A second time is 0 and no error."""


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
    mending: Mending
    renaming: Renaming
    retractions: Retractions
    loans: Loans
    pauses: Pauses
    reviews: Reviews
    silences: Silences
    pictures: Pictures
    patterns: Patterns
    partners: Partners
    voices: Voices
    seen: Seen
    accounts: Accounts
    limits: Limits
    staff: Staff
    audit: Audit
    calls: Calls

    def waiting(self, limit: int) -> Sequence[WaitingRow]:
        """What waits for whom: ambiguous and held entries, twin offers, deliveries that a person must settle."""


class Store(Protocol):
    """A store that is ready: migrated to the newest schema."""

    def begin(self, durable: bool = False) -> AbstractContextManager[Tx]:
        """A transaction. `durable` commits survive a power cut (attempts, receipts). Raises StoreBusy, StoreBroken."""

    def durably(self, act: Callable[[Tx], T]) -> T:
        """Run an act in a durable transaction, perhaps in one with acts of other threads; returns what it answered,
        after the commit. It may be run again from the start when one of them raises: what it changes is the store
        alone. One that raises leaves nothing and harms no other. Raises what it raised, StoreBusy, StoreBroken."""

    def keep_anchor(self) -> None:
        """Write down outside the store how far it has come, if that moved. Raises StoreBusy, StoreBroken."""

    def close(self) -> None:
        """Write the anchor and give back connections; a second time is no error."""
