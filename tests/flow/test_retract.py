"""A notice is taken back wherever it stands, judged by the platform's own record."""

from __future__ import annotations

import pytest

from core.domain.accounts import AccountRecord, AccountState
from core.domain.deliveries import DeliveryState
from core.domain.incidents import State
from core.domain.lines import AccountId
from core.domain.notices import Speaker
from core.domain.places import Place
from core.domain.staff import FLEET_ACTOR, Actor, NotAllowed, Role
from core.domain.taking_back import Because, Up
from core.flow.deliver import deliver
from core.flow.pause import pause
from core.flow.reconcile import reconcile
from core.flow.retract import NoSuchNotice, retract
from core.flow.taken_back import TakenBack, see_through, taken_back
from core.ports.channel import LoginNeeded, OutcomeUnknown, PostDeferred, PostRefused
from tests.fakes.odd_platform import lost_answer
from tests.flow.stage import BLUE, GREEN, OFFICER, RED, Stage

REVIEWER = Actor(id="made-up-reviewer", roles=frozenset({Role.REVIEWER}), via="cli")
WRONG = "Correction: our notice with this reference was wrong, and we take it back."
WITHDRAWN = "We withdraw our notice with this reference."


def reference(stage: Stage, seq: int = 1) -> str:
    """The public reference of the notice that an entry made."""
    with stage.fleet.store.begin() as tx:
        notice = tx.notices.find(tx.log.entry(seq).subject, Speaker.BUREAU)
    assert notice is not None
    return notice.reference


def take_back(stage: Stage, because: Because = Because.ERROR, seq: int = 1, patience: float = 4000.0) -> TakenBack:
    """Retract and see it through; time passes by the database's clock alone."""
    named = reference(stage, seq)
    retract(REVIEWER, stage.fleet.store, stage.house.know, stage.clock, named, because)
    stage.think()
    return see_through(REVIEWER, stage.office, named, patience, wait=stage.time_passes)


def ups(seen: TakenBack, channel: str = "x") -> list[str]:
    return [one.up.value for one in seen.taken if one.account.startswith(f"{channel}:")]


class TestWhatStood:
    def test_every_post_and_repost_goes_and_a_correction_stands_in_its_place(self, live: Stage) -> None:
        live.go(live.incident(station="Central"))
        assert (len(live.platform.texts(RED)), len(live.platform.reposts(BLUE))) == (1, 1)
        seen = take_back(live)
        [said] = live.platform.texts(RED)
        assert said.startswith(WRONG)
        assert said.endswith(f"Ref {seen.reference}")
        assert "Central" not in said
        assert live.platform.reposts(BLUE) == [live.platform.record[0].id]
        assert (seen.settled, seen.gone, ups(seen)) == (True, True, ["removed", "removed"])
        assert all(one.at is not None and one.platform_id for one in seen.taken)
        assert live.texts(RED)[0].startswith(WRONG)
        assert len(live.texts(RED)) == 1

    @pytest.mark.parametrize("because", [Because.EXPIRY, Because.EXONERATION, Because.SEALING])
    def test_what_was_no_error_leaves_only_withdrawn_under_its_reference(self, live: Stage, because: Because) -> None:
        live.go(live.incident())
        seen = take_back(live, because)
        [said] = live.platform.texts(GREEN)
        assert said.startswith(WITHDRAWN)
        assert said.endswith(f"Ref {seen.reference}")

    def test_every_part_and_every_revision_goes(self, live: Stage) -> None:
        live.go(live.incident())
        live.go(live.incident(offence_code="ASL"))
        assert len(live.platform.texts(GREEN)) == 2
        seen = take_back(live)
        assert [text[:10] for text in live.platform.texts(GREEN)] == [WRONG[:10]]
        assert ups(seen) == ["removed", "removed"]

    def test_nothing_of_it_is_ever_said_again(self, live: Stage) -> None:
        live.go(live.incident())
        take_back(live)
        live.go(live.incident(offence_code="ASL"))
        live.go(live.incident(state=State.ARRESTED))
        assert len(live.platform.texts(GREEN)) == 1
        assert live.fates()[1:] == [("dropped", "retracted"), ("dropped", "retracted")]

    def test_a_second_time_changes_nothing(self, live: Stage) -> None:
        live.go(live.incident())
        first = take_back(live)
        again = take_back(live, Because.EXPIRY)
        assert again == first
        assert len(live.platform.texts(GREEN)) == 1

    def test_it_is_audited_by_who_did_it(self, live: Stage) -> None:
        live.go(live.incident())
        take_back(live)
        [row] = [row for row in live.audit() if row.act == "notice retracted"]
        assert (row.actor, row.subject, row.detail) == (
            "made-up-reviewer",
            reference(live),
            "because of error: 2 to remove",
        )

    def test_one_reviewer_or_operator_alone_may_and_nobody_else(self, live: Stage) -> None:
        live.go(live.incident())
        officer = Actor(id="an officer", roles=frozenset({Role.OFFICER}), via="cli")
        with pytest.raises(NotAllowed):
            retract(officer, live.fleet.store, live.house.know, live.clock, reference(live), Because.ERROR)
        with pytest.raises(NoSuchNotice):
            retract(REVIEWER, live.fleet.store, live.house.know, live.clock, "BCDFGH1", Because.ERROR)
        with pytest.raises(NoSuchNotice):
            taken_back(REVIEWER, live.fleet.store, live.house.know, reference(live))
        assert len(live.platform.texts(GREEN)) == 1


