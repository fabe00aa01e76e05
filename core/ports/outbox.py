"""What the inside needs of the outbox: deliveries, leases, attempts, receipts, look-ups."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from core.domain.deliveries import (
    Attempt,
    Delivery,
    DeliveryKey,
    DeliveryState,
    NewDelivery,
    Outcome,
    Receipt,
)
from core.domain.holding import HeldBack
from core.domain.notices import NoticeId
from core.domain.restored import LookFirst
from core.ports.store_rows import OutboxCount


class Outbox(Protocol):
    """Deliveries, leases, attempts and receipts. The lease's owner fences every settlement."""

    def add(
        self, deliveries: Sequence[NewDelivery], now: datetime, after_seconds: float = 0, *, apart: bool = False
    ) -> int:
        """Keep deliveries under their keys; one whose key exists is left alone. The number that was new. They are due
        `after_seconds` from now, by the database's clock. `apart`: their words identify nobody and outlive an erasure
        of their subject."""

    def claim(
        self,
        owner: str,
        now: datetime,
        lease_seconds: float,
        limit: int,
        taking_back: bool = False,
        held: Sequence[HeldBack] = (),
        one_account: bool = False,
    ) -> Sequence[Delivery]:
        """Lease up to `limit` due deliveries: what they need is delivered, no attempt of the same notice on that
        account is open or unknown, the account is ready and none of its deliveries is leased by another owner;
        by urgency, then first prepared; inside a notice and account in order of revision and place. Past
        `expires_at` (against `now`) they expire here instead (those that take back never do). Nothing on a paused
        account but what takes back; `taking_back`: nothing but that anywhere;
        `held` leaves an account's deliveries of that urgency and below, never what takes back; `one_account`: only
        those of the account whose turn it is, so that others may serve the other accounts meanwhile."""

    def begin_attempt(self, delivery_id: int, owner: str, now: datetime) -> Attempt | None:
        """Write the attempt row, in a transaction of its own just before the call. None when the lease is lost,
        the delivery was withdrawn, its account is paused or a newer revision of its notice exists. In the window after
        a restore the attempt says `posted_since` until its post was once surely absent: then it is looked up instead
        of called."""

    def window(self) -> LookFirst | None:
        """The newest window that a restore opened, over or not."""

    def open_window(self, window: LookFirst) -> None:
        """What was prepared before `window.until` is looked up before its first attempt, also what is due already."""

    def settle(self, attempt: Attempt, outcome: Outcome) -> bool:
        """Write how an attempt ended and what follows; False when another owner settled it (fenced).
        Delivered → receipt; Deferred → due after its seconds; Refused → refused, and what needs it is withdrawn
        with the reason; StandAlone → due at once, and it and the due posts of its notice on that account answer
        nothing any more; Unknown → unknown, to be looked up."""

    def practised(self, delivery_id: int, owner: str) -> bool:
        """A practice account's delivery went every step but the call."""

    def postpone(self, delivery_id: int, owner: str, seconds: float, why: str) -> bool:
        """Nothing was tried and nothing can be for a while: due again after `seconds`. False when fenced."""

    def release(self, owner: str) -> int:
        """Give back this owner's leases that hold no open attempt."""

    def unsettled(
        self, owner: str, lease_seconds: float, grace_seconds: float, limit: int
    ) -> Sequence[tuple[Delivery, Attempt]]:
        """Lease attempts whose end was not seen: unknown ones, and open ones whose lease ran out; a look-up that
        was inconclusive or not found rests at least one grace before the next."""

    def looked(self, attempt: Attempt, conclusive: bool) -> Attempt:
        """A look-up did not find the post (`conclusive`: it read back past the attempt's start). Keeps the count
        and the time, gives the lease back, and returns the attempt as it stands now."""

    def surely_absent(self, attempt: Attempt) -> bool:
        """The post is surely not there: the delivery is due again. False when fenced."""

    def unclear_refusals(self, attempt: Attempt) -> int:
        """How many attempts of its delivery, this one too, the platform refused in words that may mean it stands."""

    def wait_for_person(self, attempt: Attempt, why: str) -> bool:
        """Looking up can't settle it: a person must. False when fenced."""

    def withdraw_older(self, notice_id: NoticeId, below_revision: int, why: str, words_too: bool = False) -> int:
        """Withdraw deliveries of older revisions that have no attempt open or unknown and are not delivered. What takes
        back stays owed; with `words_too` only removals do: an older correction is not said beside a newer word."""

    def look_again(self, notice_id: NoticeId) -> int:
        """What of this notice waits for a person is looked up once more: it is to be taken down. How many."""

    def receipt(self, key: DeliveryKey) -> Receipt | None:
        """The receipt of one delivery."""

    def of_notice(self, notice_id: NoticeId) -> Sequence[Delivery]:
        """All deliveries of a notice in order."""

    def counts(self) -> Sequence[OutboxCount]:
        """How many deliveries stand in which state on which account."""

    def recent(self, limit: int) -> Sequence[Delivery]:
        """Delivered ones, latest receipt first."""

    def in_states(self, states: Sequence[DeliveryState], limit: int) -> Sequence[Delivery]:
        """Deliveries in these states, oldest first."""

    def quiet(self) -> bool:
        """True when nothing is due, leased, attempting or unknown (what waits for a person is quiet)."""

    def seconds_to_next(self) -> float | None:
        """Seconds until the next deferred delivery, lease end or look-up may be taken; None when nothing waits."""
