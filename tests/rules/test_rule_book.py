"""The rule book: every row of tests/rules/book holds, and every rule has a row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.agency import Agency, Contacts
from core.domain.incidents import NEVER_SAID, Facts, State
from core.domain.lines import Line, LineId
from core.domain.notices import Post
from core.domain.offences import Offence, Saying
from core.domain.persons import PersonFacts, PersonRole
from core.domain.places import Place
from core.domain.policy import Policy
from core.domain.rulings import Verdict
from core.rules.lint import LINT_RULES, bureau_terms, lint_posts
from core.rules.persons import PERSON_RULES, PersonCase, rule_person
from tests.render.voices import signed_catalogue

BOOK = Path(__file__).parent / "book"
NOW = datetime(2026, 11, 21, 22, 0, tzinfo=UTC)
POLICY = Policy(name="book", hash="0")
HOUR = timedelta(hours=1)
NAMED = {"named": True, "name_plain": True, "age_at_offence": 30, "age_when_known": 30}
KINDS: dict[str, dict[str, Any]] = {
    "identify": {"state": "identify", "pictured": True, "footage": True, "judges": 2, "youngest_judged": 30},
    "wanted": {"state": "wanted", **NAMED, "case_reference": True},
    "arrested": {"state": "arrested", **NAMED, "purpose": True},
}
NOBODY: dict[str, Any] = {
    "role": "offender",
    "juvenile": False,
    "named": False,
    "name_plain": False,
    "described": True,
    "pictured": False,
    "age_at_offence": None,
    "age_when_known": None,
    "footage": False,
    "judges": 0,
    "youngest_judged": None,
    "case_reference": False,
    "purpose": False,
    "distinguishing": 3,
    "race_said": False,
}


def rows(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load((BOOK / f"{name}.yaml").read_text(encoding="utf-8"))
    return found


def person_case(kind: str, changes: dict[str, Any]) -> PersonCase:
    says = KINDS[kind] | changes
    person = PersonFacts.model_validate({name: says.get(name, NOBODY[name]) for name in PersonFacts.model_fields})
    release = says.get("hours_to_release")
    happened = NOW - (timedelta(days=says["days_since_offence"]) if "days_since_offence" in says else HOUR)
    facts = Facts(
        source="desk",
        occurred_from=happened,
        occurred_to=None,
        occurred_about=False,
        known_at=NOW,
        offence_code="X1",
        offence_known=True,
        offence_family=says.get("family", "robbery"),
        place=Place(train="Green"),
        state=State(says["state"]),
        state_since=NOW - (timedelta(days=says["days_in_state"]) if "days_in_state" in says else HOUR),
        release_not_before=None if release is None else NOW + release * HOUR,
        about_person=True,
        has_free_text=False,
        person=None if "person" in changes else person,
    )
    family = says.get("family", "robbery")
    offence = Offence(
        code="X1", family=family or "", weight=50, saying=Saying(says.get("saying", "alone")), words={"en": "made up"}
    )
    return PersonCase(facts, offence if family else None, POLICY, NOW)


@pytest.mark.parametrize("row", rows("persons"), ids=lambda row: row["case"])
def test_the_rule_book_about_persons(row: dict[str, Any]):
    ruling = rule_person(person_case(row["from"], row.get("with", {})))
    assert (ruling.verdict.value, ruling.rule) == (row["answer"], row["rule"])
    assert ruling.why


def test_every_rule_about_persons_has_a_row():
    assert {row["rule"] for row in rows("persons")} == {rule.id for rule in PERSON_RULES}


FACTS = st.fixed_dictionaries(
    {},
    optional={
        "state": st.sampled_from([state.value for state in State]),
        "role": st.sampled_from([role.value for role in PersonRole]),
        "age_at_offence": st.none() | st.integers(14, 22),
        "age_when_known": st.none() | st.integers(14, 22),
        "youngest_judged": st.none() | st.integers(15, 40),
        "judges": st.integers(0, 3),
        "distinguishing": st.integers(0, 5),
        "saying": st.sampled_from(["alone", "digest", "review", "never"]),
        "family": st.sampled_from([None, "robbery", "larceny", "sexual"]),
    }
    | {name: st.booleans() for name, said in NOBODY.items() if isinstance(said, bool)},
)
SEEN: Counter[str] = Counter()


@pytest.fixture(scope="module", autouse=True)
def reached() -> Iterator[None]:
    """Print how often each rule ruled; those that shelter somebody and those that hold must have been reached."""
    SEEN.clear()
    yield
    print(f"\nrules reached: {dict(SEEN)}")
    holds = {"about-person-identify", "about-person-wanted", "about-person-accused"}
    missing = (holds | {rule.id for rule in PERSON_RULES if rule.id.startswith("never-")}) - set(SEEN)
    assert not SEEN or not missing, f"never reached: {missing}"


@settings(max_examples=600)
@given(st.sampled_from(sorted(KINDS)), FACTS)
def test_whatever_a_record_says_nobody_sheltered_is_ever_offered_for_approval(kind: str, changes: dict[str, Any]):
    case = person_case(kind, changes)
    ruling, person = rule_person(case), case.person
    SEEN[ruling.rule] += 1
    assert ruling.verdict is not Verdict.PUBLISH, "a person never goes out by itself"
    if ruling.verdict is Verdict.HOLD:
        assert case.facts.state not in NEVER_SAID | {State.REPORTED}
        assert person.role is PersonRole.OFFENDER
        assert not person.juvenile
        assert min([18, *(age for age in (person.age_at_offence, person.age_when_known) if age is not None)]) >= 18
        assert person.age_at_offence is not None or (case.facts.state is State.IDENTIFY and not person.named)
        if case.facts.state is State.IDENTIFY:
            assert person.footage
            assert person.judges >= 2
            assert (person.youngest_judged or 0) >= 25
        if case.facts.state in (State.ARRESTED, State.CHARGED, State.CONVICTED):
            assert person.purpose
        assert not person.race_said or person.distinguishing >= 3


AGENCY = Agency(
    name="Example City",
    bureau="Example Transit Police",
    transit_agency="ETP",
    zone="Europe/Lisbon",
    contacts=Contacts(emergency="112", tips="555-0142"),
    links=("example.test",),
    hashtags=("ExampleTransit",),
)
LINES = (Line(id=LineId("G"), name="Green Line", routes=("G",), colour="#00AA00", symbol="G", handle="ExampleGreen"),)
CLAIMS = {language: signed_catalogue("example", language).claims for language in ("en", "es")}
TERMS = bureau_terms(AGENCY, LINES, CLAIMS, ("https://pages.example.test",))


@pytest.mark.parametrize("row", rows("lint"), ids=lambda row: row["text"].encode("ascii", "replace").decode())
def test_what_may_stand_in_no_post(row: dict[str, Any]):
    post = Post(language=row.get("language", "en"), part=1, text=row["text"], spoken="")
    found = lint_posts([post], State(row.get("state", "reported")), TERMS)
    if row["finds"] == "none":
        assert found == ()
    else:
        assert row["finds"] in {one.rule for one in found}
        assert all(one.words for one in found)


def test_every_rule_of_the_lint_has_a_row():
    assert {row["finds"] for row in rows("lint")} - {"none"} == {rule.id for rule in LINT_RULES}


@pytest.mark.parametrize("sign", ["\u200b", "\u2060", "\ufeff", "\u00ad", "\u202e", "\u2066"])
def test_signs_that_nobody_sees_hide_no_word(sign: str):
    for at in range(1, len("perpetrator")):
        text = f"The {'perpetrator'[:at]}{sign}{'perpetrator'[at:]} ran."
        rules = {one.rule for one in lint_posts([Post(language="en", part=1, text=text, spoken="")], None, TERMS)}
        assert {"lint-claims", "lint-look-alike"} <= rules
