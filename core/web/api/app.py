"""The staff's API under /api/v1: the same flows as the command line. Its description: /api/v1/openapi.json.

A further router is included in `ROUTERS`; it takes `Desk` and `Caller` from core.web.api.desk, and what it raises has
its answer in core.web.api.problems.
"""

from __future__ import annotations

from fastapi import APIRouter, FastAPI

from core.web.api import incidents, notices, reviews
from core.web.api.desk import ApiDesk
from core.web.api.not_kept import NotKept
from core.web.api.problems import Bounded, say_problems
from core.web.api.tokens import Doorkeeper

VERSION = "1"
ROUTERS: tuple[APIRouter, ...] = (reviews.router, incidents.router, notices.router)


def api_app(desk: ApiDesk) -> FastAPI:
    """The application; it is mounted at /api/v1."""
    app = FastAPI(
        title="Staff API",
        version=VERSION,
        summary="Held posts, incidents, taking back: what the command line does, for desks and tools.",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.desk = desk
    app.state.door = Doorkeeper(desk.store, desk.clock.now)
    for router in ROUTERS:
        app.include_router(router)
    app.add_middleware(Bounded)
    app.add_middleware(NotKept)
    say_problems(app)
    return app