class TestHalfWay:
    def test_what_was_not_begun_is_withdrawn_and_nothing_is_said(self, live: Stage) -> None:
        live.take(live.incident())
        live.think()
        seen = take_back(live)
        live.work()
        assert live.platform.record == []
        assert ups(seen) == ["nothing to remove"]
        assert (seen.settled, seen.gone, seen.words) == (True, True, ())

    def test_half_delivered(self, live: Stage) -> None:
        live.platform.of_handle[BLUE] = PostDeferred("busy", 600)
        live.take(live.incident(station="Central"))
        live.think()
        while deliver(FLEET_ACTOR, live.office, "worker"):
            pass
        assert (live.states(RED), live.states(BLUE)) == (["delivered"], ["due"])
        live.platform.of_handle.clear()
        seen = take_back(live)
        live.work()
        assert ups(seen) == ["removed", "nothing to remove"]
        assert [text[:10] for text in live.platform.texts(RED)] == [WRONG[:10]]
        assert live.platform.reposts(BLUE) == []

    @pytest.mark.parametrize("blind", [0, 1], ids=["seen at once", "reads lag behind"])
    def test_an_answer_that_got_lost_is_looked_up_first_then_removed(self, live: Stage, blind: int) -> None:
        live.platform.after.append(lost_answer())
        live.platform.blind_looks = blind
        live.take(live.incident())
        live.think()
        deliver(FLEET_ACTOR, live.office, "worker")
        assert live.states(GREEN) == ["unknown"]
        seen = take_back(live)
        assert ups(seen) == ["removed"]
        assert [text[:10] for text in live.platform.texts(GREEN)] == [WRONG[:10]]

    def test_what_surely_never_arrived_leaves_a_tombstone_and_no_words(self, live: Stage) -> None:
        live.platform.before.append(lost_answer())
        live.take(live.incident())
        live.think()
        deliver(FLEET_ACTOR, live.office, "worker")
        seen = take_back(live)
        live.work()
        assert live.platform.record == []
        assert (ups(seen), seen.gone) == (["nothing to remove"], True)
        assert [d.state for d in seen.words if d.key.account.startswith("x:")] == [DeliveryState.WITHDRAWN]

    def test_what_nobody_can_tell_stays_on_the_list_and_goes_once_it_is_found(self, live: Stage) -> None:
        live.platform.after.append(lost_answer())
        live.platform.incomplete_looks = 1000
        live.go(live.incident())
        assert live.states(GREEN) == ["waiting"]
        seen = take_back(live)
        assert (ups(seen), seen.gone, seen.settled) == (["may still be up"], False, True)
        [why] = [one.why for one in seen.taken if one.up is Up.MAY_BE_UP]
        assert why is not None
        assert why.endswith(f"for an hour: look there, then `incident settle {reference(live)} x:{GREEN}`")
        live.platform.incomplete_looks = 0
        again = take_back(live)
        assert (ups(again), again.gone) == (["removed"], True)
        assert [text[:10] for text in live.platform.texts(GREEN)] == [WRONG[:10]]

    def test_a_platform_that_refuses_leaves_it_up_with_the_reason(self, live: Stage) -> None:
        live.go(live.incident())
        live.platform.removing.append(PostRefused("posts older than a day stay"))
        seen = take_back(live)
        assert (ups(seen), seen.gone, seen.settled) == (["still up"], False, True)
        assert [one.why for one in seen.taken if one.account == f"x:{GREEN}"] == ["posts older than a day stay"]
        assert any(text.startswith(WRONG) for text in live.platform.texts(GREEN)), "riders are told all the same"

    @pytest.mark.parametrize(
        "trouble",
        [lost_answer(), PostDeferred("busy", 5), RuntimeError("an SDK's own")],
        ids=["no answer", "deferred", "unforeseen"],
    )
    def test_a_removal_whose_end_was_not_seen_is_tried_until_it_is(self, live: Stage, trouble: Exception) -> None:
        live.go(live.incident())
        live.platform.removing.extend([trouble, trouble, trouble])
        seen = take_back(live)
        assert ups(seen) == ["removed"]
        assert [text[:10] for text in live.platform.texts(GREEN)] == [WRONG[:10]]

    def test_a_process_that_dies_while_removing_leaves_it_to_the_next(self, live: Stage) -> None:
        class Killed(BaseException):
            pass

        live.go(live.incident())
        live.platform.removing.append(Killed())  # type: ignore[arg-type]
        with pytest.raises(Killed):
            take_back(live)
        live.time_passes(31)
        reconcile(FLEET_ACTOR, live.office, "next")
        seen = take_back(live)
        assert ups(seen) == ["removed"]


