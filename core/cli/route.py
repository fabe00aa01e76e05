"""`route`: which lines and handles an incident would reach, and why."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from core.cli.records import When, aware, flags_of, incident_flags, rows_in
from core.cli.session import Session, json_option, pass_session, print_json
from core.domain.incidents import Incident
from core.domain.places import Ambiguous
from core.domain.rulings import Decline
from core.flow.knowledge import Knowledge
from core.flow.rehearse import Rehearsal, rehearse
from core.ports.source import BadRow
from core.rules.which_line import explain


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
@click.option("--columns", help="Column map of the agency for FILE. Default: the one that fits its header.")
@click.option("--at", "at", type=When(), help="Judge it at this time. Default: now.")
@click.option("--expect", help="Lines it must reach, like A,C: anything else is exit code 1.")
@incident_flags
@json_option
@pass_session
def route(
    session: Session,
    /,
    file: Path | None,
    columns: str | None,
    at: datetime | None,
    expect: str | None,
    as_json: bool,
    **values: Any,
) -> int:
    """Which lines and handles an incident would reach, and why. Nothing is stored or posted.

    FILE holds records as CSV, JSON or JSON Lines (- reads JSON from standard input); without it, flags describe
    one incident.

    \b
    Examples:
      run_fleet.py route --station "125 ST" --train A --offence ROBBERY
      run_fleet.py route records.csv --json
      run_fleet.py route --station "125 ST" --train A --expect A   (for CI)

    Exit codes: 0 every record reaches a line (with --expect: exactly those); 1 some does not; 2 the call is wrong.
    """
    now = datetime.now(UTC) if at is None else aware(session, at)
    know = session.workshop.knowledge(session.settings)
    bots = session.workshop.bots(session.settings)
    wanted = None if expect is None else sorted(part.strip() for part in expect.split(",") if part.strip())
    results: list[dict[str, Any]] = []
    well = True
    for row in rows_in(session, file, columns, flags_of(values), now):
        if isinstance(row, BadRow) or not isinstance(row.record, Incident):
            well = False
            reason = row.reason if isinstance(row, BadRow) else "it is no incident"
            results.append({"position": row.position, "set_aside": reason})
        else:
            found = rehearse(know, bots, row.record, now)
            well = well and (bool(found.lines) if wanted is None else sorted(found.lines) == wanted)
            results.append({"position": row.position, **as_fields(found), "steps": _steps(know, row.record)})
        if not as_json:
            _say(results.pop())
    if as_json:
        print_json(results)
    return 0 if well else 1


def _steps(know: Knowledge, incident: Incident) -> list[str]:
    """How the resolver came to its answer, in words."""
    return [f"{step.step}: {step.says}" for step in explain(incident.place, know.gazetteer).steps]


def as_fields(found: Rehearsal) -> dict[str, Any]:
    """A rehearsal as plain fields."""
    placement = found.placement
    fields: dict[str, Any] = {
        "answer": placement.kind,
        "why": placement.why,
        "lines": list(found.lines),
        "handles": [
            {
                "channel": part.channel,
                "lead": part.lead.handle,
                "reposts": [account.handle for account in part.sisters],
            }
            for part in found.casts
        ],
        "ruling": None if found.ruling is None else found.ruling.verdict.value,
        "rule": None if found.ruling is None else found.ruling.rule,
        "rule_why": None if found.ruling is None else found.ruling.why,
        "declined": sorted({a.rule for a in found.answers if isinstance(a, Decline)}),
    }
    if isinstance(placement, Ambiguous):
        fields["candidates"] = [candidate.model_dump() for candidate in placement.candidates]
    return fields


def _say(result: dict[str, Any]) -> None:
    click.secho(result["position"], bold=True)
    if "set_aside" in result:
        click.echo(f"  set aside: {result['set_aside']}")
        return
    lines = ", ".join(result["lines"]) or "no line"
    click.echo(f"  {result['answer']}: {lines}\n  why: {result['why']}")
    for candidate in result.get("candidates", []):
        served = " ".join(candidate["lines"])
        click.echo(f"    perhaps {candidate['name']} ({served}), {candidate['station_id']}: {candidate['why']}")
    for handle in result["handles"]:
        reposts = f", reposted by {', '.join('@' + name for name in handle['reposts'])}" if handle["reposts"] else ""
        click.echo(f"  on {handle['channel']}: @{handle['lead']}{reposts}")
    if result["ruling"] is not None:
        click.echo(f"  the gate: {result['ruling']} by {result['rule']}: {result['rule_why']}")
    for number, step in enumerate(result["steps"], start=1):
        click.echo(f"    {number}. {step}")
