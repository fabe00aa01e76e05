"""Held posts over HTTP: list, show, approve, reject, edit, undo."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, HTTPException, Path, Query, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from core.domain.policy import Question
from core.domain.reviews import Approval, Edit, Form, Proposal, RejectBecause
from core.flow import review_edits, review_shown
from core.flow import reviews as flow
from core.web.api.desk import Caller, Desk
from core.web.api.problems import answers

router = APIRouter(prefix="/reviews", tags=["reviews"])
Id = Annotated[str, Path(max_length=40, description="BCDFGH1-2, or a reference, which means its newest posts.")]
_A_PICTURE: dict[str, Any] = {"content": {"image/jpeg": {}}, "description": "The picture."}


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ApproveIn(_In):
    """A yes to the posts that were shown."""

    hash: str = Field(pattern=r"^[0-9a-f]{64}$", description="As the posts were shown with it.")
    answers: dict[str, Literal["yes", "no"]] = Field(default_factory=dict, description="Question → answer.")
    bypass: str | None = Field(default=None, max_length=2000, description="Why one approval must do in place of two.")


class RejectIn(_In):
    """A no with its catalogued reason."""

    because: RejectBecause
    words: str = Field(default="", max_length=4000, description="Kept in the vault, never in a log.")


class EditIn(_In):
    """What is to be said otherwise."""

    station: str | None = Field(default=None, max_length=200)
    occurred_from: AwareDatetime | None = None
    occurred_to: AwareDatetime | None = None
    about: bool | None = None
    leave_out: frozenset[str] = frozenset()
    languages_out: frozenset[str] = frozenset()
    words: dict[str, str] = Field(default_factory=dict, description="Language → your own words; never about a person.")


class ReviewOut(BaseModel):
    """Held posts in full."""

    proposal: Proposal
    erased: bool
    forms: tuple[Form, ...]
    approvals: tuple[Approval, ...]
    missing: int
    questions: tuple[Question, ...]
    words: str | None
    changed: str | None = Field(description="Why an approval would not count any more.")
    seconds_to_undo: float


class EditedOut(BaseModel):
    """The posts that took the others' place."""

    proposal: Proposal
    instead_of: str
    difference: str


@router.get("", responses=answers())
def list_all(
    who: Caller, desk: Desk, ended: bool = False, limit: Annotated[int, Query(ge=1, le=1000)] = 50
) -> list[Proposal]:
    """What waits or is about to leave, the longest first; with `ended` everything, newest first."""
    return list(review_shown.list_reviews(who, desk.store, limit, ended=ended))


@router.get("/{wanted}", responses=answers(404))
def show(wanted: Id, who: Caller, desk: Desk) -> ReviewOut:
    """The exact posts of every account that may lead, with the hash that an approval must give."""
    seen = review_shown.show_review(who, desk.store, desk.know, desk.clock, wanted)
    return ReviewOut(
        proposal=seen.proposal,
        erased=seen.content is None,
        forms=() if seen.content is None else seen.content.forms,
        approvals=seen.approvals,
        missing=seen.missing,
        questions=seen.questions,
        words=seen.words,
        changed=seen.changed,
        seconds_to_undo=seen.seconds_to_undo,
    )


@router.get("/{wanted}/pictures/{sha256}", response_class=Response, responses={**answers(404, 410), 200: _A_PICTURE})
def picture(wanted: Id, sha256: Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")], who: Caller, desk: Desk) -> Response:
    """One picture of these posts, as `forms` names it: the exact bytes that would go out. Look before you approve."""
    found = review_shown.shown_pictures(who, desk.store, wanted).get(sha256)
    if found is None:
        raise HTTPException(404, "these posts show no such picture")
    return Response(found.content, media_type=found.media_type)


@router.post("/{wanted}/approve", responses=answers(404, 409))
def approve(wanted: Id, given: ApproveIn, who: Caller, desk: Desk) -> Proposal:
    """Let exactly these posts go."""
    done = flow.approve(who, desk.store, desk.know, desk.clock, wanted, given.hash, dict(given.answers), given.bypass)
    desk.go_on()
    return done


@router.post("/{wanted}/reject", responses=answers(404, 409))
def reject(wanted: Id, given: RejectIn, who: Caller, desk: Desk) -> Proposal:
    """Keep these posts in."""
    done = flow.reject(who, desk.store, desk.know, desk.clock, wanted, given.because, given.words)
    desk.go_on()
    return done


@router.post("/{wanted}/edit", responses=answers(404, 409))
def edit(wanted: Id, given: EditIn, who: Caller, desk: Desk) -> EditedOut:
    """Put other posts in their place; somebody else must approve them."""
    wish = Edit(**dict(given))
    done = review_edits.edit(who, desk.store, desk.know, desk.clock, wanted, wish)
    return EditedOut(proposal=done.proposal, instead_of=done.instead_of, difference=done.difference)


@router.post("/{wanted}/undo", responses=answers(404, 409))
def undo(wanted: Id, who: Caller, desk: Desk) -> Proposal:
    """Stop approved posts while nothing of them was tried."""
    done = flow.undo(who, desk.store, desk.know, desk.clock, wanted)
    desk.go_on()
    return done
