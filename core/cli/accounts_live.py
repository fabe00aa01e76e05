"""`accounts go-live`: from practice to live, in lines.yaml itself."""

from __future__ import annotations

import secrets
from dataclasses import replace
from pathlib import Path

import click

from core.cli.account_named import meant_accounts
from core.cli.session import Session, json_option, pass_session, print_json
from core.cli.speech import say, some
from core.cli.troubles import Trouble
from core.cli.workshop import OpenFleet
from core.domain.lines import Account, AccountMode
from core.domain.staff import Actor
from core.flow.go_live import go_live, not_ready
from core.settings.mistakes import SettingsWrong
from core.settings.mode_edit import CannotEdit, as_written, difference, put_in_place, set_live


@click.command(name="go-live", short_help="Let accounts that practise post, once all is well with them.")
@click.argument("wanted", metavar="ACCOUNT|LINE|CHANNEL")
@click.option("--dry-run", is_flag=True, help="Only show what would be changed in lines.yaml.")
@json_option
@pass_session
def go_live_now(session: Session, wanted: str, dry_run: bool, as_json: bool) -> int:
    """Set accounts from practice to live: one (x:ExampleHandle), those of a line, or those of a channel (x).

    Each platform is asked first whose the account is; with any trouble nothing is changed. Then `mode: live` is written
    into lines.yaml, all else in it stays, and the file as it was is kept beside it as .bak. What was practised never
    goes out. The fleet that runs reads it when it is started again. Needs the role operator.

    \b
    Examples:
      run_fleet.py accounts go-live x:ExampleHandle --dry-run
      run_fleet.py accounts go-live x

    Exit codes: 0 they are live; 1 one of them is not ready; 2 lines.yaml is wrong, or would be.
    """
    _refuse_mistakes(session, session.config, session.config)
    chosen = meant_accounts(session.settings, wanted)
    going = [account for account in chosen if account.mode is AccountMode.PRACTICE and account.channel != "local"]
    if not going:
        states = ", ".join(f"{account.id} is {account.mode.value}" for account in chosen)
        raise Trouble(f"nothing of this practises: {states}")
    with session.fleet() as fleet:
        actor = session.actor(fleet)
        troubles = not_ready(actor, fleet.store, fleet.channels, going)
        if troubles:
            for account, trouble in troubles.items():
                say(f"{account}: {trouble}", err=True)
            raise Trouble(f"{some(len(troubles), 'account')} not ready: nothing was changed")
        changed = _change(session, fleet, actor, going, dry_run=dry_run)
    drafts = sorted({word for one in going for word in one.languages if not session.settings.catalogues[word].signed})
    if as_json:
        print_json({"live": [] if dry_run else [a.id for a in going], "changed": changed, "draft_catalogues": drafts})
        return 0
    for row in changed:
        say(row)
    if drafts:
        say(f"Draft wording: {', '.join(drafts)}: it posts nothing until somebody has signed it (`catalogue sign`).")
    would = "would be live; nothing was changed" if dry_run else "live; start the fleet again, so that it knows"
    say(f"{some(len(going), 'account')} {would}.")
    return 0


def _change(session: Session, fleet: OpenFleet, actor: Actor, going: list[Account], *, dry_run: bool) -> list[str]:
    """Change lines.yaml, and say so in the log; the changed lines. Raises Trouble, SettingsWrong."""
    path = session.config
    try:
        before = as_written(path)
        after = set_live(before, going, fleet.settings.accounts())
        _refuse_what_would_be_wrong(session, path, after)
        if not dry_run:
            go_live(actor, fleet.store, fleet.clock, going, lambda: put_in_place(path, before, after))
    except (CannotEdit, OSError) as cannot:
        raise Trouble(f"lines.yaml is not changed: {cannot}") from cannot
    return difference(before, after, path.name)


def _refuse_what_would_be_wrong(session: Session, path: Path, after: str) -> None:
    """What a live account needs and one in practice does not is found before anything is changed."""
    trial = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        trial.write_text(after, encoding="utf-8", newline="")
        _refuse_mistakes(session, trial, path)
    finally:
        trial.unlink(missing_ok=True)


def _refuse_mistakes(session: Session, read: Path, shown: Path) -> None:
    mistakes = session.workshop.mistakes(read)
    if mistakes:
        raise SettingsWrong(replace(one, file=shown) if one.file == read else one for one in mistakes)
