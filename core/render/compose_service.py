"""What is said of an agency's own alert: its words, quoted under its name."""

from __future__ import annotations

import regex

from core.domain.notices import Kind, ServiceDraft
from core.render.compose_phrases import Phrases, Wording
from core.render.spoken import SENTENCE_END

_BULLET = regex.compile(r"\[([^\[\]\n]{1,8})\]")
_SENTENCE = regex.compile(r"(?<=[.!?。])\s+(?=\S)|\s*\n\s*")


def word_service(draft: ServiceDraft, phrases: Phrases) -> Wording:
    """The agency's header and description in its own words; where it has none in this language, a sentence in this
    language says whose notice it is, about which lines and in which language the original follows."""
    text = phrases.catalogue.text
    match draft.kind:
        case Kind.WITHDRAWAL:
            return Wording((text("withdrawn"),), (text("withdrawn"),))
        case Kind.CORRECTION:
            before: tuple[str, ...] = (text("correction"),)
        case Kind.ALL_CLEAR:
            before = (text("all-clear"),)
        case _:
            before = ()
    language = phrases.catalogue.language
    given = language if draft.header.get(language) else next(iter(draft.header))
    details = _sentences(_quoted(draft.description.get(given, ""), phrases))
    header = _quoted(draft.header[given], phrases)
    if details and not header.endswith(SENTENCE_END):
        header += "."
    if given == language:
        opening: tuple[str, ...] = (text("service-says", agency=draft.agency, text=header),)
    else:
        name = phrases.catalogue.language_name(given)
        lines = phrases.all_lines(draft.lines)
        opening = (text("service-original", agency=draft.agency, lines=lines, language=name), header)
    return Wording((*before, *opening, *details), (" ".join((*before, *opening)), " ".join(opening)), may_cut=True)


def _quoted(words: str, phrases: Phrases) -> str:
    """The agency's words; a line in brackets, which stands for its bullet, becomes its symbol."""
    symbols = {route: line.symbol for line in phrases.lines.values() for route in (line.id, line.symbol, *line.routes)}
    return _BULLET.sub(lambda match: symbols.get(match[1], match[0]), words).strip()


def _sentences(words: str) -> tuple[str, ...]:
    return tuple(sentence for sentence in _SENTENCE.split(words) if sentence)
