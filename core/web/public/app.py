"""The public pages: an index of lines, a timeline for each, a page for each thread, and a stream of changes."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import FastAPI, Request, Response
from fastapi.responses import FileResponse, PlainTextResponse, StreamingResponse
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from core.domain.lines import LineId
from core.flow.knowledge import Knowledge
from core.ports.timeline import Timeline
from core.web.public import answers
from core.web.public.views import lines_by_colour, local_handle, shown_languages, threads_view
from core.web.public.watch import Watch, one_second
from core.web.public.words import PageWords, choose, own_name, page_catalogues

STATIC = Path(__file__).resolve().parent / "static"
THREADS_A_PAGE = 20
_READ = ["GET", "HEAD"]
Shown = dict[str, Any]
"""What one template shows, by name."""


def build_app(
    timeline: Timeline,
    know: Knowledge,
    *,
    demonstration: bool,
    pause: Callable[[], Awaitable[None]] = one_second,
    most_streams: int = 1000,
    beside: Mapping[str, ASGIApp] | None = None,
) -> FastAPI:
    """The application. `app.state.watch` is the Watch whose `close` ends every open stream; `pause` is what lies
    between two looks for changes; once `most_streams` listen, a further page is shown but not kept fresh. `beside`
    holds other applications by their path. Raises MissingMessage when no language of the fleet has words for them."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    app.state.watch = Watch(timeline.version, pause)
    app.state.most_streams = most_streams
    app.add_middleware(answers.Guarded)
    pages = _Pages(timeline, know, demonstration)
    for path, shows in (("/", pages.index), ("/line/{line_id}", pages.line), ("/post/{post_id}", pages.post)):
        app.add_api_route(path, shows, methods=_READ, response_model=None)
    app.add_api_route("/picture/{name}", pages.picture, methods=_READ, response_model=None)
    app.add_api_route("/events", _events, methods=_READ, response_model=None)
    app.add_api_route("/healthz", pages.health, methods=_READ, response_model=None)
    app.add_api_route("/favicon.svg", _favicon, methods=_READ, response_model=None)
    app.mount("/static", _Static(directory=STATIC))
    for path, other in (beside or {}).items():
        app.mount(path, other)
    app.add_exception_handler(HTTPException, pages.refused)
    app.add_exception_handler(Exception, pages.trouble)
    return app


