"""Held posts, as fields for scripts and as lines for people."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from core.cli.session import local_time
from core.cli.speech import say
from core.cli.troubles import WRONG, Trouble
from core.domain.reviews import Form, Proposal, ProposalContent, ProposalState
from core.flow.knowledge import Knowledge
from core.flow.review_edits import Edited
from core.flow.review_shown import PictureBytes, Review


def summary(one: Proposal) -> dict[str, Any]:
    """What identifies nobody."""
    return one.model_dump(mode="json")


def fields_of(seen: Review) -> dict[str, Any]:
    """All of it, the bytes too."""
    forms = [] if seen.content is None else [form.model_dump(mode="json") for form in seen.content.forms]
    return {
        **summary(seen.proposal),
        "erased": seen.content is None,
        "forms": forms,
        "approvals": [one.model_dump(mode="json") for one in seen.approvals],
        "missing": seen.missing,
        "ask": [one.model_dump(mode="json") for one in seen.questions],
        "words": seen.words,
        "changed": seen.changed,
        "seconds_to_undo": round(seen.seconds_to_undo, 1),
    }


def say_review(seen: Review, know: Knowledge) -> None:
    """Everything that whoever approves must see."""
    one = seen.proposal
    say(f"{one.id}: {one.kind.value}, {one.state.value}, lines {' '.join(one.lines)}", bold=True)
    say(f"Held by {one.rule}: {one.why}")
    if one.drafted_by:
        say(f"Typed or edited by {', '.join(one.drafted_by)}, who can't approve it.")
    for yes in seen.approvals:
        say(f"Approved by {yes.by} at {local_time(know, yes.at)}.")
    if one.ended_why:
        say(f"Ended by {one.ended_by}: {one.ended_why}" + (f" ({seen.words})" if seen.words else ""))
    if seen.content is None:
        say("Its record was erased, and the posts with it.")
        return
    for form in seen.content.forms:
        _say_form(form)
    _say_questions(one.id, seen.content, seen)
    if seen.changed is not None:
        say(
            f"Something has changed ({seen.changed}): an approval would not count, and you would be asked anew.",
            fg="red",
        )
    elif seen.missing:
        answers = "".join(f" --answer {question.id}=no" for question in seen.questions)
        say(f"{seen.missing} of {one.needed} approvals missing, until {local_time(know, one.expires_at)}:")
        say(f"  review approve {one.id} --hash {one.hash}{answers}")
    if seen.seconds_to_undo:
        say(f"It leaves in {seen.seconds_to_undo:.0f} seconds: `review undo {one.id}` stops it.", fg="red")


def _say_questions(name: str, content: ProposalContent, seen: Review) -> None:
    say("")
    if any(post.picture for form in content.forms for post in form.posts):
        say(f"Look at each picture before you say yes: `review show {name} --pictures FOLDER`.", bold=True)
    for question in seen.questions:
        say(f"? {question.id}: {question.ask}")


def _say_form(form: Form) -> None:
    how = "in a thread" if form.threads else "without threads"
    say(f"\n{form.account} ({form.mode.value}), if it leads, {how}", fg="cyan")
    for post in form.posts:
        reply = post.reply_to
        answers = "" if reply is None else f", answers {reply.language} {reply.part} of revision {reply.revision}"
        say(f"  {post.language} {post.part}{answers}", dim=True)
        for line in post.text.splitlines():
            say(f"    {line}")
        if post.picture is not None:
            say(f"    [picture {post.picture.sha256[:12]}: {post.picture.alt}]")


def say_edited(done: Edited) -> None:
    """What is said otherwise now."""
    say(f"{done.proposal.id} takes the place of {done.instead_of}; somebody else must approve it.", bold=True)
    for line in done.difference.splitlines():
        say(f"  {line}", fg={"+": "green", "-": "red"}.get(line[:1]))


def say_gone(done: Proposal, now: datetime) -> None:
    """Where it stands after an act."""
    match done.state:
        case ProposalState.APPROVED_ONCE:
            say(f"{done.id} has one approval of {done.needed}: another person must approve it too.", bold=True)
        case ProposalState.LEAVING | ProposalState.APPROVED if done.leaves_at is not None and done.leaves_at > now:
            seconds = (done.leaves_at - now).total_seconds()
            say(
                f"{done.id} is approved and leaves in {seconds:.0f} seconds: `review undo {done.id}` stops it.",
                bold=True,
            )
        case ProposalState.LEAVING | ProposalState.APPROVED:
            say(f"{done.id} is approved and leaves now.", bold=True)
        case _:
            say(f"{done.id} is {done.state.value}.", bold=True)


def write_pictures(pictures: Mapping[str, PictureBytes], folder: Path) -> None:
    """Each picture as a file of its own, for this user alone to read: it may show somebody. Raises Trouble."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name, one in pictures.items():
            file = folder / f"{name[:12]}.{one.media_type.rpartition('/')[2]}"
            with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600), "wb") as out:
                out.write(one.content)
            say(f"Picture {name[:12]}: {file} (remove it once you have looked)", err=True)
    except OSError as broken:
        raise Trouble(f"{folder} can't be written: {broken.strerror}", WRONG) from broken
    if not pictures:
        say("These posts show no picture.", err=True)
