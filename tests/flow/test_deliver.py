"""Nothing twice and nothing lost on a platform that misbehaves, judged by the platform's own record."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from core.domain.deliveries import Deferred, Delivery, Outcome
from core.domain.staff import FLEET_ACTOR, Actor, NotAllowed
from core.flow.deliver import deliver, identity_holds
from core.flow.holding import learn
from core.flow.reconcile import reconcile
from core.flow.workers import work_once
from core.ports.channel import LimitKind, LimitSeen, OutcomeUnknown, PostDeferred, PostRefused
from core.ports.store import Store, Tx
from tests.fakes.odd_platform import lost_answer
from tests.flow.stage import BLUE, GREEN, RED, Stage, everything_said_once, two_notices


class TestNothingTwiceNothingLost:
    def test_a_well_behaved_platform(self, live: Stage) -> None:
        two_notices(live)
        live.work()
        everything_said_once(live)

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ([None, None, None], [lost_answer(), lost_answer(), lost_answer()]),
            ([lost_answer(), lost_answer(), lost_answer()], []),
            ([PostDeferred("busy", 900), None, PostDeferred("busy", 3)], []),
            ([RuntimeError("an SDK's own"), None], [RuntimeError("an SDK's own")]),
            ([lost_answer()], [lost_answer(), None, lost_answer()]),
        ],
        ids=["taken, answers lost", "not taken, answers lost", "deferred", "unforeseen", "mixed"],
    )
    def test_answers_go_astray(self, live: Stage, before: list, after: list) -> None:
        live.platform.before.extend(before)
        live.platform.after.extend(after)
        two_notices(live)
        live.work()
        everything_said_once(live)

    def test_a_refusal_is_final_and_is_not_tried_again(self, live: Stage) -> None:
        live.platform.before.append(PostRefused("not such words"))
        live.go(live.incident())
        assert live.platform.record == []
        assert live.platform.calls == [GREEN]
        assert live.states(GREEN) == ["refused"]

    def test_an_unforeseen_error_leaves_no_words_in_the_log(
        self, live: Stage, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        live.platform.before.append(RuntimeError("token=s3cret"))
        live.go(live.incident())
        assert "unforeseen RuntimeError" in caplog.text
        assert "s3cret" not in caplog.text

    def test_who_is_told_of_it_may_be_gone(self, live: Stage) -> None:
        def gone(delivery: Delivery, outcome: Outcome | None) -> None:
            raise BrokenPipeError

        two_notices(live)
        while deliver(FLEET_ACTOR, replace(live.office, said=gone), "one"):
            pass
        everything_said_once(live)


class Stumbles:
    """A store that undoes its second durable act and raises, as if the next attempt could not be written."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._acts = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def durably(self, act: Callable[[Tx], Any]) -> Any:
        self._acts += 1
        return self._store.durably(self._undone(act) if self._acts == 2 else act)

    @staticmethod
    def _undone(act: Callable[[Tx], Any]) -> Callable[[Tx], Any]:
        def undone(tx: Tx) -> None:
            act(tx)
            raise KeyError("of the next attempt")

        return undone


