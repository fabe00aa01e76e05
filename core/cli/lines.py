"""`lines`: the lines of the fleet, their routes and handles."""

from __future__ import annotations

import click

from core.cli.session import Session, json_option, pass_session, print_json


@click.command()
@json_option
@pass_session
def lines(session: Session, as_json: bool) -> int:
    """The lines of the fleet in order of lead: id, name, routes, colour, handle, accounts."""
    settings = session.settings
    if as_json:
        print_json([line.model_dump(mode="json") for line in settings.lines])
        return 0
    for line in settings.lines:
        accounts = "  ".join(f"{account.channel}:{account.mode.value}" for account in line.accounts)
        routes = " ".join(line.routes)
        click.echo(f"{line.id:<5} @{line.handle:<16} {line.name:<32} {routes:<8} {line.colour}  {accounts}")
    return 0
