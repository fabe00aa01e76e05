"""What is lent about a person comes down by itself when its time is over, unless somebody says that it still holds."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.domain.incidents import Release, State
from core.domain.persons import Judgement, Person, Picture
from core.domain.policy import MayAssert
from core.domain.staff import FLEET_ACTOR, NotAllowed
from core.domain.taking_back import Because
from core.flow.calling import calls_for
from core.flow.cleared import CantPutUpAgain, put_up_again
from core.flow.pause import pause
from core.flow.retract import retract
from core.flow.status import Status, look_at
from core.flow.taken_back import taken_back
from core.flow.terms import CantConfirm, confirm
from tests.flow.reviewing import ANN, BOB, WANTED, person, waiting, yes
from tests.flow.stage import GREEN, OFFICER, Stage

EVERYTHING = MayAssert(states=frozenset(one.value for one in State), persons=True, pictures=True)
STILL = Picture(path="still.png", footage="camera 4", minute="20:04", voucher="Ofc. Example")
UNKNOWN = Person(
    picture=STILL, judgements=(Judgement(by="Ofc. One", age=40), Judgement(by="Ofc. Two", age=41)), ref="MADE-UP-P9"
)
OFFENDER = {State.IDENTIFY: UNKNOWN, State.WANTED: WANTED, State.CHARGED: WANTED}
TERMS = {
    State.IDENTIFY: timedelta(days=14),
    State.WANTED: timedelta(hours=72),
    State.ARRESTED: timedelta(days=7),
    State.CHARGED: timedelta(days=7),
    State.CONVICTED: timedelta(days=7),
}


def said(stage: Stage, state: State = State.WANTED, **changes: object) -> str:
    """Somebody's notice, approved and standing; its reference."""
    record = stage.incident(
        "1",
        state=state,
        person=OFFENDER.get(state, WANTED),
        release=Release(purpose="to find witnesses"),
        state_since=stage.clock.now(),
        **changes,
    )
    stage.take(record, may=EVERYTHING)
    stage.think()
    yes(stage, ANN)
    reference = yes(stage, BOB).reference
    stage.work()
    assert stands(stage)
    return reference


def stands(stage: Stage) -> bool:
    """True while the person's post is up."""
    return any("presumed innocent" in text or "Pat" in text for text in stage.platform.texts(GREEN))


def later(stage: Stage, by: timedelta) -> None:
    stage.clock.step(seconds=by.total_seconds())
    stage.think()
    stage.work()


def status(stage: Stage) -> Status:
    return look_at(stage.fleet.store, stage.clock, (), know=stage.house.know)


@pytest.mark.parametrize("state", sorted(TERMS))
def test_it_comes_down_by_itself_when_its_term_is_over(live: Stage, state: State) -> None:
    reference = said(live, state)
    minute = timedelta(minutes=1)
    later(live, TERMS[state] - minute)
    assert stands(live)
    later(live, 2 * minute)
    assert not stands(live)
    [withdrawn] = live.platform.texts(GREEN)
    assert reference in withdrawn
    with live.fleet.store.begin() as tx:
        found = tx.notices.by_reference(reference)
        assert found is not None
        kept = tx.retractions.get(found.id)
    assert kept is not None
    assert (kept.because, kept.by) == (Because.EXPIRY, "fleet")
    assert any(row.act == "notice retracted" and "confirm-by" in row.detail for row in live.audit())


class TestThePlaceStays:
    def both(self, stage: Stage) -> str:
        """The place was said before people approved what is about the person; the reference."""
        stage.take(
            stage.incident("1", state=State.WANTED, person=WANTED, state_since=stage.clock.now()), may=EVERYTHING
        )
        stage.think()
        stage.work()
        yes(stage, ANN)
        reference = yes(stage, BOB).reference
        stage.clock.step(minutes=2)
        stage.think()
        stage.work()
        assert len(stage.platform.texts(GREEN)) >= 2
        return reference

    def test_what_was_said_of_the_place_stands_on(self, live: Stage) -> None:
        reference = self.both(live)
        place = live.platform.texts(GREEN)[0]
        later(live, timedelta(hours=73))
        assert not stands(live)
        left = live.platform.texts(GREEN)
        assert left[0] == place
        assert len(left) == 2
        assert left[1].startswith("What we said of a person under this reference is withdrawn.")
        assert reference in left[1]
        assert [one.reply_to for one in live.posts(GREEN)] == [None, live.posts(GREEN)[0].id]
        assert ("person taken down", reference) in [(row.act, row.subject) for row in live.audit()]

    def test_it_is_done_once_and_no_pause_stops_it(self, live: Stage) -> None:
        self.both(live)
        pause(OFFICER, live.fleet.store, live.house.know, live.clock, "all")
        for _ in range(3):
            later(live, timedelta(hours=73))
        assert not stands(live)
        assert len(live.platform.texts(GREEN)) == 2

    def test_the_list_says_how_far_it_is(self, live: Stage) -> None:
        reference = self.both(live)
        later(live, timedelta(hours=73))
        listed = taken_back(ANN, live.fleet.store, live.house.know, reference)
        assert listed.taken
        assert {one.revision for one in listed.taken} == {2}
        assert (listed.gone, listed.settled, listed.retraction.because) == (True, True, Because.EXPIRY)

    def test_a_retraction_later_takes_the_rest(self, live: Stage) -> None:
        reference = self.both(live)
        later(live, timedelta(hours=73))
        retract(ANN, live.fleet.store, live.house.know, live.clock, reference, Because.EXPIRY)
        live.work()
        [withdrawn] = live.platform.texts(GREEN)
        assert withdrawn.startswith("We withdraw our notice")

    def test_a_new_record_says_the_person_anew_once_people_approved(self, live: Stage) -> None:
        self.both(live)
        later(live, timedelta(hours=73))
        again = live.incident("1", state=State.ARRESTED, person=WANTED, release=Release(purpose="made up"))
        live.take(again.model_copy(update={"state_since": live.clock.now()}), may=EVERYTHING)
        live.think()
        assert waiting(live).rule == "about-person-accused"

    def test_a_reviewer_may_put_the_person_before_people_again(self, live: Stage) -> None:
        reference = self.both(live)
        later(live, timedelta(hours=71))
        with pytest.raises(CantPutUpAgain, match="not-taken-down"):
            put_up_again(ANN, live.fleet.store, live.house.know, live.clock, reference)
        later(live, timedelta(hours=2))
        put_up_again(ANN, live.fleet.store, live.house.know, live.clock, reference)
        live.think()
        live.work()
        assert len(live.platform.texts(GREEN)) == 2