class TestOneCommitAPost:
    def test_trouble_with_the_next_attempt_costs_the_last_call_no_receipt(self, live: Stage) -> None:
        for account in live.house.know.accounts.values():
            assert identity_holds(live.office, account)
        live.take(live.incident())
        live.think()
        with pytest.raises(KeyError):
            deliver(FLEET_ACTOR, replace(live.office, store=Stumbles(live.fleet.store)), "one")
        assert sorted(live.states(GREEN) + live.states(GREEN, "local")) == ["delivered", "due"]
        live.work()
        assert live.states(GREEN) + live.states(GREEN, "local") == ["delivered", "delivered"]
        assert (len(live.platform.texts(GREEN)), len(live.texts(GREEN))) == (1, 1)

    def test_a_repeated_word_of_a_limit_is_not_written_again_and_a_lost_commit_is(self, live: Stage) -> None:
        account = next(one for one in live.house.know.public_accounts if one.handle == GREEN)
        now, store = live.clock.now(), live.fleet.store
        seen = LimitSeen(
            name="made-up",
            kind=LimitKind.POST,
            shared=False,
            limit=90,
            remaining=80,
            resets_at=now + timedelta(hours=1),
        )
        outcome = Deferred(seconds=1, why="made up")
        with store.begin() as tx:
            kept = learn(tx, live.house.know, account.id, outcome, [seen], {}, now)
        assert kept == {(account.id, "made-up"): (seen, now)}
        with store.begin() as tx:
            assert [one.seen for one in tx.limits.kept(now, of=account)] == [seen]
            fewer = seen.model_copy(update={"remaining": 79})
            assert learn(tx, live.house.know, account.id, outcome, [fewer], kept, now) == {}
            assert learn(tx, live.house.know, account.id, outcome, [fewer], {}, now) != {}, "what was rolled back"


class TestLookingUp:
    def test_a_look_that_lags_behind_finds_it_at_the_second(self, live: Stage) -> None:
        live.platform.after.append(lost_answer())
        live.platform.blind_looks = 1
        live.go(live.incident())
        assert len(live.platform.texts(GREEN)) == 1

    def test_looks_that_do_not_reach_back_count_for_nothing(self, live: Stage) -> None:
        live.platform.after.append(lost_answer())
        live.platform.incomplete_looks = 5
        live.go(live.incident())
        assert len(live.platform.texts(GREEN)) == 1
        assert live.platform.looks == 6

    def test_surely_absent_needs_two_looks_one_grace_apart(self, live: Stage) -> None:
        live.platform.before.append(lost_answer())
        live.take(live.incident())
        live.think()
        while work_once(live.office, "worker"):
            pass
        assert (live.platform.looks, live.states(GREEN)) == (1, ["unknown"])
        live.time_passes(live.office.grace_seconds - 1)
        assert work_once(live.office, "worker") == 0
        assert live.platform.looks == 1
        live.time_passes(1)
        live.work()
        assert live.platform.looks == 2
        assert len(live.platform.texts(GREEN)) == 1

    def test_what_stays_unclear_is_put_before_a_person_and_never_resent(self, live: Stage) -> None:
        live.platform.after.append(lost_answer())
        live.platform.incomplete_looks = 1000
        live.go(live.incident())
        assert live.states(GREEN) == ["waiting"]
        assert len(live.platform.texts(GREEN)) == 1
        with live.fleet.store.begin() as tx:
            assert [row.role for row in tx.waiting(10)] == ["operator"]

    @pytest.mark.parametrize(
        "trouble", [PostDeferred("busy", 5), OutcomeUnknown("no answer"), RuntimeError("an SDK's own")]
    )
    def test_a_look_that_fails_proves_nothing_and_stops_nothing(self, live: Stage, trouble: Exception) -> None:
        live.platform.after.append(lost_answer())
        live.platform.look_raises.extend([trouble, trouble, trouble])
        two_notices(live)
        live.work()
        everything_said_once(live)

    def test_with_other_credentials_a_look_finds_nothing_and_proves_nothing(self, live: Stage) -> None:
        live.platform.after.append(lost_answer())
        live.take(live.incident())
        live.think()
        deliver(FLEET_ACTOR, live.office, "first")
        live.platform.identities[GREEN] = "Stranger"
        live.office.checked.clear()
        for _ in range(4):
            reconcile(FLEET_ACTOR, live.office, "second")
            live.time_passes(31)
        live.platform.identities.clear()
        live.connect(GREEN)
        live.work()
        assert len(live.platform.texts(GREEN)) == 1
        assert live.states(GREEN) == ["delivered"]

    def test_an_unknown_blocks_only_its_own_notice(self, live: Stage) -> None:
        live.platform.after.append(lost_answer())
        live.platform.incomplete_looks = 1000
        live.take(live.incident("1"))
        live.think()
        while work_once(live.office, "worker"):
            pass
        live.take(live.incident("1", offence_code="ASL"), live.incident("2", station="Upper Lock"))
        live.think()
        while work_once(live.office, "worker"):
            pass
        assert [text.split(" on the")[0] for text in live.platform.texts(GREEN)] == [
            "Robbery reported at Harbour",
            "Robbery reported at Upper Lock",
        ]
        live.platform.incomplete_looks = 0
        live.work()
        assert live.platform.texts(GREEN)[2].startswith("Assault")
        assert live.platform.record[2].reply_to == live.platform.record[0].id


