"""`accounts`: what stands behind each handle on each platform; connecting them."""

from __future__ import annotations

import sys
from typing import Any

import click

from core.cli.session import Session, json_option, print_json
from core.cli.speech import say
from core.cli.table import say_table
from core.cli.troubles import WRONG, Trouble
from core.cli.workshop import OpenFleet
from core.domain.lines import Account, AccountMode
from core.flow.connect import connect
from core.settings.fleet_settings import Settings
from core.settings.known_channels import KNOWN_CHANNELS


@click.group(invoke_without_command=True)
@json_option
@click.pass_context
def accounts(ctx: click.Context, as_json: bool) -> int:
    """The accounts on each platform: their mode, languages, pinned id and state. Posts nothing.

    \b
    Examples:
      run_fleet.py accounts
      run_fleet.py accounts connect x:ExampleHandle
    """
    session = ctx.find_object(Session)
    if ctx.invoked_subcommand is not None or session is None:
        return 0
    rows = _rows(session)
    if as_json:
        print_json(rows)
        return 0
    shown = [
        [
            row["account"],
            row["mode"],
            " ".join(row["languages"]),
            "here" if row["account"].startswith("local:") else row["state"],
            " ".join(filter(None, (row["platform_id"], row["why"]))),
        ]
        for row in rows
    ]
    say_table(["account", "mode", "speaks", "state", "platform's id"], shown, "No accounts.", widest=240)
    return 0


def _rows(session: Session) -> list[dict[str, Any]]:
    with session.fleet() as fleet, fleet.store.begin() as tx:
        records = {record.account: record for record in tx.accounts.rows()}
    return [
        {
            "account": account.id,
            "line": account.line,
            "mode": account.mode.value,
            "languages": list(account.languages),
            "thread": account.thread.value,
            "platform_id": records[account.id].platform_id if account.id in records else None,
            "state": records[account.id].state.value if account.id in records else "not connected",
            "why": records[account.id].why if account.id in records else None,
        }
        for account in session.settings.accounts()
    ]


def find_account(settings: Settings, wanted: str) -> Account:
    """An account by its id `channel:handle`. Raises Trouble naming near ones."""
    from difflib import get_close_matches

    known = {str(account.id): account for account in settings.accounts()}
    if wanted not in known:
        near = get_close_matches(wanted, known, n=1)
        hint = f"did you mean {near[0]}?" if near else "see `accounts`"
        raise Trouble(f"there is no account {wanted!r}: {hint}", WRONG)
    return known[wanted]


@accounts.command(name="connect", short_help="Ask the platform who an account is, and pin its id.")
@click.argument("account")
@click.option("--keep/--no-keep", default=True, help="Ask for missing credentials and keep them. Default: yes.")
@json_option
@click.pass_obj
def connect_account(session: Session, account: str, keep: bool, as_json: bool) -> int:
    """Connect ACCOUNT (like x:ExampleHandle): ask the platform who it is, compare with lines.yaml, pin its id.

    Credentials that are missing are asked for on a terminal and kept in the secrets file (mode 0600); environment
    variables override them. Nothing is posted. Needs the role operator.
    """
    found = find_account(session.settings, account)
    if found.mode is AccountMode.OFF:
        raise Trouble(f"{account} is off in lines.yaml: set its mode to practice or live first")
    with session.fleet() as fleet:
        actor = session.actor(fleet)
        if keep:
            _ask_for_missing(session, fleet, found)
        try:
            me = connect(actor, fleet.store, fleet.clock, fleet.channels[found.channel], found)
        except ValueError as wrong:
            raise Trouble(str(wrong)) from wrong
    if as_json:
        print_json({"account": found.id, "handle": me.handle, "platform_id": me.platform_id})
    else:
        say(f"{found.id} is connected: @{me.handle}, id {me.platform_id}. Nothing was posted.")
    return 0


def _ask_for_missing(session: Session, fleet: OpenFleet, account: Account) -> None:
    """Ask for each credential that is missing. Raises Trouble where nobody can be asked."""
    needed = KNOWN_CHANNELS[account.channel].needs(account.handle)
    missing = [name for name in needed if fleet.secrets.get(name) is None]
    if missing and not sys.stdin.isatty():
        variables = session.secret_variables(missing)
        raise Trouble(f"credentials are missing: call this on a terminal, or set {variables}", WRONG)
    for name in missing:
        fleet.secrets.put(name, click.prompt(name, hide_input=True, err=True).strip())
