"""Notices over HTTP: take one back, and see how far that has come."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict

from core.domain.taking_back import Because, Taken
from core.flow.retract import retract as take_back
from core.flow.taken_back import TakenBack, taken_back
from core.web.api.desk import Caller, Desk
from core.web.api.problems import answers

router = APIRouter(prefix="/notices", tags=["notices"])
Reference = Annotated[str, Path(max_length=100, description="The reference that riders see, or the incident's number.")]


class RetractIn(BaseModel):
    """Why it is taken back: it decides what is said instead."""

    model_config = ConfigDict(extra="forbid")

    because: Because = Because.ERROR


class TakenBackOut(BaseModel):
    """Where each post of it stands since."""

    reference: str
    because: Because
    by: str
    settled: bool
    gone: bool
    posts: tuple[Taken, ...]


def _shown(seen: TakenBack) -> TakenBackOut:
    return TakenBackOut(
        reference=seen.reference,
        because=seen.retraction.because,
        by=seen.retraction.by,
        settled=seen.settled,
        gone=seen.gone,
        posts=seen.taken,
    )


@router.post("/{wanted}/retract", status_code=202, responses=answers(404))
def retract(wanted: Reference, given: RetractIn, who: Caller, desk: Desk) -> TakenBackOut:
    """Take it back everywhere and for good. The removals go before all else; ask again to see how far they are."""
    take_back(who, desk.store, desk.know, desk.clock, wanted, given.because)
    desk.go_on()
    return _shown(taken_back(who, desk.store, desk.know, wanted))


@router.get("/{wanted}/retract", responses=answers(404))
def state(wanted: Reference, who: Caller, desk: Desk) -> TakenBackOut:
    """How far the taking back has come."""
    return _shown(taken_back(who, desk.store, desk.know, wanted))
