"""A notice that its lead will surely not say is said by the next line's handle: by the platform's own record."""

from __future__ import annotations

import pytest

from core.domain.accounts import AccountState
from core.domain.lines import AccountId
from core.domain.staff import FLEET_ACTOR
from core.flow.deliver import deliver
from core.flow.pause import pause, resume
from core.flow.succession import Waits, succeed
from core.ports.channel import LoginNeeded, PostRefused
from tests.fakes.odd_platform import lost_answer
from tests.flow.stage import BLUE, GREEN, OFFICER, RED, Stage
from tests.flow.test_retract import take_back

NO = PostRefused("no words of this account today")


def said_at_central(stage: Stage) -> None:
    """Red leads at Central, Blue repeats it."""
    stage.take(stage.incident(station="Central"))
    stage.think()


def asleep(stage: Stage, handle: str) -> None:
    with stage.fleet.store.begin() as tx:
        known = tx.accounts.get(AccountId(f"x:{handle}"))
        tx.accounts.set_state(known.model_copy(update={"state": AccountState.NEEDS_LOGIN, "why": "asleep"}))


def leads(stage: Stage) -> list[str]:
    """What the audit log says of changed leads."""
    return [row.detail for row in stage.audit() if row.act == "lead changed"]


def one_full_text(stage: Stage, lead: str, *others: str) -> None:
    """Exactly one account says it, and the others repeat that very post."""
    full = [row for row in stage.platform.record if row.repost_of is None]
    assert [row.handle for row in full] == [lead]
    again = [(row.handle, row.repost_of) for row in stage.platform.record if row.repost_of is not None]
    assert again == [(other, full[0].id) for other in others]


class Killed(BaseException):
    pass


def dies_half_way(stage: Stage) -> None:
    """What was due of the old lead is withdrawn, and the process ends before the commit."""
    now = stage.clock.now()
    with stage.fleet.store.begin() as tx:
        [lost] = [one for one in tx.mending.unsaid_leads(now, now) if one.key.account == f"x:{RED}"]
        assert tx.mending.change_lead(lost.key, [], "half way", now)
        raise Killed


class TestRefused:
    def test_the_next_line_says_it_in_full(self, live: Stage) -> None:
        live.platform.of_handle[RED] = NO
        said_at_central(live)
        live.work()
        assert live.platform.record == [], "the old lead was refused, and its sister had nothing to repeat"
        live.think()
        live.work()
        one_full_text(live, BLUE)
        [detail] = leads(live)
        assert detail == f"x:{RED} → x:{BLUE}: refused: {NO}"

    def test_again_and_again_there_is_one_lead(self, live: Stage) -> None:
        live.platform.of_handle[RED] = NO
        said_at_central(live)
        live.work()
        for _ in range(3):
            live.think()
        live.work()
        live.think()
        live.work()
        one_full_text(live, BLUE)
        assert len(leads(live)) == 1

    def test_the_other_sister_repeats_the_new_lead(self, live: Stage) -> None:
        live.platform.of_handle[GREEN] = NO
        live.go(live.incident(station="Great Central Terminus"))
        assert (live.platform.record, live.states(BLUE)) == ([], ["withdrawn"])
        live.think()
        live.work()
        one_full_text(live, RED, BLUE)

    def test_where_all_are_refused_nobody_says_it(self, live: Stage) -> None:
        live.platform.of_handle.update({RED: NO, BLUE: NO})
        said_at_central(live)
        for _ in range(3):
            live.work()
            live.think()
        assert live.platform.record == []
        assert len(leads(live)) == 1

    def test_what_was_taken_back_gets_no_other_lead(self, live: Stage) -> None:
        live.platform.of_handle[RED] = NO
        said_at_central(live)
        live.work()
        take_back(live)
        live.think()
        live.work()
        assert live.platform.record == []

    def test_the_update_is_led_by_the_new_lead(self, live: Stage) -> None:
        live.platform.of_handle[RED] = NO
        said_at_central(live)
        live.work()
        live.think()
        live.work()
        live.platform.of_handle.clear()
        live.go(live.incident(station="Central", offence_code="ASL"))
        assert len(live.platform.texts(BLUE)) == 2
        assert live.platform.texts(RED) == []
        assert len(live.platform.reposts(RED)) == 1


class TestUnable:
    def test_an_account_that_needs_a_login_keeps_the_lead_for_a_while(self, live: Stage) -> None:
        asleep(live, RED)
        said_at_central(live)
        live.clock.step(minutes=9)
        live.think()
        live.work()
        assert live.platform.record == []
        live.clock.step(minutes=1)
        live.think()
        live.work()
        one_full_text(live, BLUE)

    def test_and_repeats_the_new_lead_once_it_is_back(self, live: Stage) -> None:
        asleep(live, RED)
        said_at_central(live)
        live.clock.step(minutes=10)
        live.think()
        live.connect(RED)
        live.work()
        one_full_text(live, BLUE, RED)

    @pytest.mark.parametrize("how", ["paused", "somebody else"])
    def test_so_does_one_that_is_paused_or_somebody_else(self, live: Stage, how: str) -> None:
        if how == "paused":
            pause(OFFICER, live.fleet.store, live.house.know, live.clock, f"x:{RED}")
        else:
            live.platform.identities[RED] = "Stranger"
            live.office.checked.clear()
        said_at_central(live)
        live.work()
        live.clock.step(minutes=10)
        live.think()
        live.work()
        one_full_text(live, BLUE)

    def test_with_everything_paused_nobody_takes_the_lead(self, live: Stage) -> None:
        said_at_central(live)
        pause(OFFICER, live.fleet.store, live.house.know, live.clock, "all")
        live.clock.step(minutes=30)
        live.think()
        resume(OFFICER, live.fleet.store, live.house.know, live.clock, "all")
        live.work()
        one_full_text(live, RED, BLUE)

    def test_an_account_that_is_ready_and_only_slow_keeps_it(self, live: Stage) -> None:
        said_at_central(live)
        live.clock.step(minutes=30)
        live.think()
        live.work()
        one_full_text(live, RED, BLUE)


class TestUnknown:
    def test_an_attempt_whose_end_was_not_seen_keeps_the_lead(self, live: Stage) -> None:
        live.platform.after.append(lost_answer())
        said_at_central(live)
        deliver(FLEET_ACTOR, live.office, "worker")
        assert live.states(RED) == ["unknown"]
        asleep(live, RED)
        live.clock.step(minutes=30)
        live.think()
        assert leads(live) == []
        live.connect(RED)
        live.work()
        one_full_text(live, RED, BLUE)

    def test_one_that_surely_never_arrived_loses_it(self, live: Stage) -> None:
        live.platform.before.append(lost_answer())
        said_at_central(live)
        deliver(FLEET_ACTOR, live.office, "worker")
        live.platform.of_handle[RED] = LoginNeeded("the token is dead")
        live.work()
        live.clock.step(minutes=30)
        live.think()
        live.work()
        one_full_text(live, BLUE)

    def test_a_process_that_dies_between_refusal_and_the_new_lead_leaves_it_to_the_next(self, live: Stage) -> None:
        live.platform.of_handle[RED] = NO
        said_at_central(live)
        live.work()

        with pytest.raises(Killed):
            dies_half_way(live)
        assert succeed(FLEET_ACTOR, live.fleet.store, live.house.know, live.clock, Waits()) == 1
        assert succeed(FLEET_ACTOR, live.fleet.store, live.house.know, live.clock, Waits()) == 0
        live.work()
        one_full_text(live, BLUE)
