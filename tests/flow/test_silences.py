"""What is silenced waits and comes up again by itself; what takes back goes all the same. The judge is the platform."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.domain.incidents import State
from core.domain.staff import FLEET_ACTOR, Actor, NotAllowed, Role
from core.domain.taking_back import Because
from core.flow.calling import call_out
from core.flow.correct import Right, correct
from core.flow.explain import explain_notice
from core.flow.retract import retract
from core.flow.silences import Asked, CantSilence, end_silence, list_silences, preview_silence
from core.flow.status import look_at
from tests.flow.muting_scene import ON_GREEN, REVIEWER, later, mute
from tests.flow.reviewing import ANN, offence_held, refused, yes
from tests.flow.stage import BLUE, GREEN, OFFICER, RED, Stage
from tests.flow.test_calling import AGAIN, Bell
from tests.flow.test_retract import reference

HELD = ("held", "silenced")


class TestWhatMatches:
    def test_it_waits_and_is_said_once_when_the_silence_ends(self, live: Stage) -> None:
        mute(live)
        live.go(live.incident("1"), live.incident("2", station="Museum"))
        assert live.fates() == [HELD, ("posted", "alone-and-fresh")]
        assert live.platform.texts(GREEN) == []
        assert len(live.platform.texts(BLUE)) == 1
        later(live, hours=1, minutes=59)
        assert live.platform.texts(GREEN) == []
        later(live, minutes=1)
        assert len(live.platform.texts(GREEN)) == 1
        later(live, hours=1)
        assert live.fates()[0] == ("posted", "alone-and-fresh")
        assert len(live.platform.record) == 2

    def test_an_officer_ends_it_before_its_time(self, live: Stage) -> None:
        silence = mute(live)
        live.go(live.incident())
        _, again = end_silence(OFFICER, live.fleet.store, live.clock, silence.id)
        assert again == 1
        live.go()
        assert len(live.platform.texts(GREEN)) == 1
        later(live, hours=3)
        assert len(live.platform.record) == 1
        with pytest.raises(CantSilence, match="over already"):
            end_silence(OFFICER, live.fleet.store, live.clock, silence.id)

    def test_what_is_old_by_then_is_not_said(self, live: Stage) -> None:
        mute(live, hours=13)
        live.go(live.incident())
        later(live, hours=13)
        assert live.fates() == [("dropped", "too-old")]
        assert live.platform.record == []

    def test_what_came_newer_is_said_in_its_place(self, live: Stage) -> None:
        mute(live)
        live.go(live.incident())
        later(live, minutes=5)
        live.go(live.incident(offence_code="ASL"))
        later(live, hours=2)
        [said] = live.platform.texts(GREEN)
        assert "assault" in said.lower()

    def test_what_another_silence_still_mutes_goes_on_waiting(self, live: Stage) -> None:
        mute(live, hours=1)
        live.go(live.incident())
        mute(live, Asked(stations=("Harbour",)), hours=3)
        later(live, hours=1)
        assert live.fates() == [HELD]
        later(live, hours=2)
        assert len(live.platform.texts(GREEN)) == 1

    def test_one_that_begins_later_mutes_nothing_before(self, live: Stage) -> None:
        mute(live, starts=live.clock.now() + timedelta(hours=1))
        live.go(live.incident())
        assert len(live.platform.texts(GREEN)) == 1

    def test_nobody_is_asked_to_review_it_and_an_approval_does_not_go_through_it(self, live: Stage) -> None:
        proposal = offence_held(live)
        silence = mute(live)
        assert refused(live, ANN, proposal) == "silenced"
        live.go(live.incident("2", offence_code="SEX", station="Fish Market"))
        assert live.fates()[1] == HELD
        assert [row.why for row in look_at(live.fleet.store, live.clock, ()).waiting if "silenced" in row.why] == []
        end_silence(OFFICER, live.fleet.store, live.clock, silence.id)
        yes(live, ANN, proposal)
        live.go()
        assert len(live.platform.texts(GREEN)) == 1


class TestWhatTakesBack:
    def test_a_retraction_goes_at_once(self, live: Stage) -> None:
        live.go(live.incident(station="Central"))
        mute(live, Asked(), everything=True)
        retract(REVIEWER, live.fleet.store, live.house.know, live.clock, reference(live), Because.ERROR)
        live.think()
        live.work()
        assert [row.text.split(":")[0] for row in live.platform.record if row.handle == RED] == ["Correction"]

    def test_a_correction_goes_at_once(self, live: Stage) -> None:
        live.go(live.incident())
        mute(live, Asked(), everything=True)
        right = Right(station="Upper Lock")
        correct(REVIEWER, live.fleet.store, live.house.know, live.clock, reference(live), right)
        live.think()
        live.work()
        assert "Upper Lock" in live.platform.texts(GREEN)[-1]

    def test_a_notice_whose_record_may_not_be_said_any_more_is_not_kept_up(self, live: Stage) -> None:
        live.go(live.incident())
        mute(live, Asked(), everything=True)
        live.go(live.incident(state=State.UNFOUNDED))
        assert live.fates()[-1][1] in ("must-come-down", "retracted")

    def test_what_was_taken_back_while_it_was_muted_never_comes_up(self, live: Stage) -> None:
        mute(live)
        live.go(live.incident())
        retract(REVIEWER, live.fleet.store, live.house.know, live.clock, reference(live), Because.ERROR)
        later(live, hours=3)
        assert live.platform.record == []


class TestMaking:
    def test_without_a_matcher_it_mutes_nothing_unless_all_is_asked_for(self, live: Stage) -> None:
        with pytest.raises(CantSilence, match="--all"):
            mute(live, Asked())
        with pytest.raises(CantSilence, match="leave the other matchers out"):
            mute(live, everything=True)
        mute(live, Asked(), everything=True)
        live.go(live.incident())
        assert live.fates() == [HELD]

    @pytest.mark.parametrize(
        ("asked", "says"),
        [
            (Asked(lines=("Gren",)), "did you mean Green"),
            (Asked(kinds=("servce",)), "did you mean service"),
            (Asked(families=("robery",)), "did you mean robbery"),
            (Asked(speakers=("burea",)), "did you mean bureau"),
            (Asked(stations=("Atlantis",)), "is no station"),
        ],
    )
    def test_what_nobody_knows_is_refused(self, live: Stage, asked: Asked, says: str) -> None:
        with pytest.raises(CantSilence, match=says):
            mute(live, asked)

    def test_it_ends_later_than_now_and_says_why(self, live: Stage) -> None:
        with pytest.raises(CantSilence, match="later than now"):
            mute(live, hours=0)
        with pytest.raises(CantSilence, match="say why"):
            mute(live, why="  ")
        with pytest.raises(CantSilence, match="what was said is said"):
            mute(live, starts=live.clock.now() - timedelta(hours=1))

    @pytest.mark.parametrize("role", [Role.OFFICER, Role.PARTNER, Role.AUDITOR])
    def test_others_may_not(self, live: Stage, role: Role) -> None:
        other = Actor(id="eve", roles=frozenset({role}), via="cli")
        with pytest.raises(NotAllowed):
            mute(live, actor=other)
        with pytest.raises(NotAllowed):
            end_silence(other, live.fleet.store, live.clock, 1)

    def test_it_is_listed_with_who_and_why_and_the_log_holds_no_words(self, live: Stage) -> None:
        mute(live, why="Pat Example rang")
        live.go(live.incident())
        [(silence, why, held)] = list_silences(OFFICER, live.fleet.store, live.clock, 9)
        assert (silence.by, why, held) == ("rue", "Pat Example rang", 1)
        rows = [row for row in live.audit() if row.act == "silence made"]
        assert len(rows) == 1
        assert "Pat" not in str(live.audit())
        assert silence.key in str(rows[0])


def test_a_preview_shows_what_was_said_and_what_waits_and_changes_nothing(live: Stage) -> None:
    live.go(live.incident("1"), live.incident("2", station="Museum"))
    offence_held(live, number="3", station="Fish Market")
    store, know = live.fleet.store, live.house.know
    found = preview_silence(REVIEWER, store, know, live.clock, ON_GREEN, timedelta(days=7))
    assert [(one.fate.value, one.waits) for one in found] == [("held", True), ("posted", False)]
    assert found[1].reference == reference(live)
    assert len(preview_silence(REVIEWER, store, know, live.clock, Asked(), timedelta(days=7))) == 3
    live.clock.step(days=8)
    assert preview_silence(REVIEWER, store, know, live.clock, ON_GREEN, timedelta(days=7)) == []


def test_somebody_is_told_before_it_ends_once(live: Stage) -> None:
    silence = mute(live)
    bell = Bell()

    def sweep() -> list[str]:
        call_out(FLEET_ACTOR, live.fleet.store, live.clock, (), bell, AGAIN, live.house.know)
        return bell.rung

    live.clock.step(minutes=89)
    assert sweep() == []
    live.clock.step(minutes=1)
    assert sweep() == sweep() == [f"silence-ends:{silence.id}"]


def test_status_names_it_and_what_it_holds(live: Stage) -> None:
    mute(live)
    live.go(live.incident())
    seen = look_at(live.fleet.store, live.clock, ())
    assert ([one.by for one in seen.muted_by], seen.muted) == (["rue"], 1)
    assert seen.well
    assert "silences: 1" in seen.sentence


def test_explain_names_the_stage(live: Stage) -> None:
    mute(live)
    live.go(live.incident())
    _, [entry] = explain_notice(OFFICER, live.fleet.store, live.house.know, reference(live))
    assert (entry.rule, [(one.rule, one.stage) for one in entry.asked]) == ("silenced", [("silenced", "silence")])
    assert "made by rue" in (entry.why or "")
    later(live, hours=2)
    _, [entry] = explain_notice(OFFICER, live.fleet.store, live.house.know, reference(live))
    asked = [one.stage for one in entry.asked]
    assert asked[:2] == ["silence", "inhibition"]
    assert set(asked[2:]) == {"repetition", "policy"}
    assert [one.rule for one in entry.asked[-3:]] == ["alone-and-fresh", "calm", "quiet-hours"]
