"""What a record says of a person, in the agency's own vocabulary: the word, the traits, and what the gate may know."""

from __future__ import annotations

from datetime import date
from typing import assert_never
from zoneinfo import ZoneInfo

from core.domain.agency import Agency
from core.domain.incidents import Incident, State
from core.domain.persons import (
    Description,
    Person,
    PersonFacts,
    StateWord,
    Trait,
    plain_name,
    plain_reference,
)

SAYS_LITTLE = frozenset({"sex", "race"})
"""Fields that fit a large part of a city: they distinguish nobody."""
_FIELDS = ("sex", "race", "height", "build", "hair", "top", "bottom", "headwear", "carried")


def state_word(state: State) -> StateWord | None:
    """The word that a record's state gives to its person, or None: then nothing is said of a person."""
    match state:
        case State.IDENTIFY:
            return StateWord.IDENTIFY
        case State.WANTED:
            return StateWord.WANTED
        case State.ARRESTED:
            return StateWord.ARRESTED
        case State.CHARGED:
            return StateWord.CHARGED
        case State.CONVICTED:
            return StateWord.CONVICTED
        case (
            State.REPORTED
            | State.PERSON_OF_INTEREST
            | State.ACQUITTED
            | State.EXONERATED
            | State.UNFOUNDED
            | State.DISMISSED
            | State.SEALED
        ):
            return None
        case _:
            assert_never(state)


def traits_of(description: Description | None, agency: Agency) -> tuple[Trait, ...]:
    """The facts of a description that the vocabulary knows, in the order of a sentence; other words are left out."""
    if description is None:
        return ()
    found = [_trait(field, getattr(description, field), description, agency) for field in _FIELDS]
    found += [_trait("marks", mark, description, agency) for mark in description.marks]
    return tuple(dict.fromkeys(trait for trait in found if trait is not None))


def _trait(field: str, words: str | None, description: Description, agency: Agency) -> Trait | None:
    code = _code(agency, field, words)
    if code is None:
        return None
    tint = _code(agency, "tint", getattr(description, f"{field}_tint", None))
    return Trait(field=field, code=code, tint=tint)


def _code(agency: Agency, field: str, words: str | None) -> str | None:
    return None if words is None else agency.description.get(field, {}).get(" ".join(words.upper().split()))


def person_facts(incident: Incident, agency: Agency) -> PersonFacts | None:
    """What the gate may know of the record's person; None where it has none."""
    person = incident.person
    if person is None:
        return None
    traits = traits_of(person.description, agency)
    zone = ZoneInfo(agency.zone)
    offence, known = incident.occurred_from.astimezone(zone).date(), incident.known_at.astimezone(zone).date()
    picture = person.picture
    judged = {" ".join(one.by.casefold().split()): one.age for one in person.judgements}
    return PersonFacts(
        role=person.role,
        juvenile=person.juvenile,
        named=person.name is not None,
        name_plain=person.name is not None and plain_name(person.name),
        described=picture is not None or bool(traits),
        pictured=picture is not None,
        age_at_offence=_youngest(person, offence, known),
        age_when_known=_youngest(person, known, known),
        footage=picture is not None and all((picture.footage, picture.minute, picture.voucher)),
        judges=len(judged),
        youngest_judged=min((one.age for one in person.judgements), default=None),
        case_reference=person.case_reference is not None and plain_reference(person.case_reference),
        purpose=bool((incident.release.purpose or "").strip()),
        distinguishing=sum(trait.field not in SAYS_LITTLE for trait in traits),
        race_said=any(trait.field == "race" for trait in traits),
    )


def _youngest(person: Person, day: date, known: date) -> int | None:
    """The youngest that the record allows the person to have been on a day; None where it gives neither age nor birth
    date. Who was N when the record was known may have had a birthday since the day of the offence."""
    ages = []
    if person.birth_date is not None:
        ages.append(_age(person.birth_date, day))
    if person.age is not None:
        since = max(0, _age(day, known)) + (1 if day < known else 0)
        ages.append(max(0, person.age - since))
    return min(ages, default=None)


def _age(birth: date, day: date) -> int:
    """Whole years between; somebody born on 29 February comes of age on 1 March."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))
