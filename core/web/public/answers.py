"""What every answer of the pages carries: guarding headers, and a tag by which a browser asks whether it changed."""

from __future__ import annotations

import hashlib
from typing import Any

from fastapi import Request, Response
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.ports.timeline import PictureShown

POLICY = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
GUARDS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class Guarded:
    """Adds the guarding headers to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI says."""

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(GUARDS)
            await send(message)

        await self._app(scope, receive, guarded if scope["type"] == "http" else send)


def templates() -> Environment:
    """The pages' templates: all that is filled in is escaped, and a name that nobody gives is an error."""
    return Environment(
        loader=PackageLoader("core.web.public"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


def tag_of(*parts: str) -> str:
    """A weak entity tag: equal parts give equal tags."""
    digest = hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
    return f'W/"{digest[:24]}"'


def has_it(request: Request, tag: str) -> bool:
    """True when the asker holds just this answer already."""
    held = request.headers.get("if-none-match", "")
    return tag.removeprefix("W/") in (item.strip().removeprefix("W/") for item in held.split(","))


def page(html: str, language: str, tag: str | None = None, status: int = 200) -> Response:
    """A page. Without a tag it is not to be kept."""
    return Response(html, status, _page_headers(language, tag), media_type="text/html")


def picture(shown: PictureShown) -> Response:
    """A picture, whose address names its bytes: they never change under it. Only the reader's own browser may keep it;
    what stands between would go on showing it after it was taken down."""
    kept = {"Cache-Control": "private, max-age=86400, immutable", "Content-Disposition": "inline"}
    return Response(shown.content, headers=kept, media_type=shown.media_type)


def unchanged(language: str, tag: str) -> Response:
    """ "You hold it already.\""""
    return Response(status_code=304, headers=_page_headers(language, tag))


def _page_headers(language: str, tag: str | None) -> dict[str, Any]:
    kept = {"Cache-Control": "no-store"} if tag is None else {"Cache-Control": "no-cache", "ETag": tag}
    return {**kept, "Content-Language": language, "Vary": "Accept-Language"}
