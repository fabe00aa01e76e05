"""What is said of a person: the word of the record's state, catalogue words for each trait, nobody's free text."""

from __future__ import annotations

from core.domain.incidents import State
from core.domain.notices import IncidentDraft
from core.domain.persons import PersonDraft, StateWord, Trait, plain_name, plain_reference
from core.render.compose_phrases import Phrases

_ACCUSED = frozenset({State.WANTED, State.IDENTIFY, State.ARRESTED, State.CHARGED})


def presumption(state: State, phrases: Phrases) -> str | None:
    """The sentence that stands wherever someone is accused; None where nobody is. Raises MissingMessage."""
    return phrases.catalogue.text("presumption") if state in _ACCUSED else None


def word_person(draft: IncidentDraft, phrases: Phrases) -> tuple[str, ...]:
    """The sentences about the draft's person; none where it has none. Who is meant, the presumption of innocence and
    the case stand in one breath, so that no part of a thread accuses without it.

    Raises MissingMessage, and ValueError where words hide in a name.
    """
    person = draft.person
    if person is None:
        return ()
    if (person.name and not plain_name(person.name)) or (
        person.case_reference and not plain_reference(person.case_reference)
    ):
        raise ValueError("a name or a case reference holds more than that")
    text = phrases.catalogue.text
    breath = [_who(person, phrases), presumption(draft.state, phrases)]
    if person.case_reference is not None:
        breath.append(text("person-case", case=phrases.number(person.case_reference)))
    said = " ".join(sentence for sentence in breath if sentence)
    traits = [_trait(trait, phrases) for trait in person.traits]
    looks = (text("person-description", traits=phrases.catalogue.listed(traits)),) if traits else ()
    return tuple(sentence for sentence in (said, *looks) if sentence)


def alt_of_person(draft: IncidentDraft, phrases: Phrases) -> str:
    """What a picture of the draft's person shows, for whoever can't see it: the state's word and the catalogue's
    words for each trait, never the name. Raises MissingMessage."""
    text, person = phrases.catalogue.text, draft.person
    traits = [_trait(trait, phrases) for trait in person.traits] if person is not None else []
    looks = text("person-description", traits=phrases.catalogue.listed(traits)) if traits else None
    return " ".join(one for one in (text("alt-person"), looks, presumption(draft.state, phrases)) if one)


def _who(person: PersonDraft, phrases: Phrases) -> str | None:
    """The sentence that the state's word makes; without a name the heading has said it already."""
    if person.word is StateWord.IDENTIFY:
        return phrases.catalogue.text("person-identify")
    return None if person.name is None else phrases.catalogue.text(f"person-{person.word.value}", name=person.name)


def _trait(trait: Trait, phrases: Phrases) -> str:
    thing = phrases.catalogue.text(f"trait-{trait.field}-{trait.code}")
    if trait.tint is None:
        return thing
    return phrases.catalogue.text("with-tint", thing=thing, tint=phrases.catalogue.text(f"trait-tint-{trait.tint}"))
