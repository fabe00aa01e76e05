"""`stations names` and `stations forget`: the names that officers taught by their answers."""

from __future__ import annotations

import click

from core.cli.incident_answer import say_taken_back
from core.cli.session import Session, json_option, local_time, pass_session, print_json
from core.cli.table import say_table
from core.cli.troubles import WRONG, Trouble
from core.domain.staff import FLEET_ACTOR
from core.flow.answers import NothingToAnswer, forget_name, remembered_names
from core.flow.passes import think


@click.command(short_help="The names that officers taught by their answers.")
@json_option
@pass_session
def names(session: Session, as_json: bool) -> int:
    """The names that are remembered from officers' answers: what each means, who said so, and when. Needs a login."""
    with session.fleet() as fleet:
        found = remembered_names(session.actor(fleet), fleet.store)
    if as_json:
        print_json([answer.model_dump(exclude={"taken_back_by", "taken_back_at"}) for answer in found])
        return 0
    known = session.settings.gazetteer
    there = {station.id: station.name for station in known.stations}
    rows = [
        [
            one.name or "",
            one.area or "-",
            ", ".join(f"{found_id} {there.get(found_id, '(gone)')}" for found_id in one.station_ids),
            one.said_by,
            local_time(fleet.know, one.said_at),
        ]
        for one in found
    ]
    say_table(["name", "area", "means", "said by", "when"], rows, "No name is remembered.")
    return 0


@click.command(short_help="Take back a name that an officer taught.")
@click.argument("name")
@click.option("--area", help="The area beside it, where it was remembered with one.")
@json_option
@pass_session
def forget(session: Session, name: str, area: str | None, as_json: bool) -> int:
    """Take back what is remembered for NAME: records placed by it that were not said yet wait again, and the notices
    that stand on it are listed. Taking those down is a separate act. Needs the role officer or operator."""
    with session.fleet() as fleet:
        try:
            back = forget_name(session.actor(fleet), fleet.store, fleet.know, fleet.clock, name, area)
        except NothingToAnswer as wrong:
            raise Trouble(str(wrong), WRONG) from wrong
        think(FLEET_ACTOR, fleet.house)
        fleet.wakeups.ring()
    say_taken_back(back, as_json)
    return 0
