"""`incident`: the bureau's own entries, taken in, listed, closed, merged and split."""

from __future__ import annotations

from typing import Any

import click

from core.cli.incident_answer import answer
from core.cli.incident_event import apart, tie
from core.cli.incident_finish import finish
from core.cli.incident_lent import confirm_incident, put_again, seal_incident
from core.cli.incident_picture import picture
from core.cli.incident_settle import settle
from core.cli.incident_shown import KEY, in_full, say_in_full, what
from core.cli.records import columns_option, flags_of, incident_flags, reason_aside, records_argument, rows_in
from core.cli.rule_words import why
from core.cli.session import Session, json_option, local_time, pass_session, print_json
from core.cli.speech import say
from core.cli.table import say_table
from core.cli.troubles import WRONG, Trouble
from core.domain.incidents import Incident
from core.domain.log import Fate, IncidentEntry
from core.domain.notices import Subject
from core.domain.staff import FLEET_ACTOR
from core.flow.half_threads import halves
from core.flow.holding import with_reasons
from core.flow.incidents import add_incident, close_incident, list_incidents, show_incident
from core.flow.intake import SEALED
from core.flow.passes import think
from core.flow.twins import settle_twins
from core.ports.source import BadRow


@click.group()
def incident() -> None:
    """The bureau's own entries: add, list, show, answer, close, merge and split incidents. Needs a login.

    ID is the incident's number, the reference that riders see, or the beginning of its key (six characters do).
    """


@incident.command(name="add", short_help="Add an incident from flags, or records from a file.")
@records_argument
@columns_option
@incident_flags
@json_option
@pass_session
def add(session: Session, /, records: str | None, columns: str | None, as_json: bool, **values: Any) -> int:
    """Add an incident from flags, or records from RECORDS: a file (CSV, JSON or JSON Lines), JSON itself, or - for
    JSON on standard input. Needs the role officer or operator.

    What the gate lets out by itself is owed at once and posted by the fleet that runs; the rest waits, and it says
    for what.

    \b
    Example:
      run_fleet.py incident add --station "125 ST" --train A --offence ROBBERY
    """
    well = True
    results: list[dict[str, Any]] = []
    with session.fleet() as fleet:
        actor = session.actor(fleet)
        for row in rows_in(session, records, columns, flags_of(values), fleet.clock.now()):
            if isinstance(row, BadRow) or not isinstance(row.record, Incident):
                well = False
                results.append({"position": row.position, "set_aside": reason_aside(row)})
                continue
            subject, outcome = add_incident(actor, fleet.store, fleet.know, fleet.clock, row)
            number = row.record.number
            results.append({"position": row.position, "key": subject.key, "number": number, "outcome": outcome})
        think(FLEET_ACTOR, fleet.house)
        fleet.wakeups.ring()
        for result in results:
            if result.get("outcome") == SEALED:
                result |= {"fate": SEALED, "rule": SEALED, "reference": None, "maybe_same_as": []}
            elif "key" in result:
                shown = show_incident(actor, fleet.store, fleet.know, result["key"])
                entry = shown.entries[-1]
                result |= {"fate": entry.fate.value, "rule": entry.rule}
                result["reference"] = shown.notice.reference if shown.notice else None
                result["maybe_same_as"] = [o.earlier.key for o in shown.offers if o.later == shown.subject]
    if as_json:
        print_json(results)
    else:
        for result in results:
            _say_added(result)
    return 0 if well else 1


def _say_added(result: dict[str, Any]) -> None:
    if "set_aside" in result:
        say(f"{result['position']}: not taken in: {result['set_aside']}", err=True)
        return
    head = f"{result['key'][:KEY]} (number {result['number']}): {result['outcome']}"
    if result["fate"] == Fate.POSTED.value:
        say(f"{head}; goes out, reference {result['reference']}. {why(result['rule'])}")
    else:
        say(f"{head}; {result['fate']} by rule {result['rule']}. {why(result['rule'])}")
    for other in result["maybe_same_as"]:
        pair = f"{result['key'][:KEY]} {other[:KEY]}"
        say(f"  It may be the same as {other[:KEY]}: `incident merge {pair}` or `incident split {pair}`.")


