"""The partner's API: announcements in, and how the partner's side is. Its description: /api/partner/openapi.json."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Header, Path, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.types import ASGIApp, Receive, Scope, Send

from core.domain.staff import Actor, NotAllowed
from core.flow import announce as flow
from core.flow.knowledge import Knowledge
from core.flow.partner_status import PartnerStatus, partner_status
from core.flow.pause import NothingToPause, pause_agency, resume_agency
from core.flow.staff import NoSuchToken
from core.ports.clock import Clock
from core.ports.store import Store, StoreBroken, StoreBusy
from core.web.api.not_kept import NotKept
from core.web.api.partner_shapes import AnnouncementIn, AnnouncementOut, Problem, VoiceOut
from core.web.api.tokens import Doorkeeper, TooManyWrong, address_of

MOST_BYTES = 64 * 1024
_WHY = {
    400: "The body can't be read at all.",
    401: "No token, or one that is nobody's.",
    403: "The token may not do this.",
    404: "No announcement of yours bears this id; or nothing is paused.",
    409: "The key came with something else before, or the announcement is over.",
    411: "The length of the body is not said.",
    413: "The body is longer than 64 KiB.",
    422: "What was sent can't be an announcement.",
    429: "The token's rate is used up, or too many wrong tokens came; `Retry-After` says for how many seconds.",
    503: "The fleet can't be written to now; try again.",
}
_bearer = HTTPBearer(auto_error=False, description="A partner's personal token (`people add --role partner`).")


@dataclass(frozen=True)
class PartnerDesk:
    """What the API needs. `ring` is called when something came in."""

    store: Store
    know: Knowledge
    clock: Clock
    keep: timedelta
    counts_for: timedelta
    ring: Callable[[], None] = lambda: None


def _answers(*codes: int) -> dict[int | str, dict[str, Any]]:
    return {code: {"model": Problem, "description": _WHY[code]} for code in codes}


Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        pattern=r"^[!-~]{8,200}$",
        description="Your own name for this announcement. The same key with the same body gives the same answer.",
    ),
]
Id = Annotated[str, Path(pattern=r"^[0-9a-f]{20}$", description="As the first answer gave it.")]


def _desk(request: Request) -> PartnerDesk:
    desk: PartnerDesk = request.app.state.partner
    return desk


Desk = Annotated[PartnerDesk, Depends(_desk)]


def _caller(request: Request, held: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]) -> Actor:
    door: Doorkeeper = request.app.state.door
    return door.actor(held.credentials if held else None, address_of(request))


Caller = Annotated[Actor, Depends(_caller)]
router = APIRouter()
_WRITES, _READS = _answers(400, 401, 403, 409, 411, 413, 422, 429, 503), _answers(401, 403, 404, 422, 429, 503)


def partner_app(desk: PartnerDesk) -> FastAPI:
    """The application; it is mounted at /api/partner."""
    app = FastAPI(title="Partner API", version="1", docs_url=None, redoc_url=None, redirect_slashes=False)
    app.state.partner = desk
    app.state.door = Doorkeeper(desk.store, desk.clock.now)
    app.include_router(router)
    app.add_middleware(_Bounded)
    app.add_middleware(NotKept)
    _problems(app)
    return app


@router.post("/announcements", status_code=201, responses=_WRITES)
def announce(given: AnnouncementIn, key: Key, who: Caller, desk: Desk) -> AnnouncementOut:
    """Announce something. It goes the ordinary way: it may be held for a person; ask for it again to know."""
    taken = flow.announce(who, desk.store, desk.know, desk.clock, given.noun(), key)
    desk.ring()
    return _shown(taken)


@router.put("/announcements/{wanted}", responses={**_WRITES, **_answers(404)})
def change(wanted: Id, given: AnnouncementIn, who: Caller, desk: Desk) -> AnnouncementOut:
    """Say it anew: riders read it as an update."""
    taken = flow.change(who, desk.store, desk.know, desk.clock, wanted, given.noun())
    desk.ring()
    return _shown(taken)


@router.delete("/announcements/{wanted}", responses=_READS)
def end(wanted: Id, who: Caller, desk: Desk) -> AnnouncementOut:
    """End it: the all-clear is said where it was said. A second time changes nothing."""
    taken = flow.end(who, desk.store, desk.know, desk.clock, wanted)
    desk.ring()
    return _shown(taken)


@router.get("/announcements/{wanted}", responses=_READS)
def state(wanted: Id, who: Caller, desk: Desk) -> AnnouncementOut:
    """What has become of it."""
    return _shown(flow.state_of(who, desk.store, wanted))


@router.get("/status", responses=_answers(401, 403, 429, 503))
def status(who: Caller, desk: Desk) -> PartnerStatus:
    """When the feeds last changed, what your token fetched when, and what failed."""
    return partner_status(who, desk.store, desk.know, desk.clock, desk.keep, desk.counts_for)


@router.post("/voice/pause", responses=_answers(401, 403, 411, 413, 429, 503))
def pause_voice(who: Caller, desk: Desk) -> VoiceOut:
    """From now on nothing that the agency says is posted on any handle, feed alerts and announcements both; what waits
    goes on after `resume`, as far as it is still true. Send an empty body."""
    pause_agency(who, desk.store, desk.clock)
    return VoiceOut(paused=True)


@router.post("/voice/resume", responses=_answers(401, 403, 404, 411, 413, 429, 503))
def resume_voice(who: Caller, desk: Desk) -> VoiceOut:
    """End the agency's own pause. One that the fleet's staff made stays."""
    left = resume_agency(who, desk.store, desk.clock)
    desk.ring()
    return VoiceOut(paused=any(one.voice is not None for one in left))


def _shown(taken: flow.Taken) -> AnnouncementOut:
    return AnnouncementOut.model_validate({"id": taken.id, "state": taken.state, "rule": taken.rule})


def _problems(app: FastAPI) -> None:
    """Every foreseen error has its answer, in one form, with nothing of what was sent."""

    def says(status: int) -> Callable[[Request, Exception], Response]:
        return lambda request, error: _problem(status, str(error))

    for error, status in (
        (NotAllowed, 403),
        (flow.OutOfScope, 403),
        (flow.KeyReused, 409),
        (flow.IsOver, 409),
        (flow.NoSuchAnnouncement, 404),
        (NothingToPause, 404),
        (flow.Unfit, 422),
    ):
        app.add_exception_handler(error, says(status))
    app.add_exception_handler(
        NoSuchToken, lambda request, error: _problem(401, str(error), {"WWW-Authenticate": "Bearer"})
    )
    for broken in (StoreBusy, StoreBroken):
        app.add_exception_handler(broken, lambda request, error: _problem(503, _WHY[503], {"Retry-After": "5"}))
    app.add_exception_handler(flow.TooMany, _too_many)
    app.add_exception_handler(TooManyWrong, _too_many)
    app.add_exception_handler(RequestValidationError, _unreadable)


def _too_many(request: Request, error: Exception) -> Response:
    del request
    seconds = error.seconds if isinstance(error, flow.TooMany) else 60
    return _problem(429, str(error), {"Retry-After": str(int(seconds) + 1)})


def _unreadable(request: Request, error: Exception) -> Response:
    """The fields by name; nothing of what was sent is repeated."""
    del request
    wrong = error.errors() if isinstance(error, RequestValidationError) else []
    fields = [f"{'.'.join(str(step) for step in one['loc'][:4])[:200]}: {one['msg'][:200]}" for one in wrong[:20]]
    return _problem(422, _WHY[422], fields=fields)


def _problem(status: int, why: str, headers: dict[str, str] | None = None, fields: list[str] | None = None) -> Response:
    return JSONResponse({"detail": why, "fields": fields or []}, status, headers)


class _Bounded:
    """Refuses a body that is too long before it is read."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI says."""
        if scope["type"] == "http" and scope["method"] in ("POST", "PUT"):
            length = dict(scope["headers"]).get(b"content-length")
            if length is None:
                return await _problem(411, _WHY[411])(scope, receive, send)
            if not length.isdigit() or int(length) > MOST_BYTES:
                return await _problem(413, _WHY[413])(scope, receive, send)
        return await self._app(scope, receive, send)
