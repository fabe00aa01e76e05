"""Every foreseen error as problem+json (RFC 9457): one line that says what to do, nothing of what was sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from core.domain.staff import NotAllowed
from core.flow.incidents import NoSuchIncident
from core.flow.retract import NoSuchNotice
from core.flow.reviews import NoSuchProposal, ReviewRefused
from core.flow.staff import NoSuchToken
from core.ports.store import SealedAway, StoreBroken, StoreBusy
from core.web.api.tokens import TooManyWrong

MEDIA_TYPE = "application/problem+json"
MOST_BYTES = 256 * 1024
_TITLES = {
    401: "No token",
    403: "Not allowed",
    404: "Not found",
    409: "Refused",
    410: "Erased",
    411: "Length required",
    413: "Too long",
    422: "Not understood",
    429: "Too many",
    500: "A fault of ours",
    503: "Try again",
}
_STATUS: tuple[tuple[type[Exception], int], ...] = (
    (NotAllowed, 403),
    (NoSuchProposal, 404),
    (NoSuchIncident, 404),
    (NoSuchNotice, 404),
    (SealedAway, 410),
)


class Problem(BaseModel):
    """An error."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    rule: str | None = None
    """The rule that refuses it."""


def problem(status: int, detail: str, headers: dict[str, str] | None = None, rule: str | None = None) -> Response:
    """One error as an answer."""
    said = Problem(title=_TITLES.get(status, "Refused"), status=status, detail=" ".join(detail.split()), rule=rule)
    return JSONResponse(said.model_dump(exclude_none=True), status, headers, media_type=MEDIA_TYPE)


def answers(*codes: int) -> dict[int | str, dict[str, Any]]:
    """What OpenAPI says of a route's errors."""
    every = (401, 403, *codes, 422, 429, 503)
    return {code: {"model": Problem, "description": _TITLES[code]} for code in every}


def say_problems(app: FastAPI) -> None:
    """Give every foreseen error its answer; an unforeseen one says nothing of itself."""

    def says(status: int) -> Callable[[Request, Exception], Response]:
        return lambda request, error: problem(status, str(error))

    for error, status in _STATUS:
        app.add_exception_handler(error, says(status))
    app.add_exception_handler(ReviewRefused, _refused)
    app.add_exception_handler(
        NoSuchToken, lambda request, error: problem(401, str(error), {"WWW-Authenticate": "Bearer"})
    )
    app.add_exception_handler(TooManyWrong, lambda request, error: problem(429, str(error), {"Retry-After": "60"}))
    for busy in (StoreBusy, StoreBroken):
        app.add_exception_handler(
            busy, lambda request, error: problem(503, "the store can't be used now", {"Retry-After": "5"})
        )
    app.add_exception_handler(RequestValidationError, _unreadable)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, lambda request, error: problem(500, "a fault of the program"))


def _refused(request: Request, error: Exception) -> Response:
    del request
    return problem(409, str(error), rule=error.rule if isinstance(error, ReviewRefused) else None)


def _http(request: Request, error: Exception) -> Response:
    del request
    known = error if isinstance(error, HTTPException) else HTTPException(500)
    return problem(known.status_code, str(known.detail), dict(known.headers or {}))


def _unreadable(request: Request, error: Exception) -> Response:
    """The fields by name; nothing of what was sent is repeated."""
    del request
    wrong = error.errors() if isinstance(error, RequestValidationError) else []
    fields = "; ".join(f"{'.'.join(str(s)[:60] for s in one['loc'][:4])}: {one['msg'][:120]}" for one in wrong[:10])
    return problem(422, fields or "it can't be read")


class Bounded:
    """Refuses a body that is too long before it is read."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI says."""
        if scope["type"] == "http" and scope["method"] in ("POST", "PUT", "PATCH"):
            length = dict(scope["headers"]).get(b"content-length")
            if length is None:
                return await problem(411, "say how long the body is: Content-Length")(scope, receive, send)
            if not length.isdigit() or int(length) > MOST_BYTES:
                return await problem(413, f"at most {MOST_BYTES // 1024} KiB")(scope, receive, send)
        return await self._app(scope, receive, send)
