"""Somebody was cleared: whatever names them comes down at once, on every incident, and may be put up newly approved."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, text

from core.domain.incidents import State
from core.domain.notices import Notice, Speaker
from core.domain.policy import MayAssert
from core.domain.reviews import ProposalState
from core.domain.staff import NotAllowed
from core.domain.taking_back import Because
from core.flow.cleared import CantPutUpAgain, put_up_again
from core.flow.retract import retract
from core.flow.twins import settle_twins
from tests.flow.reviewing import ANN, BOB, WANTED, replaced, state, waiting, wanted, yes
from tests.flow.stage import GREEN, OFFICER, Stage

EVERYTHING = MayAssert(states=frozenset(one.value for one in State), persons=True, pictures=True)
PAT = replaced(WANTED, ref="MADE-UP-P1")
SAM = replaced(WANTED, ref="MADE-UP-P2", name="Sam Example")
OVER = (State.EXONERATED, State.ACQUITTED, State.UNFOUNDED, State.DISMISSED, State.SEALED)


def said(stage: Stage, number: str, station: str, person=PAT) -> None:
    """An incident whose person was approved and stands on the platform."""
    stage.take(wanted(stage, number, station=station, person=person), may=EVERYTHING)
    stage.think()
    stage.work()
    yes(stage, ANN)
    yes(stage, BOB)
    stage.work()
    stage.think()


def came(stage: Stage, number: str, station: str, now: State, person=PAT) -> None:
    stage.take(stage.incident(number, station=station, state=now, person=person), may=EVERYTHING)
    stage.think()
    stage.work()


def notice(stage: Stage, number: str) -> Notice:
    with stage.fleet.store.begin() as tx:
        found = tx.notices.find(stage.house.know.identity.incident("Example Transit Police", number), Speaker.BUREAU)
    assert found is not None
    return found


def about(stage: Stage, name: str) -> list[str]:
    return [text for text in stage.platform.texts(GREEN) if name in text]


@pytest.mark.parametrize("now", OVER)
def test_every_notice_that_names_the_person_comes_down_at_once(live: Stage, now: State) -> None:
    said(live, "1", "Harbour")
    said(live, "2", "Upper Lock")
    said(live, "3", "Lantern Hill", SAM)
    assert (len(about(live, "Pat")), len(about(live, "Sam"))) == (2, 1)
    came(live, "1", "Harbour", now)
    assert about(live, "Pat") == []
    assert len(about(live, "Sam")) == 1, "somebody else stays"
    withdrawn = [text for text in live.platform.texts(GREEN) if notice(live, "2").reference in text]
    assert len(withdrawn) == 1
    assert "Upper Lock" not in withdrawn[0]
    ids = [notice(live, number).id for number in "123"]
    with live.fleet.store.begin() as tx:
        kept = [tx.retractions.get(one) for one in ids]
    wanted_reason = Because.SEALING if now is State.SEALED else Because.EXONERATION
    assert [one.because if one else None for one in kept] == [wanted_reason, wanted_reason, None]
    whys = [row.detail for row in live.audit() if row.act == "notice retracted"]
    assert any("cleared-elsewhere" in why for why in whys)
    assert "P1" not in repr(live.audit())


class TestWhoGivesTheIdOut:
    COURT = "Example Court"

    def court_says(self, stage: Stage, person=PAT) -> None:
        record = stage.incident("9", authority=self.COURT, station="Fish Market", state=State.EXONERATED, person=person)
        stage.take(record, may=EVERYTHING)
        stage.think()
        stage.work()

    def test_another_agencys_same_id_is_another_person(self, live: Stage) -> None:
        said(live, "1", "Harbour")
        self.court_says(live)
        assert len(about(live, "Pat")) == 1

    def test_agencies_that_share_ids_say_who_gives_them_out(self, live: Stage) -> None:
        shared = replaced(PAT, ref_by="Example State")
        said(live, "1", "Harbour", shared)
        self.court_says(live, replaced(shared, ref_by="EXAMPLE  state"))
        assert about(live, "Pat") == []

    def test_a_record_that_says_nothing_of_it_is_the_same_record_as_before(self, live: Stage) -> None:
        assert b"ref_by" not in wanted(live, "1", person=PAT).canonical()
        assert b"ref_by" in wanted(live, "1", person=replaced(PAT, ref_by="Example State")).canonical()

    @pytest.mark.parametrize(("authority", "left"), [("Example Transit Police", 0), ("Example Court", 1)])
    def test_what_was_kept_before_is_found_and_its_record_says_whose_id_it_is(
        self, live: Stage, authority: str, left: int
    ) -> None:
        said(live, "1", "Harbour")
        know = live.house.know
        engine = create_engine(live.fleet.settings.store_url)
        with engine.begin() as db:
            db.execute(text("UPDATE named SET person_hash = :h"), {"h": know.identity.person_before("MADE-UP-P1")})
        engine.dispose()
        record = live.incident("9", authority=authority, station="Fish Market", state=State.EXONERATED, person=PAT)
        live.take(record, may=EVERYTHING)
        live.think()
        live.work()
        assert len(about(live, "Pat")) == left


def test_without_an_id_of_the_person_its_own_notice_alone(live: Stage) -> None:
    said(live, "1", "Harbour", WANTED)
    said(live, "2", "Upper Lock", WANTED)
    came(live, "1", "Harbour", State.DISMISSED, WANTED)
    assert len(about(live, "Pat")) == 1


def test_a_record_that_names_nobody_any_more_means_whom_its_notice_named(live: Stage) -> None:
    said(live, "1", "Harbour")
    said(live, "2", "Upper Lock")
    came(live, "1", "Harbour", State.SEALED, None)
    assert about(live, "Pat") == []


def test_a_person_of_interest_clears_nobody_else(live: Stage) -> None:
    said(live, "1", "Harbour")
    said(live, "2", "Upper Lock")
    came(live, "1", "Harbour", State.PERSON_OF_INTEREST)
    assert len(about(live, "Pat")) == 1
    assert live.fates()[-1] == ("dropped", "retracted")


def test_a_record_that_was_never_said_clears_all_the_same(live: Stage) -> None:
    said(live, "1", "Harbour")
    came(live, "court-1", "Fish Market", State.EXONERATED)
    assert about(live, "Pat") == []


def test_merged_twins_come_down_too(live: Stage) -> None:
    said(live, "1", "Harbour", WANTED)
    live.take(live.incident("2", station="Harbour"), may=EVERYTHING)
    live.think()
    settle_twins(OFFICER, live.fleet.store, live.house.know, live.clock, "2", "1", same=True)
    came(live, "2", "Harbour", State.UNFOUNDED, None)
    assert about(live, "Pat") == []
    assert not any("Harbour" in text for text in live.platform.texts(GREEN))


def test_what_waits_for_people_elsewhere_is_put_to_them_anew(live: Stage) -> None:
    said(live, "1", "Harbour")
    live.take(wanted(live, "2", station="Upper Lock", person=PAT), may=EVERYTHING)
    live.think()
    before = waiting(live)
    yes(live, ANN, before)
    came(live, "1", "Harbour", State.EXONERATED)
    assert state(live, before) is ProposalState.FALLEN
    now = waiting(live)
    assert (now.reference, now.state) == (before.reference, ProposalState.OPEN)


def test_what_is_about_to_leave_elsewhere_does_not(live: Stage) -> None:
    said(live, "1", "Harbour")
    live.take(wanted(live, "2", station="Upper Lock", person=PAT), may=EVERYTHING)
    live.think()
    yes(live, ANN)
    yes(live, BOB)
    came(live, "1", "Harbour", State.EXONERATED)
    assert about(live, "Pat") == []


class TestPutUpAgain:
    def test_a_reviewer_lets_it_be_approved_anew(self, live: Stage) -> None:
        said(live, "1", "Harbour")
        said(live, "2", "Upper Lock")
        came(live, "1", "Harbour", State.EXONERATED)
        other = notice(live, "2")
        put_up_again(ANN, live.fleet.store, live.house.know, live.clock, other.reference)
        live.think()
        live.work()
        assert about(live, "Pat") == [], "nothing about a person before it is approved anew"
        again = waiting(live)
        assert (again.reference, again.drafted_by) == (other.reference, ())
        yes(live, ANN)
        yes(live, BOB)
        live.work()
        [text] = about(live, "Pat")
        assert other.reference in text
        assert ("ann", "notice put up again", other.reference) in [(r.actor, r.act, r.subject) for r in live.audit()]

    def test_never_the_record_that_may_not_be_said(self, live: Stage) -> None:
        said(live, "1", "Harbour")
        came(live, "1", "Harbour", State.EXONERATED)
        own = notice(live, "1").reference
        with pytest.raises(CantPutUpAgain, match="state-never"):
            put_up_again(ANN, live.fleet.store, live.house.know, live.clock, own)

    def test_never_what_was_wrong_nor_what_stands_nor_by_an_officer(self, live: Stage) -> None:
        said(live, "1", "Harbour")
        own = notice(live, "1").reference
        with pytest.raises(CantPutUpAgain, match="not-taken-down"):
            put_up_again(ANN, live.fleet.store, live.house.know, live.clock, own)
        retract(ANN, live.fleet.store, live.house.know, live.clock, own, Because.ERROR)
        with pytest.raises(CantPutUpAgain, match="for-good"):
            put_up_again(ANN, live.fleet.store, live.house.know, live.clock, own)
        with pytest.raises(NotAllowed):
            put_up_again(OFFICER, live.fleet.store, live.house.know, live.clock, own)

    def test_not_while_it_still_comes_down(self, live: Stage) -> None:
        said(live, "1", "Harbour")
        own = notice(live, "1").reference
        retract(ANN, live.fleet.store, live.house.know, live.clock, own, Because.EXPIRY)
        with pytest.raises(CantPutUpAgain, match="not-yet-down"):
            put_up_again(ANN, live.fleet.store, live.house.know, live.clock, own)
