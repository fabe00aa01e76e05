"""`check`: all mistakes of lines.yaml and the environment at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import click

from core.cli.session import Session, json_option, pass_session, print_json
from core.cli.speech import say, some
from core.cli.workshop import OpenFleet
from core.domain.lines import Account, AccountMode
from core.flow.connect import trouble_of
from core.flow.proven import unproven, unproven_words
from core.settings.fleet_settings import Settings
from core.settings.known_channels import KNOWN_CHANNELS
from core.settings.mistakes import Mistake, SettingsWrong


@dataclass(frozen=True)
class Answer:
    """What trying one account brought. `well` is False when it can't do what lines.yaml asks of it."""

    account: str
    mode: str
    well: bool
    says: str


@click.command()
@click.option("--online", is_flag=True, help="Also try each account's credentials, handle and identity.")
@json_option
@pass_session
def check(session: Session, online: bool, as_json: bool) -> int:
    """All mistakes of lines.yaml and the environment at once, with file, line and what to write instead.

    It reads the agency's folder too, looks for the credentials of live accounts and for places that can't be
    written. --online asks each platform who our accounts are; it posts nothing. An account in practice needs no
    credentials yet.

    \b
    Examples:
      run_fleet.py check
      run_fleet.py check --online --json

    Exit codes: 0 nothing wrong; 1 an account can't be used (--online); 2 lines.yaml or the environment is wrong.
    """
    mistakes = session.workshop.mistakes(session.config)
    if mistakes:
        if not as_json:
            raise SettingsWrong(mistakes)
        print_json(_fields(mistakes, [], []))
        return 2
    settings = session.settings
    answers = _try_all(session) if online else []
    drafts = sorted(language for language, words in settings.catalogues.items() if not words.signed)
    if as_json:
        print_json(_fields((), drafts, answers))
    else:
        _say(settings, drafts, answers, online)
    return 0 if all(answer.well for answer in answers) else 1


def _fields(mistakes: tuple[Mistake, ...], drafts: list[str], answers: list[Answer]) -> dict[str, Any]:
    return {
        "well": not mistakes and all(answer.well for answer in answers),
        "mistakes": [
            {"file": str(m.file), "line": m.line, "column": m.column, "what": m.what, "instead": m.instead}
            for m in mistakes
        ],
        "draft_catalogues": drafts,
        "accounts": {a.account: {"mode": a.mode, "well": a.well, "says": a.says} for a in answers},
    }


def _say(settings: Settings, drafts: list[str], answers: list[Answer], online: bool) -> None:
    live = sum(1 for account in settings.accounts() if account.mode is AccountMode.LIVE and account.channel != "local")
    say(
        f"{settings.path}: nothing wrong. {some(len(settings.lines), 'line')}, "
        f"{some(len(settings.sources), 'source')}, {some(live, 'live account')} on platforms."
    )
    for note in settings.notes:
        say(note)
    if drafts:
        say(
            f"Draft wording: {', '.join(drafts)}. A live account carries it only once somebody has read and signed it "
            "(`catalogue sign`)."
        )
    bare = [answer for answer in answers if answer.well and answer.says == _NO_CREDENTIALS]
    for answer in answers:
        if answer not in bare:
            say(f"{answer.account}: {answer.says}", fg=None if answer.well else "red")
    if bare:
        say(f"{some(len(bare), 'account')} in practice without credentials yet (`accounts connect`).")
    if online and not answers:
        say("No account on a platform: nothing to try online.")


_NO_CREDENTIALS = "practises without credentials"


def _try_all(session: Session) -> list[Answer]:
    answers: list[Answer] = []
    with session.fleet() as fleet:
        for account in fleet.settings.accounts():
            if account.mode is AccountMode.OFF or account.channel == "local":
                continue
            well, says = _try(fleet, account)
            answers.append(Answer(account.id, account.mode.value, well, says))
    return answers


def _try(fleet: OpenFleet, account: Account) -> tuple[bool, str]:
    names = KNOWN_CHANNELS[account.channel].needs(account.handle)
    kept = [name for name in names if fleet.secrets.get(name) is not None]
    if account.mode is AccountMode.PRACTICE and not any("{" not in name and account.handle in name for name in kept):
        return True, _NO_CREDENTIALS
    with fleet.store.begin() as tx:
        pinned = tx.accounts.get(account.id).platform_id
    trouble = trouble_of(fleet.channels[account.channel], account, pinned)
    return trouble is None, trouble or _well(fleet, account)


def _well(fleet: OpenFleet, account: Account) -> str:
    """An endpoint that is to be handed what is about persons, and is not, says so, and what to do."""
    with fleet.store.begin() as tx:
        places_alone = [one for one in unproven(tx, fleet.know, fleet.clock.now()) if one.account == account.id]
    return f"well; {unproven_words(tuple(places_alone))[0]}" if places_alone else "well"