class TestReach:
    def test_an_account_without_login_is_out_of_reach_and_comes_down_after_it(self, live: Stage) -> None:
        live.go(live.incident())
        live.platform.removing.append(LoginNeeded("the token is dead"))
        seen = take_back(live)
        assert (ups(seen), seen.settled, seen.gone) == (["out of reach"], True, False)
        live.connect(GREEN)
        live.work()
        again = taken_back(REVIEWER, live.fleet.store, live.house.know, reference(live))
        assert (ups(again), again.gone) == (["removed"], True)

    def test_nothing_is_removed_with_somebody_elses_credentials(self, live: Stage) -> None:
        live.go(live.incident())
        live.platform.identities[GREEN] = "Stranger"
        live.office.checked.clear()
        seen = take_back(live)
        assert ups(seen) == ["out of reach"]
        assert len(live.platform.record) == 1

    def test_no_expiry_stops_it(self, live: Stage) -> None:
        live.go(live.incident())
        live.platform.of_handle[GREEN] = PostRefused("no words today")
        retract(REVIEWER, live.fleet.store, live.house.know, live.clock, reference(live), Because.ERROR)
        live.clock.step(days=9)
        live.work()
        assert live.platform.record == []

    def test_only_what_takes_back_is_delivered_by_it(self, live: Stage) -> None:
        live.go(live.incident("1"))
        live.take(live.incident("2", station="Upper Lock"))
        live.think()
        take_back(live)
        assert [text[:10] for text in live.platform.texts(GREEN)] == [WRONG[:10]]


class TestPaused:
    def test_with_everything_paused_it_reaches_its_last_proof(self, live: Stage) -> None:
        live.go(live.incident(station="Central"))
        pause(OFFICER, live.fleet.store, live.house.know, live.clock, "all")
        live.platform.removing.extend([lost_answer(), None, OutcomeUnknown("reset")])
        seen = take_back(live)
        assert (seen.settled, seen.gone) == (True, True)
        assert live.platform.texts(RED)[0].startswith(WRONG)
        assert len(live.platform.record) == 2

    def test_with_an_unknown_that_never_arrived_too(self, live: Stage) -> None:
        live.platform.before.append(lost_answer())
        live.take(live.incident())
        live.think()
        deliver(FLEET_ACTOR, live.office, "worker")
        pause(OFFICER, live.fleet.store, live.house.know, live.clock, "all")
        assert ups(take_back(live)) == ["nothing to remove"]

    def test_a_hijacked_account_is_left_alone_and_listed(self, live: Stage) -> None:
        live.go(live.incident())
        pause(OFFICER, live.fleet.store, live.house.know, live.clock, f"x:{GREEN}", removals_too=True)
        seen = take_back(live)
        assert (ups(seen), ups(seen, "local")) == (["out of reach"], ["removed"])
        assert len(live.platform.record) == 1


class TestBesides:
    def test_what_must_come_down_waits_for_nobody_once_it_was_taken_back(self, live: Stage) -> None:
        live.go(live.incident())
        live.go(live.incident(place=Place(station="Harbour", on_network=False)))
        assert live.fates()[-1] == ("held", "must-come-down")
        take_back(live, Because.EXONERATION)
        assert live.fates()[-1] == ("dropped", "retracted")

    def test_an_account_that_was_blocked_by_hand_is_named(self, live: Stage) -> None:
        live.go(live.incident())
        blocked = AccountRecord(account=AccountId(f"x:{GREEN}"), state=AccountState.NEEDS_LOGIN, why="asleep")
        with live.fleet.store.begin() as tx:
            tx.accounts.set_state(blocked)
        seen = take_back(live)
        assert [one.why for one in seen.taken if one.up is Up.OUT_OF_REACH] == ["the account is not ready: asleep"]

    def test_an_incident_of_a_digest_takes_the_digest_down_and_the_rest_is_said_again(self, live: Stage) -> None:
        live.take(live.incident("1", offence_code="THF"), live.incident("2", offence_code="THF", station="Upper Lock"))
        live.think()
        live.clock.step(hours=12)
        live.think()
        live.work()
        [digest] = live.platform.texts(GREEN)
        assert "Harbour" in digest
        assert "Upper Lock" in digest
        seen = take_back(live)
        live.work()
        after = live.platform.texts(GREEN)
        assert not any("Harbour" in text for text in after)
        assert sum("Upper Lock" in text for text in after) == 1
        assert any(text.startswith(WRONG) and seen.reference in text for text in after)
        assert len(after) == 2
