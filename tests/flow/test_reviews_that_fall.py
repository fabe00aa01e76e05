"""An approval falls with whatever it stands on, and what has not left may be undone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from core.domain.incidents import State
from core.domain.reviews import Edit, ProposalState
from core.domain.staff import NotAllowed, Role
from core.domain.taking_back import Because
from core.flow.retract import retract
from core.flow.review_shown import list_reviews, show_review
from core.flow.reviews import ReviewRefused, undo
from core.flow.workers import work_once
from tests.flow.reviewing import (
    ANN,
    BOB,
    changed,
    offence_held,
    person,
    refused,
    replaced,
    shown_texts,
    state,
    waiting,
    wanted,
    yes,
)
from tests.flow.stage import GREEN, Stage, on_stage


class TestWhatFalls:
    def test_a_new_revision_of_the_record(self, live: Stage) -> None:
        proposal = offence_held(live)
        live.take(live.incident(offence_code="SEX", free_text="typed more"))
        assert state(live, proposal) is ProposalState.FALLEN
        assert refused(live, ANN, proposal) == "not-open"
        live.think()
        assert waiting(live).id.endswith("-2")

    @pytest.mark.parametrize("said", [State.SEALED, State.UNFOUNDED, State.EXONERATED])
    def test_a_record_that_may_not_be_said_any_more(self, live: Stage, said: State) -> None:
        live.go(wanted(live))
        proposal = waiting(live)
        yes(live, ANN)
        live.take(wanted(live, state=State.UNFOUNDED))
        live.think()
        assert state(live, proposal) is ProposalState.FALLEN
        assert refused(live, BOB, proposal) == "not-open"
        assert list_reviews(ANN, live.fleet.store, 9) == []

    def test_another_policy(self, live: Stage) -> None:
        proposal = offence_held(live)
        know = live.house.know
        other = replace(live, house=replace(live.house, know=replace(know, policy=replaced(know.policy, hash="other"))))
        assert refused(other, ANN, proposal) == "fallen"
        assert state(live, proposal) is ProposalState.FALLEN
        other.think()
        assert waiting(live).policy_hash == "other"

    def test_the_sweep_asks_anew_when_the_policy_has_changed(self, live: Stage) -> None:
        proposal = offence_held(live)
        know = live.house.know
        other = replace(live, house=replace(live.house, know=replace(know, policy=replaced(know.policy, hash="other"))))
        other.think()
        assert state(live, proposal) is ProposalState.FALLEN
        assert waiting(live).policy_hash == "other"

    def test_other_words_of_a_catalogue(self, live: Stage) -> None:
        proposal = offence_held(live)
        know = live.house.know
        agency = replaced(know.agency, bureau="Another Bureau", contacts=know.agency.contacts)
        spoken = replace(know, agency=agency, voice=replace(know.voice, agency=agency))
        silent = replace(know, voice=replace(know.voice, replies=frozenset()))
        for other in (spoken, silent):
            differs = replace(live, house=replace(live.house, know=other))
            review = show_review(ANN, live.fleet.store, other, live.clock, proposal.id)
            if review.changed is not None:
                assert refused(differs, ANN, proposal) == "fallen"
                break
        else:
            pytest.fail("neither bureau nor threads are part of the posts")

    def test_an_account_that_speaks_no_more_or_goes_live(self, tmp_path: Path) -> None:
        with on_stage(tmp_path, mode="practice") as practising:
            proposal = offence_held(practising)
        with on_stage(tmp_path, mode="live") as live:
            assert refused(live, ANN, proposal) == "fallen"

    def test_a_notice_that_was_taken_back(self, live: Stage) -> None:
        live.go(wanted(live))
        proposal = waiting(live)
        retract(ANN, live.fleet.store, live.house.know, live.clock, proposal.reference, Because.ERROR)
        assert state(live, proposal) is ProposalState.FALLEN
        assert refused(live, ANN, proposal) == "not-open"

    def test_a_rule_about_persons_that_now_says_no(self, live: Stage) -> None:
        live.go(wanted(live))
        proposal = waiting(live)
        yes(live, ANN)
        live.fleet.store.close()
        young = replaced(live.house.know.policy, adult_age=60, hash=live.house.know.policy.hash)
        other = replace(live, house=replace(live.house, know=replace(live.house.know, policy=young)))
        assert refused(other, BOB, proposal) == "fallen"
        with live.fleet.store.begin() as tx:
            ended = tx.reviews.get(proposal.id)
        assert ended is not None
        assert ended.ended_why == "never-juvenile"

    def test_what_expired_is_judged_anew_and_its_approvals_count_no_more(self, live: Stage) -> None:
        live.go(wanted(live))
        proposal = waiting(live)
        yes(live, ANN)
        live.clock.step(hours=12)
        live.think()
        assert state(live, proposal) is ProposalState.EXPIRED
        anew = waiting(live)
        assert (anew.id, anew.state) == (f"{proposal.reference}-2", ProposalState.OPEN)
        assert yes(live, BOB, anew).state is ProposalState.APPROVED_ONCE


class TestUndo:
    def test_within_its_window_it_is_withdrawn_and_asked_anew(self, live: Stage) -> None:
        live.go(wanted(live))
        yes(live, ANN)
        gone = yes(live, BOB)
        assert gone.leaves_at == live.clock.now() + timedelta(seconds=30)
        while work_once(live.office, "worker"):
            pass
        assert len(live.platform.texts(GREEN)) == 1, "not before the window is over"
        undone = undo(BOB, live.fleet.store, live.house.know, live.clock, gone.id)
        assert undone.state is ProposalState.UNDONE
        live.go()
        assert len(live.platform.texts(GREEN)) == 1
        assert waiting(live).id != gone.id

    def test_once_it_has_left_it_is_too_late(self, live: Stage) -> None:
        live.go(wanted(live))
        yes(live, ANN)
        gone = yes(live, BOB)
        live.work()
        with pytest.raises(ReviewRefused, match="retract"):
            undo(BOB, live.fleet.store, live.house.know, live.clock, gone.id)
        live.clock.step(seconds=31)
        live.think()
        with pytest.raises(ReviewRefused) as error:
            undo(BOB, live.fleet.store, live.house.know, live.clock, gone.id)
        assert error.value.rule == "not-leaving"
        assert live.platform.texts(GREEN)[1:] == shown_texts(live, f"x:{GREEN}", gone)

    def test_what_is_about_nobody_leaves_at_once(self, live: Stage) -> None:
        offence_held(live)
        gone = yes(live, ANN)
        assert gone.leaves_at == live.clock.now()

    def test_a_record_that_comes_anew_inside_the_window_stops_it(self, live: Stage) -> None:
        live.go(wanted(live))
        yes(live, ANN)
        gone = yes(live, BOB)
        live.take(wanted(live, state=State.UNFOUNDED))
        live.work()
        assert state(live, gone) is ProposalState.FALLEN
        assert len(live.platform.texts(GREEN)) == 1

    def test_only_a_reviewer_or_operator_may(self, live: Stage) -> None:
        live.go(wanted(live))
        yes(live, ANN)
        gone = yes(live, BOB)
        with pytest.raises(NotAllowed):
            undo(person("eve", Role.OFFICER), live.fleet.store, live.house.know, live.clock, gone.id)


@pytest.mark.parametrize("how", ["policy", "expired", "undone"])
def test_an_edit_outlives_what_made_its_approvals_fall(live: Stage, how: str) -> None:
    live.go(wanted(live))
    first = changed(live, BOB, Edit(leave_out=frozenset({"station"})))
    said = shown_texts(live, f"x:{GREEN}", first.proposal)
    at = live
    if how == "policy":
        know = live.house.know
        at = replace(live, house=replace(live.house, know=replace(know, policy=replaced(know.policy, hash="other"))))
    elif how == "expired":
        live.clock.step(hours=12)
    else:
        yes(live, ANN)
        gone = yes(live, person("cyd"))
        undo(ANN, live.fleet.store, live.house.know, live.clock, gone.id)
    at.think()
    again = waiting(at)
    assert again.id != first.proposal.id
    assert again.drafted_by == ("bob",)
    assert shown_texts(at, f"x:{GREEN}", again) == said
    assert refused(at, BOB, again) == "own-draft"
