"""The made-up records of an agency's demonstration: `agencies/NAME/demo.yaml`, dated from now back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import yaml
from pydantic import Field, ValidationError

from core.domain.alerts import ServiceAlert
from core.domain.incidents import Incident, State
from core.domain.lines import Frozen, LineId
from core.domain.persons import Person
from core.domain.places import Place

AUTHORITY = "demonstration"


class DemoIncident(Frozen):
    """One made-up incident. `minutes_ago` is when it happened; it was known two minutes later."""

    number: str
    minutes_ago: int = Field(ge=0)
    offence: str
    place: Place
    state: State = State.REPORTED
    person: Person | None = None


class DemoAlert(Frozen):
    """One made-up service notice."""

    id: str
    lines: tuple[LineId, ...]
    header: dict[str, str]
    description: dict[str, str] = Field(default_factory=dict)


class Demo(Frozen):
    """All records of a demonstration, in the order in which they come in."""

    records: tuple[DemoIncident | DemoAlert, ...]


class DemoMissing(ValueError):
    """The agency has no demonstration, or its file can't be read."""


def read_demo(folder: Path, agency: str, now: datetime) -> Sequence[Incident | ServiceAlert]:
    """The demonstration's records, dated back from `now`. Raises DemoMissing."""
    path = folder / "demo.yaml"
    try:
        demo = Demo.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except OSError as missing:
        raise DemoMissing(f"{path}: no demonstration of this agency; write one like agencies/example's") from missing
    except (yaml.YAMLError, ValidationError) as wrong:
        first = str(wrong).splitlines()[0]
        raise DemoMissing(f"{path}: {first}") from wrong
    return [_record(entry, agency, now) for entry in demo.records]


def _record(entry: DemoIncident | DemoAlert, agency: str, now: datetime) -> Incident | ServiceAlert:
    if isinstance(entry, DemoAlert):
        return ServiceAlert(
            agency=agency,
            id=entry.id,
            source="demo",
            lines=entry.lines,
            header=entry.header,
            description=entry.description,
            known_at=now,
        )
    happened = now - timedelta(minutes=entry.minutes_ago)
    return Incident(
        authority=AUTHORITY,
        number=entry.number,
        source="demo",
        occurred_from=happened,
        known_at=min(happened + timedelta(minutes=2), now),
        offence_code=entry.offence,
        place=entry.place,
        state=entry.state,
        state_since=None if entry.state is State.REPORTED else happened,
        person=entry.person,
    )
