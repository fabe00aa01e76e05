"""What the inside needs of the outbox to set right what went wrong: lost leads, broken threads, old backlogs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from core.domain.deliveries import Attempt, Delivery, DeliveryKey, NewDelivery
from core.domain.lines import AccountId
from core.domain.notices import NoticeId


class Mending(Protocol):
    """Each verb checks again, in its own transaction, what it stands on."""

    def unsaid_leads(self, now: datetime, said_before: datetime) -> Sequence[Delivery]:
        """First posts of leads that were refused, or that are due and were prepared up to `said_before`; only of the
        newest revision of a notice and within their life at `now`. Oldest first."""

    def change_lead(self, lost: DeliveryKey, owed: Sequence[NewDelivery], why: str, now: datetime) -> bool:
        """`owed` takes the place of whatever of this revision is due on the platform of the lost lead's first post; a
        repost that was withdrawn under the same key is due again with its new `needs`. False, and nothing changes,
        where anything of the notice stands or may stand on that platform or another account leads there. No attempt
        is written meanwhile."""

    def broken_threads(self, said_since: datetime) -> Sequence[Delivery]:
        """Posts that were refused or expired while an earlier part of the same thread stands, and updates that were
        refused where what they update stands; only of the newest revision of a notice (what was taken back has a newer
        one); oldest first."""

    def finish_thread(self, broken: DeliveryKey, expires_at: datetime) -> int:
        """This post and what was withdrawn with it are due once more on that account, as posts that answer nothing, and
        the reposts of it. How many posts; 0 when it is not broken any more."""

    def backlog(self, account: AccountId) -> Sequence[Delivery]:
        """All that is due on an account, oldest first."""

    def opened_anew(self, account: AccountId, old_id: str, why: str) -> int:
        """Another account is behind this one from now on: each proof of a post says that it stands on `old_id`, what is
        due to be taken down there is withdrawn, what is due answers nothing of it, and what may or may not have been
        sent waits for a person. Waits until no attempt is being written. How many posts are out of reach."""

    def outlived(self, said_since: datetime, account: AccountId | None = None) -> Sequence[Delivery]:
        """Posts and reposts (of one account) that expired unsaid and of which nothing was told yet, of what was
        prepared since; nothing that takes back. Oldest first."""

    def tell(self, keys: Sequence[DeliveryKey], why: str) -> int:
        """What became of those of them that expired: they are outlived no more. How many."""

    def withdraw(self, keys: Sequence[DeliveryKey], why: str) -> int:
        """Withdraw those of them that are due, and what needs them; how many of them."""

    def waiting(self, notice_id: NoticeId) -> Sequence[tuple[Delivery, Attempt]]:
        """What of a notice only a person can settle, each with the attempt whose end was not seen; oldest first."""
