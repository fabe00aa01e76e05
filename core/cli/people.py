"""`people` and `login`: the staff, and the token by which the command line knows you."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import click

from core.cli.session import TOKEN_VARIABLE, Session, json_option, pass_session, print_json
from core.cli.speech import say
from core.cli.table import say_table
from core.cli.troubles import WRONG, Trouble
from core.domain.staff import Actor, Role
from core.flow.staff import GIVEN, add_person, renew_token, revoke_person

ROLES = sorted(role.value for role in GIVEN)


@click.group()
def people() -> None:
    """The staff: officers, reviewers, operators, partners, auditors. Each has a personal token.

    The first person is added without a token and must be an operator.
    """


@people.command(name="add")
@click.argument("name")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice(ROLES), help="May be given again.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    help="What a partner may announce: lines:A,C (or lines:*), kinds:service, rate:30/h. May be given again.",
)
@json_option
@pass_session
def add(session: Session, name: str, roles: tuple[str, ...], scopes: tuple[str, ...], as_json: bool) -> int:
    """Add NAME and print the personal token, which is shown once.

    The token alone goes to standard output, so that a script can take it. The first person needs no token and must
    be an operator; after that, only an operator adds people.

    
    Example:
      run_fleet.py people add ann --role operator --role officer
    """
    with session.fleet() as fleet:
        with fleet.store.begin() as tx:
            first = not tx.staff.all()
        actor: Actor | None = None if first else session.actor(fleet)
        try:
            given = frozenset(Role(role) for role in roles)
            token = add_person(actor, fleet.store, fleet.clock, name, given, frozenset(scopes))
        except ValueError as wrong:
            raise Trouble(str(wrong), WRONG) from wrong
    _show_token(name, token, as_json)
    return 0


def _show_token(name: str, token: str, as_json: bool) -> None:
    if as_json:
        print_json({"name": name, "token": token})
        return
    say(f"{name}'s personal token, shown only now (keep it with `login`):", err=True)
    say(token)


@people.command(name="list")
@json_option
@pass_session
def list_people(session: Session, as_json: bool) -> int:
    """Everyone on the staff."""
    with session.fleet() as fleet, fleet.store.begin() as tx:
        members = tx.staff.all()
    if as_json:
        print_json([member.model_dump(mode="json") for member in members])
        return 0
    rows = [
        [
            m.name,
            " ".join((*sorted(r.value for r in m.roles), *sorted(m.scopes))),
            f"{m.created_at:%Y-%m-%d}",
            "revoked" if m.revoked else "",
        ]
        for m in members
    ]
    nobody = "Nobody yet. Add the first operator: people add NAME --role operator"
    say_table(["name", "roles", "since", ""], rows, nobody)
    return 0


@people.command()
@click.argument("name")
@json_option
@pass_session
def renew(session: Session, name: str, as_json: bool) -> int:
    """A new token for NAME; the old one stops working. Everyone may renew their own."""
    with session.fleet() as fleet:
        try:
            token = renew_token(session.actor(fleet), fleet.store, fleet.clock, name)
        except KeyError:
            raise Trouble(f"there is nobody called {name!r}: see `people list`", WRONG) from None
    _show_token(name, token, as_json)
    return 0


@people.command()
@click.argument("name")
@pass_session
def revoke(session: Session, name: str) -> int:
    """NAME's token stops working; what they did stays in the log."""
    with session.fleet() as fleet:
        try:
            revoke_person(session.actor(fleet), fleet.store, fleet.clock, name)
        except KeyError:
            raise Trouble(f"there is nobody called {name!r}: see `people list`", WRONG) from None
        except ValueError as last:
            raise Trouble(str(last), WRONG) from last
    say(f"{name}'s token does not work any more.")
    return 0


@click.command()
@click.option("--out", is_flag=True, help="Forget the token that is kept.")
@pass_session
def login(session: Session, out: bool) -> int:
    """Keep your personal token on this machine for this fleet (a file only you can read).

    It is read from the prompt, or from standard input in a script. The environment variable SUBWAY_FLEET_TOKEN
    overrides it. The file is subway-fleet/login.json in XDG_CONFIG_HOME or ~/.config.
    """
    if out:
        _keep(session, None)
        say("Logged out.")
        return 0
    token = click.prompt("token", hide_input=True, err=True) if sys.stdin.isatty() else sys.stdin.readline()
    if not token.strip():
        raise Trouble("no token was given: type it at the prompt, or pipe it in", WRONG)
    with session.fleet() as fleet:
        actor = session.workshop.actor(fleet, token.strip())
    _keep(session, token.strip())
    say(f"Logged in as {actor.id} ({' '.join(sorted(actor.roles))}).")
    if session.token_of_environment:
        say(f"{TOKEN_VARIABLE} is set and overrides this.", err=True)
    return 0


def _keep(session: Session, token: str | None) -> None:
    """Replace the login file in one step; only its owner can read it."""
    file: Path = session.login_file
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        kept = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        kept = {}
    kept = kept if isinstance(kept, dict) else {}
    kept.pop(str(session.config.resolve()), None)
    if token is not None:
        kept[str(session.config.resolve())] = token
    with tempfile.NamedTemporaryFile("w", dir=file.parent, delete=False) as draft:
        json.dump(kept, draft, indent=1)
    Path(draft.name).replace(file)
