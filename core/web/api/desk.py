"""What every route of the staff's API needs, and who calls it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials

from core.domain.staff import Actor
from core.flow.knowledge import Knowledge
from core.ports.clock import Clock
from core.ports.store import Store
from core.web.api.tokens import Doorkeeper, address_of, bearer


@dataclass(frozen=True)
class ApiDesk:
    """The fleet as the API sees it. `go_on` lets bots and gate rule on what came in and wakes deliveries."""

    store: Store
    know: Knowledge
    clock: Clock
    go_on: Callable[[], None] = lambda: None


def _desk(request: Request) -> ApiDesk:
    desk: ApiDesk = request.app.state.desk
    return desk


Desk = Annotated[ApiDesk, Depends(_desk)]


def _caller(request: Request, held: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]) -> Actor:
    door: Doorkeeper = request.app.state.door
    return door.actor(held.credentials if held else None, address_of(request))


Caller = Annotated[Actor, Depends(_caller)]
