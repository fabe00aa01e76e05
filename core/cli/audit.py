"""`audit`: whether the log of who did what is whole, and a copy of it to take away."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

import click
from pydantic import ValidationError

from core.cli.session import Session, json_option, pass_session, print_json
from core.cli.speech import say
from core.cli.troubles import FAILED, WRONG, Trouble
from core.domain.audit import AuditCheck, AuditHead
from core.flow.audit import Level, export, verify
from core.ports.store_rows import AuditRow

COLUMNS = list(AuditRow.model_fields)


@click.group()
def audit() -> None:
    """The log of who did what when. For auditors and operators.

    Each row carries a code over the row before it, made with a key that stands outside the store; how far the log had
    come is kept in state/anchor.json. Keep a copy of that file elsewhere: whoever can change all files of a machine
    can take the anchor back together with the store.
    """


@audit.command(name="verify")
@click.option(
    "--anchor",
    "anchor",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A copy of anchor.json kept elsewhere. Default: the one in the state folder.",
)
@json_option
@pass_session
def verify_log(session: Session, anchor: Path | None, as_json: bool) -> int:
    """Check every row and the end of the log.

    Exit code 0 when it is whole; 1 when a row was changed, removed, added or the end was cut: the first place is named
    first.
    """
    given = None if anchor is None else _read_anchor(anchor)
    with session.fleet() as fleet:
        actor = session.actor(fleet)
        kept = given or (None if fleet.anchor is None else fleet.anchor.read())
        found = verify(actor, fleet.store, kept)
    if as_json:
        print_json(found.model_dump(mode="json"))
    else:
        _say(found, kept)
    return FAILED if found.faults else 0


def _read_anchor(path: Path) -> AuditHead:
    try:
        return AuditHead.model_validate_json(path.read_bytes())
    except ValidationError:
        raise Trouble(f"{path} is no anchor: name a copy of anchor.json", WRONG) from None


def _say(found: AuditCheck, anchor: AuditHead | None) -> None:
    for note in found.notes:
        say(f"note: {note.what}")
    for fault in found.faults:
        say(fault.what)
    held = "no anchor" if anchor is None else f"the anchor saw row {anchor.seq}"
    if found.faults:
        say(f"The log does NOT hold: {len(found.faults)} places, the first at row {found.faults[0].seq}; {held}.")
    else:
        say(f"The log holds: {found.head.seq} rows; {held}.")


@audit.command(name="export")
@click.option("--csv", "form", flag_value="csv", default=True, help="Comma-separated values. The default.")
@click.option("--json", "form", flag_value="json", help="One JSON object a line.")
@click.option(
    "--level",
    type=click.Choice([level.value for level in Level]),
    default=Level.FULL.value,
    show_default=True,
    help="full: as it stands, for auditors. no-names: people are `person 1`, `person 2` …",
)
@pass_session
def export_log(session: Session, form: str, level: str) -> int:
    """Print every row, oldest first, to standard output. The export itself is written into the log."""
    with session.fleet() as fleet:
        rows = export(session.actor(fleet), fleet.store, fleet.clock, Level(level))
        writer = csv.writer(sys.stdout)
        if form == "csv":
            writer.writerow(COLUMNS)
        for row in rows:
            values = row.model_dump(mode="json")
            if form == "csv":
                writer.writerow([values[column] for column in COLUMNS])
            else:
                click.echo(json.dumps(values, ensure_ascii=False))
    return 0
