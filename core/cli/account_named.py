"""Finds the accounts that a person names."""

from __future__ import annotations

from core.cli.troubles import WRONG, Trouble
from core.domain.lines import Account
from core.settings.fleet_settings import Settings


def find_account(settings: Settings, wanted: str) -> Account:
    """An account by its id `channel:handle`. Raises Trouble naming near ones."""
    from difflib import get_close_matches

    known = {str(account.id): account for account in settings.accounts()}
    if wanted not in known:
        near = get_close_matches(wanted, known, n=1)
        hint = f"did you mean {near[0]}?" if near else "see `accounts`"
        raise Trouble(f"there is no account {wanted!r}: {hint}", WRONG)
    return known[wanted]


def meant_accounts(settings: Settings, wanted: str) -> list[Account]:
    """The accounts of a line or a channel, or the one of this id. Raises Trouble naming near ones."""
    for line in settings.lines:
        if wanted in (line.id, line.name):
            return list(line.accounts)
    of_channel = [account for account in settings.accounts() if account.channel == wanted]
    return of_channel or [find_account(settings, wanted)]
