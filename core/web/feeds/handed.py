"""Serves the pictures that endpoints were handed as links, for as long as each may be seen."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import FastAPI, Response
from fastapi.responses import PlainTextResponse

from core.ports.store import StoreBroken, StoreBusy
from core.ports.timeline import PictureShown
from core.web.api.not_kept import NotKept

Fetch = Callable[[str], PictureShown | None]


def handed_app(fetch: Fetch) -> FastAPI:
    """The application; it is mounted where links to pictures begin. No answer may be kept on its way, else it would be
    shown after it was taken back; no search engine may list it."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    app.add_middleware(NotKept)

    def picture(name: str) -> Response:
        try:
            found = fetch(name)
        except (StoreBusy, StoreBroken):
            return PlainTextResponse("it can't be shown now\n", 503, {"Retry-After": "5"})
        if found is None:
            return PlainTextResponse("there is no such picture\n", 404)
        headers = {"Content-Disposition": "inline", "X-Robots-Tag": "noindex, noimageindex"}
        return Response(found.content, headers=headers, media_type=found.media_type)

    app.add_api_route("/{name}", picture, methods=["GET", "HEAD"], response_model=None)
    return app
