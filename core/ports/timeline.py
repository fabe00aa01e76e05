"""What the public pages read: the local channel's own timeline, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from pydantic import AwareDatetime, Field

from core.domain.lines import Frozen

ENDINGS = {"image/jpeg": "jpg", "image/png": "png"}
"""What a page may show; no type that could hold a script."""


def picture_address(sha256: str, media_type: str) -> str:
    """Where the pages show a standing picture: it names the content. Raises KeyError for a type that none may show."""
    return f"/picture/{sha256}.{ENDINGS[media_type]}"


class StandingPicture(Frozen):
    """A picture as a page shows it. `address` begins with a slash and names the content."""

    address: str
    alt: str
    width: int = Field(gt=0)
    height: int = Field(gt=0)


class PictureShown(Frozen):
    """A picture's bytes; `media_type` is image/jpeg or image/png."""

    content: bytes = Field(repr=False)
    media_type: str


class StandingPost(Frozen):
    """A post as it stands on a local timeline. A repost carries the post that it repeats."""

    id: str
    handle: str
    text: str
    spoken: str
    language: str
    reference: str
    reply_to: str | None
    said_at: AwareDatetime
    posted_at: AwareDatetime
    reposted_from: str | None = None
    """The handle that said it first."""
    picture: StandingPicture | None = None


@runtime_checkable
class Timeline(Protocol):
    """The local timelines, handle by handle."""

    def threads(self, handle: str, limit: int, before: str | None = None) -> Sequence[Sequence[StandingPost]]:
        """Newest thread first, each with its posts in order; `before` is the id of the last thread's first post."""

    def thread(self, post_id: str) -> Sequence[StandingPost]:
        """The thread that a post belongs to, in order; empty when it stands no more."""

    def picture(self, name: str) -> PictureShown | None:
        """The picture under the last part of its address; None once no standing post shows it."""

    def last_said(self) -> dict[str, AwareDatetime]:
        """Handle → when it spoke last."""

    def version(self, handle: str | None = None) -> str:
        """A short text that changes whenever a timeline (or any of them) changes."""
