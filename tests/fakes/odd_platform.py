"""A platform that misbehaves as told and keeps an honest record of its own: a double post stands there twice."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from core.domain.accounts import WhoAmI
from core.domain.deliveries import Receipt
from core.domain.lines import Account
from core.ports.channel import (
    Abilities,
    LimitKind,
    LimitSeen,
    Listed,
    Listing,
    Look,
    LookUp,
    OutcomeUnknown,
    Outgoing,
    PostDeferred,
    Probe,
)

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
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
    at: datetime = LONG_AGO


@dataclass
class Window:
    """So many posts until a time; with `told` an answer says what is left, as platforms do in headers."""

    limit: int
    remaining: int
    resets_at: datetime
    told: bool = True


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
            lists=True,
        )
    )
    record: list[Row] = field(default_factory=list)
    taken: int = 0
    """How many posts it ever took: no id is given twice."""
    calls: list[str] = field(default_factory=list)
    before: deque[Exception | None] = field(default_factory=deque)
    after: deque[Exception | None] = field(default_factory=deque)
    removals: list[str] = field(default_factory=list)
    """Ids of what it was asked to remove, in order."""
    removing: deque[Exception | None] = field(default_factory=deque)
    """What the next removals raise, without effect; an answer that got lost comes after its effect."""
    of_handle: dict[str, Exception] = field(default_factory=dict)
    """Handle → what every publishing call of it raises, without effect."""
    identities: dict[str, str] = field(default_factory=dict)
    """Handle of lines.yaml → handle whose credentials are in its place."""
    ids: dict[str, str] = field(default_factory=dict)
    """Handle → its platform's id, where that is not made of the handle."""
    opened_anew: set[str] = field(default_factory=set)
    """Handles whose account is another one than it was: nothing of the old one is listed, found or removed."""
    who: dict[str, Exception] = field(default_factory=dict)
    """Handle → what "who am I" raises."""
    blind_looks: int = 0
    """So many look-ups see nothing of what the record holds."""
    incomplete_looks: int = 0
    look_raises: deque[Exception] = field(default_factory=deque)
    looks: int = 0
    unlisted: set[str] = field(default_factory=set)
    """Ids that stand and that a listing does not show yet."""
    list_raises: deque[Exception] = field(default_factory=deque)
    reads: int = 0
    """Posts that listings gave."""
    app: Window | None = None
    """What all accounts together may post."""
    windows: dict[str, Window] = field(default_factory=dict)
    """Handle → what it may post alone."""
    refused_by_limit: int = 0
    """How many calls came although a window was used up."""
    _told: dict[str, dict[str, LimitSeen]] = field(default_factory=dict)
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
        made = f"id-{acting}{'-anew' if acting in self.opened_anew else ''}"
        return WhoAmI(platform_id=self.ids.get(acting, made), handle=acting)

    def opens_anew(self, handle: str) -> None:
        """The account is lost with all that stands on it, and another is opened under its handle."""
        self.opened_anew.add(handle)
        self.record = [replace(row, handle=f"{handle} (lost)") if row.handle == handle else row for row in self.record]

    def publish(self, account: Account, outgoing: Outgoing) -> Receipt:
        answered = None if outgoing.reply_to is None else outgoing.reply_to.platform_id
        return self._take(account, outgoing.text, answered, None)

    def repost(self, account: Account, target: Receipt) -> Receipt:
        return self._take(account, "", None, target.platform_id)

    def _take(self, account: Account, text: str, reply_to: str | None, repost_of: str | None) -> Receipt:
        with self._lock:
            self.calls.append(account.handle)
            self._spend(account.handle)
            if account.handle in self.of_handle:
                raise self.of_handle[account.handle]
            raised = self.before.popleft() if self.before else None
            if raised is not None:
                raise raised
            self.taken += 1
            row = Row(str(self.taken), self._acting(account), text, reply_to, repost_of, self.now())
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
        self.removals.append(receipt.platform_id)
        raised = self.removing.popleft() if self.removing else None
        if raised is not None and not isinstance(raised, OutcomeUnknown):
            raise raised
        self._gone(receipt)
        if raised is not None:
            raise raised

    def listing(self, account: Account, since: datetime, at_most: int) -> Listing:
        """The account's own rows, newest first, as the record has them but for `unlisted` and `list_raises`."""
        if self.list_raises:
            raise self.list_raises.popleft()
        mine = [row for row in reversed(self.record) if row.handle == self._acting(account)]
        shown = [row for row in mine if row.id not in self.unlisted]
        read = shown[:at_most]
        self.reads += len(read)
        return Listing(
            posts=tuple(
                Listed(platform_id=row.id, at=row.at, text=row.text, repost_of=row.repost_of)
                for row in read
                if row.at >= since
            ),
            complete=len(read) == len(shown) or read[-1].at < since if read else not shown,
            read=len(read),
        )

    def posted_by_hand(self, handle: str, text: str) -> str:
        """Somebody posts with the account's own app; the id."""
        with self._lock:
            self.taken += 1
            self.record.append(Row(str(self.taken), handle, text, at=self.now()))
            return str(self.taken)

    def removed_by_hand(self, post_id: str) -> None:
        """Somebody, or the platform, takes a post down."""
        self.record = [row for row in self.record if row.id != post_id]

    def limits(self, account: Account) -> tuple[LimitSeen, ...]:
        """What its answers to this account told since this was last asked."""
        return tuple(self._told.pop(account.handle, {}).values())

    def _spend(self, handle: str) -> None:
        """Take one of each window that is open. Raises PostDeferred where one is used up."""
        mine = {"app-24h": self.app, "user-15min": self.windows.get(handle)}
        now = self.now()
        counted = {name: window for name, window in mine.items() if window is not None and window.resets_at > now}
        spent = [window for window in counted.values() if window.remaining <= 0]
        for name, window in counted.items():
            window.remaining -= 0 if spent else 1
            if window.told:
                self._told.setdefault(handle, {})[name] = LimitSeen(
                    name=name,
                    kind=LimitKind.POST,
                    shared=name.startswith("app"),
                    limit=window.limit,
                    remaining=window.remaining,
                    resets_at=window.resets_at,
                )
        if spent:
            self.refused_by_limit += 1
            seconds = max((window.resets_at - now).total_seconds() for window in spent)
            raise PostDeferred("too many", seconds if all(window.told for window in spent) else 900)

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
