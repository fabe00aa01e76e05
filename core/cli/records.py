"""One record from a file, from JSON or from flags: what `route`, `preview` and `incident add` take in."""

from __future__ import annotations

import json
import secrets
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click
from pydantic import ValidationError

from core.cli.session import Session
from core.cli.troubles import WRONG, Trouble
from core.domain.identity import ALPHABET
from core.domain.incidents import Incident, State
from core.domain.places import Place
from core.ports.source import BadRow, GoodRow

DESK = "desk"
_MOST = 16_000_000
"""So many bytes of a file are looked at to say why it is no JSON."""
STATES = [state.value for state in State]


@dataclass(frozen=True)
class Flags:
    """An incident as flags give it."""

    offence: str | None
    station: str | None
    line: tuple[str, ...]
    train: str | None
    direction: str | None
    area: str | None
    near: str | None
    occurred: datetime | None
    number: str | None
    state: str
    text: str | None

    @property
    def given(self) -> bool:
        """True when any flag says what happened or where."""
        return any((self.offence, self.station, self.line, self.train, self.near))


_FIRST_YEAR, _LAST_YEAR = 1900, 9900
"""Far enough from the ends of the calendar that a zone, a day or a window of the rules still fits in."""


class When(click.ParamType[datetime]):
    """A moment: ISO, with the agency's zone where none is written (the command adds it)."""

    name = "time"

    def convert(self, value: str | datetime, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Read ISO 8601."""
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no time: write it like 2026-11-21T18:30", param, ctx)
        if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
            self.fail(f"{value!r} is out of range: years from {_FIRST_YEAR} to {_LAST_YEAR} are taken", param, ctx)
        return moment


def incident_flags(command: Callable[..., Any]) -> Callable[..., Any]:
    """The flags that describe one incident."""
    options = (
        click.option("--offence", metavar="CODE", help="Offence code, or its words as records print them."),
        click.option("--station", metavar="NAME", help="Station as an officer writes it."),
        click.option("--line", metavar="LINE", multiple=True, help="Line that the record names; may be given again."),
        click.option("--train", metavar="LINE", help="The train it happened on."),
        click.option("--direction", help="Direction, as records write it."),
        click.option("--area", help="Area of the agency's map, where it has areas."),
        click.option("--near", metavar="LAT,LON", help="Coordinates."),
        click.option("--occurred", type=When(), help="When it happened. Default: now."),
        click.option("--number", help="The record's number. Default: one is made."),
        click.option(
            "--state",
            default="reported",
            show_default=True,
            type=click.Choice(STATES),
            metavar="STATE",
            help=f"What is known of who did it: {', '.join(STATES)}.",
        ),
        click.option("--text", help="Free text: kept in the vault, never posted by itself."),
    )
    for option in reversed(options):
        command = option(command)
    return command


records_argument = click.argument("records", metavar="[RECORDS]", required=False)
"""A file, `-` for standard input, or JSON itself."""
columns_option = click.option(
    "--columns", metavar="NAME", help="Column map of the agency for RECORDS. Default: the one that fits its header."
)


def reason_aside(row: GoodRow | BadRow) -> str:
    """Why a row is no incident."""
    return row.reason if isinstance(row, BadRow) else "it is no incident"


def flags_of(values: dict[str, Any]) -> Flags:
    """Take the flags out of a command's values."""
    return Flags(**{name: values.pop(name) for name in Flags.__dataclass_fields__})


def aware(session: Session, moment: datetime) -> datetime:
    """A moment in the agency's zone where it names none."""
    from zoneinfo import ZoneInfo

    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(session.settings.agency.zone))


def from_flags(session: Session, flags: Flags, now: datetime) -> GoodRow:
    """One record from flags. Raises Trouble."""
    latitude, longitude = coordinates(flags.near)
    code = flags.offence if session.settings.offences.find(flags.offence, None) else None
    try:
        incident = Incident(
            authority=DESK,
            number=flags.number or made_number(now),
            source=DESK,
            occurred_from=now - timedelta(minutes=5) if flags.occurred is None else aware(session, flags.occurred),
            known_at=now,
            offence_code=code,
            offence_words=None if code else flags.offence,
            place=Place(
                lines=flags.line,
                train=flags.train,
                station=flags.station,
                direction=flags.direction,
                area=flags.area,
                latitude=latitude,
                longitude=longitude,
            ),
            state=State(flags.state),
            free_text=flags.text,
        )
    except ValidationError as wrong:
        raise Trouble(f"that is no incident: {_faults(wrong)}", WRONG) from wrong
    return GoodRow(position=DESK, record=incident, raw=incident.model_dump_json().encode())


def made_number(now: datetime) -> str:
    """A number for an entry that has none: the day and five characters, so that two desks don't collide."""
    return f"D{now:%Y%m%d}-" + "".join(secrets.choice(ALPHABET) for _ in range(5))


def coordinates(text: str | None) -> tuple[float | None, float | None]:
    """The coordinates of `--near`. Raises Trouble."""
    if text is None:
        return None, None
    try:
        latitude, longitude = (float(part) for part in text.split(","))
    except ValueError:
        raise Trouble("--near takes LAT,LON like 40.75,-73.98", WRONG) from None
    return latitude, longitude


def _faults(wrong: ValidationError) -> str:
    """Field and fault, never the value."""
    return "; ".join(f"{'.'.join(map(str, fault['loc'])) or 'record'}: {fault['msg']}" for fault in wrong.errors())


def rows_in(
    session: Session, file: str | None, columns: str | None, flags: Flags, now: datetime
) -> Iterator[GoodRow | BadRow]:
    """Records of a file, of standard input (`-`) or of JSON itself, or the one that flags describe. Raises Trouble,
    SourceDown."""
    if file is not None and flags.given:
        raise Trouble("give records or flags, not both", WRONG)
    if file is None:
        if not flags.given:
            raise Trouble("say which incident: RECORDS, or flags like --station and --offence (see --help)", WRONG)
        yield from_flags(session, flags, now)
        return
    text: bytes | None = None
    if file == "-" or file.lstrip().startswith(("{", "[")):
        text = sys.stdin.buffer.read() if file == "-" else file.encode()
    name = file if text is None else "standard input" if file == "-" else "the JSON given"
    try:
        if text is not None:
            yield from session.workshop.rows_of_text(session.settings, text, columns)
        else:
            yield from session.workshop.rows(session.settings, Path(file), columns, lambda size: None)
    except ValueError as wrong:
        raise Trouble(f"{name}: {no_json(Path(file) if text is None else text) or wrong}", WRONG) from wrong


def no_json(content: Path | bytes) -> str | None:
    """Where something that begins like JSON ceases to be any; None when it is, or is something else."""
    text = content if isinstance(content, bytes) else content.read_bytes()[:_MOST]
    if text.lstrip()[:1] not in (b"{", b"["):
        return None
    try:
        json.loads(text)
    except ValueError as whole:
        try:
            json.loads(text.lstrip().split(b"\n", 1)[0])
        except ValueError:
            at = f" (line {whole.lineno}, column {whole.colno})" if isinstance(whole, json.JSONDecodeError) else ""
            return f"it begins like JSON, but is none{at}"
    return None
