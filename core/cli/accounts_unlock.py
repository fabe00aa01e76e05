"""`accounts unlock`: says whose a foreign post is, so that its account goes on."""

from __future__ import annotations

import click

from core.cli.account_named import find_account
from core.cli.session import Session, json_option, local_time, pass_session, print_json
from core.cli.speech import say
from core.cli.table import say_table
from core.cli.troubles import WRONG, Trouble
from core.cli.workshop import OpenFleet
from core.domain.lines import Account
from core.flow.unlock import it_is_mine, open_strays, take_it_down
from core.ports.channel import NotSupported, OutcomeUnknown, PostDeferred, PostRefused


@click.command(short_help="Say whose a foreign post is; the account goes on when none is left.")
@click.argument("account")
@click.option("--mine", "mine", metavar="POST", help="This post is the bureau's own: it is never asked about again.")
@click.option("--remove", "remove", metavar="POST", help="Take this post down on the platform.")
@json_option
@pass_session
def unlock(session: Session, account: str, mine: str | None, remove: str | None, as_json: bool) -> int:
    """Settle a foreign post on ACCOUNT (like x:ExampleHandle), which locked it. POST is its id or its link.

    Without an option it lists what waits to be settled. While an account is locked, nothing new is said there and what
    takes back still goes. Needs the role operator.

    \b
    Examples:
      run_fleet.py accounts unlock x:ExampleHandle
      run_fleet.py accounts unlock x:ExampleHandle --mine 1234567890
      run_fleet.py accounts unlock x:ExampleHandle --remove 1234567890

    Exit codes: 0 the account is ready; 1 something still waits.
    """
    if mine and remove:
        raise Trouble("a post is either --mine or to --remove, not both", WRONG)
    found = find_account(session.settings, account)
    with session.fleet() as fleet:
        actor = session.actor(fleet)
        try:
            if mine:
                it_is_mine(actor, fleet.office, found, mine)
            elif remove:
                take_it_down(actor, fleet.office, found, remove)
        except (PostRefused, PostDeferred, OutcomeUnknown, NotSupported) as not_down:
            raise Trouble(f"it is not removed, and the account stays locked: {not_down}") from not_down
        if mine or remove:
            fleet.wakeups.ring()
        return _say_left(fleet, found, as_json)


def _say_left(fleet: OpenFleet, account: Account, as_json: bool) -> int:
    left = open_strays(fleet.store, account)
    if as_json:
        print_json({"account": account.id, "foreign": [one.model_dump(mode="json") for one in left]})
    elif left:
        rows = [[one.platform_id, local_time(fleet.know, one.posted_at), one.url or "-"] for one in left]
        say_table(["post", "posted", "link"], rows, "", widest=240)
        say(f"{account.id} is locked until each of these is --mine or --remove.", err=True)
    else:
        say(f"Nothing foreign is left to settle on {account.id}.")
    return 1 if left else 0
