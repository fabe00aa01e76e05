"""`pause` and `resume`: an account, a line or everything."""

from __future__ import annotations

import click

from core.cli.session import Session, json_option, pass_session, print_json
from core.cli.speech import say
from core.flow.pause import pause as stop
from core.flow.pause import resume as go_on


@click.command(short_help="Stop an account, a line or everything at once.")
@click.argument("what", metavar="ACCOUNT|LINE|all")
@click.option(
    "--removals-too", is_flag=True, help="For a hijacked account: not even what takes back goes. Needs an operator."
)
@json_option
@pass_session
def pause(session: Session, what: str, removals_too: bool, as_json: bool) -> int:
    """From now on nothing new is tried there; what is owed waits, and expires in its time. Removals and corrections
    still go. Needs the role reviewer or operator; `status` shows what is paused.

    \b
    Examples:
      run_fleet.py pause x:ExampleGreen
      run_fleet.py pause all
    """
    with session.fleet() as fleet:
        rows = stop(session.actor(fleet), fleet.store, fleet.know, fleet.clock, what, removals_too=removals_too)
    if as_json:
        print_json([row.model_dump(mode="json") for row in rows])
    else:
        goes = "nothing goes out there, not even removals" if removals_too else "only what takes back goes out there"
        say(f"Paused: {rows[0].scope if rows else what}; {goes}. `resume {what}` ends it.")
    return 0


@click.command(short_help="End a pause.")
@click.argument("what", metavar="ACCOUNT|LINE|all")
@json_option
@pass_session
def resume(session: Session, what: str, as_json: bool) -> int:
    """End a pause under the name under which it was made. Needs the role reviewer or operator."""
    with session.fleet() as fleet:
        left = go_on(session.actor(fleet), fleet.store, fleet.know, fleet.clock, what)
        fleet.wakeups.ring()
    if as_json:
        print_json([row.model_dump(mode="json") for row in left])
    else:
        named = ", ".join(dict.fromkeys(row.scope for row in left))
        say(f"{what} goes on." + (f" Still paused: {named}." if named else ""))
    return 0
