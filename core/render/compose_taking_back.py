"""What is said where a notice stood that was taken back: never its details, never a name."""

from __future__ import annotations

from core.domain.notices import Kind, TakingBackDraft
from core.render.compose_phrases import Phrases, Wording


def word_taking_back(draft: TakingBackDraft, phrases: Phrases) -> Wording:
    """One sentence of the catalogue; the mark that closes the post bears the reference."""
    said = phrases.catalogue.text("taken-down" if draft.kind is Kind.CORRECTION else "withdrawn")
    return Wording((said,), (said,))