@incident.command(name="list")
@click.option("--fate", type=click.Choice([fate.value for fate in Fate]), help="Only these.")
@click.option("--limit", type=click.IntRange(1, 1000), default=30, show_default=True, help="How many, newest first.")
@json_option
@pass_session
def list_all(session: Session, fate: str | None, limit: int, as_json: bool) -> int:
    """Incidents newest first, with what became of each. Times are the agency's."""
    with session.fleet() as fleet:
        actor = session.actor(fleet)
        entries = list_incidents(actor, fleet.store, limit, Fate(fate) if fate else None)
    shown = [entry for entry in entries if isinstance(entry.body, IncidentEntry)]
    if as_json:
        print_json([{"key": entry.subject.key, "revision": entry.revision, **what(entry)} for entry in shown])
        return 0
    rows = []
    for entry in shown:
        said = what(entry)
        occurred = local_time(fleet.know, said["occurred"])
        family, where = said["family"] or "unknown", said["station"] or "-"
        ruled = f"{entry.fate.value}{f' by {entry.rule}' if entry.rule else ''}"
        rows.append([entry.subject.key[:KEY], occurred, family, where, " ".join(said["lines"]), said["state"], ruled])
    say_table(["key", "happened", "offence", "station", "lines", "state", "what became of it"], rows, "No incidents.")
    return 0


@incident.command(short_help="One incident in full: record, history, notice, deliveries.")
@click.argument("wanted", metavar="ID")
@json_option
@pass_session
def show(session: Session, wanted: str, as_json: bool) -> int:
    """One incident by its key, number or public reference: the record, its history, its notice, its deliveries."""
    with session.fleet() as fleet:
        shown = show_incident(session.actor(fleet), fleet.store, fleet.know, wanted)
        with fleet.store.begin() as tx:
            deliveries = tx.outbox.of_notice(shown.notice.id) if shown.notice else []
            deliveries = with_reasons(tx, fleet.know, fleet.clock.now(), deliveries)
            fields = in_full(shown, deliveries, session.where, tx.seen.gone())
            half = halves(tx, fleet.clock.now()) if shown.notice else ()
            fields["only_half_said"] = [one.model_dump() for one in half if one.reference == fields["reference"]]
    if as_json:
        print_json(fields)
    else:
        say_in_full(fields, lambda moment: local_time(fleet.know, moment))
    return 0


@incident.command(short_help="Close an incident: it makes no further notice.")
@click.argument("wanted", metavar="ID")
@json_option
@pass_session
def close(session: Session, wanted: str, as_json: bool) -> int:
    """Close an incident: it makes no further notice, and what was not sent yet is withdrawn.

    What stands on the handles stays; taking it down is an act of its own. Needs the role officer or operator.
    """
    with session.fleet() as fleet:
        subject = close_incident(session.actor(fleet), fleet.store, fleet.know, fleet.clock, wanted)
        think(FLEET_ACTOR, fleet.house)
        fleet.wakeups.ring()
    if as_json:
        print_json({"key": subject.key, "closed": True})
    else:
        say(f"{subject.key[:KEY]} is closed. What stands on the handles stays.")
    return 0


@incident.command(short_help="Say that two incidents are one and the same.")
@click.argument("later")
@click.argument("earlier")
@json_option
@pass_session
def merge(session: Session, later: str, earlier: str, as_json: bool) -> int:
    """LATER is the same incident as EARLIER: it makes no notice of its own. Needs the role officer or operator."""
    return _settle(session, later, earlier, as_json, same=True)


@incident.command(short_help="Say that two incidents are not the same.")
@click.argument("later")
@click.argument("earlier")
@json_option
@pass_session
def split(session: Session, later: str, earlier: str, as_json: bool) -> int:
    """LATER and EARLIER are two incidents: LATER goes on to the gate. Needs the role officer or operator."""
    return _settle(session, later, earlier, as_json, same=False)


def _settle(session: Session, later: str, earlier: str, as_json: bool, *, same: bool) -> int:
    with session.fleet() as fleet:
        actor = session.actor(fleet)
        try:
            one, two = settle_twins(actor, fleet.store, fleet.know, fleet.clock, later, earlier, same=same)
        except KeyError:
            raise Trouble("these two were not offered as the same: see `status` for what waits", WRONG) from None
        think(FLEET_ACTOR, fleet.house)
        fleet.wakeups.ring()
    if as_json:
        print_json({"later": one.key, "earlier": two.key, "same": same})
    else:
        say(_settled(one, two, same))
    return 0


def _settled(one: Subject, two: Subject, same: bool) -> str:
    if same:
        return f"{one.key[:KEY]} is merged into {two.key[:KEY]}."
    return f"{one.key[:KEY]} is another incident than {two.key[:KEY]} and goes on to the gate."


incident.add_command(answer)
incident.add_command(finish)
incident.add_command(settle)
incident.add_command(confirm_incident)
incident.add_command(put_again)
incident.add_command(seal_incident)
incident.add_command(tie)
incident.add_command(apart)
incident.add_command(picture)
