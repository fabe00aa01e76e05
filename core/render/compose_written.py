"""An officer's own words as they were typed, paragraph by paragraph."""

from __future__ import annotations

from core.domain.notices import WrittenDraft
from core.render.catalogue import MissingMessage
from core.render.compose_phrases import Phrases, Wording


def word_written(draft: WrittenDraft, phrases: Phrases) -> Wording:
    """The words in this language. Raises MissingMessage where there are none: nothing is translated."""
    text = draft.words.get(phrases.catalogue.language)
    if text is None:
        raise MissingMessage("written", phrases.catalogue.language)
    paragraphs = tuple(" ".join(line.split()) for line in text.splitlines() if line.strip())
    return Wording(paragraphs, (" ".join(paragraphs),))
