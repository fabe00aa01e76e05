"""What the inside needs to keep of limits, of how accounts fare, and of what was spent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from pydantic import AwareDatetime

from core.domain.lines import Account, AccountId, Frozen
from core.domain.notices import Urgency
from core.ports.channel import LimitSeen

OTHERS = AccountId("the others")


class KeptLimit(Frozen):
    """A limit whose window is still open. `account` is None for one that all accounts of the channel share."""

    channel: str
    account: AccountId | None
    seen: LimitSeen
    low_since: AwareDatetime | None = None
    """Since when little is left of a shared one."""


class Health(Frozen):
    """How an account's calls went lately."""

    account: AccountId
    failures: int = 0
    """In a row."""
    failing_since: AwareDatetime | None = None
    rests_until: AwareDatetime | None = None


class Spent(Frozen):
    """Of one account in one month, in millionths of a dollar. `reads` is the part of it that went into reading."""

    account: AccountId
    micros: int
    reads: int


class Posted(Frozen):
    """How often an account published, or may have, and when first."""

    account: AccountId
    count: int
    first_at: AwareDatetime


class Ready(Frozen):
    """How many deliveries of an account and urgency could go now; what takes back is not among them."""

    account: AccountId
    urgency: Urgency
    count: int


class Limits(Protocol):
    """Limits, health and spending. Times are the fleet's and handed in; months are named like 2026-11."""

    def keep(self, account: Account, seen: LimitSeen, low: bool, now: datetime) -> None:
        """Keep what a platform said of a limit, in place of what it said before. `low`: little is left of it."""

    def kept(self, now: datetime, of: Account | None = None) -> Sequence[KeptLimit]:
        """Limits whose window does not reopen before `now`; `of` an account: its own and those that it shares."""

    def health(self) -> Sequence[Health]:
        """Accounts whose last call failed."""

    def fared(self, health: Health) -> None:
        """Keep how an account fares; without failures it is forgotten."""

    def book(
        self, attempt_id: int, account: AccountId, month: str, amount: int, publishes: bool, now: datetime
    ) -> None:
        """An attempt was written: what it costs, and whether it counts as a post. A second time changes nothing."""

    def give_back(self, attempt_id: int) -> None:
        """It surely was not sent: it cost nothing and was no post. A second time changes nothing."""

    def book_reads(self, account: AccountId, month: str, amount: int) -> None:
        """Reading cost this much."""

    def spent(self, month: str) -> Sequence[Spent]:
        """What each account spent in a month."""

    def posted(self, since: datetime, of: AccountId | None = None) -> Sequence[Posted]:
        """What each account published after `since`, unless it surely was not sent. `of` an account: what that one
        did, and all others together as if they were one, OTHERS."""

    def ready(self, among: Sequence[AccountId]) -> Sequence[Ready]:
        """What of these accounts could go now if nothing kept it back."""
