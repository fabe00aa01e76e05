"""Renders the golden cases as one readable text each; run as a program it writes them anew, to be read by a person."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from pydantic import TypeAdapter

from core.domain.lines import ThreadForm
from core.domain.notices import DigestDraft, Draft, IncidentDraft, PatternDraft, Post, ServiceDraft
from core.render.compose import compose
from core.render.lengths import Limit
from tests.render.voices import Speaks, voice_of

FOLDER = Path(__file__).parent / "golden"
SHAPES: dict[str, TypeAdapter[Draft]] = {
    "incident": TypeAdapter(IncidentDraft),
    "service": TypeAdapter(ServiceDraft),
    "digest": TypeAdapter(DigestDraft),
    "pattern": TypeAdapter(PatternDraft),
}


def cases() -> list[dict[str, Any]]:
    tree: list[dict[str, Any]] = yaml.safe_load((FOLDER / "cases.yaml").read_text(encoding="utf-8"))
    return tree


def render(case: dict[str, Any]) -> str:
    """The posts of a case, each with its language, its length and what it answers, and what a voice says."""
    draft = SHAPES[case["is"]].validate_python(case["draft"])
    speaks = Speaks(
        limit=Limit(case.get("measure", "x"), case["limit"]),
        thread=ThreadForm(case.get("thread", "thread")),
        replies=case.get("replies", True),
        languages=tuple(case.get("languages", ("en", "es"))),
    )
    account = speaks.account(case["line"])
    (posts,) = compose(draft, [account], voice_of(case["fleet"], [(account, speaks)]), case.get("revision", 1))
    return "\n".join(_shown(post, speaks.limit) for post in posts.posts)


def _shown(post: Post, limit: Limit) -> str:
    to = post.reply_to
    answers = f", answers {to.language} {to.part} of revision {to.revision}" if to else ""
    size = f"{limit.length(post.text)} of {limit.maximum} ({limit.measure})"
    return f"== {post.language} {post.part}, {size}{answers}\n{post.text}\n-- aloud\n{post.spoken}\n"


if __name__ == "__main__":
    for entry in cases():
        (FOLDER / f"{entry['name']}.txt").write_text(render(entry), encoding="utf-8")
