"""What the templates show of a timeline: threads by day, each thread by language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from core.domain.lines import Line
from core.flow.knowledge import Knowledge
from core.ports.timeline import StandingPost
from core.web.public.words import direction, own_name

LOCAL = "local"
"""The channel whose timeline these pages are."""


@dataclass(frozen=True, slots=True)
class PostView:
    """One post: its words, and the closing line that bears the reference."""

    post: StandingPost
    body: str
    mark: str

    @property
    def spoken(self) -> str | None:
        """How it is said aloud, where that differs from what is written."""
        return self.post.spoken if self.post.spoken and self.post.spoken != self.post.text else None


@dataclass(frozen=True, slots=True)
class Tongue:
    """The posts of a thread that follow one another in one language."""

    language: str
    direction: str
    name: str
    posts: tuple[PostView, ...]
    folded: bool
    """True when the thread also speaks the page's language, so that this one may wait for a tap."""


@dataclass(frozen=True, slots=True)
class ThreadView:
    """One thread of a handle, in order. `new_day` is set when it is the first of its day on the page."""

    head: StandingPost
    tongues: tuple[Tongue, ...]
    line: Line | None
    first_line: Line | None
    """The line whose handle said it first; None unless this is a repost of a line that we know."""
    new_day: datetime | None


@dataclass(frozen=True, slots=True)
class LineView:
    """One line on the index."""

    line: Line
    handle: str
    last_said: datetime | None


def local_handle(line: Line) -> str:
    """The name under which a line stands on its local timeline."""
    return next((account.handle for account in line.accounts if account.channel == LOCAL), line.handle)


def lines_by_colour(know: Knowledge, last_said: dict[str, datetime]) -> list[list[LineView]]:
    """All lines; those of one colour together, in the order of lines.yaml."""
    groups: dict[str, list[LineView]] = {}
    for line in know.lines.values():
        handle = local_handle(line)
        groups.setdefault(line.colour.upper(), []).append(LineView(line, handle, last_said.get(handle)))
    return list(groups.values())


def threads_view(
    threads: Iterable[Sequence[StandingPost]], know: Knowledge, language: str, *, fold: bool
) -> list[ThreadView]:
    """Threads as a page shows them; with `fold` other languages than the page's are folded away."""
    lines = {local_handle(line): line for line in know.lines.values()}
    views: list[ThreadView] = []
    day = None
    for posts in threads:
        if not posts:  # taken down between two looks
            continue
        head = posts[0]
        new = know.day(head.said_at) != day
        day = know.day(head.said_at)
        views.append(
            ThreadView(
                head=head,
                tongues=tuple(_tongues(posts, know, language, fold)),
                line=lines.get(head.handle),
                first_line=lines.get(head.reposted_from or ""),
                new_day=head.said_at if new else None,
            )
        )
    return views


def shown_languages(threads: Iterable[ThreadView]) -> list[str]:
    """Every language that stands in these threads, once."""
    return list(dict.fromkeys(tongue.language for thread in threads for tongue in thread.tongues))


def _tongues(posts: Sequence[StandingPost], know: Knowledge, page: str, fold: bool) -> Iterable[Tongue]:
    speaks_page = any(post.language == page for post in posts)
    for language, following in groupby(posts, key=lambda post: post.language):
        yield Tongue(
            language=language,
            direction=direction(language),
            name=own_name(language, know.voice.catalogues),
            posts=tuple(_post(post) for post in following),
            folded=fold and speaks_page and language != page,
        )


def _post(post: StandingPost) -> PostView:
    body, _, last = post.text.rpartition("\n")
    if body and post.reference and post.reference in last:
        return PostView(post, body, last)
    return PostView(post, post.text, "")
