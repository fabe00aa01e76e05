"""People on the staff and the hashes of their tokens."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, select, update

from core.adapters.storage.engine import add_new
from core.adapters.storage.tables import staff
from core.domain.staff import Role, StaffMember


def _member(row: Row[Any]) -> StaffMember:
    roles = frozenset(Role(role) for role in json.loads(row.roles))
    scopes = frozenset(json.loads(row.scopes))
    return StaffMember(name=row.name, roles=roles, scopes=scopes, created_at=row.created_at, revoked=row.revoked)


class SqlStaff:
    """The port Staff on one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, member: StaffMember, token_hash: str) -> None:
        """Add a person. Raises ValueError when the name is taken."""
        row = {
            "name": member.name,
            "roles": json.dumps(sorted(role.value for role in member.roles)),
            "scopes": json.dumps(sorted(member.scopes)),
            "created_at": member.created_at,
            "revoked": member.revoked,
            "token_hash": token_hash,
        }
        if not add_new(self._connection, staff, row):
            raise ValueError(f"{member.name} is on the staff already")

    def by_token(self, token_hash: str) -> StaffMember | None:
        """Who holds this token; a revoked one is None."""
        query = select(staff).where(staff.c.token_hash == token_hash, staff.c.revoked.is_(False))
        row = self._connection.execute(query).one_or_none()
        return None if row is None else _member(row)

    def renew(self, name: str, token_hash: str) -> None:
        """Give a person a new token, which works also when the old one was revoked. Raises KeyError."""
        self._change(name, token_hash=token_hash, revoked=False)

    def revoke(self, name: str) -> None:
        """Their token stops working. Raises KeyError."""
        self._change(name, revoked=True)

    def all(self) -> Sequence[StaffMember]:
        """Everyone, by name."""
        return [_member(row) for row in self._connection.execute(select(staff).order_by(staff.c.name))]

    def _change(self, name: str, **values: Any) -> None:
        if self._connection.execute(update(staff).where(staff.c.name == name).values(**values)).rowcount == 0:
            raise KeyError(name)
