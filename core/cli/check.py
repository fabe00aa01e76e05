"""`check`: all mistakes of lines.yaml and the environment at once."""

from __future__ import annotations

import click

from core.cli.session import Session, json_option, pass_session, print_json
from core.domain.lines import Account, AccountMode
from core.flow.connect import WrongIdentity, compare
from core.ports.channel import LoginNeeded, OutcomeUnknown, PostDeferred
from core.settings.mistakes import SettingsWrong


@click.command()
@click.option("--online", is_flag=True, help="Also try each account's credentials, handle and identity.")
@json_option
@pass_session
def check(session: Session, online: bool, as_json: bool) -> int:
    """All mistakes of lines.yaml and the environment at once, with file, line and what to write instead.

    Exit codes: 0 nothing wrong; 1 an account can't be used (--online); 2 lines.yaml or the environment is wrong.
    """
    try:
        settings = session.settings
    except SettingsWrong as wrong:
        if not as_json:
            raise
        print_json({"well": False, "mistakes": [str(mistake) for mistake in wrong.mistakes]})
        return 2
    drafts = sorted(language for language, words in settings.catalogues.items() if not words.signed)
    results = _online(session, quiet=as_json) if online else {}
    troubled = {account: said for account, said in results.items() if said is not None}
    if as_json:
        print_json({"well": not troubled, "mistakes": [], "draft_catalogues": drafts, "accounts": results})
        return 1 if troubled else 0
    live = sum(1 for account in settings.accounts() if account.mode is AccountMode.LIVE and account.channel != "local")
    click.echo(
        f"{settings.path}: nothing wrong. {len(settings.lines)} lines, {len(settings.sources)} sources, "
        f"{live} live accounts on platforms."
    )
    if drafts:
        click.echo(
            f"Draft wording: {', '.join(drafts)}. A live account carries it only once somebody has read and signed it "
            "(`catalogue sign`)."
        )
    return 1 if troubled else 0


def _online(session: Session, quiet: bool) -> dict[str, str | None]:
    """Account → what is wrong with it, None where all is well."""
    results: dict[str, str | None] = {}
    with session.fleet() as fleet:
        for account in fleet.settings.accounts():
            if account.mode is AccountMode.OFF or account.channel == "local":
                continue
            with fleet.store.begin() as tx:
                pinned = tx.accounts.get(account.id).platform_id
            results[account.id] = said = _ask(fleet.channels[account.channel].who_am_i, account, pinned)
            if not quiet:
                click.echo(f"{account.id}: {said or 'well'}")
    if not results and not quiet:
        click.echo("No account on a platform: nothing to try online.")
    return results


def _ask(who_am_i, account: Account, pinned: str | None) -> str | None:  # type: ignore[no-untyped-def]
    try:
        me = who_am_i(account)
        compare(account, me)
    except (LoginNeeded, PostDeferred, OutcomeUnknown, WrongIdentity) as wrong:
        return " ".join(str(wrong).split())
    if pinned is None:
        return f"it answers, but is not connected: accounts connect {account.id}"
    return None if me.platform_id == pinned else f"its platform id is {me.platform_id}, {pinned} was pinned"
