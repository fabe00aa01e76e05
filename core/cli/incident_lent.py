"""`incident confirm`, `seal` and `again`: how long what stands about a person may stand, and when it never may."""

from __future__ import annotations

from datetime import datetime

import click

from core.cli.incident_shown import KEY
from core.cli.records import When
from core.cli.session import Session, json_option, local_time, pass_session, print_json
from core.cli.speech import Seconds, say
from core.cli.troubles import FAILED, WRONG, Trouble
from core.domain.staff import FLEET_ACTOR
from core.domain.taking_back import Up
from core.flow.cleared import CantPutUpAgain, put_up_again
from core.flow.passes import think
from core.flow.seal import CantSeal, destroy_sealed, seal
from core.flow.taken_back import TakenBack, see_through
from core.flow.terms import CantConfirm, confirm


@click.command(name="confirm", short_help="What stands about a person still holds, until TIME.")
@click.argument("wanted", metavar="ID")
@click.option("--until", type=When(), required=True, help="Until when it may stand; the agency's time.")
@json_option
@pass_session
def confirm_incident(session: Session, wanted: str, until: datetime, as_json: bool) -> int:
    """What stands about an incident's person still holds: it may stand until --until, and comes down by itself then.

    Look at the record first: nobody else does. Needs the role officer or reviewer.

    \b
    Example:
      run_fleet.py incident confirm BCDFGH1 --until 2026-11-24T18:00
    """
    with session.fleet() as fleet:
        aware = until if until.tzinfo is not None else until.replace(tzinfo=fleet.know.zone)
        try:
            notice, ends = confirm(session.actor(fleet), fleet.store, fleet.know, fleet.clock, wanted, aware)
        except CantConfirm as wrong:
            raise Trouble(str(wrong), WRONG) from None
        said = local_time(fleet.know, ends)
    if as_json:
        print_json({"reference": notice.reference, "until": ends})
    else:
        say(f"{notice.reference} may stand until {said}; then it comes down by itself.")
    return 0


@click.command(name="again", short_help="Put up again what came down with its person or its time.")
@click.argument("wanted", metavar="REF")
@json_option
@pass_session
def put_again(session: Session, wanted: str, as_json: bool) -> int:
    """Let a notice go through the gate once more that came down since its person was cleared elsewhere, or since its
    time was over. What is about the person is put to review anew. Needs the role reviewer.

    What was wrong, is sealed, or whose own record may not be said stays down.
    """
    with session.fleet() as fleet:
        try:
            notice = put_up_again(session.actor(fleet), fleet.store, fleet.know, fleet.clock, wanted)
        except CantPutUpAgain as wrong:
            raise Trouble(str(wrong), WRONG) from None
        think(FLEET_ACTOR, fleet.house)
        fleet.wakeups.ring()
    if as_json:
        print_json({"reference": notice.reference})
    else:
        say(f"{notice.reference} goes through the gate once more: see `review list`.")
    return 0


@click.command(name="seal", short_help="Seal an incident by an order: take all down, destroy its key.")
@click.argument("wanted", metavar="ID")
@click.option("--order", required=True, metavar="REF", help="The order's number; it stays in the log, so no name.")
@click.option(
    "--patience", type=Seconds(0, 86400), default=60.0, show_default=True, help="Seconds to wait for the removals."
)
@json_option
@pass_session
def seal_incident(session: Session, wanted: str, order: str, patience: float, as_json: bool) -> int:
    """Seal an incident for good, with those that were merged with it.

    Every notice of it comes down, and every other that names its person; the key of all that is kept of it is
    destroyed, also in backups that are put back later; and it never comes in again. There is no way back. Needs the
    role reviewer or operator. Exit code 0 when the key is destroyed and nothing of it is up any more.

    \b
    Example:
      run_fleet.py incident seal 4f1c09 --order SO-2026-17
    """
    with session.fleet() as fleet:
        actor = session.actor(fleet)
        try:
            done = seal(actor, fleet.store, fleet.know, fleet.clock, wanted, order)
        except CantSeal as wrong:
            raise Trouble(str(wrong), WRONG) from None
        think(FLEET_ACTOR, fleet.house)
        fleet.wakeups.ring()
        with fleet.store.begin() as tx:
            down = [n.reference for n in done.notices if tx.retractions.get(n.id) is not None]
        seen = [see_through(actor, fleet.office, one, patience) for one in down]
        destroy_sealed(actor, fleet.store, fleet.clock)
        with fleet.store.begin() as tx:
            seals = [tx.loans.sealed(one) for one in done.subjects]
    destroyed = all(one is not None and one.destroyed for one in seals)
    up = [one for each in seen for one in each.taken if one.up not in (Up.REMOVED, Up.NOT_THERE)]
    if as_json:
        keys = [one.key for one in done.subjects]
        print_json({"keys": keys, "destroyed": destroyed, "notices": [one.reference for one in seen], "up": len(up)})
    else:
        _say_sealed(done.subjects[0].key, destroyed, seen, len(up))
    return 0 if destroyed and not up else FAILED


def _say_sealed(key: str, destroyed: bool, seen: list[TakenBack], up: int) -> None:
    what = "its key is destroyed" if destroyed else "its key is destroyed once its last post is found"
    say(f"{key[:KEY]} is sealed: {what}.", bold=True)
    for one in seen:
        say(f"{one.reference} is taken down{'' if one.gone else ', not everywhere yet'}: `retract --status` lists it.")
    if up:
        say(f"{up} posts may still be up: the fleet goes on with them.", err=True)
