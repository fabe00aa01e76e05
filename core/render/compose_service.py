"""What is said of an agency's own alert: its words, quoted under its name."""

from __future__ import annotations

from datetime import datetime
from functools import cache

import regex

from core.domain.notices import Kind, ServiceDraft
from core.render.compose_phrases import Phrases, Wording
from core.render.spoken import SENTENCE_END

_BULLET = regex.compile(r"\[([^\[\]\n]{1,40})\]")
_SENTENCE = regex.compile(r"(?<=[.!?。])\s+(?=\S)|\s*\n\s*")
_NO_LETTER = regex.compile(r"[^a-z0-9]+")
STATIONS_NAMED = 5
"""More of them are counted, not named: alerts name whole stretches, station by station."""


def word_service(draft: ServiceDraft, phrases: Phrases) -> Wording:
    """The agency's header and description in its own words; where it has none in this language, a sentence of the
    catalogue's says whose notice it is, what, where and when, and in which language the original follows."""
    text = phrases.catalogue.text
    if draft.kind is Kind.WITHDRAWAL:
        return Wording((text("withdrawn"),), (text("withdrawn"),))
    before = _before(draft, phrases)
    if not draft.header:
        return _wordless(draft, phrases, before)
    language = phrases.catalogue.language
    given = language if draft.header.get(language) else next(iter(draft.header))
    details = _sentences(_quoted(draft.description.get(given, ""), phrases))
    header = _quoted(draft.header[given], phrases)
    if draft.see is not None:
        details = (*details, text("service-see", reference=phrases.reference(draft.see)))
    if details and not header.endswith(SENTENCE_END):
        header += "."
    if given == language:
        opening: tuple[str, ...] = (text("service-says", agency=draft.agency, text=header),)
    else:
        opening = (*_composed(draft, phrases, given), header)
    return Wording((*before, *opening, *details), (" ".join((*before, *opening)),), may_cut=True)


def _wordless(draft: ServiceDraft, phrases: Phrases, before: tuple[str, ...]) -> Wording:
    """What the catalogue has words for, where the agency's own wait for a person."""
    text, lines = phrases.catalogue.text, phrases.all_lines(draft.lines)
    said = _about(draft, phrases) or (text("service-notice", agency=draft.agency, lines=lines),)
    see = () if draft.see is None else (text("service-see", reference=phrases.reference(draft.see)),)
    return Wording((*before, *said, *see), (" ".join((*before, said[0])),), may_cut=True)


def _before(draft: ServiceDraft, phrases: Phrases) -> tuple[str, ...]:
    """What a rider must know before the agency's own words: since when they are known, and how they stand."""
    text, said = phrases.catalogue.text, []
    if draft.as_of is not None:
        said.append(text("service-as-of", **_clock(draft.as_of, phrases)))
    if draft.kind is Kind.CORRECTION:
        said.append(text("correction"))
    elif draft.kind is Kind.ALL_CLEAR:
        said.append(text("all-clear"))
    elif draft.upcoming:
        said.append(text("service-upcoming"))
    elif draft.reminder:
        said.append(text("service-reminder"))
    return tuple(said)


def type_message(alert_type: str) -> str:
    """The message that has the words for a type of the agency: `Planned - Stops Skipped` →
    `alert-type-planned-stops-skipped`."""
    return "alert-type-" + _NO_LETTER.sub("-", alert_type.lower()).strip("-")


def _composed(draft: ServiceDraft, phrases: Phrases, given: str) -> tuple[str, ...]:
    """From type, lines, stations and times, in words of the catalogue alone: nothing is translated."""
    text, original = phrases.catalogue.text, phrases.catalogue.language_name(given)
    said = _about(draft, phrases)
    if not said:
        lines = phrases.all_lines(draft.lines)
        return (text("service-original", agency=draft.agency, lines=lines, language=original),)
    return (*said, text("service-original-in", language=original))


def _about(draft: ServiceDraft, phrases: Phrases) -> tuple[str, ...]:
    """What it is, where and when; empty where the catalogue has no words for its type."""
    text, lines = phrases.catalogue.text, phrases.all_lines(draft.lines)
    message = type_message(draft.type or "")
    if not phrases.catalogue.has(message):
        return ()
    said = [text("service-about", agency=draft.agency, what=text(message), lines=lines)]
    if 0 < len(draft.stations) <= STATIONS_NAMED:
        names = phrases.catalogue.listed([phrases.station(name) for name in draft.stations])
        said.append(text("service-stations", stations=names))
    elif draft.stations:
        said.append(text("service-stations-many", count=len(draft.stations)))
    if draft.kind is not Kind.ALL_CLEAR:
        said += [
            text(name, when=phrases.when(moment, None, False, year=False))
            for name, moment in (("service-begins", draft.begins), ("service-ends", draft.ends))
            if moment is not None
        ]
    return tuple(said)


def _clock(moment: datetime, phrases: Phrases) -> dict[str, str | int]:
    time = phrases.clock_parts(moment)
    return {"time": time[0], "hour": time[1]}


def _quoted(words: str, phrases: Phrases) -> str:
    """The agency's words; what stands in brackets for a sign of its own (a line's bullet, an icon) becomes that sign,
    for which a voice has words. Signs are set apart: feeds write `[4][5]` and `Rockaway[A]`, and leave out brackets
    around an icon's name."""
    symbols = {route: line.symbol for line in phrases.lines.values() for route in (line.id, line.symbol, *line.routes)}
    written = phrases.catalogue.table("alert-signs")
    aloud = phrases.catalogue.table("alert-signs-spoken")

    def sign(match: regex.Match[str]) -> str:
        token = match[1] or match[0]
        name = _NO_LETTER.sub("-", token.lower()).strip("-")
        if token in symbols:
            said = symbols[token]
        elif name in written:
            said = written[name]
            phrases.known[said] = aloud.get(name, said)
        else:
            return match[0]
        before = match.string[: match.start()][-1:]
        return f" {said}" if before.isalnum() or before == "]" else said

    return _sign_pattern(tuple(written)).sub(sign, words).strip()


@cache
def _sign_pattern(names: tuple[str, ...]) -> regex.Pattern[str]:
    """Anything in brackets, and the names of two words and more (`bus-icon`) without them."""
    bare = [regex.escape(name.replace("-", " ")) for name in sorted(names, key=len, reverse=True) if "-" in name]
    return regex.compile("|".join((_BULLET.pattern, *(rf"\b{name}\b" for name in bare))))


def _sentences(words: str) -> tuple[str, ...]:
    return tuple(sentence for sentence in _SENTENCE.split(words) if sentence)
