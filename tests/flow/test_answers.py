"""An officer says which line it was: that decides the record, perhaps its name, and it can be taken back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.domain.places import Ambiguous, AtComplex, AtStation, OtherName, Place
from core.domain.staff import FLEET_ACTOR, Actor, NotAllowed, Role
from core.flow.answers import (
    Answered,
    NothingToAnswer,
    TakenBack,
    answer_incident,
    forget_name,
    remembered_names,
    take_back_answer,
)
from core.flow.digest import say_digests
from core.flow.incidents import close_incident, show_incident
from core.flow.review_shown import list_reviews
from core.rules.which_line_answers import CantTell
from tests.flow.stage import BLUE, GREEN, OFFICER, RED, Stage

UNKNOWN = "OLD CUSTOMS QUAY"
"""A text that the made-up gazetteer knows nothing of."""


def say(stage: Stage, number: str, said: str, **how: bool) -> Answered:
    return answer_incident(OFFICER, stage.fleet.store, stage.house.know, stage.clock, number, said, **how)


def undo(stage: Stage, number: str) -> TakenBack:
    return take_back_answer(OFFICER, stage.fleet.store, stage.house.know, stage.clock, number)


def placement(stage: Stage, number: str) -> object:
    body = show_incident(OFFICER, stage.fleet.store, stage.house.know, number).entries[-1].body
    return getattr(body, "placement", None)


def deliver(stage: Stage) -> None:
    stage.think()
    stage.work()


def test_an_answered_record_goes_on_to_its_handle(stage: Stage) -> None:
    stage.go(stage.incident("1", station="Kiln Street"))
    assert stage.fates() == [("ambiguous", "ambiguous-place")]
    done = say(stage, "1", "R2")
    deliver(stage)
    assert stage.fates() == [("dropped", "superseded"), ("posted", "alone-and-fresh")]
    assert "Kiln Street" in stage.texts(RED)[0]
    assert stage.texts(GREEN) == []
    assert "made-up-officer says so" in getattr(done.placement, "why", "")


def test_who_said_where_it_was_approves_none_of_its_posts(stage: Stage) -> None:
    both = Actor(id="eve", roles=frozenset({Role.OFFICER, Role.REVIEWER}), via="cli")
    stage.go(stage.incident("1", station="Kiln Street", offence_code="HOM"))
    answer_incident(both, stage.fleet.store, stage.house.know, stage.clock, "1", "R2")
    stage.think()
    [held] = list_reviews(both, stage.fleet.store, 9)
    assert held.drafted_by == ("eve",)


def test_who_answered_stands_in_the_audit_log_and_no_word_of_the_record(stage: Stage) -> None:
    stage.take(stage.incident("1", station=UNKNOWN))
    say(stage, "1", "G1")
    [row] = [row for row in stage.audit() if row.act == "incident answered"]
    assert (row.actor, row.via) == ("made-up-officer", "cli")
    assert row.detail.endswith(": G1, remembered")
    assert "CUSTOMS" not in row.detail


def test_an_unknown_name_is_remembered_for_later_records(stage: Stage) -> None:
    stage.take(stage.incident("1", station=UNKNOWN))
    assert say(stage, "1", "Harbour").why_once is None
    stage.take(stage.incident("2", station="old customs quay"), stage.incident("3", station="Old Customs Market"))
    found = placement(stage, "2")
    assert isinstance(found, AtStation)
    assert found.station_id == "G1"
    assert "an answer of made-up-officer" in found.why
    assert isinstance(placement(stage, "3"), Ambiguous)
    [name] = remembered_names(OFFICER, stage.fleet.store)
    assert (name.name, name.station_ids, name.said_by) == (UNKNOWN, ("G1",), "made-up-officer")


def test_a_name_that_stands_for_several_stations_is_never_decided_for_later_records(stage: Stage) -> None:
    stage.take(stage.incident("1", station="Kiln Street"))
    assert "may mean another station" in (say(stage, "1", "R2").why_once or "")
    stage.take(stage.incident("2", station="Kiln Street"))
    assert isinstance(placement(stage, "2"), Ambiguous)


def test_an_answer_never_overrules_a_clear_name(stage: Stage) -> None:
    stage.take(stage.incident("1", place=Place(station="Museum", train="Red")))
    done = say(stage, "1", "Red")
    assert isinstance(done.placement, AtStation)
    assert (done.placement.lines, done.placement.station_name) == (("Red",), "Museum")
    stage.take(stage.incident("2", station="Museum"))
    found = placement(stage, "2")
    assert isinstance(found, AtStation)
    assert found.lines == ("Blue",)


def test_what_is_remembered_does_not_settle_a_line_that_nobody_knows(stage: Stage) -> None:
    stage.take(stage.incident("1", station=UNKNOWN))
    say(stage, "1", "G1")
    stage.take(stage.incident("2", place=Place(station=UNKNOWN, train="Blimp")))
    assert isinstance(placement(stage, "2"), Ambiguous)
    assert "is remembered already" in (say(stage, "2", "B1").why_once or "")
    assert len(remembered_names(OFFICER, stage.fleet.store)) == 1


def test_the_name_is_remembered_with_the_area_beside_it(stage: Stage) -> None:
    stage.take(stage.incident("1", place=Place(station=UNKNOWN, area="North Shore")))
    say(stage, "1", "G1")
    stage.take(
        stage.incident("2", place=Place(station=UNKNOWN, area="the north  shore")),
        stage.incident("3", place=Place(station=UNKNOWN, area="South Shore")),
        stage.incident("4", station=UNKNOWN),
    )
    assert [type(placement(stage, number)) for number in "234"] == [AtStation, Ambiguous, Ambiguous]


def test_once_decides_this_record_alone(stage: Stage) -> None:
    stage.take(stage.incident("1", station=UNKNOWN))
    say(stage, "1", "G1", once=True)
    stage.take(stage.incident("2", station=UNKNOWN))
    assert isinstance(placement(stage, "2"), Ambiguous)


def test_others_that_wait_under_the_same_name_are_placed_too(stage: Stage) -> None:
    stage.take(*(stage.incident(number, station=UNKNOWN) for number in "123"))
    assert len(say(stage, "2", "G1").also_placed) == 2
    assert all(isinstance(placement(stage, number), AtStation) for number in "123")


def test_a_complex_may_be_the_answer(stage: Stage) -> None:
    stage.take(stage.incident("1", station=UNKNOWN))
    done = say(stage, "1", "complex:central")
    assert isinstance(done.placement, AtComplex)
    assert set(done.placement.lines) == {"Green", "Red", "Blue"}


def test_the_train_that_the_record_names_leads(stage: Stage) -> None:
    stage.take(stage.incident("1", place=Place(station="Museum", train="GB")))
    done = say(stage, "1", "Green")
    assert isinstance(done.placement, AtStation)
    assert done.placement.explicit == "Green"


def test_a_revision_of_the_record_keeps_its_answer_while_its_place_is_the_same(stage: Stage) -> None:
    stage.take(stage.incident("1", station="Kiln Street"))
    say(stage, "1", "R2")
    stage.take(stage.incident("1", station="Kiln Street", offence_code="ASL"))
    assert isinstance(placement(stage, "1"), AtStation)
    stage.take(stage.incident("1", station="12 Street", offence_code="ASL"))
    assert isinstance(placement(stage, "1"), Ambiguous)


def test_a_name_that_has_become_clear_needs_no_answer_any_more(stage: Stage) -> None:
    stage.take(stage.incident("1", station=UNKNOWN))
    say(stage, "1", "G1")
    learnt = stage.house.know.gazetteer.also_known(
        [OtherName(name=UNKNOWN, station_ids=("B1",), source="the bureau's own table, made up")]
    )
    stage.house = replace(stage.house, know=replace(stage.house.know, gazetteer=learnt))
    stage.take(stage.incident("1", station=UNKNOWN, offence_code="ASL"))
    assert getattr(placement(stage, "1"), "station_id", None) == "B1"


@pytest.mark.parametrize(
    ("said", "instead"), [("Nowhere", "no station or line"), ("12 Street", "R4"), ("complex:nowhere", "no station")]
)
def test_an_answer_that_means_nothing_or_several_is_refused(stage: Stage, said: str, instead: str) -> None:
    stage.take(stage.incident("1", station=UNKNOWN))
    with pytest.raises(CantTell, match=instead):
        say(stage, "1", said)
    assert isinstance(placement(stage, "1"), Ambiguous)


def test_a_name_of_two_candidates_is_read_among_the_candidates(stage: Stage) -> None:
    stage.take(stage.incident("1", station="Kiln Street"))
    with pytest.raises(CantTell, match="R2"):
        say(stage, "1", "kiln st")
    say(stage, "1", "Green")
    assert getattr(placement(stage, "1"), "station_id", None) == "G4"


def test_what_is_clear_or_closed_or_answered_asks_for_nothing(stage: Stage) -> None:
    stage.take(stage.incident("1"), stage.incident("2", station=UNKNOWN), stage.incident("3", station=UNKNOWN))
    with pytest.raises(NothingToAnswer, match="clear by the gazetteer"):
        say(stage, "1", "G2")
    close_incident(OFFICER, stage.fleet.store, stage.house.know, stage.clock, "3")
    with pytest.raises(NothingToAnswer, match="closed"):
        say(stage, "3", "G2")
    say(stage, "2", "G1")
    with pytest.raises(NothingToAnswer, match="take that back first"):
        say(stage, "2", "G2")
    with pytest.raises(NothingToAnswer, match="no officer's answer"):
        undo(stage, "1")


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.AUDITOR, Role.PARTNER, Role.FLEET])
def test_only_officers_and_operators_answer_and_take_back(stage: Stage, role: Role) -> None:
    other = Actor(id="made-up-other", roles=frozenset({role}), via="cli")
    stage.take(stage.incident("1", station=UNKNOWN))
    asked = (stage.fleet.store, stage.house.know, stage.clock)
    with pytest.raises(NotAllowed):
        answer_incident(other, *asked, "1", "G1")
    say(stage, "1", "G1")
    with pytest.raises(NotAllowed):
        take_back_answer(other, *asked, "1")
    with pytest.raises(NotAllowed):
        forget_name(other, *asked, UNKNOWN)


def test_taking_back_lists_what_stands_and_leaves_it_standing(stage: Stage) -> None:
    stage.take(stage.incident("1", station=UNKNOWN))
    say(stage, "1", "complex:central")
    deliver(stage)
    before = stage.texts(GREEN)
    [found] = undo(stage, "1").standing
    shown = show_incident(OFFICER, stage.fleet.store, stage.house.know, "1")
    assert shown.notice is not None
    assert found.reference == shown.notice.reference
    assert {account for account, _, _ in found.posts} == {f"local:{handle}" for handle in (GREEN, RED, BLUE)}
    assert all(url for _, _, url in found.posts)
    deliver(stage)
    assert stage.texts(GREEN) == before
    assert stage.fates()[-1] == ("ambiguous", "ambiguous-place")


def test_a_right_answer_after_a_wrong_one_is_said_as_an_update_where_the_wrong_one_was(stage: Stage) -> None:
    stage.take(stage.incident("1", station="Kiln Street"))
    say(stage, "1", "R2")
    deliver(stage)
    undo(stage, "1")
    say(stage, "1", "G4")
    deliver(stage)
    assert len(stage.texts(RED)) == 2


def test_what_was_not_sent_yet_is_withdrawn(stage: Stage) -> None:
    stage.take(stage.incident("1", station=UNKNOWN))
    say(stage, "1", "G1")
    stage.think()
    assert undo(stage, "1").standing == ()
    stage.work()
    assert stage.texts(GREEN) == []


def test_what_waits_for_a_digest_or_a_reviewer_is_ambiguous_again(stage: Stage) -> None:
    stage.take(
        stage.incident("1", station=UNKNOWN),
        stage.incident("2", station=UNKNOWN, offence_code="THF"),
        stage.incident("3", station=UNKNOWN, offence_code="SEX"),
    )
    say(stage, "1", "G1")
    deliver(stage)
    back = forget_name(OFFICER, stage.fleet.store, stage.house.know, stage.clock, "old customs quay")
    assert len(back.waiting_again) == 3
    assert len(back.standing) == 1
    assert all(isinstance(placement(stage, number), Ambiguous) for number in "123")
    with stage.fleet.store.begin() as tx:
        assert tx.digests.days(None) == []
    stage.take(stage.incident("4", station=UNKNOWN))
    assert isinstance(placement(stage, "4"), Ambiguous)


def test_a_forgotten_name_can_be_answered_anew(stage: Stage) -> None:
    stage.take(stage.incident("1", station=UNKNOWN))
    say(stage, "1", "G1")
    undo(stage, "1")
    say(stage, "1", "G2")
    stage.take(stage.incident("2", station=UNKNOWN))
    assert getattr(placement(stage, "2"), "station_id", None) == "G2"
    with pytest.raises(NothingToAnswer, match="no answer is remembered"):
        forget_name(OFFICER, stage.fleet.store, stage.house.know, stage.clock, "Nowhere")


def test_the_free_text_is_never_looked_at(stage: Stage) -> None:
    stage.take(stage.incident("1", place=Place(), free_text="It was at Harbour, says a made-up caller."))
    done = say(stage, "1", "G1")
    assert "names no station" in (done.why_once or "")
    assert remembered_names(OFFICER, stage.fleet.store) == []


def test_what_was_said_in_a_digest_is_listed_as_such(stage: Stage) -> None:
    stage.take(stage.incident("1", station=UNKNOWN, offence_code="THF"))
    say(stage, "1", "G1")
    stage.think()
    say_digests(FLEET_ACTOR, stage.fleet.store, stage.house.know, stage.clock, all_days=True)
    deliver(stage)
    assert "Harbour" in stage.texts(GREEN)[-1]
    [found] = undo(stage, "1").standing
    assert found.in_digest
    assert found.posts == ()