class _Pages:
    """Answers with pages, in the reader's language."""

    def __init__(self, timeline: Timeline, know: Knowledge, demonstration: bool) -> None:
        self._timeline = timeline
        self._know = know
        self._demonstration = demonstration
        self._catalogues = page_catalogues(know)
        self._templates = answers.templates()
        self._assets = {name: f"/static/{name}?v={_content_mark(name)}" for name in ("pages.css", "pages.js")}
        self._started = secrets.token_hex(8)

    def index(self, request: Request) -> Response:
        """All lines, and when each spoke last."""
        return self._answer(
            request, "index.html", lambda words: {"groups": lines_by_colour(self._know, self._timeline.last_said())}
        )

    def line(self, request: Request, line_id: str) -> Response:
        """One line's timeline, newest first."""
        line = self._know.lines.get(LineId(line_id))
        if line is None:
            return self._lost(request)
        before = request.query_params.get("before")

        def seen(words: PageWords) -> Shown:
            found = self._timeline.threads(local_handle(line), THREADS_A_PAGE + 1, before)
            threads = threads_view(found[:THREADS_A_PAGE], self._know, words.language, fold=True)
            more = threads[-1].head.id if threads and len(found) > THREADS_A_PAGE else None
            handle = local_handle(line)
            return {"line": line, "handle": handle, "threads": threads, "older": more, "before": before}

        return self._answer(request, "line.html", seen)

    def post(self, request: Request, post_id: str) -> Response:
        """The thread that a post belongs to; 404 once it was taken down."""
        version = self._timeline.version()
        posts = self._timeline.thread(post_id)
        if not posts:
            return self._lost(request)

        def seen(words: PageWords) -> Shown:
            threads = threads_view([posts], self._know, words.language, fold=False)
            return {"thread": threads[0], "threads": threads, "wanted": post_id}

        return self._answer(request, "post.html", seen, version)

    def picture(self, request: Request, name: str) -> Response:
        """A standing post's picture; 404 once it was taken down."""
        found = self._timeline.picture(name)
        return self._lost(request) if found is None else answers.picture(found)

    def health(self) -> Response:
        """200 while the timeline can be read."""
        self._timeline.version()
        return PlainTextResponse("ok\n", headers={"Cache-Control": "no-store"})

    async def refused(self, request: Request, error: Exception) -> Response:
        """A page that isn't there; any other refusal in one plain line."""
        if isinstance(error, HTTPException) and error.status_code != 404:
            return PlainTextResponse(f"{error.detail}\n", error.status_code, headers=error.headers)
        return self._lost(request)

    async def trouble(self, request: Request, error: Exception) -> Response:
        """A fault of ours: said plainly, with nothing of what went wrong."""
        del error
        words = self._words(request)
        html = self._render(request, "trouble.html", words, {})
        answer = answers.page(html, words.language, status=500)
        answer.headers.update(answers.GUARDS)
        return answer

    def _lost(self, request: Request) -> Response:
        words = self._words(request)
        return answers.page(self._render(request, "lost.html", words, {}), words.language, status=404)

    def _answer(
        self,
        request: Request,
        template: str,
        seen: Callable[[PageWords], Shown],
        version: str | None = None,
    ) -> Response:
        """A page with its tag. The version is read before the posts, so that a page is never older than it says."""
        words = self._words(request)
        version = self._timeline.version() if version is None else version
        tag = answers.tag_of(self._started, version, words.language, request.url.path, request.url.query)
        if answers.has_it(request, tag):
            return answers.unchanged(words.language, tag)
        html = self._render(request, template, words, {**seen(words), "version": version})
        return answers.page(html, words.language, tag)

    def _words(self, request: Request) -> PageWords:
        asked = request.query_params.get("lang")
        language, chosen = choose(tuple(self._catalogues), asked, request.headers.get("accept-language", ""))
        return PageWords(self._catalogues[language], self._know, chosen)

    def _render(self, request: Request, template: str, words: PageWords, seen: Shown) -> str:
        shown = dict.fromkeys([words.language, *shown_languages(seen.get("threads", ()))])
        catalogues = self._know.voice.catalogues
        kept = {key: value for key, value in request.query_params.items() if key == "before"}
        return self._templates.get_template(template).render(
            words=words,
            agency=self._know.agency,
            assets=self._assets,
            demonstration=self._demonstration,
            drafts=[name for name in shown if name not in catalogues or not catalogues[name].signed],
            languages=[
                (name, own_name(name, self._catalogues), _with_language(request, name, kept))
                for name in self._catalogues
            ],
            **seen,
        )


class _Static(StaticFiles):
    """Files of ours; their address changes with their content, so that they may be kept."""

    def file_response(self, *args: object, **more: object) -> Response:
        """As StaticFiles, with how long it may be kept."""
        answer = super().file_response(*args, **more)  # type: ignore[arg-type]
        answer.headers["Cache-Control"] = "public, max-age=86400"
        return answer


async def _events(request: Request) -> Response:
    """Server-sent events: one `version` for each change of any timeline. 503 when as many listen as may."""
    watch: Watch = request.app.state.watch

    async def lines() -> AsyncIterator[str]:
        async for version in watch.changes():
            yield ": quiet\n\n" if version is None else f"event: version\ndata: {version}\n\n"

    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    if request.method == "HEAD":
        return Response(headers=headers, media_type="text/event-stream")
    if watch.listeners >= request.app.state.most_streams:
        return PlainTextResponse(
            "too many pages listen: load the page again\n", 503, headers={**headers, "Retry-After": "60"}
        )
    return StreamingResponse(lines(), headers=headers, media_type="text/event-stream")


def _favicon() -> Response:
    return FileResponse(
        STATIC / "favicon.svg", media_type="image/svg+xml", headers={"Cache-Control": "public, max-age=86400"}
    )


def _content_mark(name: str) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]


def _with_language(request: Request, language: str, kept: dict[str, str]) -> str:
    """This page's address in another language."""
    return quote(request.url.path, safe="/") + "?" + urlencode({**kept, "lang": language})
