"""What is left in the queue after a pass, per account, with why it waits and what to do."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from core.domain.accounts import AccountState
from core.domain.deliveries import DeliveryState
from core.domain.lines import AccountId, AccountMode, Frozen
from core.flow.holding import held_now
from core.flow.knowledge import Knowledge
from core.ports.clock import Clock
from core.ports.store import Store, Tx

_LEFT = (DeliveryState.DUE, DeliveryState.ATTEMPTING, DeliveryState.UNKNOWN, DeliveryState.WAITING)


class Left(Frozen):
    """Posts, reposts and removals that an account still owes."""

    account: AccountId
    count: int
    why: str
    expires: bool = False
    """True where nobody has to do anything: the account is off, so that what it owes ends by itself."""


def left_in_queue(store: Store, know: Knowledge, clock: Clock) -> tuple[Left, ...]:
    """By account; empty when nothing is owed. Reads only. Raises StoreBusy, StoreBroken."""
    found: dict[AccountId, Counter[DeliveryState]] = {}
    with store.begin() as tx:
        for row in tx.outbox.counts():
            if row.state in _LEFT:
                found.setdefault(row.account, Counter())[row.state] += row.count
        reasons = _Reasons(tx, know, clock.now()) if found else None
    if reasons is None:
        return ()
    return tuple(
        Left(account=account, count=states.total(), why=reasons.of(account, states), expires=reasons.is_off(account))
        for account, states in sorted(found.items())
    )


class _Reasons:
    """Why an account's queue is not empty, the reason that a person can mend first."""

    def __init__(self, tx: Tx, know: Knowledge, now: datetime) -> None:
        self._accounts = know.accounts
        self._records = {row.account: row for row in tx.accounts.rows()}
        self._paused = [pause for pause in tx.pauses.rows() if pause.voice is None]
        self._voices = {pause.scope for pause in tx.pauses.rows() if pause.voice is not None}
        self._held = {one.account: one.why for one in held_now(tx, know, now)}

    def is_off(self, account: AccountId) -> bool:
        known = self._accounts.get(account)
        return known is None or known.mode is AccountMode.OFF

    def of(self, account: AccountId, states: Counter[DeliveryState]) -> str:
        """One sentence."""
        if self.is_off(account):
            return "the account is off, or not in lines.yaml: it ends by itself when its time is over"
        if (stuck := self._stuck(account)) is not None:
            return stuck
        pause = next((one for one in self._paused if one.account in (None, account)), None)
        if pause is not None:
            return f"paused ({pause.scope}): `resume` goes on"
        if states[DeliveryState.WAITING]:
            return "it may or may not be up: `status` names the call that settles it"
        if account in self._held:
            return self._held[account]
        if states[DeliveryState.UNKNOWN] or states[DeliveryState.ATTEMPTING]:
            return "whether it was sent is being looked up"
        voice = f", or for the end of a pause ({', '.join(sorted(self._voices))})" if self._voices else ""
        return f"it waits for its time, or for the post that it repeats or answers{voice}"

    def _stuck(self, account: AccountId) -> str | None:
        record = self._records.get(account)
        match None if record is None else record.state:
            case AccountState.NEEDS_LOGIN:
                return f"it needs a login: `accounts connect {account}`"
            case AccountState.WRONG_IDENTITY:
                return f"somebody else's credentials: {record.why if record else ''}"
            case AccountState.LOCKED:
                return f"locked by a foreign post: `accounts unlock {account}`"
            case _:
                return None
