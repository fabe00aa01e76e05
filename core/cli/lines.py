"""`lines`: the lines of the fleet, their routes and handles."""

from __future__ import annotations

import click

from core.cli.session import Session, json_option, pass_session, print_json
from core.cli.table import say_table


@click.command()
@json_option
@pass_session
def lines(session: Session, as_json: bool) -> int:
    """The lines of the fleet in order of lead: id, handle, name, routes, colour, accounts with their mode."""
    settings = session.settings
    if as_json:
        print_json([line.model_dump(mode="json") for line in settings.lines])
        return 0
    rows = [
        [
            line.id,
            f"@{line.handle}",
            line.name,
            " ".join(line.routes),
            line.colour,
            "  ".join(f"{account.channel} {account.mode.value}" for account in line.accounts),
        ]
        for line in settings.lines
    ]
    say_table(["line", "handle", "name", "routes", "colour", "accounts"], rows, "No lines.", widest=240)
    return 0
