"""What is handed on of a notice whose own words are for riders alone: that there is one, and about which lines."""

from __future__ import annotations

from collections.abc import Sequence

from core.domain.lines import LineId
from core.domain.published import Words
from core.render.catalogue import MissingMessage
from core.render.compose import Voice
from core.render.compose_phrases import Phrases
from core.render.spoken import say_aloud, then


def compose_bare(lines: Sequence[LineId], reference: str, update: int, language: str, voice: Voice) -> Words:
    """The bare sentence and the reference in one language. Raises MissingMessage."""
    catalogue = voice.catalogues.get(language)
    if catalogue is None:
        raise MissingMessage("locale", language)
    phrases = Phrases(catalogue, voice.agency, voice.lines)
    shown, aloud = phrases.reference(reference), catalogue.table("spoken-words")
    mark = catalogue.text("mark", reference=shown)
    if update > 1:
        mark = catalogue.text("mark-update", reference=shown, update=update)
    said = catalogue.text("feed-bare", bureau=voice.agency.bureau, lines=phrases.all_lines(lines))
    spoken = say_aloud(said, phrases.known, aloud)
    spoken_mark = say_aloud(mark, phrases.known, aloud)
    return Words(header=said, text=f"{said}\n{mark}", spoken_header=spoken, spoken_text=then(spoken, spoken_mark))
