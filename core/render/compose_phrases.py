"""Phrases that every kind of text is built from: lines, places and times, in one language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

import regex

from core.domain.agency import Agency
from core.domain.lines import Line, LineId
from core.render.catalogue import Catalogue, MissingMessage
from core.render.spoken import in_full, spell

_WORDS = regex.compile(r"[A-Za-z0-9_]+")


@dataclass(frozen=True, slots=True)
class Wording:
    """What a draft says in one language.

    `sentences` in their order; `brief` is the same ever shorter, for an account that has one post for everything.
    """

    sentences: tuple[str, ...]
    brief: tuple[str, ...]
    joiner: str = " "
    may_cut: bool = False
    """True when a brief form that is still too long may end in "…": a quotation may, a sentence about a crime not."""


@dataclass(slots=True)
class Phrases:
    """One language's phrases. `known` collects how what was written in them is said aloud."""

    catalogue: Catalogue
    agency: Agency
    lines: Mapping[LineId, Line]
    known: dict[str, str] = field(default_factory=dict)

    def offence(self, words: Mapping[str, str]) -> dict[str, str]:
        """The offence's words, as they are and as they open a sentence. Raises MissingMessage without words."""
        language = self.catalogue.language
        if not words.get(language):
            raise MissingMessage("words of the offence", language)
        return {"offence": words[language], "offence_start": capital(words[language])}

    def station(self, name: str) -> str:
        """A station's name, which a voice says in full."""
        table = self.catalogue.table("spoken-words") | self.catalogue.table("spoken-names")
        self.known[name] = in_full(name, table)
        return name

    def area(self, name: str) -> str:
        """An area's name, in this language's own form where it has one (`the Bay` → `area-the-Bay`)."""
        own = "area-" + "-".join(_WORDS.findall(name))
        return self.catalogue.text(own) if self.catalogue.has(own) else name

    def reference(self, reference: str) -> str:
        """A reference, which a voice spells."""
        self.known[reference] = spell(reference)
        return reference

    def number(self, number: str) -> str:
        """A telephone number, which a voice spells."""
        self.known[number] = spell(number)
        return number

    def train(self, line_id: LineId) -> str:
        """A line as what a rider sits in: `the A train`."""
        line = self.lines[line_id]
        written = self._own_name(line) or self.catalogue.text("line-train", symbol=line.symbol)
        return self._said(line, written)

    def all_lines(self, line_ids: Sequence[LineId]) -> str:
        """Lines as an enumeration: `the A, C, and E lines and the Shore Shuttle`."""
        lines = [self.lines[line_id] for line_id in line_ids]
        plain = [line for line in lines if self._own_name(line) is None]
        phrases = []
        if len(plain) == 1:
            phrases.append(self.catalogue.text("line-one", symbol=plain[0].symbol))
        elif plain:
            symbols = self.catalogue.listed([line.symbol for line in plain])
            phrases.append(self.catalogue.text("line-many", list=symbols))
        for line in lines:
            name = self._own_name(line)
            if name is not None:
                phrases.append(self._said(line, name))
        return self.catalogue.listed(phrases)

    def when(self, start: datetime, end: datetime | None, about: bool, *, year: bool) -> str:
        """When it happened, in local time: a moment, or a span where the two ends differ by a minute and more."""
        zone = ZoneInfo(self.agency.zone)
        first = start.astimezone(zone)
        last = first if end is None else end.astimezone(zone)
        args: dict[str, str | int] = {
            "date": self.catalogue.date(first, year=year),
            "time": self.clock(start),
            "hour": _hour(first),
            "end_date": self.catalogue.date(last, year=year),
            "end_time": self.clock(start if end is None else end),
            "end_hour": _hour(last),
        }
        if first.date() != last.date():
            return self.catalogue.text("when-about-days" if about else "when-days", **args)
        if first.replace(second=0, microsecond=0) != last.replace(second=0, microsecond=0):
            return self.catalogue.text("when-about-between" if about else "when-between", **args)
        return self.catalogue.text("when-about" if about else "when-at", **args)

    def part_of_day(self, moment: datetime, part: str, *, year: bool) -> str:
        """The local day and the part of it, no nearer."""
        local = moment.astimezone(ZoneInfo(self.agency.zone))
        words = self.catalogue.text(f"day-part-{part}")
        return self.catalogue.text("when-part", date=self.catalogue.date(local, year=year), part=words)

    def clock(self, moment: datetime) -> str:
        """The local time of day."""
        return self.catalogue.time(moment, self.agency.zone)

    def clock_parts(self, moment: datetime) -> tuple[str, int]:
        """The local time of day, and the hour by which some languages decline their article."""
        return self.clock(moment), _hour(moment.astimezone(ZoneInfo(self.agency.zone)))

    def clock_phrase(self, moment: datetime, about: bool) -> str:
        """The local time of day, with "about" where it is coarse."""
        time = self.clock(moment)
        hour = _hour(moment.astimezone(ZoneInfo(self.agency.zone)))
        return self.catalogue.text("time-about", time=time, hour=hour) if about else time

    def what_to_do(self) -> str:
        """Whom a rider tells, and whom in an emergency: said in one breath, so that no part holds half of it."""
        contacts = self.agency.contacts
        tell = (
            self.catalogue.text("do-tips", bureau=self.agency.bureau, tips=self.number(contacts.tips))
            if contacts.tips
            else self.catalogue.text("do-no-tips", bureau=self.agency.bureau)
        )
        return f"{tell} {self.catalogue.text('do-emergency', emergency=self.number(contacts.emergency))}"

    def _own_name(self, line: Line) -> str | None:
        """The name of a line that its symbol alone doesn't tell: the language's own, or the line's where two share
        a symbol."""
        own = f"line-{line.id}"
        if self.catalogue.has(own):
            return self.catalogue.text(own)
        if sum(other.symbol == line.symbol for other in self.lines.values()) > 1:
            return self.catalogue.text("line-named", name=line.name)
        return None

    def _said(self, line: Line, written: str) -> str:
        table = self.catalogue.table("spoken-words")
        self.known[written] = line.spoken.get(self.catalogue.language) or in_full(written, table)
        return written


def capital(words: str) -> str:
    """The words as they open a sentence."""
    return words[:1].upper() + words[1:]


def _hour(local: datetime) -> int:
    """The hour on a clock's face: some languages decline their article by it."""
    return local.hour % 12 or 12
