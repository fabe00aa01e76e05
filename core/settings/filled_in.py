"""What a new fleet's starter left for a person to write must be written before anything goes out to riders."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from core.domain.agency import Agency
from core.domain.lines import AccountMode, Line
from core.settings.known_channels import KNOWN_CHANNELS
from core.settings.mistakes import Mistakes

FILL_IN = "FILL IN"


def check_filled_in(file: Path, agency: Agency, lines: Iterable[Line], mistakes: Mistakes) -> None:
    """Notes words of the agency that riders would read as `FILL IN`, once an account on a platform is live."""
    live = next(
        (
            account
            for line in lines
            for account in line.accounts
            if account.mode is AccountMode.LIVE and KNOWN_CHANNELS[account.channel].leaves_the_house
        ),
        None,
    )
    contacts = agency.contacts
    said = {
        "name": agency.name,
        "bureau": agency.bureau,
        "contacts.emergency": contacts.emergency,
        "contacts.tips": contacts.tips,
    }
    empty = [key for key, words in said.items() if words and FILL_IN in words]
    if live is not None and empty:
        what = f"{live.id} is live, but {', '.join(empty)} is still to be filled in"
        mistakes.add(file, (0, 0), what, "Write it, or set the account to practice until then")
