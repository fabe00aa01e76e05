"""The staff, and the proof of who acts."""

from __future__ import annotations

from enum import StrEnum

from pydantic import AwareDatetime

from core.domain.lines import Frozen


class Role(StrEnum):
    """What a member of staff may do."""

    OFFICER = "officer"
    REVIEWER = "reviewer"
    OPERATOR = "operator"
    PARTNER = "partner"
    AUDITOR = "auditor"
    FLEET = "fleet"
    """The program itself: sources, bots and deliveries that nobody starts by hand."""


class Actor(Frozen):
    """Who acts, with which roles, and how they came in (`via`: cli, web, api, schedule, demo)."""

    id: str
    roles: frozenset[Role]
    scopes: frozenset[str] = frozenset()
    via: str

    def may(self, *roles: Role) -> bool:
        """True when the actor holds one of the roles."""
        return bool(self.roles & set(roles))


class NotAllowed(Exception):
    """The actor lacks the role; the message says which one is needed."""


def demand(actor: Actor, *roles: Role) -> None:
    """Raise NotAllowed unless the actor holds one of the roles."""
    if not actor.may(*roles):
        needed = " or ".join(role.value for role in roles)
        raise NotAllowed(f"{actor.id} may not do this: it needs the role {needed}")


class StaffMember(Frozen):
    """A person on the staff, without the token's clear text."""

    name: str
    roles: frozenset[Role]
    scopes: frozenset[str] = frozenset()
    """What a partner's token may announce; see `Scopes`."""
    created_at: AwareDatetime
    revoked: bool = False


FLEET_ACTOR = Actor(id="fleet", roles=frozenset({Role.FLEET}), via="schedule")
