"""`retract`: take a notice back everywhere, and say what is removed, what is still up and what is out of reach."""

from __future__ import annotations

from typing import Any

import click

from core.cli.session import Session, json_option, local_time, pass_session, print_json
from core.cli.speech import Seconds, say
from core.cli.table import say_table
from core.domain.staff import FLEET_ACTOR
from core.domain.taking_back import Because, Up
from core.flow.knowledge import Knowledge
from core.flow.passes import think
from core.flow.retract import retract as take_back
from core.flow.taken_back import TakenBack, see_through, taken_back

_ORDER = (Up.STILL_UP, Up.MAY_BE_UP, Up.OUT_OF_REACH, Up.UNDER_WAY, Up.REMOVED, Up.NOT_THERE)


@click.command(short_help="Take a notice back everywhere, and say so where it stood.")
@click.argument("wanted", metavar="REF")
@click.option(
    "--because",
    type=click.Choice([because.value for because in Because]),
    default=Because.ERROR.value,
    show_default=True,
    help='error leaves a correction wherever it stood; the others only "withdrawn" under its reference.',
)
@click.option("--status", "only_look", is_flag=True, help="Take nothing back: only show how far it has come.")
@click.option(
    "--patience",
    type=Seconds(0, 86400),
    default=60.0,
    show_default=True,
    help="Seconds to wait until the list is settled. What is left then goes on in the fleet that runs.",
)
@json_option
@pass_session
def retract(session: Session, wanted: str, because: str, only_look: bool, patience: float, as_json: bool) -> int:
    """Take the notice back that bears the reference REF (or is about the incident REF): for good, and everywhere.

    What was not begun is withdrawn, what may have been sent is looked up, every part and repost that stands is removed.
    This goes before everything else, and no pause stops it. An incident of a digest takes the digest down; its rest is
    said again. Needs the role reviewer or operator; one person alone may. Exit code 0 when nothing of it is up any
    more.

    \b
    Example:
      run_fleet.py retract BCDFGH1 --because error
    """
    with session.fleet() as fleet:
        actor = session.actor(fleet)
        if only_look:
            seen = taken_back(actor, fleet.store, fleet.know, wanted)
        else:
            take_back(actor, fleet.store, fleet.know, fleet.clock, wanted, Because(because))
            think(FLEET_ACTOR, fleet.house)
            fleet.wakeups.ring()
            seen = see_through(actor, fleet.office, wanted, patience)
    if as_json:
        print_json(_fields(seen, session))
    else:
        _say(seen, fleet.know, session)
    return 0 if seen.gone and seen.settled else 1


def _fields(seen: TakenBack, session: Session) -> dict[str, Any]:
    retraction = seen.retraction
    return {
        "reference": seen.reference,
        "because": retraction.because.value,
        "by": retraction.by,
        "at": retraction.at,
        "settled": seen.settled,
        "gone": seen.gone,
        "posts": [one.model_dump(mode="json") | {"url": session.where(one.url)} for one in seen.taken],
        "words": [
            {
                "account": one.key.account,
                "act": one.key.act.value,
                "language": one.key.language,
                "state": one.state.value,
                "why": one.why,
                "url": session.where(one.receipt.url) if one.receipt else None,
            }
            for one in seen.words
        ],
    }


def _say(seen: TakenBack, know: Knowledge, session: Session) -> None:
    removed = sum(1 for one in seen.taken if one.up is Up.REMOVED)
    up = sum(1 for one in seen.taken if one.up not in (Up.REMOVED, Up.NOT_THERE))
    end = "Nothing of it is up any more." if up == 0 else f"{up} may still be up: see why below."
    say(f"{seen.reference} is taken back ({seen.retraction.because.value}): {removed} removed. {end}", bold=True)
    rows = []
    for one in sorted(seen.taken, key=lambda each: _ORDER.index(each.up)):
        what = f"{one.act.value}, {one.language}, part {one.part}" + (
            f", update {one.revision}" if one.revision > 1 else ""
        )
        proof = f"gone since {local_time(know, one.at)}" if one.at is not None else one.why or ""
        rows.append([one.up.value, one.account, what, session.where(one.url) or one.platform_id or "-", proof])
    say_table(
        ["where it stands", "account", "what", "link", "proof, or why"],
        rows,
        "Nothing of it was ever owed.",
        widest=240,
    )
    for words in seen.words:
        say(f"Said instead on {words.key.account} [{words.key.language}]: {words.key.act.value} {words.state.value}")
    if not seen.settled:
        say(f"Not all is settled: the fleet goes on with it. Look again: retract --status {seen.reference}", err=True)
