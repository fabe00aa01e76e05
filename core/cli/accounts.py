"""`accounts`: what stands behind each handle on each platform; connecting them."""

from __future__ import annotations

from typing import Any

import click

from core.cli.session import Session, json_option, print_json
from core.cli.troubles import WRONG, Trouble
from core.domain.lines import Account, AccountMode
from core.flow.connect import connect
from core.settings.fleet_settings import Settings
from core.settings.known_channels import KNOWN_CHANNELS


@click.group(invoke_without_command=True)
@json_option
@click.pass_context
def accounts(ctx: click.Context, as_json: bool) -> int:
    """The accounts on each platform: their mode, languages, pinned id and state. Posts nothing."""
    if ctx.invoked_subcommand is not None:
        return 0
    session = ctx.find_object(Session)
    if session is None:
        raise Trouble("no session")
    with session.fleet() as fleet, fleet.store.begin() as tx:
        records = {record.account: record for record in tx.accounts.rows()}
    rows: list[dict[str, Any]] = [
        {
            "account": account.id,
            "mode": account.mode.value,
            "languages": list(account.languages),
            "thread": account.thread.value,
            "platform_id": records[account.id].platform_id if account.id in records else None,
            "state": records[account.id].state.value if account.id in records else "not connected",
            "why": records[account.id].why if account.id in records else None,
        }
        for account in session.settings.accounts()
    ]
    if as_json:
        print_json(rows)
        return 0
    for row in rows:
        state = "" if str(row["account"]).startswith("local:") else f"{row['state']} {row['platform_id'] or ''}"
        spoken = " ".join(row["languages"])
        click.echo(f"{row['account']:<24} {row['mode']:<9} {spoken:<8} {state} {row['why'] or ''}".rstrip())
    return 0


def find_account(settings: Settings, wanted: str) -> Account:
    """An account by its id `channel:handle`. Raises Trouble naming near ones."""
    from difflib import get_close_matches

    known = {str(account.id): account for account in settings.accounts()}
    if wanted not in known:
        near = get_close_matches(wanted, known, n=1)
        hint = f"did you mean {near[0]}?" if near else "see `accounts`"
        raise Trouble(f"there is no account {wanted!r}: {hint}", WRONG)
    return known[wanted]


@accounts.command(name="connect")
@click.argument("account")
@click.option("--keep/--no-keep", default=True, help="Ask for missing credentials and keep them. Default: yes.")
@click.pass_obj
def connect_account(session: Session, account: str, keep: bool) -> int:
    """Connect ACCOUNT (like x:NYExample): ask the platform who it is, compare with lines.yaml, pin its id.

    Credentials that are missing are asked for and kept in the secrets file (mode 0600); environment variables
    override them. Nothing is posted.
    """
    found = find_account(session.settings, account)
    if found.mode is AccountMode.OFF:
        raise Trouble(f"{account} is off in lines.yaml: set its mode to practice or live first")
    with session.fleet() as fleet:
        actor = session.actor(fleet)
        if keep:
            for name in KNOWN_CHANNELS[found.channel].needs(found.handle):
                if fleet.secrets.get(name) is None:
                    fleet.secrets.put(name, click.prompt(name, hide_input=True, err=True))
        me = connect(actor, fleet.store, fleet.clock, fleet.channels[found.channel], found)
    click.echo(f"{found.id} is connected: @{me.handle}, id {me.platform_id}. Nothing was posted.")
    return 0
