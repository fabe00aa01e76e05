"""The offence catalogue: what a code means in plain words, and how far it may be said."""

from __future__ import annotations

from enum import StrEnum

from pydantic import model_validator

from core.domain.lines import Frozen


class Saying(StrEnum):
    """How an offence may be posted when nothing else stands against it."""

    ALONE = "alone"
    DIGEST = "digest"
    REVIEW = "review"
    NEVER = "never"


class Offence(Frozen):
    """One entry of the catalogue."""

    code: str
    family: str
    """Offences of one family are like each other: robbery, assault, larceny …"""
    weight: int
    """0 (paper) to 100 (gravest): orders a digest and picks the lead incident of a merge."""
    saying: Saying
    sheltered: bool = False
    """True where the place and minute might tell who suffered it (a sex offence): it always waits for a person, stands
    in no digest, and gives its line and the part of the day alone."""
    words: dict[str, str]
    """Language → plain words without a capital, as they stand inside a sentence."""

    @model_validator(mode="after")
    def _shelter_waits(self) -> Offence:
        if self.sheltered and self.saying not in (Saying.REVIEW, Saying.NEVER):
            raise ValueError("a sheltered offence is for review, or never")
        return self


class OffenceCatalogue:
    """All entries of one agency, by code.

    `find(code, words)` looks for the code first, then for the record's own words among the aliases;
    None = unknown, which the gate holds.
    """

    def __init__(self, entries: tuple[Offence, ...], aliases: dict[str, str]) -> None:
        self._by_code = {entry.code: entry for entry in entries}
        self._aliases = {self._fold(words): code for words, code in aliases.items()}
        missing = sorted(set(aliases.values()) - set(self._by_code))
        if missing:
            raise ValueError(f"aliases name codes that the catalogue lacks: {', '.join(missing)}")

    @staticmethod
    def _fold(words: str) -> str:
        return " ".join(words.upper().split())

    def __iter__(self):  # type: ignore[no-untyped-def]
        return iter(self._by_code.values())

    def __len__(self) -> int:
        return len(self._by_code)

    def find(self, code: str | None, words: str | None) -> Offence | None:
        """The entry for a record's code or words, or None when neither is known."""
        if code is not None and code in self._by_code:
            return self._by_code[code]
        if words is not None:
            known = self._aliases.get(self._fold(words))
            return self._by_code[known] if known else None
        return None
