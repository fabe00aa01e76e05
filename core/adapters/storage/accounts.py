"""Pinned platform ids and states of accounts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, select, update

from core.adapters.storage.engine import insert_new, take_turn
from core.adapters.storage.locks import PAUSE
from core.adapters.storage.tables import accounts
from core.domain.accounts import AccountRecord, AccountState
from core.domain.lines import AccountId


def _record(row: Row[Any]) -> AccountRecord:
    return AccountRecord(
        account=AccountId(row.account), platform_id=row.platform_id, state=AccountState(row.state), why=row.why
    )


class SqlAccounts:
    """The port Accounts on one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, account: AccountId) -> AccountRecord:
        """The record; a fresh one when it was never connected."""
        row = self._connection.execute(select(accounts).where(accounts.c.account == account)).one_or_none()
        return AccountRecord(account=account) if row is None else _record(row)

    def pin(self, account: AccountId, platform_id: str) -> None:
        """Pin the platform's id. Raises ValueError when another id is pinned already."""
        self._made(account)
        free = (accounts.c.account == account) & (
            accounts.c.platform_id.is_(None) | (accounts.c.platform_id == platform_id)
        )
        if self._connection.execute(update(accounts).where(free).values(platform_id=platform_id)).rowcount == 0:
            raise ValueError(f"{account} is pinned to another platform id: {self.get(account).platform_id}")

    def pin_anew(self, account: AccountId, platform_id: str) -> None:
        """Pin another id in place of the one that is pinned."""
        self._made(account)
        pinned = update(accounts).where(accounts.c.account == account)
        self._connection.execute(pinned.values(platform_id=platform_id))

    def set_state(self, record: AccountRecord) -> None:
        """Keep a state and its reason; the pinned id changes only through `pin`. A lock waits, as a pause does, until
        no attempt is being written."""
        if record.state is AccountState.LOCKED:
            take_turn(self._connection, PAUSE)
        self._made(record.account)
        kept = update(accounts).where(accounts.c.account == record.account)
        self._connection.execute(kept.values(state=record.state.value, why=record.why))

    def rows(self) -> Sequence[AccountRecord]:
        """All records by account."""
        return [_record(row) for row in self._connection.execute(select(accounts).order_by(accounts.c.account))]

    def _made(self, account: AccountId) -> None:
        fresh = {"account": account, "state": AccountState.READY.value}
        self._connection.execute(insert_new(self._connection, accounts), fresh)
