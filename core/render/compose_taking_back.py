"""What is said where a notice stood that was taken back: never its details, never a name."""

from __future__ import annotations

from core.domain.notices import Kind, TakingBackDraft
from core.render.compose_phrases import Phrases, Wording


def word_taking_back(draft: TakingBackDraft, phrases: Phrases) -> Wording:
    """One sentence of the catalogue; the mark that closes the post bears the reference."""
    whole = "taken-down" if draft.kind is Kind.CORRECTION else "withdrawn"
    said = phrases.catalogue.text("withdrawn-person" if draft.person_only else whole)
    return Wording((said,), (said,))
