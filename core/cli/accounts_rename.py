"""`accounts rename`: the handle of an account was changed on its platform."""

from __future__ import annotations

import click

from core.cli.account_named import find_account
from core.cli.session import Session, json_option, pass_session, print_json
from core.cli.speech import say
from core.domain.lines import AccountId
from core.flow.renamed import rename_account


@click.command(short_help="Its handle was changed on the platform: what it said goes on under the new one.")
@click.argument("old")
@click.argument("new")
@json_option
@pass_session
def rename(session: Session, old: str, new: str, as_json: bool) -> int:
    """Let everything that OLD said and owes go on under NEW: one account whose handle was changed on its platform.

    Write the new handle into lines.yaml and keep its credentials under the new name first, with the fleet stopped. The
    platform must say that NEW is the account that was pinned for OLD. Without this, what OLD said can't be taken back.
    Nothing is posted. Needs the role operator.

    \b
    Example:
      run_fleet.py accounts rename x:ExampleHandle x:ExampleNewHandle
    """
    account = find_account(session.settings, new)
    with session.fleet() as fleet:
        actor = session.actor(fleet)
        channel = fleet.channels[account.channel]
        done = rename_account(actor, fleet.store, fleet.know, fleet.clock, channel, AccountId(old), account)
    if as_json:
        print_json(done.model_dump(mode="json"))
    else:
        say(f"{done.old} is {done.new} now (id {done.platform_id}): {done.deliveries} deliveries go on there.")
    return 0
