"""`calm`: nothing routine on a line or on all, for a while."""

from __future__ import annotations

from datetime import timedelta

import click

from core.cli.lengths_of_time import LengthOfTime
from core.cli.session import Session, json_option, local_time, pass_session, print_json
from core.cli.speech import say
from core.flow.calm import calm_off, calm_on


@click.group()
def calm() -> None:
    """Nothing routine (arrests, charges, convictions, digests) on a line or on all of them, for a while. What is
    urgent, the agency's service notices and whatever takes back pass. Needs the role reviewer or operator.

    \b
    Examples:
      run_fleet.py calm on Green --for 3h
      run_fleet.py calm off Green
    """


@calm.command(name="on", short_help="What is routine waits there.")
@click.argument("where", metavar="LINE|all")
@click.option("--for", "lasts", type=LengthOfTime(), default="3h", show_default=True, help="How long: 30m, 3h, 2d.")
@json_option
@pass_session
def switch_on(session: Session, where: str, lasts: timedelta, as_json: bool) -> int:
    """From now on what is routine waits there; it comes up again by itself when the calm ends. A second time sets the
    end anew."""
    with session.fleet() as fleet:
        made = calm_on(session.actor(fleet), fleet.store, fleet.know, fleet.clock, where, lasts)
        know = fleet.know
    if as_json:
        print_json(made.model_dump(mode="json") | {"scope": made.scope})
    else:
        until = local_time(know, made.until)
        say(f"Calm on {made.scope} until {until}, asked for by {made.by}. `calm off {where}` ends it before.")
    return 0


@calm.command(name="off", short_help="End a calm.")
@click.argument("where", metavar="LINE|all")
@json_option
@pass_session
def switch_off(session: Session, where: str, as_json: bool) -> int:
    """End a calm: what it held goes through the gate again, and is said if it is still true and fresh."""
    with session.fleet() as fleet:
        again, still = calm_off(session.actor(fleet), fleet.store, fleet.know, fleet.clock, where)
        fleet.wakeups.ring()
    if as_json:
        print_json({"judged_again": again, "calm": [one.scope for one in still]})
    else:
        rest = f" Calm still: {', '.join(one.scope for one in still)}." if still else ""
        say(f"The calm is over; {again} entries go through the gate again.{rest}")
    return 0
