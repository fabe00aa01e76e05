"""What may be said of a person: never, not by this record, or once somebody approved it. No role cuts any of it.

Three kinds of person, three rules. *Unidentified* (a picture or description, no name): a serious offence, footage that
somebody vouches for, two who judge the age. *Identified and wanted*: a warrant or case, of age. *Arrested, charged,
convicted*: a serious offence, of age, and the purpose of the release written down. Missing persons are out of scope:
there is no state for them, so that no appeal for one can be made here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from core.domain.incidents import NEVER_SAID, Facts, State
from core.domain.offences import Offence, Saying
from core.domain.persons import PersonFacts, PersonRole
from core.domain.policy import Policy
from core.domain.rulings import Ruling
from core.rules.describing import state_word
from core.rules.rule import Rule, declared
from core.rules.rule import drop as _drop
from core.rules.rule import hold as _hold

DISTINGUISHING = 3
"""Race or colour is said beside at least so many other facts that distinguish."""
JUDGES = 2
_UN = "UN Convention on the Rights of the Child, articles 1 and 40"
_PRESUMED = "Universal Declaration of Human Rights, article 11 (presumption of innocence)"


@dataclass(frozen=True)
class PersonCase:
    """All that may be looked at for the person of an incident. Its `now` is the time of the post: whoever approves
    later asks again with theirs."""

    facts: Facts
    offence: Offence | None
    policy: Policy
    now: datetime

    @property
    def person(self) -> PersonFacts:
        """The person's facts; the rules after the first one have them. Raises ValueError."""
        if self.facts.person is None:
            raise ValueError("this record has no person")
        return self.facts.person


@declared("person")
def nobody_described(case: PersonCase) -> Ruling | None:
    """The record names and describes nobody: there is nothing to say of a person."""
    if case.facts.person is None or not (case.person.named or case.person.described):
        return _drop("nobody-described", "the record names and describes nobody")
    return None


@declared("state", pack=("cleared_states",))
def never_cleared_state(case: PersonCase) -> Ruling | None:
    """Never the person of a sealed, unfounded, exonerated, acquitted or dismissed record."""
    if case.facts.state in NEVER_SAID and case.facts.state is not State.PERSON_OF_INTEREST:
        return _drop("never-cleared-state", f"nobody is named or shown whose record is {case.facts.state.value}")
    return None


@declared("state", pack=("cleared_states",))
def never_person_of_interest(case: PersonCase) -> Ruling | None:
    """Never a person of interest: nobody says that they did anything."""
    if case.facts.state is State.PERSON_OF_INTEREST:
        return _drop("never-person-of-interest", "a person of interest makes no notice about a person at all")
    return None


@declared("person.role", pack=("sex_offence_victims",))
def never_witness_or_victim(case: PersonCase) -> Ruling | None:
    """Never a witness, and never whoever was harmed."""
    if case.person.role is not PersonRole.OFFENDER:
        return _drop("never-witness-or-victim", f"the person is a {case.person.role.value}")
    return None


@declared("person.juvenile", "person.age_at_offence", "person.age_when_known", source=_UN, pack=("adult_age",))
def never_juvenile(case: PersonCase) -> Ruling | None:
    """Never somebody below the age limit, on the day of the offence or of the post."""
    ages = [age for age in (case.person.age_at_offence, case.person.age_when_known) if age is not None]
    if case.person.juvenile or min(ages, default=case.policy.adult_age) < case.policy.adult_age:
        return _drop("never-juvenile", "the person is, was or may have been below the age limit")
    return None


@declared("state", "person.named", "person.age_at_offence", source=_UN, pack=("adult_age",))
def never_of_unknown_age(case: PersonCase) -> Ruling | None:
    """Never somebody named, wanted, arrested, charged or convicted whose age the record does not give."""
    known_by_name = case.person.named or case.facts.state is not State.IDENTIFY
    if known_by_name and None in (case.person.age_at_offence, case.person.age_when_known):
        return _drop("never-of-unknown-age", "the record gives neither age nor birth date")
    return None


@declared("state")
def no_state_word(case: PersonCase) -> Ruling | None:
    """In a record that is only reported nobody is accused: no word fits a person yet."""
    if state_word(case.facts.state) is None:
        return _drop("no-state-word", f"a record that is {case.facts.state.value} has no word for a person")
    return None


@declared("person.named", "person.name_plain")
def name_not_plain(case: PersonCase) -> Ruling | None:
    """A name holds letters alone: no words can be said by way of it."""
    if case.person.named and not case.person.name_plain:
        return _drop("name-not-plain", "its name field holds more than a name")
    return None


@declared("state", "person.named")
def identify_has_no_name(case: PersonCase) -> Ruling | None:
    """Whom police want to identify has no name: with one, the record's state is wrong."""
    if case.facts.state is State.IDENTIFY and case.person.named:
        return _drop("identify-has-no-name", "it names somebody whom police want to identify: one of the two is wrong")
    return None


@declared("state", "offence_family", pack=("serious_list",))
def not_serious(case: PersonCase) -> Ruling | None:
    """Somebody unidentified, arrested, charged or convicted only for an offence of the serious list."""
    offence = case.offence
    grave = (
        offence is not None
        and offence.family in case.policy.serious_list
        and offence.saying in (Saying.ALONE, Saying.REVIEW)
    )
    if case.facts.state is not State.WANTED and not grave:
        return _drop("not-serious", "its offence is not on the pack's serious list, or too slight in the catalogue")
    return None


