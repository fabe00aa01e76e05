"""Held posts go out only as people saw them: every refusal, and that nothing leaves but the approved bytes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from core.domain.incidents import Incident, Release, State
from core.domain.notices import Kind
from core.domain.persons import Description, Person
from core.domain.reviews import Edit, Proposal, ProposalState, RejectBecause
from core.domain.staff import Actor, NotAllowed, Role
from core.domain.taking_back import Because
from core.flow.incidents import add_incident
from core.flow.proposals import approved_content
from core.flow.retract import retract
from core.flow.review_edits import Edited, edit
from core.flow.review_shown import list_reviews, show_review
from core.flow.reviews import NoSuchProposal, ReviewRefused, approve, reject, undo
from core.flow.workers import work_once
from core.ports.channel import PostRefused
from tests.flow.stage import BLUE, GREEN, RED, Stage, good, on_stage


def person(name: str, *roles: Role) -> Actor:
    return Actor(id=name, roles=frozenset(roles or {Role.REVIEWER}), via="cli")


ANN, BOB, CYD = person("ann"), person("bob"), person("cyd")
DESK = person("dot", Role.OFFICER, Role.REVIEWER)
WANTED = Person(name="Pat Example", age=40, case_reference="CASE-1", description=Description(hair="BLK"))


@pytest.fixture
def live(tmp_path: Path) -> Iterator[Stage]:
    with on_stage(tmp_path) as made:
        made.connect()
        yield made


def wanted(stage: Stage, number: str = "1", **changes: Any) -> Incident:
    """An incident whose person is wanted under a case number."""
    return stage.incident(number, **{"state": State.WANTED, "person": WANTED, **changes})


def waiting(stage: Stage) -> Proposal:
    """The one that waits."""
    [found] = [one for one in list_reviews(ANN, stage.fleet.store, 9) if one.state.value in ("open", "approved once")]
    return found


def no_to_all(proposal: Proposal) -> dict[str, str]:
    return dict.fromkeys(proposal.questions, "no")


def yes(stage: Stage, actor: Actor, proposal: Proposal | None = None, **how: Any) -> Proposal:
    """Approve what was shown, with every question answered."""
    proposal = proposal or waiting(stage)
    how = {"shown_hash": proposal.hash, "answers": no_to_all(proposal), **how}
    return approve(actor, stage.fleet.store, stage.house.know, stage.clock, proposal.id, **how)


def refused(stage: Stage, actor: Actor, proposal: Proposal | None = None, **how: Any) -> str:
    """The rule that refuses this approval."""
    with pytest.raises(ReviewRefused) as error:
        yes(stage, actor, proposal, **how)
    return error.value.rule


def shown_texts(stage: Stage, account: str, proposal: Proposal | None = None) -> list[str]:
    review = show_review(ANN, stage.fleet.store, stage.house.know, stage.clock, (proposal or waiting(stage)).id)
    assert review.content is not None
    return [p.text for form in review.content.forms if form.account == account and form.threads for p in form.posts]


def state(stage: Stage, proposal: Proposal) -> ProposalState:
    return show_review(ANN, stage.fleet.store, stage.house.know, stage.clock, proposal.id).proposal.state


def offence_held(stage: Stage, **changes: Any) -> Proposal:
    """A robbery that its catalogue's neighbour holds: nobody is spoken about, one approval does."""
    stage.go(stage.incident(**{"offence_code": "SEX", **changes}))
    return waiting(stage)


def changed(stage: Stage, actor: Actor, change: Edit, wanted_: Proposal | None = None) -> Edited:
    named = (wanted_ or waiting(stage)).id
    return edit(actor, stage.fleet.store, stage.house.know, stage.clock, named, change)


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


def waiting_id(stage: Stage) -> str:
    with stage.fleet.store.begin() as tx:
        return tx.reviews.latest(1)[0].id


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


class TestEdits:
    def test_a_composed_field_is_left_out_and_the_difference_is_shown(self, live: Stage) -> None:
        live.go(wanted(live))
        done = changed(live, BOB, Edit(leave_out=frozenset({"station"})))
        assert any(line.startswith("-") and "Harbour" in line for line in done.difference.splitlines())
        assert all("Harbour" not in text for text in shown_texts(live, f"x:{GREEN}", done.proposal))
        again = changed(live, CYD, Edit(about=True))
        assert again.proposal.drafted_by == ("bob", "cyd")
        assert all("Harbour" not in text for text in shown_texts(live, f"x:{GREEN}", again.proposal))

    def test_free_words_about_a_person_are_refused(self, live: Stage) -> None:
        live.go(wanted(live))
        assert edit_refused(live, Edit(words={"en": "He did it."})) == "free-text-about-a-person"

    def test_an_officers_own_words_need_another_person_and_go_out_as_typed(self, live: Stage) -> None:
        offence_held(live)
        done = changed(live, DESK, Edit(words={"en": "Police are looking into a report on the Green Line."}))
        assert refused(live, DESK, done.proposal) == "own-draft"
        yes(live, ANN, done.proposal)
        live.work()
        [said] = live.platform.texts(GREEN)
        assert said.startswith("Police are looking into a report on the Green Line.")

    def test_words_that_the_lint_finds_are_put_before_nobody(self, live: Stage) -> None:
        offence_held(live)
        assert edit_refused(live, Edit(words={"en": "Call 212-555-0100, https://example.com/x"})) == "lint-link"

    def test_what_does_not_fit_is_refused_and_the_older_posts_stay_open(self, live: Stage) -> None:
        live.go(wanted(live))
        before = waiting(live)
        assert edit_refused(live, Edit()) == "no-change"
        assert edit_refused(live, Edit(station="Museum Of Nothing")) == "not-this-line"
        assert edit_refused(live, Edit(leave_out=frozenset({"crime"}))) == "no-words"
        assert edit_refused(live, Edit(languages_out=frozenset({"en"}))) == "no-words"
        assert waiting(live) == before
        with pytest.raises(NotAllowed):
            changed(live, person("eve", Role.OPERATOR), Edit(about=True))


def edit_refused(stage: Stage, change: Edit) -> str:
    with pytest.raises(ReviewRefused) as error:
        changed(stage, BOB, change)
    return error.value.rule


def replaced(noun: Any, **changes: Any) -> Any:
    return noun.model_copy(update=changes)


class TestWhoeverLeads:
    def test_a_lead_that_is_lost_hands_the_approved_bytes_to_the_next(self, live: Stage) -> None:
        now = live.clock.now()
        earlier = {"occurred_from": now - timedelta(days=3), "known_at": now, "state_since": now - timedelta(hours=1)}
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
