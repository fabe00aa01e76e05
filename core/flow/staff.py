"""People on the staff: adding them, their tokens, and who a token belongs to."""

from __future__ import annotations

import hashlib
import re
import secrets

from core.domain.partners import Scopes
from core.domain.staff import Actor, Role, StaffMember, demand
from core.ports.clock import Clock
from core.ports.store import Store

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
TOKEN_PREFIX = "sf_"  # noqa: S105 - how a token begins
GIVEN = frozenset({Role.OFFICER, Role.REVIEWER, Role.OPERATOR, Role.PARTNER, Role.AUDITOR})


class NoSuchToken(Exception):
    """The token belongs to nobody, or to somebody whose access was revoked."""


def token_hash(token: str) -> str:
    """What the store keeps of a token. Tokens have 256 random bits, so a plain hash does."""
    return hashlib.sha256(token.encode()).hexdigest()


def add_person(
    actor: Actor | None,
    store: Store,
    clock: Clock,
    name: str,
    roles: frozenset[Role],
    scopes: frozenset[str] = frozenset(),
) -> str:
    """Add a person and return the token, which is shown once.

    The first person needs no actor and must be an operator. `scopes` are a partner's (`Scopes`).
    Raises NotAllowed, ValueError (name, role, scope, taken).
    """
    if not NAME.fullmatch(name):
        raise ValueError("a name has 2 to 40 of a-z 0-9 . _ - and begins with a letter or digit")
    if not roles or not roles <= GIVEN:
        raise ValueError("roles are " + ", ".join(sorted(role.value for role in GIVEN)))
    Scopes.read(scopes)
    if scopes and Role.PARTNER not in roles:
        raise ValueError("only a partner's token has scopes: add --role partner")
    token = TOKEN_PREFIX + secrets.token_urlsafe(32)
    with store.begin() as tx:
        if tx.staff.all():
            demand(actor or Actor(id="nobody", roles=frozenset(), via="cli"), Role.OPERATOR)
        elif Role.OPERATOR not in roles:
            raise ValueError("the first person must be an operator: add --role operator")
        tx.staff.add(StaffMember(name=name, roles=roles, scopes=scopes, created_at=clock.now()), token_hash(token))
        who, via = (actor.id, actor.via) if actor else (name, "first start")
        tx.audit.write(clock.now(), who, via, "person added", name, " ".join((*sorted(roles), *sorted(scopes))))
    return token


def renew_token(actor: Actor, store: Store, clock: Clock, name: str) -> str:
    """A new token for a person; the old one stops working. Raises NotAllowed, KeyError."""
    if actor.id != name:
        demand(actor, Role.OPERATOR)
    token = TOKEN_PREFIX + secrets.token_urlsafe(32)
    with store.begin() as tx:
        tx.staff.renew(name, token_hash(token))
        tx.audit.write(clock.now(), actor.id, actor.via, "token renewed", name)
    return token


def revoke_person(actor: Actor, store: Store, clock: Clock, name: str) -> None:
    """A person's token stops working. Raises NotAllowed, KeyError, ValueError (the last operator)."""
    demand(actor, Role.OPERATOR)
    with store.begin() as tx:
        left = [m for m in tx.staff.all() if Role.OPERATOR in m.roles and not m.revoked and m.name != name]
        if not left:
            raise ValueError(f"{name} is the last operator: add another one first, or nobody could add anybody")
        tx.staff.revoke(name)
        tx.audit.write(clock.now(), actor.id, actor.via, "person revoked", name)


def actor_of(store: Store, token: str, via: str) -> Actor:
    """Who a token belongs to. Raises NoSuchToken."""
    with store.begin() as tx:
        member = tx.staff.by_token(token_hash(token.strip()))
    if member is None:
        raise NoSuchToken("this token belongs to nobody: ask an operator for a new one (people renew NAME)")
    return Actor(id=member.name, roles=member.roles, scopes=member.scopes, via=via)
