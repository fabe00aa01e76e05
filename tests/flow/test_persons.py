"""What may be said of a person, through the whole fleet: the place at once, the person to people, the rest never."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.domain.incidents import Facts, Incident, Release, State
from core.domain.log import IncidentEntry
from core.domain.persons import Description, Judgement, Person, PersonFacts, PersonRole, Picture
from core.domain.policy import MayAssert
from core.flow.explain import explain_notice
from core.flow.posts import carry_no_person, may_speak
from core.render.catalogue import Catalogue, FaultyCatalogue
from core.rules.questions import questions_for
from tests.flow.stage import BLUE, GREEN, OFFICER, RED, Stage, on_stage
from tests.render.voices import message_source

EVERYTHING = MayAssert(states=frozenset(state.value for state in State), persons=True, pictures=True)
NAME, WARRANT = "Zebulon Fictitious", "MADE-UP-4711"
NEVER_A_WORD = {
    "prior_record": "twice before",
    "parole": "on parole since May",
    "gang": "Paper Hat Gang",
    "mental_health": "under treatment",
    "housing": "homeless",
    "immigration": "overstayed",
    "medical": "limps after surgery",
    "home_address": "1 Nowhere Lane",
}


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with on_stage(tmp_path, mode="live") as stage:
        yield stage


def wanted(stage: Stage, **person: object) -> Incident:
    says = {"name": NAME, "age": 40, "case_reference": WARRANT, **person}
    return stage.incident(state=State.WANTED, state_since=stage.clock.now(), person=Person.model_validate(says))


def offered(stage: Stage) -> list[str]:
    """Every text that people are asked to approve."""
    with stage.fleet.store.begin() as tx:
        found = [one for entry in tx.log.after(0, 100) for one in _of(tx, entry.subject)]
        return [post.text for one in found for form in tx.reviews.content(one.id).forms for post in form.posts]


def _of(tx, subject):
    from core.domain.notices import Speaker

    notice = tx.notices.find(subject, Speaker.BUREAU)
    return [] if notice is None else tx.reviews.of_notice(notice.id)


def facts(stage: Stage) -> Facts:
    with stage.fleet.store.begin() as tx:
        body = tx.log.after(0, 100)[-1].body
    assert isinstance(body, IncidentEntry)
    return body.facts


def person_facts(stage: Stage) -> PersonFacts:
    found = facts(stage).person
    assert found is not None
    return found


def test_the_place_goes_out_at_once_and_the_person_waits(stage: Stage) -> None:
    stage.take(wanted(stage), may=EVERYTHING)
    stage.think()
    stage.work()
    (said,) = stage.texts(GREEN)
    assert said.startswith("Robbery reported at Harbour")
    assert "looking for" not in said
    waiting = [text for text in offered(stage) if NAME in text]
    assert waiting
    for text in waiting:
        if "The person police are looking for" in text:
            assert "Everyone is presumed innocent unless proven guilty in court." in text


@pytest.mark.parametrize(
    ("person", "rule"),
    [
        ({"age": 17}, "never-juvenile"),
        ({"age": 18}, "about-person-wanted"),
        ({"juvenile": True}, "never-juvenile"),
        ({"age": None}, "never-of-unknown-age"),
        ({"role": PersonRole.VICTIM}, "never-witness-or-victim"),
        ({"role": PersonRole.WITNESS}, "never-witness-or-victim"),
        ({"name": "Zebulon Fictitious, of 1 Nowhere Lane (Paper Hat Gang)"}, "name-not-plain"),
        ({"case_reference": None}, "no-warrant"),
        ({"case_reference": "call 555-0199 for more"}, "no-warrant"),
        ({"description": Description(race="white", height="tall")}, "description-distinguishes"),
        (
            {"description": Description(race="white", height="tall", build="average", marks=("GLASSES", "mean look"))},
            "description-distinguishes",
        ),
        (
            {"description": Description(race="white", height="tall", build="slim", marks=("GLASSES",))},
            "about-person-wanted",
        ),
    ],
)
def test_a_record_by_its_rule_and_never_a_name_where_it_says_no(stage: Stage, person: dict, rule: str) -> None:
    stage.take(wanted(stage, **person), may=EVERYTHING)
    stage.think()
    stage.work()
    _, (explained,) = explain_notice(OFFICER, stage.fleet.store, stage.house.know, "1")
    assert explained.person is not None
    assert explained.person.rule == rule
    texts = offered(stage)
    assert bool(texts) == rule.startswith("about-person")
    if not rule.startswith("about-person"):
        assert not any("Zebulon" in text for text in (*texts, *stage.texts(GREEN)))


def test_who_had_a_birthday_since_the_offence_may_have_been_too_young(stage: Stage) -> None:
    now = stage.clock.now()
    yesterday = now.replace(day=now.day - 1) if now.day > 1 else now.replace(month=12, year=now.year - 1)
    stage.take(wanted(stage, age=18).model_copy(update={"occurred_from": yesterday, "known_at": now}), may=EVERYTHING)
    assert (person_facts(stage).age_at_offence, person_facts(stage).age_when_known) == (17, 18)


def test_an_age_and_a_birth_date_that_disagree_count_as_the_younger(stage: Stage) -> None:
    born = stage.clock.now().date().replace(year=stage.clock.now().year - 17, day=1)
    stage.take(wanted(stage, age=30, birth_date=born), may=EVERYTHING)
    assert person_facts(stage).age_at_offence == 17


def test_two_judgements_by_one_person_are_one(stage: Stage) -> None:
    person = Person(
        judgements=(Judgement(by="Ofc. Nobody", age=40), Judgement(by=" ofc.  nobody", age=41)),
        picture=Picture(path="p.png", footage="camera 0", minute="10:00", voucher="Sgt. Demonstration"),
    )
    stage.take(stage.incident(state=State.IDENTIFY, person=person), may=EVERYTHING)
    assert (person_facts(stage).judges, person_facts(stage).footage) == (1, True)
    assert facts(stage).person is not None
    asked = {one.id for one in questions_for(facts(stage), stage.house.know.policy.questions)}
    assert {"interferes", "fair-trial", "others-in-picture"} <= asked


def test_the_facts_that_the_gate_sees_find_nobody(stage: Stage) -> None:
    record = wanted(stage, birth_date="1986-02-03", description=Description(headwear="CAP", marks=("TATTOO NECK",)))
    stage.take(record.model_copy(update={"release": Release(purpose="to find Zebulon")}), may=EVERYTHING)
    kept = facts(stage).model_dump_json()
    for word in ("Zebulon", WARRANT, "1986", "02-03", "CAP", "tattoo", "TATTOO"):
        assert word not in kept


@pytest.mark.parametrize("column", sorted(NEVER_A_WORD))
def test_what_has_no_field_reaches_no_text(stage: Stage, column: str) -> None:
    record = wanted(stage).model_copy(update={"unknown_fields": {column: NEVER_A_WORD[column]}})
    stage.take(record, may=EVERYTHING)
    stage.think()
    stage.work()
    every = "\n".join((*offered(stage), *stage.texts(GREEN)))
    assert NAME in every
    assert NEVER_A_WORD[column] not in every
    with pytest.raises(ValueError, match="Extra inputs"):
        Person.model_validate({column: NEVER_A_WORD[column]})


def test_a_sex_offence_waits_and_gives_one_line_and_the_part_of_the_day(tmp_path: Path) -> None:
    with on_stage(tmp_path, mode="live", policy="sheltered_stations: 5") as stage:
        _one_line_and_the_part_of_the_day(stage)


def _one_line_and_the_part_of_the_day(stage: Stage) -> None:
    stage.take(stage.incident(station="Central", offence_code="SEX"), may=EVERYTHING)
    stage.think()
    stage.work()
    assert [stage.texts(handle) for handle in (GREEN, RED, BLUE)] == [[], [], []]
    assert stage.fates() == [("held", "sex-offence-waits")]
    texts = offered(stage)
    assert texts
    for text in texts:
        assert "Central" not in text
        assert ":" not in text.split("tips line")[0].split("¿Vio")[0], "no minute"
        assert "in the " in text or "por la " in text or "de madrugada" in text
    with stage.fleet.store.begin() as tx:
        assert all(len(one.lines) == 1 for entry in tx.log.after(0, 9) for one in _of(tx, entry.subject))


def test_explain_names_each_rule_that_was_asked_and_what_it_saw(stage: Stage) -> None:
    stage.take(wanted(stage, age=17), may=EVERYTHING)
    stage.think()
    _, (one,) = explain_notice(OFFICER, stage.fleet.store, stage.house.know, "1")
    ruled = [asked.rule for asked in one.asked if asked.answer == "ruled"]
    assert one.asked[0].rule == "silenced"
    assert "must-come-down" in [asked.rule for asked in one.asked]
    assert ruled == ["alone-and-fresh"]
    assert one.asked_of_person[-1].rule == "never-juvenile"
    assert ("person.age_at_offence", "17") in one.asked_of_person[-1].looked_at
    assert all(asked.answer == "no answer" for asked in one.asked if asked.rule != "alone-and-fresh")
    assert "Zebulon" not in repr(one)


@pytest.fixture
def bilingual(tmp_path: Path) -> Iterator[Stage]:
    with on_stage(tmp_path, mode="live", languages="en, es") as stage:
        yield stage


def test_an_account_without_words_about_a_person_is_left_out(bilingual: Stage) -> None:
    know = bilingual.house.know
    source = message_source("example", "es")
    words = ("person-", "alt-person", "with-tint")
    lacking = "\n".join(line for line in source.splitlines() if not line.startswith(words))
    poor = Catalogue("es", lacking)
    assert not poor.carries_persons
    know = replace(know, voice=replace(know.voice, catalogues={**know.voice.catalogues, "es": poor}))
    everyone, carriers = may_speak(know, list(know.lines)), may_speak(know, list(know.lines), person=True)
    left_out = carry_no_person(know, list(know.lines))
    assert set(left_out.values()) == {"es"}
    assert carriers == everyone - set(left_out)
    assert carriers != everyone


def test_a_catalogue_without_the_presumption_of_innocence_is_refused() -> None:
    source = message_source("example", "en")
    without = "\n".join(line for line in source.splitlines() if not line.startswith("presumption"))
    with pytest.raises(FaultyCatalogue, match="presumption"):
        Catalogue("en", without)


def test_explain_says_whether_the_policy_that_it_shows_is_the_one_that_ruled(stage: Stage) -> None:
    stage.take(wanted(stage), may=EVERYTHING)
    stage.think()
    know = stage.house.know
    _, (then,) = explain_notice(OFFICER, stage.fleet.store, know, "1")
    assert (then.by_another_policy, then.person_then) == (False, "about-person-wanted")
    other = replace(know, policy=know.policy.model_copy(update={"hash": "another", "adult_age": 60}))
    _, (now,) = explain_notice(OFFICER, stage.fleet.store, other, "1")
    assert now.by_another_policy
    assert (now.ruled_by_policy, now.policy_hash) == (know.policy.hash, "another")
    assert now.person is not None
    assert (now.person.rule, now.person_then) == ("never-juvenile", "about-person-wanted")
