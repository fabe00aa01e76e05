"""What the inside needs to keep of who acts: accounts, staff, the audit log, who was called."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from core.domain.accounts import AccountRecord
from core.domain.audit import AuditCheck, AuditHead
from core.domain.lines import AccountId
from core.domain.staff import StaffMember
from core.ports.store_rows import AuditRow


class Accounts(Protocol):
    """Pinned platform ids and states."""

    def get(self, account: AccountId) -> AccountRecord:
        """The record; a fresh one when it was never connected."""

    def pin(self, account: AccountId, platform_id: str) -> None:
        """Pin the platform's id. Raises ValueError when another id is pinned already."""

    def pin_anew(self, account: AccountId, platform_id: str) -> None:
        """Pin another id in place of the one that is pinned: the account was opened anew."""

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
