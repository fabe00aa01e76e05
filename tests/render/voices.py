"""Voices of the fleets that ship, and a catalogue that somebody obviously made up has signed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache

from core.domain.lines import Account, AccountId, AccountMode, Line, LineId, ThreadForm
from core.render.catalogue import Catalogue, sign
from core.render.compose import Voice
from core.render.lengths import Limit
from core.settings.fleet_settings import Settings
from core.settings.load import SHIPPED, load_settings

READER = "Test Reader, not a person"
FLEETS = {"example": SHIPPED / "example" / "lines.yaml", "nyc": SHIPPED.parent / "lines.yaml"}


@cache
def fleet(name: str) -> Settings:
    return load_settings(FLEETS[name], {})


def message_source(agency: str, language: str) -> str:
    return (SHIPPED / agency / "messages" / f"{language}.ftl").read_text(encoding="utf-8")


def signed_catalogue(agency: str = "example", language: str = "en") -> Catalogue:
    """A catalogue as it ships, signed by the tests' own reader."""
    source = message_source(agency, language)
    return Catalogue(language, source, sign(Catalogue(language, source), READER, date(2026, 1, 2)))


@dataclass(frozen=True)
class Speaks:
    """How one account of a test speaks."""

    limit: Limit
    thread: ThreadForm = ThreadForm.THREAD
    replies: bool = True
    languages: tuple[str, ...] = ("en", "es")

    def account(self, line: LineId, number: int = 0) -> Account:
        return Account(
            id=AccountId(f"test:{number}"),
            channel="test",
            handle=f"Example{number}",
            line=line,
            mode=AccountMode.PRACTICE,
            languages=self.languages,
            thread=self.thread,
        )


def voice_of(name: str, accounts: Iterable[tuple[Account, Speaks]], lines: Iterable[Line] | None = None) -> Voice:
    settings, pairs = fleet(name), list(accounts)
    return Voice(
        catalogues=settings.catalogues,
        lines={line.id: line for line in lines or settings.lines},
        agency=settings.agency,
        limits={account.id: speaks.limit for account, speaks in pairs},
        replies=frozenset(account.id for account, speaks in pairs if speaks.replies),
    )
