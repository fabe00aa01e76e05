"""`incident`: the bureau's own entries."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from core.cli.records import flags_of, incident_flags, rows_in
from core.cli.session import Session, json_option, pass_session, print_json
from core.cli.troubles import WRONG, Trouble
from core.domain.incidents import Incident
from core.domain.log import Fate, IncidentEntry, LogEntry
from core.domain.staff import FLEET_ACTOR
from core.flow.incidents import add_incident, close_incident, list_incidents, settle_twins, show_incident
from core.flow.passes import think
from core.ports.source import BadRow

KEY = 10
"""So many characters of an incident's key are shown; six suffice to name it."""


@click.group()
def incident() -> None:
    """The bureau's own entries: add, list, show, close, merge and split incidents. Needs a login."""


@incident.command(name="add")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
@click.option("--columns", help="Column map of the agency for FILE. Default: the one that fits.")
@incident_flags
@json_option
@pass_session
def add(session: Session, /, file: Path | None, columns: str | None, as_json: bool, **values: Any) -> int:
    """Add an incident from flags, or records from FILE (CSV, JSON or JSON Lines; - reads JSON from standard input).

    What the gate lets out by itself is owed at once and posted by the fleet that runs; the rest waits, and it says
    for what.

    \b
    Example:
      run_fleet.py incident add --station "125 ST" --train A --offence ROBBERY --occurred 2026-11-21T02:10
    """
    well = True
    results: list[dict[str, Any]] = []
    with session.fleet() as fleet:
        actor = session.actor(fleet)
        for row in rows_in(session, file, columns, flags_of(values), fleet.clock.now()):
            if isinstance(row, BadRow) or not isinstance(row.record, Incident):
                well = False
                results.append({"position": row.position, "set_aside": getattr(row, "reason", "it is no incident")})
                continue
            subject, outcome = add_incident(actor, fleet.store, fleet.know, fleet.clock, row)
            results.append({"position": row.position, "key": subject.key[:KEY], "outcome": outcome})
        think(FLEET_ACTOR, fleet.house)
        fleet.wakeups.ring()
        for result in results:
            if "key" in result:
                shown = show_incident(actor, fleet.store, fleet.know, result["key"])
                result |= _fate(shown.entries[-1])
                result["reference"] = shown.notice.reference if shown.notice else None
                result["maybe_same_as"] = [offer.earlier.key[:KEY] for offer in shown.offers]
    if as_json:
        print_json(results)
    else:
        for result in results:
            _say_added(result)
    return 0 if well else 1


def _fate(entry: LogEntry) -> dict[str, Any]:
    return {"fate": entry.fate.value, "rule": entry.rule}


def _say_added(result: dict[str, Any]) -> None:
    if "set_aside" in result:
        click.echo(f"{result['position']}: not taken in: {result['set_aside']}", err=True)
        return
    reference = f", reference {result['reference']}" if result["reference"] else ""
    click.echo(f"{result['key']}: {result['outcome']}; {result['fate']} by {result['rule']}{reference}")
    for other in result["maybe_same_as"]:
        click.echo(f"  it may be the same as {other}: `incident merge {result['key']} {other}` or `incident split …`")


@incident.command(name="list")
@click.option("--fate", type=click.Choice([fate.value for fate in Fate]), help="Only these.")
@click.option("--limit", type=click.IntRange(1, 1000), default=30, show_default=True, help="How many, newest first.")
@json_option
@pass_session
def list_all(session: Session, fate: str | None, limit: int, as_json: bool) -> int:
    """Incidents newest first, with what became of each."""
    with session.fleet() as fleet:
        actor = session.actor(fleet)
        entries = list_incidents(actor, fleet.store, limit, Fate(fate) if fate else None)
    shown = [entry for entry in entries if isinstance(entry.body, IncidentEntry)]
    if as_json:
        print_json([{"key": e.subject.key, "revision": e.revision, **_fate(e), **_what(e)} for e in shown])
        return 0
    for entry in shown:
        what = _what(entry)
        where = what["station"] or " ".join(what["lines"]) or "-"
        click.echo(
            f"{entry.subject.key[:KEY]} {what['occurred']:%Y-%m-%d %H:%M} {what['family'] or 'unknown offence':<16} "
            f"{where:<28} {entry.fate.value}{f' by {entry.rule}' if entry.rule else ''}"
        )
    if not shown:
        click.echo("No incidents.")
    return 0


