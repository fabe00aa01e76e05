"""`incident finish`: what is only half said somewhere is said to its end."""

from __future__ import annotations

import click

from core.cli.session import Session, json_option, pass_session, print_json
from core.cli.speech import say
from core.cli.troubles import WRONG, Trouble
from core.flow.half_threads import finish as finish_thread


@click.command(short_help="Say the rest of a notice that is only half said somewhere.")
@click.argument("wanted", metavar="REF")
@json_option
@pass_session
def finish(session: Session, wanted: str, as_json: bool) -> int:
    """Try the rest of a notice once more where a part of it stands and a later one was refused or came too late.

    Each part goes as a post of its own that answers nothing: it bears the reference and its number. Needs the role
    officer, reviewer or operator. `status` says what is half said.

    \b
    Example:
      run_fleet.py incident finish BCDFGH1
    """
    with session.fleet() as fleet:
        done = finish_thread(session.actor(fleet), fleet.store, fleet.know, fleet.clock, wanted)
        fleet.wakeups.ring()
    if as_json:
        print_json([one.model_dump(mode="json") for one in done])
    elif done:
        for one in done:
            say(f"{one.reference} on {one.account}: due once more from part {one.part} ({one.language}) on.")
    if not done and not as_json:
        raise Trouble(f"nothing of {wanted} is half said: see `status` and `incident show {wanted}`", WRONG)
    return 0