@declared("offence_family")
def offence_without_words(case: PersonCase) -> Ruling | None:
    """Nobody is tied to an offence that the catalogue does not know, or never says."""
    if case.offence is None or case.offence.saying is Saying.NEVER:
        return _drop("offence-without-words", "the offence catalogue has no words for it, or never says it")
    return None


@declared("state", "person.footage")
def nobody_vouches(case: PersonCase) -> Ruling | None:
    """The record says which footage, which minute, and who vouches that it shows the offender."""
    if case.facts.state is State.IDENTIFY and not case.person.footage:
        return _drop("nobody-vouches", "footage, minute, or who vouches that it shows the offender is missing")
    return None


@declared("state", "person.judges", "person.youngest_judged", source=_UN, pack=("adult_age", "judged_margin"))
def two_judge_the_age(case: PersonCase) -> Ruling | None:
    """Two different people judge the apparent age of somebody unidentified to be well above the limit."""
    if case.facts.state is not State.IDENTIFY:
        return None
    least, youngest = case.policy.adult_age + case.policy.judged_margin, case.person.youngest_judged
    if case.person.judges < JUDGES or youngest is None or youngest < least:
        return _drop("two-judge-the-age", f"two people must each judge the person to be {least} or older")
    return None


@declared("state", "occurred_from", pack=("identify_within",))
def identify_too_late(case: PersonCase) -> Ruling | None:
    """Somebody unidentified is asked for within so many days of the offence."""
    within = case.policy.identify_within
    if case.facts.state is State.IDENTIFY and case.now - case.facts.occurred_from > within:
        return _drop("identify-too-late", f"the offence lies more than {within.days} days back")
    return None


@declared("state", "person.case_reference")
def no_warrant(case: PersonCase) -> Ruling | None:
    """Somebody wanted has a warrant or case reference."""
    if case.facts.state is State.WANTED and not case.person.case_reference:
        return _drop("no-warrant", "the record holds no warrant or case reference")
    return None


@declared("state", "release.purpose", source=_PRESUMED, pack=("booking_photos",))
def no_purpose(case: PersonCase) -> Ruling | None:
    """Somebody arrested, charged or convicted only where the purpose of the release is written down."""
    later = (State.ARRESTED, State.CHARGED, State.CONVICTED)
    if case.facts.state in later and not case.person.purpose:
        return _drop("no-purpose", "the record does not say which purpose the release serves")
    return None


@declared("state", "state_since", "occurred_from", pack=("too_old_state",))
def person_too_old(case: PersonCase) -> Ruling | None:
    """Old news about a person: too long since its state began."""
    aged = case.now - case.facts.began() > case.policy.too_old_state
    if case.facts.state is not State.IDENTIFY and aged:
        return _drop("person-too-old", "its state began too long ago")
    return None


@declared("person.race_said", "person.distinguishing")
def description_distinguishes(case: PersonCase) -> Ruling | None:
    """Race or colour only beside three other facts that distinguish: else it points at a crowd."""
    if case.person.race_said and case.person.distinguishing < DISTINGUISHING:
        return _drop(
            "description-distinguishes",
            f"race or colour needs {DISTINGUISHING} other facts that distinguish; it has {case.person.distinguishing}",
        )
    return None


@declared("release_not_before")
def person_not_released(case: PersonCase) -> Ruling | None:
    """The record's own release lies ahead."""
    not_before = case.facts.release_not_before
    if not_before is not None and case.now < not_before:
        return _hold("person-not-released", f"its release begins at {not_before:%Y-%m-%d %H:%M} UTC")
    return None


@declared("state", pack=("persons_unseen",))
def about_person_identify(case: PersonCase) -> Ruling | None:
    """Somebody unidentified waits: a person approves the exact posts."""
    if case.facts.state is State.IDENTIFY:
        return _hold("about-person-identify", "somebody must approve the exact posts: police want to identify a person")
    return None


@declared("state", pack=("persons_unseen",))
def about_person_wanted(case: PersonCase) -> Ruling | None:
    """Somebody wanted waits: a person approves the exact posts."""
    if case.facts.state is State.WANTED:
        return _hold("about-person-wanted", "somebody must approve the exact posts: a person is wanted")
    return None


@declared("state", pack=("persons_unseen",))
def about_person_accused(case: PersonCase) -> Ruling | None:
    """Somebody arrested, charged or convicted waits: a person approves the exact posts."""
    if case.facts.state in (State.ARRESTED, State.CHARGED, State.CONVICTED):
        return _hold("about-person-accused", f"somebody must approve the exact posts: a person is {case.facts.state}")
    return None


PERSON_RULES: tuple[Rule[PersonCase], ...] = (
    nobody_described,
    never_cleared_state,
    never_person_of_interest,
    never_witness_or_victim,
    never_juvenile,
    no_state_word,
    never_of_unknown_age,
    name_not_plain,
    identify_has_no_name,
    offence_without_words,
    not_serious,
    nobody_vouches,
    two_judge_the_age,
    identify_too_late,
    no_warrant,
    no_purpose,
    person_too_old,
    description_distinguishes,
    person_not_released,
    about_person_identify,
    about_person_wanted,
    about_person_accused,
)
"""In the order in which they are asked. Every DROP holds against any approval."""


def rule_person(case: PersonCase) -> Ruling:
    """HOLD: may be said once somebody approved the exact posts. DROP: not by this record, whoever asks. A person never
    goes out by itself: there is no PUBLISH."""
    for rule in PERSON_RULES:
        ruling = rule(case)
        if ruling is not None:
            return ruling
    return _drop("no-rule", "no rule says that anything of a person may be said")