def _what(entry: LogEntry) -> dict[str, Any]:
    body = entry.body
    if not isinstance(body, IncidentEntry):
        return {}
    return {
        "occurred": body.facts.occurred_from,
        "family": body.facts.offence_family,
        "station": body.facts.place.station,
        "state": body.facts.state.value,
        "answer": body.placement.kind,
        "lines": list(getattr(body.placement, "lines", ())),
    }


@incident.command()
@click.argument("wanted", metavar="ID")
@json_option
@pass_session
def show(session: Session, wanted: str, as_json: bool) -> int:
    """One incident by its key, number or public reference: the record, its history, its notice."""
    with session.fleet() as fleet:
        shown = show_incident(session.actor(fleet), fleet.store, fleet.know, wanted)
        with fleet.store.begin() as tx:
            deliveries = tx.outbox.of_notice(shown.notice.id) if shown.notice else []
    fields = {
        "key": shown.subject.key,
        "record": shown.record.model_dump(mode="json", exclude_none=True) if shown.record else "sealed",
        "history": [
            {"revision": e.revision, "received": e.received_at, "source": e.source, **_fate(e), **_what(e)}
            for e in shown.entries
        ],
        "reference": shown.notice.reference if shown.notice else None,
        "maybe_same": [[offer.later.key[:KEY], offer.earlier.key[:KEY]] for offer in shown.offers],
        "merged_into": shown.merged_into.key if shown.merged_into else None,
        "deliveries": [
            {
                "account": d.key.account,
                "act": d.key.act.value,
                "part": d.key.part,
                "state": d.state.value,
                "url": d.receipt.url if d.receipt else None,
            }
            for d in deliveries
        ],
    }
    if as_json:
        print_json(fields)
    else:
        _say_shown(fields)
    return 0


def _say_shown(fields: dict[str, Any], indent: str = "") -> None:
    for name, value in fields.items():
        if value in (None, [], {}, ""):
            continue
        if isinstance(value, dict):
            click.secho(f"{indent}{name}:", bold=True)
            _say_shown(value, indent + "  ")
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            click.secho(f"{indent}{name}:", bold=True)
            for item in value:
                said = ", ".join(f"{key} {_plain(each)}" for key, each in item.items() if each not in (None, [], ""))
                click.echo(f"{indent}  {said}")
        else:
            click.echo(f"{indent}{name}: {_plain(value)}")


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M} UTC"
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


@incident.command()
@click.argument("wanted", metavar="ID")
@pass_session
def close(session: Session, wanted: str) -> int:
    """Close an incident: it makes no further notice, and what was not sent yet is withdrawn.

    What stands on the handles stays; taking it down is an act of its own.
    """
    with session.fleet() as fleet:
        subject = close_incident(session.actor(fleet), fleet.store, fleet.know, fleet.clock, wanted)
        think(FLEET_ACTOR, fleet.house)
    click.echo(f"{subject.key[:KEY]} is closed.")
    return 0


@incident.command()
@click.argument("later")
@click.argument("earlier")
@pass_session
def merge(session: Session, later: str, earlier: str) -> int:
    """LATER is the same incident as EARLIER: it makes no notice of its own."""
    return _settle(session, later, earlier, same=True)


@incident.command()
@click.argument("later")
@click.argument("earlier")
@pass_session
def split(session: Session, later: str, earlier: str) -> int:
    """LATER and EARLIER are two incidents: LATER goes on to the gate."""
    return _settle(session, later, earlier, same=False)


def _settle(session: Session, later: str, earlier: str, *, same: bool) -> int:
    with session.fleet() as fleet:
        actor = session.actor(fleet)
        try:
            one, two = settle_twins(actor, fleet.store, fleet.know, fleet.clock, later, earlier, same=same)
        except KeyError:
            raise Trouble("these two were not offered as the same: see `status` for what waits", WRONG) from None
        think(FLEET_ACTOR, fleet.house)
        fleet.wakeups.ring()
    verb = "is merged into" if same else "is another incident than"
    click.echo(f"{one.key[:KEY]} {verb} {two.key[:KEY]}.")
    return 0
