"""What the public pages read: the local channel's own timeline, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from pydantic import AwareDatetime

from core.domain.lines import Frozen


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


@runtime_checkable
class Timeline(Protocol):
    """The local timelines, handle by handle."""

    def threads(self, handle: str, limit: int, before: str | None = None) -> Sequence[Sequence[StandingPost]]:
        """Newest thread first, each with its posts in order; `before` is the id of the last thread's first post."""

    def thread(self, post_id: str) -> Sequence[StandingPost]:
        """The thread that a post belongs to, in order; empty when it stands no more."""

    def last_said(self) -> dict[str, AwareDatetime]:
        """Handle → when it spoke last."""

    def version(self, handle: str | None = None) -> str:
        """A short text that changes whenever a timeline (or any of them) changes."""
