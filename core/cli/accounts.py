"""`accounts`: what stands behind each handle on each platform; connecting them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import click

from core.cli.account_named import find_account
from core.cli.accounts_live import go_live_now
from core.cli.accounts_practice import practise
from core.cli.accounts_rename import rename
from core.cli.accounts_unlock import unlock
from core.cli.session import Session, json_option, print_json
from core.cli.speech import say
from core.cli.table import say_table
from core.cli.troubles import WRONG, Trouble
from core.cli.workshop import OpenFleet
from core.domain.holding import HeldBack, dollars
from core.domain.lines import Account, AccountMode
from core.flow.connect import connect
from core.flow.holding import held_now
from core.flow.knowledge import Knowledge
from core.flow.opened_anew import OpenedAnew, connect_anew
from core.ports.channel import LoginNeeded
from core.ports.store import Tx
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
      run_fleet.py accounts unlock x:ExampleHandle --mine 1234567890
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
            " ".join(filter(None, (row["platform_id"], row["why"], *row["held"]))),
            _left(row["limits"]),
        ]
        for row in rows
    ]
    say_table(["account", "mode", "speaks", "state", "platform's id", "left"], shown, "No accounts.", widest=240)
    return 0


def _left(limits: list[dict[str, Any]]) -> str:
    """Of each limit, as the platform names it, how many calls are left."""
    return ", ".join(f"{one['name']} {one['remaining']}" for one in limits if one["kind"] == "post")


def _faring(tx: Tx, know: Knowledge, account: Account, held: Sequence[HeldBack], now: datetime) -> dict[str, Any]:
    """What the platform leaves it, how its calls went, what it spent, and what keeps it back."""
    health = next((one for one in tx.limits.health() if one.account == account.id), None)
    spent = next((one.micros for one in tx.limits.spent(know.month(now)) if one.account == account.id), 0)
    mine = [one for one in tx.limits.kept(now) if one.account in (account.id, None) and one.channel == account.channel]
    return {
        "failures": 0 if health is None else health.failures,
        "spent": dollars(spent),
        "budget": account.budget,
        "links": account.links.value,
        "limits": [{"shared": one.account is None, **one.seen.model_dump(mode="json")} for one in mine],
        "held": [one.why for one in held if one.account == account.id],
    }


def _rows(session: Session) -> list[dict[str, Any]]:
    with session.fleet() as fleet, fleet.store.begin() as tx:
        now = fleet.clock.now()
        records = {record.account: record for record in tx.accounts.rows()}
        held = held_now(tx, fleet.know, now)
        faring = {one.id: _faring(tx, fleet.know, one, held, now) for one in session.settings.accounts()}
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
            **faring[account.id],
        }
        for account in session.settings.accounts()
    ]


@accounts.command(name="connect", short_help="Ask the platform who an account is, and pin its id.")
@click.argument("account")
@click.option("--keep/--no-keep", default=True, help="Ask for missing credentials and keep them. Default: yes.")
@click.option("--anew", is_flag=True, help="The account was opened anew under its handle: pin its new id.")
@json_option
@click.pass_obj
def connect_account(session: Session, account: str, keep: bool, anew: bool, as_json: bool) -> int:
    """Connect ACCOUNT (like x:ExampleHandle): ask the platform who it is, compare with lines.yaml, pin its id.

    Credentials that are missing are asked for on a terminal and kept in the secrets file (mode 0600); environment
    variables override them. Nothing is posted. Needs the role operator.

    With --anew the id of a new account of the same handle takes the old one's place. What the old account said stays
    listed as out of reach: it can be neither answered nor taken back from here.
    """
    found = find_account(session.settings, account)
    if found.mode is AccountMode.OFF:
        raise Trouble(f"{account} is off in lines.yaml: set its mode to practice or live first")
    with session.fleet() as fleet:
        actor = session.actor(fleet)
        if keep:
            _ask_for_missing(session, fleet, found)
        channel = fleet.channels[found.channel]
        try:
            if anew:
                return _say_anew(found, connect_anew(actor, fleet.store, fleet.clock, channel, found), as_json)
            me = connect(actor, fleet.store, fleet.clock, channel, found)
        except LoginNeeded as dead:
            raise Trouble(f"{found.channel} refuses the credentials of {found.id}: {_renew(session, found)}") from dead
        except ValueError as wrong:
            raise Trouble(str(wrong)) from wrong
    if as_json:
        print_json({"account": found.id, "handle": me.handle, "platform_id": me.platform_id})
    else:
        say(f"{found.id} is connected: @{me.handle}, id {me.platform_id}. Nothing was posted.")
    return 0


def _say_anew(account: Account, done: OpenedAnew, as_json: bool) -> int:
    if as_json:
        print_json({"account": account.id, **done.model_dump(mode="json")})
    else:
        say(f"{account.id} is connected anew: @{done.handle}, id {done.new_id} in place of {done.old_id}.")
        say(f"{done.out_of_reach} posts of the old account are out of reach. Nothing was posted.")
    return 0


def _renew(session: Session, account: Account) -> str:
    """What to do about credentials that are there and dead: only missing ones are asked for."""
    variables = session.secret_variables(KNOWN_CHANNELS[account.channel].needs(account.handle))
    return f"set good ones ({variables}), or take the old ones out of secrets.json and connect again"


def _ask_for_missing(session: Session, fleet: OpenFleet, account: Account) -> None:
    """Ask for each credential that is missing. Raises Trouble where nobody can be asked."""
    needed = KNOWN_CHANNELS[account.channel].needs(account.handle)
    missing = [name for name in needed if fleet.secrets.get(name) is None]
    if missing and not sys.stdin.isatty():
        variables = session.secret_variables(missing)
        raise Trouble(f"credentials are missing: call this on a terminal, or set {variables}", WRONG)
    for name in missing:
        fleet.secrets.put(name, click.prompt(name, hide_input=True, err=True).strip())


accounts.add_command(unlock)
accounts.add_command(rename)
accounts.add_command(practise)
accounts.add_command(go_live_now)
