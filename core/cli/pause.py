"""`pause` and `resume`: an account, a line or everything."""

from __future__ import annotations

import click

from core.cli.session import Session, json_option, pass_session, print_json
from core.cli.speech import say
from core.cli.troubles import WRONG, Trouble
from core.flow.pause import pause as stop
from core.flow.pause import pause_agency, resume_agency
from core.flow.pause import resume as go_on

voice_option = click.option("--voice", type=click.Choice(["agency"]), help="Instead: all that this voice says.")


def _named(what: str | None, voice: str | None) -> str:
    """What is meant, of the two ways to say it."""
    if (what is None) == (voice is None):
        raise Trouble("say what: an account, a line, all, or --voice agency", WRONG)
    return what if what is not None else f"the {voice}'s voice"


@click.command(short_help="Stop an account, a line or everything at once.")
@click.argument("what", metavar="ACCOUNT|LINE|all", required=False)
@voice_option
@click.option(
    "--removals-too", is_flag=True, help="For a hijacked account: not even what takes back goes. Needs an operator."
)
@json_option
@pass_session
def pause(session: Session, what: str | None, voice: str | None, removals_too: bool, as_json: bool) -> int:
    """From now on nothing new is tried there; what is owed waits, and expires in its time. Removals and corrections
    still go. Needs the role reviewer or operator; `status` shows what is paused. With `--voice agency` nothing that
    the transit agency says goes out anywhere, and the bureau goes on: the agency's own partner may do that too.

    \b
    Examples:
      run_fleet.py pause x:ExampleGreen
      run_fleet.py pause all
      run_fleet.py pause --voice agency
    """
    with session.fleet() as fleet:
        actor, named = session.actor(fleet), _named(what, voice)
        if voice is not None and removals_too:
            raise Trouble("--removals-too is for an account, a line or everything, not for a voice", WRONG)
        rows = (
            stop(actor, fleet.store, fleet.know, fleet.clock, named, removals_too=removals_too)
            if voice is None
            else pause_agency(actor, fleet.store, fleet.clock)
        )
    if as_json:
        print_json([row.model_dump(mode="json") for row in rows])
    else:
        end = f"resume --voice {voice}" if voice is not None else f"resume {what}"
        goes = "nothing goes out there, not even removals" if removals_too else "only what takes back goes out there"
        say(f"Paused: {rows[0].scope if rows else named}; {goes}. `{end}` ends it.")
    return 0


@click.command(short_help="End a pause.")
@click.argument("what", metavar="ACCOUNT|LINE|all", required=False)
@voice_option
@json_option
@pass_session
def resume(session: Session, what: str | None, voice: str | None, as_json: bool) -> int:
    """End a pause under the name under which it was made. Needs the role reviewer or operator; the agency's
    partner may end what it paused itself (`--voice agency`)."""
    with session.fleet() as fleet:
        actor, wanted = session.actor(fleet), _named(what, voice)
        left = (
            go_on(actor, fleet.store, fleet.know, fleet.clock, wanted)
            if voice is None
            else resume_agency(actor, fleet.store, fleet.clock)
        )
        fleet.wakeups.ring()
    if as_json:
        print_json([row.model_dump(mode="json") for row in left])
    else:
        named = ", ".join(dict.fromkeys(row.scope for row in left))
        say(f"{wanted} goes on." + (f" Still paused: {named}." if named else ""))
    return 0
