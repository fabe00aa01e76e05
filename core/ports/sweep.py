"""What the inside needs of a store to compare receipts with what really stands, and to look back at what was said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from core.domain.deliveries import Delivery
from core.domain.lines import AccountId
from core.domain.seen import Gone, Stray, Swept


class Seen(Protocol):
    """What sweeps saw. Receipts are read only; nothing here owes or settles a delivery."""

    def begin(self, account: AccountId, now: datetime, *, anew: bool = False) -> None:
        """From now on whatever is posted on this account is the fleet's, or foreign. Said before, it stands, unless
        `anew`. A store that knows older receipts of the account begins at the first of them."""

    def take(self, account: AccountId, now: datetime, again_at: datetime) -> Swept | None:
        """Take an account's sweep; None when it rests until later. Of several processes one gets it."""

    def rest(self, account: AccountId, until: datetime, trouble: str | None) -> None:
        """Nothing was compared, because of `trouble`: the account is swept again from `until` on."""

    def swept(self, account: AccountId, now: datetime, month: str, reads: int, trouble: str | None) -> None:
        """A sweep ended: `reads` more were counted in that month."""

    def sweeps(self) -> Sequence[Swept]:
        """How far each account's sweeps have come, by account."""

    def receipts(self, account: AccountId, since: datetime) -> Sequence[Delivery]:
        """Delivered posts and reposts of the account whose receipt is not older, save those whose removal is
        confirmed; first to last."""

    def owed(self, account: AccountId, since: datetime) -> Sequence[Delivery]:
        """Every post and repost of the account in any state that was prepared since, also what was removed."""

    def miss(self, gone: Gone) -> None:
        """Keep that it was missed; a second time only `sure` can change."""

    def stands_again(self, account: AccountId, platform_ids: Sequence[str]) -> int:
        """What was missed is listed after all: how many notes were taken back."""

    def gone(self, account: AccountId | None = None) -> Sequence[Gone]:
        """What was missed, sure or not, newest first."""

    def keep(self, stray: Stray) -> None:
        """Keep a stray, in place of what was known of it."""

    def strays(self, account: AccountId | None = None) -> Sequence[Stray]:
        """All strays, newest first."""

    def prepared(self, since: datetime, until: datetime) -> Sequence[Delivery]:
        """Posts and reposts that were delivered or practised and were prepared in this time, first to last."""