class TestOwners:
    def test_two_owners_side_by_side_say_everything_once(self, live: Stage) -> None:
        for number in range(6):
            live.take(live.incident(str(number), station="Central", occurred_from=_hours_ago(live, number)))
        live.think()
        office = replace(live.office, batch=2)
        at_once = threading.Barrier(2)

        def deliver_as(owner: str) -> int:
            at_once.wait()
            done = 0
            while taken := deliver(FLEET_ACTOR, office, owner):
                done += taken
            return done

        with ThreadPoolExecutor(2) as pool:
            assert sum(pool.map(deliver_as, ("one", "two"))) > 0
        live.work()
        assert (len(live.platform.texts(RED)), len(set(live.platform.texts(RED)))) == (6, 6)
        assert len(set(live.platform.reposts(BLUE))) == len(live.platform.reposts(BLUE)) == 6

    def test_a_killed_owners_attempt_is_looked_up_and_not_resent(self, live: Stage) -> None:
        class Killed(BaseException):
            pass

        live.platform.after.append(Killed())  # type: ignore[arg-type]
        live.take(live.incident())
        live.think()
        office = replace(live.office, batch=1)
        with pytest.raises(Killed):
            [work_once(office, "one") for _ in range(5)]
        assert work_once(live.office, "two") == 0, "its lease still runs"
        live.work()
        assert live.states(GREEN) == ["delivered"]
        assert len(live.platform.texts(GREEN)) == 1

    def test_a_killed_owners_claims_are_due_again(self, live: Stage) -> None:
        live.take(live.incident())
        live.think()
        with live.fleet.store.begin() as tx:
            assert len(tx.outbox.claim("killed", live.clock.now(), 30, 10)) == 2
        assert work_once(live.office, "two") == 0
        live.work()
        assert len(live.platform.texts(GREEN)) == 1
        assert live.platform.looks == 0

    def test_who_is_told_to_stop_gives_back_what_it_took(self, live: Stage) -> None:
        live.platform.after.append(lost_answer())
        live.take(live.incident())
        live.think()
        assert deliver(FLEET_ACTOR, live.office, "one", lambda: True) == 0
        assert deliver(FLEET_ACTOR, live.office, "two") == 2
        assert reconcile(FLEET_ACTOR, live.office, "two", stop=lambda: True) == 0
        assert reconcile(FLEET_ACTOR, live.office, "three") == 1
        assert live.states(GREEN) == ["delivered"]
        assert len(live.platform.texts(GREEN)) == 1

    def test_old_posts_are_given_up(self, live: Stage) -> None:
        live.take(live.incident())
        live.think()
        live.clock.step(days=2)
        live.work()
        assert live.platform.record == []
        assert live.states(GREEN) == ["expired"]

    def test_only_the_fleet_and_operators_deliver(self, live: Stage) -> None:
        rider = Actor(id="a rider", roles=frozenset(), via="web")
        with pytest.raises(NotAllowed):
            deliver(rider, live.office, "one")
        with pytest.raises(NotAllowed):
            reconcile(rider, live.office, "one")


def _hours_ago(stage: Stage, hours: int):
    return stage.clock.now() - timedelta(hours=hours + 1)
