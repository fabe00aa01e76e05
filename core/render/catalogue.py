"""One language's words: a Fluent catalogue, checked when it is read, and the signature of whoever read it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import regex
from babel import Locale, UnknownLocaleError
from babel.dates import format_datetime
from babel.lists import format_list
from fluent.runtime import FluentBundle, FluentResource

from core.render.catalogue_check import PERSONS, find_faults

# "… 6:30 p.m." at the end of a sentence: one full stop closes both. Three stay three.
_FULL_STOPS = regex.compile(r"(?<!\.)\.\.$")


@dataclass(frozen=True, slots=True)
class Signature:
    """Who read a catalogue, on which day, and the fingerprint of what they read."""

    reader: str
    date: date
    hash: str


class MissingMessage(LookupError):
    """A catalogue lacks a message; both are named."""

    def __init__(self, message_id: str, language: str) -> None:
        super().__init__(f"the message {message_id!r} is missing in the language {language!r}")
        self.message_id = message_id
        self.language = language


class FaultyCatalogue(ValueError):
    """A catalogue that can't be used; `faults` names all that is wrong with it, at once."""

    def __init__(self, language: str, faults: tuple[str, ...]) -> None:
        super().__init__(f"the message catalogue {language!r} is refused: " + "; ".join(faults))
        self.language = language
        self.faults = faults


class Catalogue:
    """The messages of one language.

    `source` is the text of an FTL file. `offences` (code → plain words in this language) stand in another file but
    reach the same riders, so that the reader signs them too. Raises FaultyCatalogue with every fault: messages that
    are missing, placeables that nobody fills, lines that are no Fluent, a locale that Babel does not know.
    """

    def __init__(
        self,
        language: str,
        source: str,
        signature: Signature | None = None,
        offences: Mapping[str, str] | None = None,
    ) -> None:
        self.language = language
        self.signature = signature
        self.fingerprint = _fingerprint(language, source, offences or {})
        faults = find_faults(source)
        if faults:
            raise FaultyCatalogue(language, faults)
        # Isolating marks would be counted and shown by the platforms; our names are in the text's own direction.
        self._bundle = FluentBundle([language], use_isolating=False)
        self._bundle.add_resource(FluentResource(source))
        try:
            self._locale = Locale.parse(self.text("locale"))
        except (UnknownLocaleError, ValueError) as error:
            raise FaultyCatalogue(language, (f"locale: {error}",)) from error

    @property
    def signed(self) -> bool:
        """True when a reader signed exactly these words."""
        return self.signature is not None and self.signature.hash == self.fingerprint

    def has(self, message_id: str) -> bool:
        """True when the catalogue holds this message (for the few that are optional)."""
        return bool(self._bundle.has_message(message_id))

    def text(self, message_id: str, **args: str | int) -> str:
        """The message with its placeables filled. Raises MissingMessage; ValueError when an argument is not given."""
        if not self.has(message_id):
            raise MissingMessage(message_id, self.language)
        pattern = self._bundle.get_message(message_id).value
        if pattern is None:
            raise MissingMessage(message_id, self.language)
        return self._format(message_id, pattern, args)

    @property
    def carries_persons(self) -> bool:
        """True when it holds the words about a person, the presumption of innocence first of all, and knows the words
        that accuse."""
        return self.has("presumption") and all(self.has(name) for name in PERSONS) and bool(self.claims)

    @property
    def claims(self) -> dict[str, frozenset[str]]:
        """Words that accuse (folded) → states of a record in which they are true."""
        return {word: frozenset(states.split()) - {"never"} for word, states in self.table("claims").items()}

    def table(self, message_id: str) -> dict[str, str]:
        """The attributes of a message as a table; empty when there is no such message."""
        if not self.has(message_id):
            return {}
        attributes = self._bundle.get_message(message_id).attributes
        return {name: self._format(f"{message_id}.{name}", pattern, {}) for name, pattern in attributes.items()}

    def date(self, day: date | datetime, *, year: bool = False) -> str:
        """A local day as this language writes it; a datetime must be local already."""
        pattern = self.text("date-pattern-year" if year else "date-pattern")
        return str(format_datetime(datetime(day.year, day.month, day.day), pattern, locale=self._locale))  # noqa: DTZ001

    def time(self, moment: datetime, zone: str) -> str:
        """The time of day in the zone as this language writes it."""
        return str(format_datetime(moment, self.text("time-pattern"), tzinfo=ZoneInfo(zone), locale=self._locale))

    def listed(self, items: list[str]) -> str:
        """Items as an enumeration: `A, B and C`."""
        return format_list(items, locale=self._locale)

    def language_name(self, language: str) -> str:
        """What this language calls another one; the bare code when it has no word for it."""
        return str(self._locale.languages.get(language.replace("-", "_"), language))

    def _format(self, name: str, pattern: Any, args: Mapping[str, str | int]) -> str:
        text, errors = self._bundle.format_pattern(pattern, dict(args))
        if errors:
            raise ValueError(f"message {name!r} in {self.language!r}: {errors[0]}")
        return _FULL_STOPS.sub(".", str(text))


def sign(catalogue: Catalogue, reader: str, day: date) -> Signature:
    """The signature of a reader who has read the whole catalogue on that day. Raises ValueError without a name."""
    if not reader.strip():
        raise ValueError("a signature needs the reader's name")
    return Signature(reader=reader.strip(), date=day, hash=catalogue.fingerprint)


def _fingerprint(language: str, source: str, offences: Mapping[str, str]) -> str:
    """Hash what the reader saw; line ends don't count, since a checkout may change them."""
    lines = [language, *source.splitlines(), *(f"{code}\t{words}" for code, words in sorted(offences.items()))]
    return hashlib.sha256("\n".join(lines).encode("utf-8")).hexdigest()