def test_no_pause_keeps_it_up(live: Stage) -> None:
    said(live)
    pause(OFFICER, live.fleet.store, live.house.know, live.clock, "all")
    later(live, timedelta(hours=73))
    assert not stands(live)


def test_somebody_is_called_before_and_status_says_what_to_do(live: Stage) -> None:
    reference = said(live)
    later(live, timedelta(hours=59))
    assert status(live).ending == ()
    later(live, timedelta(hours=2))
    seen = status(live)
    assert f"`incident confirm {reference} --until TIME`" in seen.sentence
    [ring] = [call for call in calls_for(seen, live.clock.now()) if call.key.startswith("term:")]
    assert reference in ring.what
    assert "Pat" not in repr(ring) + repr(seen.ending)


def test_a_repeated_record_is_no_confirmation(live: Stage) -> None:
    said(live)
    with live.fleet.store.begin() as tx:
        before = tx.log.after(0, 9)
    for _ in range(3):
        live.clock.step(hours=20)
        live.take(
            live.incident(
                "1",
                state=State.WANTED,
                person=WANTED,
                occurred_from=before[0].body.facts.occurred_from,  # type: ignore[union-attr]
                known_at=before[0].known_at,
                free_text="typed more",
                state_since=live.clock.now(),
            ),
            may=EVERYTHING,
        )
        live.think()
        live.work()
    assert stands(live)
    later(live, timedelta(hours=13))
    assert not stands(live)


class TestConfirmed:
    def test_an_officer_says_until_when(self, live: Stage) -> None:
        reference = said(live)
        until = live.clock.now() + timedelta(hours=100)
        confirm(OFFICER, live.fleet.store, live.house.know, live.clock, reference, until)
        later(live, timedelta(hours=99))
        assert stands(live)
        later(live, timedelta(hours=2))
        assert not stands(live)
        assert ("made-up-officer", "person confirmed", reference) in [(r.actor, r.act, r.subject) for r in live.audit()]

    @pytest.mark.parametrize("ahead", [timedelta(0), timedelta(hours=-1), timedelta(days=93)])
    def test_a_time_that_is_none(self, live: Stage, ahead: timedelta) -> None:
        reference = said(live)
        with pytest.raises(CantConfirm, match="no-such-time"):
            confirm(OFFICER, live.fleet.store, live.house.know, live.clock, reference, live.clock.now() + ahead)

    def test_what_came_down_or_names_nobody_can_not_be(self, live: Stage) -> None:
        reference = said(live)
        until = live.clock.now() + timedelta(hours=5)
        retract(ANN, live.fleet.store, live.house.know, live.clock, reference, Because.ERROR)
        with pytest.raises(CantConfirm, match="taken-down"):
            confirm(OFFICER, live.fleet.store, live.house.know, live.clock, reference, until)
        live.go(live.incident("2", station="Upper Lock"))
        with pytest.raises(CantConfirm, match="no-term"):
            confirm(OFFICER, live.fleet.store, live.house.know, live.clock, "2", until)

    def test_only_an_officer_or_a_reviewer_may(self, live: Stage) -> None:
        reference = said(live)
        until = live.clock.now() + timedelta(hours=5)
        for actor in (FLEET_ACTOR, person("aud", *()).model_copy(update={"roles": frozenset()})):
            with pytest.raises(NotAllowed):
                confirm(actor, live.fleet.store, live.house.know, live.clock, reference, until)

    def test_a_source_says_so_with_a_new_time_once(self, live: Stage) -> None:
        said(live)
        began = live.clock.now()
        record = live.incident("1", state=State.WANTED, person=WANTED, state_since=began)
        until = began + timedelta(hours=100)
        live.take(record.model_copy(update={"confirmed_until": until}), may=EVERYTHING)
        live.take(record.model_copy(update={"confirmed_until": until, "free_text": "again"}), may=EVERYTHING)
        later(live, timedelta(hours=99))
        assert stands(live)
        assert [row.via for row in live.audit() if row.act == "person confirmed"] == ["source"]
        later(live, timedelta(hours=2))
        assert not stands(live)

    def test_a_source_that_may_not_assert_persons_confirms_nothing(self, live: Stage) -> None:
        said(live)
        record = live.incident("1", confirmed_until=live.clock.now() + timedelta(hours=100))
        counts = live.take(record, may=MayAssert())
        assert counts == {"set aside": 1}
        later(live, timedelta(hours=73))
        assert not stands(live)


def test_what_waits_is_not_lent_yet(live: Stage) -> None:
    live.take(live.incident("1", state=State.WANTED, person=WANTED), may=EVERYTHING)
    live.think()
    assert waiting(live).state.value == "open"
    with live.fleet.store.begin() as tx:
        assert tx.loans.ending(live.clock.now() + timedelta(days=99)) == []
