"""Held posts go out only as people saw them: what is approved, by whom, and every refusal."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from core.domain.incidents import Release
from core.domain.notices import Kind
from core.domain.reviews import Edit, ProposalState, RejectBecause
from core.domain.staff import NotAllowed, Role
from core.flow.incidents import add_incident
from core.flow.proposals import approved_content
from core.flow.review_shown import list_reviews, show_review
from core.flow.reviews import NoSuchProposal, approve, reject
from core.ports.channel import PostRefused
from tests.flow.reviewing import (
    ANN,
    BOB,
    CYD,
    DESK,
    WANTED,
    changed,
    no_to_all,
    offence_held,
    person,
    refused,
    shown_texts,
    state,
    waiting,
    waiting_id,
    wanted,
    yes,
)
from tests.flow.stage import BLUE, GREEN, RED, Stage, good


class TestSayNowWhatMayBeSaid:
    def test_the_place_goes_out_at_once_and_the_person_waits(self, live: Stage) -> None:
        live.go(wanted(live))
        [said] = live.platform.texts(GREEN)
        assert "Pat" not in said
        proposal = waiting(live)
        assert (proposal.kind, proposal.about_person, proposal.needed) == (Kind.WANTED, True, 2)
        assert live.fates() == [("posted", "alone-and-fresh")]

    def test_once_approved_it_follows_in_the_thread_of_the_place(self, live: Stage) -> None:
        live.go(wanted(live))
        texts = shown_texts(live, f"x:{GREEN}")
        yes(live, ANN)
        yes(live, BOB)
        live.work()
        first, *rest = live.platform.texts(GREEN)
        assert rest == texts
        answered = [post.reply_to for post in live.platform.record if post.handle == GREEN and post.text == texts[0]]
        assert answered == [next(post.id for post in live.platform.record if post.text == first)]

    def test_rejected_the_place_stays_and_nothing_follows(self, live: Stage) -> None:
        live.go(wanted(live))
        reject(ANN, live.fleet.store, live.house.know, live.clock, waiting(live).id, RejectBecause.PRIVACY, "because")
        live.go()
        assert len(live.platform.texts(GREEN)) == 1
        assert live.fates() == [("posted", "alone-and-fresh")]

    def test_a_record_whose_release_lies_ahead_says_nothing_before(self, live: Stage) -> None:
        later = live.clock.now() + timedelta(hours=2)
        live.go(live.incident(release=Release(not_before=later)))
        assert live.platform.record == []
        assert live.fates() == [("held", "release-not-yet")]
        live.clock.step(hours=1)
        live.go()
        assert live.platform.record == []
        live.clock.step(hours=1)
        live.go()
        assert len(live.platform.texts(GREEN)) == 1


class TestApproved:
    def test_the_bytes_that_were_shown_are_the_bytes_that_go_out(self, live: Stage) -> None:
        proposal = offence_held(live)
        texts = shown_texts(live, f"x:{GREEN}")
        assert live.platform.record == []
        gone = yes(live, ANN)
        live.work()
        assert live.platform.texts(GREEN) == texts
        live.think()
        assert (gone.state, state(live, proposal)) == (ProposalState.LEAVING, ProposalState.GONE_OUT)
        assert live.fates() == [("posted", "approved")]

    def test_every_possible_lead_is_shown_with_threads_and_without(self, live: Stage) -> None:
        live.go(wanted(live, station="Central"))
        proposal = waiting(live)
        review = show_review(ANN, live.fleet.store, live.house.know, live.clock, proposal.reference)
        assert review.content is not None
        forms = {(form.account, form.threads) for form in review.content.forms}
        assert {(f"x:{handle}", threads) for handle in (RED, BLUE) for threads in (True, False)} <= forms
        yes(live, ANN)
        yes(live, BOB)
        with live.fleet.store.begin() as tx:
            kept = approved_content(tx, proposal.notice_id, proposal.revision)
        assert kept == review.content

    def test_two_different_people_are_needed_for_a_person(self, live: Stage) -> None:
        live.go(wanted(live))
        once = yes(live, ANN)
        assert once.state is ProposalState.APPROVED_ONCE
        assert refused(live, ANN) == "same-person"
        live.work()
        assert len(live.platform.texts(GREEN)) == 1
        assert yes(live, BOB).state is ProposalState.LEAVING

    def test_each_act_has_its_audit_row_without_a_word_of_the_posts(self, live: Stage) -> None:
        live.go(wanted(live))
        yes(live, ANN)
        refused(live, ANN)
        yes(live, BOB)
        rows = [(row.actor, row.act) for row in live.audit() if row.subject == waiting_id(live)]
        assert rows == [
            ("fleet", "posts put to review"),
            ("ann", "posts approved"),
            ("ann", "approval refused"),
            ("bob", "posts approved"),
        ]
        assert not any("Example" in row.detail + row.subject for row in live.audit() if "posts" in row.act)


class TestRefused:
    @pytest.mark.parametrize("role", [Role.OFFICER, Role.OPERATOR, Role.PARTNER, Role.AUDITOR])
    def test_only_a_reviewer_may(self, live: Stage, role: Role) -> None:
        proposal = offence_held(live)
        with pytest.raises(NotAllowed):
            yes(live, person("eve", role), proposal)
        with pytest.raises(NotAllowed):
            reject(person("eve", role), live.fleet.store, live.house.know, live.clock, proposal.id, RejectBecause.OTHER)
        assert state(live, proposal) is ProposalState.OPEN

    def test_another_hash_than_the_one_shown(self, live: Stage) -> None:
        proposal = offence_held(live)
        assert refused(live, ANN, proposal, shown_hash="0" * 64) == "stale"
        assert refused(live, ANN, proposal, shown_hash=proposal.hash[:12]) == "stale"

    def test_who_typed_the_incident(self, live: Stage) -> None:
        add_incident(
            DESK, live.fleet.store, live.house.know, live.clock, good(live.incident(offence_code="SEX", source="desk"))
        )
        live.go()
        assert waiting(live).drafted_by == ("dot",)
        assert refused(live, DESK) == "own-draft"
        assert refused(live, DESK, bypass="it is night") == "own-draft"
        assert yes(live, ANN).state is ProposalState.LEAVING

    def test_after_an_edit_the_older_posts_can_not_be_approved(self, live: Stage) -> None:
        live.go(wanted(live))
        before = waiting(live)
        yes(live, ANN, before)
        changed(live, BOB, Edit(leave_out=frozenset({"station"})))
        assert refused(live, CYD, before) == "not-open"
        assert state(live, before) is ProposalState.FALLEN
        now = waiting(live)
        assert (now.state, now.drafted_by) == (ProposalState.OPEN, ("bob",))
        assert refused(live, CYD, now, shown_hash=before.hash) == "stale"
        assert refused(live, BOB, now) == "own-draft"

    def test_too_late(self, live: Stage) -> None:
        proposal = offence_held(live)
        live.clock.step(hours=12)
        assert refused(live, ANN, proposal) == "expired"

    def test_questions_that_are_open_or_answered_yes(self, live: Stage) -> None:
        proposal = offence_held(live)
        assert proposal.questions
        assert refused(live, ANN, proposal, answers={}) == "unanswered"
        most = no_to_all(proposal)
        assert refused(live, ANN, proposal, answers={**most, proposal.questions[0]: "perhaps"}) == "unanswered"
        assert refused(live, ANN, proposal, answers={**most, proposal.questions[0]: "yes"}) == "answered-yes"
        assert live.platform.record == []

    def test_what_is_not_there(self, live: Stage) -> None:
        with pytest.raises(NoSuchProposal):
            approve(ANN, live.fleet.store, live.house.know, live.clock, "BCDFGH1-1", "0" * 64)


class TestBypass:
    def test_it_cuts_two_to_one_and_says_who_did_it(self, live: Stage) -> None:
        live.go(wanted(live))
        gone = yes(live, ANN, bypass="a child is missing, made up")
        assert (gone.state, gone.bypassed_by) == (ProposalState.LEAVING, "ann")
        assert [row.actor for row in live.audit() if row.act == "second approval bypassed"] == ["ann"]
        assert not any("made up" in row.detail for row in live.audit())
        review = show_review(ANN, live.fleet.store, live.house.know, live.clock, gone.id)
        assert review.words == "a child is missing, made up"

    def test_never_to_none_and_never_without_a_reason(self, live: Stage) -> None:
        proposal = offence_held(live)
        assert refused(live, ANN, proposal, bypass="it is late") == "bypass-to-none"
        live.go(wanted(live, "2", station="Upper Lock"))
        person_part = next(one for one in list_reviews(ANN, live.fleet.store, 9) if one.about_person)
        assert refused(live, ANN, person_part, bypass="  ") == "bypass-without-reason"

    def test_never_for_what_is_never_said(self, live: Stage) -> None:
        live.go(wanted(live, person=WANTED.model_copy(update={"age": 16})))
        assert not [one for one in list_reviews(ANN, live.fleet.store, 9) if one.rule.startswith("about-person")]


class TestWhoeverLeads:
    def test_a_lead_that_is_lost_hands_the_approved_bytes_to_the_next(self, live: Stage) -> None:
        now = live.clock.now()
        earlier: dict[str, Any] = {
            "occurred_from": now - timedelta(days=3),
            "known_at": now,
            "state_since": now - timedelta(hours=1),
        }
        live.go(wanted(live, station="Central", **earlier))
        assert live.fates() == [("held", "about-person-wanted")], "its place alone is old news"
        proposal = waiting(live)
        yes(live, ANN)
        yes(live, BOB)
        live.platform.of_handle[RED] = PostRefused("made up")
        live.work()
        live.think()
        live.work()
        review = show_review(ANN, live.fleet.store, live.house.know, live.clock, proposal.id)
        assert review.content is not None
        shown = [f.posts for f in review.content.forms if f.account == f"x:{BLUE}" and f.threads]
        assert live.platform.texts(BLUE) == [post.text for post in shown[0]]

    def test_a_place_that_another_lead_says_holds_nothing_of_the_person(self, live: Stage) -> None:
        live.platform.of_handle[RED] = PostRefused("made up")
        live.go(wanted(live, station="Central"))
        live.think()
        live.work()
        [said] = live.platform.texts(BLUE)
        assert said.startswith("Robbery reported at Central")
