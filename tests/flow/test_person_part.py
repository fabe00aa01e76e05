"""What is said after a person came down answers nothing that is gone; what was undone was never lent."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.domain.accounts import AccountState
from core.domain.incidents import Incident, State
from core.domain.lines import AccountId
from core.flow.correct import Right, correct
from core.flow.retract import NoSuchNotice
from core.flow.reviews import undo
from core.flow.taken_back import taken_back
from tests.flow.reviewing import ANN, BOB, WANTED, yes
from tests.flow.stage import GREEN, OFFICER, Stage
from tests.flow.test_terms import EVERYTHING, later, said, stands, status
from tests.flow.test_terms import TestThePlaceStays as Stays


class TestThePlaceStandsInADigest:
    """The first post under the reference is the person's: nothing may answer it once it is taken down."""

    def both(self, stage: Stage) -> str:
        stage.take(self.record(stage), may=EVERYTHING)
        stage.think()
        yes(stage, ANN)
        reference = yes(stage, BOB).reference
        later(stage, timedelta(minutes=2))
        later(stage, timedelta(hours=20))
        assert stands(stage)
        assert f"(ref {reference})" in stage.platform.texts(GREEN)[-1]
        return reference

    def record(self, stage: Stage) -> Incident:
        return stage.incident(
            "1", offence_code="ASL.T", state=State.WANTED, person=WANTED, state_since=stage.clock.now()
        )

    def test_that_it_is_withdrawn_stands_alone_on_every_platform(self, live: Stage) -> None:
        reference = self.both(live)
        later(live, timedelta(hours=73))
        assert not stands(live)
        [(digest, no_thread), (words, alone)] = [(row.text, row.reply_to) for row in live.platform.record]
        assert f"(ref {reference})" in digest
        assert words.startswith("What we said of a person under this reference is withdrawn.")
        assert (no_thread, alone) == (None, None)
        assert [text.splitlines()[0] for text in live.texts(GREEN)] == [
            digest.splitlines()[0],
            words.splitlines()[0],
        ]

    def test_what_people_approve_anew_answers_nothing_that_is_gone(self, live: Stage) -> None:
        self.both(live)
        later(live, timedelta(hours=73))
        up = [row.id for row in live.platform.record]
        live.take(self.record(live), may=EVERYTHING)
        live.think()
        yes(live, ANN)
        yes(live, BOB)
        later(live, timedelta(minutes=2))
        assert stands(live)
        anew = [row for row in live.platform.record if row.id not in up]
        assert anew[0].reply_to is None
        assert any("presumed innocent" in text for text in live.texts(GREEN))

    def test_the_list_says_nothing_of_a_person_who_stands_anew(self, live: Stage) -> None:
        reference = self.both(live)
        later(live, timedelta(hours=73))
        live.take(self.record(live), may=EVERYTHING)
        live.think()
        yes(live, ANN)
        yes(live, BOB)
        later(live, timedelta(minutes=2))
        with pytest.raises(NoSuchNotice, match="was not taken back"):
            taken_back(ANN, live.fleet.store, live.house.know, reference)


def test_a_correction_does_not_silence_that_a_person_was_withdrawn(live: Stage) -> None:
    """The account was out when the term ended, and the place was corrected before it came back."""
    Stays().both(live)
    with live.fleet.store.begin() as tx:
        known = tx.accounts.get(AccountId("x:ExampleGreen"))
        tx.accounts.set_state(known.model_copy(update={"state": AccountState.NEEDS_LOGIN, "why": "made up"}))
    later(live, timedelta(hours=73))
    live.take(live.incident("1"))
    live.think()
    correct(OFFICER, live.fleet.store, live.house.know, live.clock, "1", Right(station="Upper Lock"))
    with live.fleet.store.begin() as tx:
        tx.accounts.set_state(known)
    live.work()
    assert not stands(live)
    assert sum("said of a person" in text for text in live.platform.texts(GREEN)) == 1
    assert sum(text.startswith("Correction") for text in live.platform.texts(GREEN)) == 1


def test_what_was_undone_has_no_term(live: Stage) -> None:
    live.take(live.incident("1", state=State.WANTED, person=WANTED, state_since=live.clock.now()), may=EVERYTHING)
    live.think()
    yes(live, ANN)
    undo(ANN, live.fleet.store, live.house.know, live.clock, yes(live, BOB).id)
    with live.fleet.store.begin() as tx:
        assert tx.loans.ending(live.clock.now() + timedelta(days=99)) == []
    later(live, timedelta(hours=61))
    assert status(live).ending == ()
    later(live, timedelta(hours=12))
    assert [row.act for row in live.audit() if row.act in ("person taken down", "notice retracted")] == []


def test_what_was_undone_leaves_the_term_of_what_stands(live: Stage) -> None:
    said(live)
    live.clock.step(hours=70)
    live.take(live.incident("1", state=State.WANTED, person=WANTED, state_since=live.clock.now()), may=EVERYTHING)
    live.think()
    yes(live, ANN)
    undo(ANN, live.fleet.store, live.house.know, live.clock, yes(live, BOB).id)
    with live.fleet.store.begin() as tx:
        assert len(tx.loans.ending(live.clock.now() + timedelta(days=99))) == 1
    later(live, timedelta(hours=73))
    assert not stands(live)
