"""Serves the feeds, for the fleet and for each line, with conditional requests."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse

from core.domain.lines import LineId
from core.domain.published import Published
from core.ports.store import StoreBroken, StoreBusy
from core.render import feeds_alerts, feeds_atom, feeds_cap, feeds_json
from core.render.feed_head import FeedHead, chosen, newest
from core.web.api.tokens import address_of
from core.web.feeds.desk import FeedDesk

MAX_AGE = 30
"""Seconds that a feed may be kept without asking again."""
_READ = ["GET", "HEAD"]
Make = Callable[[FeedDesk, FeedHead, Sequence[Published], datetime], bytes]


@dataclass(frozen=True)
class Form:
    """One form of a feed."""

    media_type: str
    make: Make
    moves: bool = False
    """True when it bears the time at which it was made."""


FORMS: dict[str, Form] = {
    "atom.xml": Form(feeds_atom.MEDIA_TYPE, lambda desk, head, notices, now: feeds_atom.atom(head, notices)),
    "feed.json": Form(feeds_json.MEDIA_TYPE, lambda desk, head, notices, now: feeds_json.json_feed(head, notices)),
    "alerts.pb": Form(
        feeds_alerts.MEDIA_TYPE,
        lambda desk, head, notices, now: desk.encode(feeds_alerts.alerts(head, notices, now)),
        moves=True,
    ),
    "alerts.json": Form(
        "application/json",
        lambda desk, head, notices, now: feeds_alerts.alerts_json(head, notices, now),
        moves=True,
    ),
    "cap.xml": Form(
        feeds_atom.MEDIA_TYPE,
        lambda desk, head, notices, now: feeds_cap.cap_index(
            head, [one for one in notices if feeds_cap.is_message(one)]
        ),
    ),
}


def feeds_app(desk: FeedDesk) -> FastAPI:
    """The application; it is mounted at the desk's prefix."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    feeds = _Feeds(desk)
    app.add_api_route("/index.json", feeds.index, methods=_READ, response_model=None)
    app.add_api_route("/cap/{name}.xml", feeds.message, methods=_READ, response_model=None)
    app.add_api_route("/line/{line_id}/{name}", feeds.of_line, methods=_READ, response_model=None)
    app.add_api_route("/line/{line_id}/cap/{message}.xml", feeds.message_of_line, methods=_READ, response_model=None)
    app.add_api_route("/{name}", feeds.of_fleet, methods=_READ, response_model=None)
    return app


class _Feeds:
    """Answers with feeds; every answer is written down with whose token fetched it."""

    def __init__(self, desk: FeedDesk) -> None:
        self._desk = desk

    def index(self) -> Response:
        """Every feed that there is."""
        lines = [f"line/{line}/" for line in self._desk.know.lines]
        base = f"{self._desk.base}{self._desk.prefix}"
        return JSONResponse(
            {"feeds": [f"{base}/{place}{name}" for place in ("", *lines) for name in FORMS]},
            headers=_headers("application/json"),
        )

    def of_fleet(self, request: Request, name: str) -> Response:
        """A feed of all lines."""
        return self._answer(request, name, None, name)

    def of_line(self, request: Request, line_id: str, name: str) -> Response:
        """A feed of one line."""
        return self._answer(request, f"line/{line_id}/{name}", LineId(line_id), name)

    def message(self, request: Request, name: str) -> Response:
        """One CAP message, while it is what the notice says now."""
        return self._message(request, None, name)

    def message_of_line(self, request: Request, line_id: str, message: str) -> Response:
        """The same under its line."""
        return self._message(request, LineId(line_id), message)

    def _answer(self, request: Request, path: str, line: LineId | None, name: str) -> Response:
        form = FORMS.get(name)
        if form is None or (line is not None and line not in self._desk.know.lines):
            return PlainTextResponse("there is no such feed: index.json lists them\n", 404)

        def made(now: datetime) -> tuple[bytes, datetime]:
            notices = self._desk.notices(now)
            head = self._desk.head(path, line, request.query_params.get("lang"))
            body = form.make(self._desk, head, chosen(notices, line), now)
            return body, feeds_alerts.as_of(chosen(notices, line), now) if form.moves else newest(notices)

        return self._guarded(request, path, form.media_type, made)

    def _message(self, request: Request, line: LineId | None, name: str) -> Response:
        def made(now: datetime) -> tuple[bytes, datetime] | None:
            for one in self._desk.notices(now):
                if feeds_cap.is_message(one) and feeds_cap.identifier(one, one.said[-1]) == name:
                    head = self._desk.head("cap.xml", line, None)
                    place = self._desk.know.agency.transit_agency
                    return feeds_cap.cap(head, one, place, exercise=self._desk.drill), one.at
            return None

        return self._guarded(request, "cap", feeds_cap.MEDIA_TYPE, made)

    def _guarded(
        self,
        request: Request,
        path: str,
        media_type: str,
        made: Callable[[datetime], tuple[bytes, datetime] | None],
    ) -> Response:
        """The answer to whoever asks; 401 for a token that is nobody's, 503 while the store can't be read."""
        now = self._desk.clock.now()
        try:
            who = self._desk.caller(_token(request), address_of(request))
            if who is None:
                answer: Response = PlainTextResponse("this token is nobody's\n", 401, {"WWW-Authenticate": "Bearer"})
            else:
                found = made(now)
                answer = (
                    PlainTextResponse("it stands no more\n", 404)
                    if found is None
                    else _found(request, media_type, *found)
                )
        except (StoreBusy, StoreBroken):
            who = "anyone"
            answer = PlainTextResponse("the feed can't be made now\n", 503, {"Retry-After": "30"})
        self._desk.fetched(path, who, answer.status_code, now)
        return answer


def _found(request: Request, media_type: str, body: bytes, changed: datetime) -> Response:
    tag = f'"{hashlib.sha256(body).hexdigest()[:24]}"'
    headers = {
        **_headers(media_type),
        "ETag": tag,
        "Last-Modified": format_datetime(changed.astimezone(UTC), usegmt=True),
    }
    if _has_it(request, tag, changed):
        return Response(status_code=304, headers=headers)
    return Response(b"" if request.method == "HEAD" else body, headers={**headers, "Content-Length": str(len(body))})


def _has_it(request: Request, tag: str, changed: datetime) -> bool:
    """RFC 9110, 13.2.2: a tag that was sent decides alone."""
    held = request.headers.get("if-none-match")
    if held is not None:
        return "*" in held or tag in (one.strip().removeprefix("W/") for one in held.split(","))
    try:
        since = parsedate_to_datetime(request.headers.get("if-modified-since", ""))
        return changed.replace(microsecond=0) <= since
    except (TypeError, ValueError):
        return False


def _headers(media_type: str) -> dict[str, str]:
    text = media_type.startswith("text/") or media_type.endswith(("xml", "json"))
    kind = f"{media_type}; charset=utf-8" if text else media_type
    return {"Cache-Control": f"public, max-age={MAX_AGE}", "Content-Type": kind, "Access-Control-Allow-Origin": "*"}


def _token(request: Request) -> str | None:
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else None
