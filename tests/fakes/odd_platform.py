"""A platform that misbehaves as told and keeps an honest record of its own: a double post stands there twice."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from core.domain.accounts import WhoAmI
from core.domain.deliveries import Receipt
from core.domain.lines import Account
from core.ports.channel import (
    Abilities,
    LimitSeen,
    Listing,
    Look,
    LookUp,
    NotSupported,
    OutcomeUnknown,
    Outgoing,
    Probe,
)

Act = Callable[[], None]
"""What a call does beside its effect: nothing, or raise."""


@dataclass(frozen=True)
class Row:
    """One accepted post or repost, in the order of the record."""

    id: str
    handle: str
    text: str
    reply_to: str | None = None
    repost_of: str | None = None


@dataclass
class OddPlatform:
    """The port Channel. `before` and `after` hold what the next publishing calls raise before or after their effect."""

    now: Callable[[], datetime]
    name: str = "x"
    abilities: Abilities = field(
        default_factory=lambda: Abilities(
            reaches_public=True,
            repost=True,
            reply=True,
            remove=True,
            look_up=LookUp.EVENTUAL,
            measure="x",
            default_limit=280,
        )
    )
    record: list[Row] = field(default_factory=list)
    taken: int = 0
    """How many posts it ever took: no id is given twice."""
    calls: list[str] = field(default_factory=list)
    before: deque[Exception | None] = field(default_factory=deque)
    after: deque[Exception | None] = field(default_factory=deque)
    removing: deque[Exception | None] = field(default_factory=deque)
    """What the next removals raise, without effect; an answer that got lost comes after its effect."""
    of_handle: dict[str, Exception] = field(default_factory=dict)
    """Handle → what every publishing call of it raises, without effect."""
    identities: dict[str, str] = field(default_factory=dict)
    """Handle of lines.yaml → handle whose credentials are in its place."""
    who: dict[str, Exception] = field(default_factory=dict)
    """Handle → what "who am I" raises."""
    blind_looks: int = 0
    """So many look-ups see nothing of what the record holds."""
    incomplete_looks: int = 0
    look_raises: deque[Exception] = field(default_factory=deque)
    looks: int = 0
    called: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    hold: threading.Event | None = None
    """Set: publishing calls wait for it after their effect."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def _acting(self, account: Account) -> str:
        """The handle whose credentials are used: an honest platform posts under it, whatever the caller thinks."""
        return self.identities.get(account.handle, account.handle)

    def who_am_i(self, account: Account) -> WhoAmI:
        if account.handle in self.who:
            raise self.who[account.handle]
        acting = self._acting(account)
        return WhoAmI(platform_id=f"id-{acting}", handle=acting)

    def publish(self, account: Account, outgoing: Outgoing) -> Receipt:
        answered = None if outgoing.reply_to is None else outgoing.reply_to.platform_id
        return self._take(account, outgoing.text, answered, None)

    def repost(self, account: Account, target: Receipt) -> Receipt:
        return self._take(account, "", None, target.platform_id)

    def _take(self, account: Account, text: str, reply_to: str | None, repost_of: str | None) -> Receipt:
        with self._lock:
            self.calls.append(account.handle)
            if account.handle in self.of_handle:
                raise self.of_handle[account.handle]
            raised = self.before.popleft() if self.before else None
            if raised is not None:
                raise raised
            self.taken += 1
            row = Row(str(self.taken), self._acting(account), text, reply_to, repost_of)
            self.record.append(row)
            raised, hold = self.after.popleft() if self.after else None, self.hold
        self.called.release()
        if hold is not None:
            hold.wait()
        if raised is not None:
            raise raised
        return Receipt(platform_id=row.id, at=self.now())

    def find(self, account: Account, probe: Probe) -> Look:
        self.looks += 1
        if self.look_raises:
            raise self.look_raises.popleft()
        if self.incomplete_looks:
            self.incomplete_looks -= 1
            return Look(found=None, complete=False)
        if self.blind_looks:
            self.blind_looks -= 1
            return Look(found=None, complete=True)
        wanted = None if probe.repost_of is None else probe.repost_of.platform_id
        for row in self.record:
            same = row.repost_of == wanted if wanted else probe.outgoing is not None and row.text == probe.outgoing.text
            if row.handle == self._acting(account) and same:
                return Look(found=Receipt(platform_id=row.id, at=self.now()), complete=True)
        return Look(found=None, complete=True)

    def remove(self, account: Account, receipt: Receipt) -> None:
        raised = self.removing.popleft() if self.removing else None
        if raised is not None and not isinstance(raised, OutcomeUnknown):
            raise raised
        self._gone(receipt)
        if raised is not None:
            raise raised

    def listing(self, account: Account, since: datetime, at_most: int) -> Listing:
        """Not declared yet. Raises NotSupported."""
        raise NotSupported(f"{self.name} can't list what stands on {account.id}")

    def limits(self, account: Account) -> tuple[LimitSeen, ...]:
        """It says nothing of its limits."""
        return ()

    def _gone(self, receipt: Receipt) -> None:
        self.record = [row for row in self.record if row.id != receipt.platform_id]

    def texts(self, handle: str) -> list[str]:
        """What the handle said itself, in order."""
        return [row.text for row in self.record if row.handle == handle and row.repost_of is None]

    def reposts(self, handle: str) -> list[str]:
        """Ids of what the handle reposted, in order."""
        return [row.repost_of for row in self.record if row.handle == handle and row.repost_of is not None]


def lost_answer() -> OutcomeUnknown:
    """What a channel raises when the answer did not come."""
    return OutcomeUnknown("the answer got lost")
