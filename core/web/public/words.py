"""The words of the pages in one language, and which language a reader is answered in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import quote

from babel import Locale, UnknownLocaleError
from markupsafe import Markup, escape

from core.domain.lines import Line
from core.flow.knowledge import Knowledge
from core.render.catalogue import Catalogue, MissingMessage
from core.render.compose_phrases import Phrases, capital

_GAP = "\ue000"
"""Stands for a number until the sentence around it is escaped; no catalogue holds this sign."""


class PageWords:
    """What the templates say in one language. `chosen` is True when the address asked for it: links then keep it."""

    def __init__(self, catalogue: Catalogue, know: Knowledge, chosen: bool) -> None:
        self.language = catalogue.language
        self.direction = direction(catalogue.language)
        self._catalogue = catalogue
        self._know = know
        self._chosen = chosen
        self._phrases = Phrases(catalogue, know.agency, know.lines)

    def text(self, message_id: str, **args: str | int) -> str:
        """A message of the pages. Raises MissingMessage."""
        return self._catalogue.text(f"page-{message_id}", **args)

    def line(self, line: Line, *, opens: bool = True) -> str:
        """A line's name, as this language calls it; `opens` a sentence or stands in one."""
        name = self._phrases.train(line.id)
        return capital(name) if opens else name

    def emergency(self, message_id: str) -> Markup:
        """A sentence with the emergency number as a link that a telephone dials."""
        number = self._know.agency.contacts.emergency
        before, _, after = self.text(message_id, emergency=_GAP).partition(_GAP)
        link = Markup('<a class="call" href="tel:{}">{}</a>').format("".join(filter(str.isdigit, number)), number)
        return escape(before) + link + escape(after)

    def day(self, moment: datetime) -> str:
        """The day in the agency's zone."""
        return capital(self._catalogue.date(moment.astimezone(self._know.zone), year=True))

    def clock(self, moment: datetime) -> str:
        """The time of day in the agency's zone."""
        return self._catalogue.time(moment, self._know.agency.zone)

    def when(self, moment: datetime) -> str:
        """Day and time in the agency's zone."""
        local = moment.astimezone(self._know.zone)
        return self.text("when", date=self._catalogue.date(local), time=self.clock(moment))

    def stamp(self, moment: datetime) -> str:
        """For machines: the moment with the agency's own offset."""
        return moment.astimezone(self._know.zone).isoformat(timespec="minutes")

    def listed(self, languages: Sequence[str]) -> str:
        """Languages as this one calls them, as an enumeration."""
        return self._catalogue.listed([self._catalogue.language_name(language) for language in languages])

    def link(self, *steps: str, **query: str | None) -> str:
        """An address of ours; it keeps the language that was asked for."""
        kept = {name: value for name, value in query.items() if value is not None}
        if self._chosen:
            kept.setdefault("lang", self.language)
        path = "/" + "/".join(quote(step, safe="") for step in steps)
        return path + (
            "?" + "&".join(f"{name}={quote(value, safe='')}" for name, value in kept.items()) if kept else ""
        )


def page_catalogues(know: Knowledge) -> dict[str, Catalogue]:
    """The languages that pages can be read in. Raises MissingMessage when there is none."""
    found = {name: words for name, words in know.voice.catalogues.items() if words.has("page-index-title")}
    if not found:
        raise MissingMessage("page-index-title", next(iter(know.voice.catalogues), "en"))
    return found


def choose(known: Sequence[str], asked: str | None, accepts: str) -> tuple[str, bool]:
    """The page's language, and whether the address itself asked for it. `accepts` is an Accept-Language header;
    where nothing fits, it is the first language of the fleet."""
    if asked is not None and asked in known:
        return asked, True
    for wanted in _by_weight(accepts):
        for language in known:
            if wanted == language.lower() or wanted.partition("-")[0] == language.lower().partition("-")[0]:
                return language, False
    return known[0], False


def _by_weight(accepts: str) -> list[str]:
    """Language ranges, dearest first; what can't be read counts for nothing."""
    weighed: list[tuple[float, str]] = []
    for item in accepts.split(",")[:20]:
        name, _, weight = item.partition(";q=")
        try:
            value = float(weight) if weight else 1.0
        except ValueError:
            value = 0.0
        if name.strip() and value > 0:
            weighed.append((value, name.strip().lower()))
    return [name for _, name in sorted(weighed, key=lambda one: -one[0])]


def direction(language: str) -> str:
    """Which way a language runs: ltr, rtl, or auto where Babel doesn't know it."""
    try:
        return str(Locale.parse(language, sep="-").text_direction)
    except (UnknownLocaleError, ValueError):
        return "auto"


def own_name(language: str, catalogues: Mapping[str, Catalogue]) -> str:
    """What a language calls itself."""
    if language in catalogues:
        return capital(catalogues[language].language_name(language))
    try:
        return capital(Locale.parse(language, sep="-").get_display_name() or language)
    except (UnknownLocaleError, ValueError):
        return language
