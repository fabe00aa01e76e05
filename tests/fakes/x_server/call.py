"""One call to the loopback X as its routes see it, and how they read its query and body."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tests.fakes.x_server import problems
from tests.fakes.x_server.world import World, XAccount


@dataclass(frozen=True)
class Call:
    """A request of a known account: path parts, query and JSON body."""

    world: World
    account: XAccount
    parts: Mapping[str, str]
    query: Mapping[str, str]
    body: Mapping[str, Any]

    def listed(self, *names: str) -> tuple[str, ...]:
        """The comma separated values of the first of these query names that is there."""
        value = next((self.query[name] for name in names if name in self.query), "")
        return tuple(filter(None, value.split(",")))

    def number(self, name: str, default: int, low: int, high: int) -> int:
        """A number in its range. Raises Refused (400)."""
        value = self.query.get(name, str(default))
        if not value.isdigit() or not low <= int(value) <= high:
            raise problems.invalid(f"`{name}` is not between {low} and {high}.", name, value)
        return int(value)

    def instant(self, name: str) -> datetime | None:
        """A time of the query, RFC 3339. Raises Refused (400)."""
        value = self.query.get(name)
        if value is None:
            return None
        try:
            return datetime.fromisoformat(value).astimezone(UTC)
        except ValueError:
            raise problems.invalid(f"`{name}` is not a date and time.", name, value) from None

    def post_id(self, name: str) -> int | None:
        """A post's id of the query as a number. Raises Refused (400)."""
        value = self.query.get(name)
        return None if value is None else int(checked_id(name, value))

    def own_account(self) -> XAccount:
        """The account of the path, which must be the caller. Raises Refused (403)."""
        if self.parts["user"] != self.account.id:
            raise problems.forbidden(problems.NOT_PERMITTED)
        return self.account

    def only(self, known: Mapping[str, type], *, inside: str = "") -> Mapping[str, Any]:
        """The body, or the object `inside` it, with no key but the known ones, each of its type.

        X's schemas for these requests allow no other keys. Raises Refused (400).
        """
        held = self.body.get(inside, {}) if inside else self.body
        if not isinstance(held, dict):
            raise problems.invalid("One or more parameters to your request was invalid.", inside)
        for name, value in held.items():
            if name not in known or not isinstance(value, known[name]):
                raise problems.invalid("One or more parameters to your request was invalid.", name)
        return held


def checked_id(name: str, value: object) -> str:
    """An id as X writes them: up to 19 digits in a string. Raises Refused (400)."""
    if not isinstance(value, str) or not value.isdigit() or len(value) > 19:
        raise problems.invalid(f"`{name}` is not an id.", name, str(value))
    return value
