"""Incidents over HTTP: list, show, add, explain."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Path, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from core.domain.incidents import Incident, Release, State
from core.domain.log import Fate, LogEntry
from core.domain.persons import Person
from core.domain.places import Place
from core.flow import incidents as flow
from core.flow.explain import explain_notice
from core.flow.incidents import DESK
from core.flow.intake import SEALED
from core.ports.source import GoodRow
from core.ports.store import SealedAway
from core.web.api.desk import Caller, Desk
from core.web.api.problems import answers

router = APIRouter(prefix="/incidents", tags=["incidents"])
Id = Annotated[str, Path(max_length=100, description="Number, reference, or six characters of the key.")]


class IncidentIn(BaseModel):
    """One record as an officer types it. It goes the ordinary way: the gate holds what a person must see."""

    model_config = ConfigDict(extra="forbid")

    number: str = Field(min_length=1, max_length=100, description="Your own number for it; a second time revises it.")
    occurred_from: AwareDatetime
    occurred_to: AwareDatetime | None = None
    occurred_about: bool = False
    offence_code: str | None = Field(default=None, max_length=100)
    offence_words: str | None = Field(default=None, max_length=300)
    place: Place
    state: State = State.REPORTED
    state_since: AwareDatetime | None = None
    release: Release = Release()
    person: Person | None = None
    free_text: str | None = Field(default=None, max_length=20_000)


class EntryOut(BaseModel):
    """One entry of the log; nothing in it identifies anybody."""

    key: str
    revision: int
    received_at: AwareDatetime
    source: str
    fate: Fate
    rule: str | None


class AddedOut(BaseModel):
    """What became of it."""

    key: str
    outcome: str
    fate: Fate
    rule: str | None
    reference: str | None


class IncidentOut(BaseModel):
    """One incident in full, for those who may see it."""

    key: str
    sealed: bool
    record: Incident | None
    history: tuple[EntryOut, ...]
    reference: str | None
    merged_into: str | None


def _entry(entry: LogEntry) -> EntryOut:
    return EntryOut(
        key=entry.subject.key,
        revision=entry.revision,
        received_at=entry.received_at,
        source=entry.source,
        fate=entry.fate,
        rule=entry.rule,
    )


@router.get("", responses=answers())
def list_all(
    who: Caller, desk: Desk, fate: Fate | None = None, limit: Annotated[int, Query(ge=1, le=1000)] = 50
) -> list[EntryOut]:
    """Entries newest first, with what became of each."""
    return [_entry(entry) for entry in flow.list_incidents(who, desk.store, limit, fate)]


@router.get("/{wanted}", responses=answers(404))
def show(wanted: Id, who: Caller, desk: Desk) -> IncidentOut:
    """One incident in full."""
    shown = flow.show_incident(who, desk.store, desk.know, wanted)
    return IncidentOut(
        key=shown.subject.key,
        sealed=shown.record is None,
        record=shown.record,
        history=tuple(_entry(entry) for entry in shown.entries),
        reference=shown.notice.reference if shown.notice else None,
        merged_into=shown.merged_into.key if shown.merged_into else None,
    )


@router.get("/{wanted}/explain", responses=answers(404))
def explain(wanted: Id, who: Caller, desk: Desk) -> dict[str, Any]:
    """Why it was said, held or dropped, rule by rule."""
    subject, explained = explain_notice(who, desk.store, desk.know, wanted)
    return {"key": subject.key, "entries": [asdict(one) for one in explained]}


@router.post("", status_code=201, responses=answers(410))
def add(given: IncidentIn, who: Caller, desk: Desk) -> AddedOut:
    """Add one record. What the gate lets out by itself is posted; the rest waits, and it says for what."""
    try:
        record = Incident(authority=DESK, source=DESK, known_at=desk.clock.now(), **dict(given))
    except ValidationError as wrong:
        raise HTTPException(422, "; ".join(str(one["msg"])[:120] for one in wrong.errors()[:5])) from None
    row = GoodRow(position="api", record=record, raw=given.model_dump_json().encode())
    subject, outcome = flow.add_incident(who, desk.store, desk.know, desk.clock, row)
    if outcome == SEALED:
        raise SealedAway("sealed: an order closed this incident, and nothing of it is taken in")
    desk.go_on()
    shown = flow.show_incident(who, desk.store, desk.know, subject.key)
    entry = shown.entries[-1]
    reference = shown.notice.reference if shown.notice else None
    return AddedOut(key=subject.key, outcome=outcome, fate=entry.fate, rule=entry.rule, reference=reference)
