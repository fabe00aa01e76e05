"""`route`: which lines and handles an incident would reach, and why."""

from __future__ import annotations

from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Any

import click

from core.cli.records import (
    When,
    aware,
    columns_option,
    flags_of,
    incident_flags,
    reason_aside,
    records_argument,
    rows_in,
)
from core.cli.session import Session, json_option, pass_session, print_json
from core.cli.speech import say
from core.cli.troubles import WRONG, Trouble
from core.domain.incidents import Incident
from core.domain.places import Ambiguous
from core.domain.rulings import Decline
from core.flow.knowledge import Knowledge
from core.flow.rehearse import Rehearsal, rehearse
from core.ports.source import BadRow
from core.rules.which_line import explain


@click.command()
@records_argument
@columns_option
@click.option("--at", "at", type=When(), help="Judge it at this time. Default: now.")
@click.option("--expect", metavar="LINES", help="Lines it must reach, like A,C: anything else is exit code 1.")
@incident_flags
@json_option
@pass_session
def route(
    session: Session,
    /,
    records: str | None,
    columns: str | None,
    at: datetime | None,
    expect: str | None,
    as_json: bool,
    **values: Any,
) -> int:
    """Which lines and handles an incident would reach, and why. Nothing is stored or posted.

    RECORDS is a file (CSV, JSON or JSON Lines), JSON itself, or - for JSON on standard input; without it, flags
    describe one incident. Each answer shows the steps that led to it, and what the gate would say.

    \b
    Examples:
      run_fleet.py route --station "125 ST" --train A --offence ROBBERY
      run_fleet.py route records.csv --json
      run_fleet.py route '{"number": "1", ...}' --at 2026-11-21T18:30
      run_fleet.py route --station "125 ST" --train A --expect A   (for CI)

    Exit codes: 0 every record reaches a line (with --expect: exactly those); 1 some does not; 2 the call is wrong.
    """
    now = datetime.now(UTC) if at is None else aware(session, at)
    know = session.workshop.knowledge(session.settings)
    bots = session.workshop.bots(session.settings)
    wanted = None if expect is None else _wanted(expect, know)
    results: list[dict[str, Any]] = []
    well = True
    for row in rows_in(session, records, columns, flags_of(values), now):
        if isinstance(row, BadRow) or not isinstance(row.record, Incident):
            well = False
            results.append({"position": row.position, "set_aside": reason_aside(row)})
        else:
            found = rehearse(know, bots, row.record, now)
            met = bool(found.lines) if wanted is None else sorted(found.lines) == wanted
            well = well and met
            expected = {"expected": wanted, "as_expected": None if wanted is None else met}
            steps = _steps(know, row.record)
            results.append({"position": row.position, **as_fields(found), "steps": steps, **expected})
        if not as_json:
            _say(results.pop())
    if as_json:
        print_json(results)
    return 0 if well else 1


def _wanted(expect: str, know: Knowledge) -> list[str]:
    """The lines of --expect. Raises Trouble naming near ones."""
    wanted = sorted(part.strip() for part in expect.split(",") if part.strip())
    for line in wanted:
        if line not in know.lines:
            near = get_close_matches(line, know.lines, n=1)
            hint = f"did you mean {near[0]}?" if near else "see `lines`"
            raise Trouble(f"there is no line {line!r}: {hint}", WRONG)
    return wanted


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
    say(result["position"], bold=True)
    if "set_aside" in result:
        say(f"  set aside: {result['set_aside']}")
        return
    lines = ", ".join(result["lines"]) or "no line"
    say(f"  {lines}: {result['answer']}; {result['why']}")
    for number, step in enumerate(result["steps"], start=1):
        say(f"    {number}. {step}", dim=True)
    for candidate in result.get("candidates", []):
        served = " ".join(candidate["lines"])
        say(f"    perhaps {candidate['name']} ({served}), {candidate['station_id']}: {candidate['why']}")
    for handle in result["handles"]:
        reposts = f", reposted by {', '.join('@' + name for name in handle['reposts'])}" if handle["reposts"] else ""
        say(f"  on {handle['channel']}: @{handle['lead']}{reposts}")
    if result["ruling"] is not None:
        say(f"  the gate: {result['ruling']} by {result['rule']}: {result['rule_why']}")
    if result["expected"] is not None and not result["as_expected"]:
        say(f"  expected: {', '.join(result['expected']) or 'no line'}", fg="red")
