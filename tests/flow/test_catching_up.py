"""After an outage: what takes back first, then what is still true, then one digest; by the platform's own record."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from core.domain.alerts import ServiceAlert
from core.domain.incidents import Incident, State
from core.domain.lines import LineId
from core.domain.notices import NoticeId
from core.domain.persons import Person
from core.domain.staff import FLEET_ACTOR
from core.domain.taking_back import Because
from core.flow.deliver import deliver
from core.flow.intake import take_in
from core.flow.pause import pause, resume
from core.flow.retract import retract
from core.ports.channel import PostDeferred
from core.ports.source import GoodRow
from tests.flow.stage import BLUE, EVERYTHING, GREEN, OFFICER, RED, Stage, on_stage
from tests.flow.test_retract import REVIEWER, WRONG, reference, take_back

HOURS = 23.5
"""So long that a report of half an hour ago is old news by the policy, while its life of two days is not over."""


@contextmanager
def long_lived(folder: Path) -> Iterator[Stage]:
    """Live accounts, and notices that live for two days."""
    with on_stage(folder) as stage:
        policy = stage.house.know.policy.model_copy(update={"life": timedelta(days=2)})
        know = replace(stage.house.know, policy=policy)
        stage.house, stage.office = replace(stage.house, know=know), replace(stage.office, know=know)
        stage.connect()
        yield stage


@pytest.fixture
def live(tmp_path: Path) -> Iterator[Stage]:
    with long_lived(tmp_path) as made:
        yield made


@pytest.fixture
def out(live: Stage) -> Stage:
    """Green's account on X is paused: what comes in waits there, and is said on the local timeline."""
    pause(OFFICER, live.fleet.store, live.house.know, live.clock, f"x:{GREEN}")
    return live


def back(stage: Stage, **later: float) -> None:
    """So much time passes; then the account may go again, and the fleet does what there is to do."""
    stage.clock.step(**later)
    resume(OFFICER, stage.fleet.store, stage.house.know, stage.clock, f"x:{GREEN}")
    stage.work()
    stage.think()
    stage.work()


def alert(stage: Stage, name: str, *, hours: float, over: bool = False) -> None:
    """The agency's word about Green, true for so many hours from now."""
    now = stage.clock.now()
    one = ServiceAlert(
        agency="made-up",
        id=name,
        source="made-up",
        known_at=now,
        lines=(LineId("Green"),),
        header={"en": f"Alert {name}: trains are delayed."},
        active_from=now,
        active_to=now + timedelta(hours=hours),
        over=over,
    )
    with stage.fleet.store.begin() as tx:
        rows = [GoodRow(position=name, record=one, raw=b"{}")]
        take_in(FLEET_ACTOR, tx, stage.house.know, "made-up", EVERYTHING, rows, now)
    stage.think()


def seen(stage: Stage) -> list[str]:
    """What Green said on X: the first words of each."""
    return stage.platform.texts(GREEN)


class TestSorted:
    def test_what_is_urgent_and_fresh_goes_and_the_rest_is_one_digest(self, out: Stage) -> None:
        out.go(out.incident("1"), out.incident("2", station="Upper Lock"))
        out.clock.step(hours=HOURS - 2)
        out.go(out.incident("3", station="Quarry End"))
        back(out, hours=2)
        fresh, *parts = seen(out)
        digest = " ".join(parts)
        assert digest.count("2 reports to police") == 1
        assert "Quarry End" in fresh
        assert all(station in digest for station in ("Harbour", "Upper Lock"))
        assert "Quarry End" not in digest
        assert out.states(GREEN)[:3] == ["withdrawn", "withdrawn", "delivered"]

    def test_the_digest_stands_on_the_account_that_was_out_alone(self, out: Stage) -> None:
        out.go(out.incident("1"))
        back(out, hours=HOURS)
        assert ["Harbour" in text for text in seen(out)] == [True]
        assert len(out.texts(GREEN)) == 1, "the local timeline had said it at its time"

    def test_what_waited_for_less_goes_as_it_is(self, out: Stage) -> None:
        out.go(out.incident("1", offence_code="ASL"))
        back(out, minutes=59)
        assert len(seen(out)) == 1
        assert [row for row in out.audit() if row.act.startswith("caught up")] == []

    def test_the_evenings_digest_that_could_not_go_is_part_of_it(self, out: Stage) -> None:
        out.take(out.incident("1", offence_code="THF"))
        out.think()
        out.clock.step(hours=8)
        out.go(out.incident("2", station="Upper Lock", offence_code="THF"))
        out.clock.step(hours=16)
        out.think()
        back(out, hours=2)
        [digest] = seen(out)
        assert "Harbour" in digest or "Upper Lock" in digest
        assert len(out.platform.record) == 1

    def test_of_two_revisions_the_last_goes(self, out: Stage) -> None:
        out.go(out.incident("1"))
        out.go(out.incident("1", offence_code="ASL"))
        back(out, hours=3)
        [said] = seen(out)
        assert "assault" in said.lower()

    def test_an_alert_goes_while_it_is_true(self, out: Stage) -> None:
        alert(out, "short", hours=2)
        alert(out, "long", hours=9)
        back(out, hours=4)
        [said] = seen(out)
        assert "Alert long" in said
        assert out.states(GREEN) == ["withdrawn", "delivered"]

    def test_a_second_outage_makes_a_digest_of_its_own(self, out: Stage) -> None:
        out.go(out.incident("1"))
        back(out, hours=HOURS)
        pause(OFFICER, out.fleet.store, out.house.know, out.clock, f"x:{GREEN}")
        out.go(out.incident("2", station="Upper Lock"))
        back(out, hours=HOURS)
        first, second = seen(out)
        assert ("Harbour" in first, "Upper Lock" in first) == (True, False)
        assert ("Harbour" in second, "Upper Lock" in second) == (False, True)

    def test_a_process_that_was_down_sorts_what_it_finds(self, live: Stage) -> None:
        live.take(live.incident("1"), live.incident("2", station="Central"))
        live.think()
        live.clock.step(hours=HOURS)
        live.work()
        live.think()
        live.work()
        for handle in (GREEN, RED):
            assert len(live.platform.texts(handle)) == len(live.texts(handle)) == 1
        assert len(set(live.platform.texts(GREEN) + live.platform.texts(RED))) == 2
        assert live.platform.reposts(BLUE) == [], "what nobody said, nobody repeats"

    def test_what_was_begun_is_brought_to_its_end(self, live: Stage) -> None:
        live.platform.of_handle[BLUE] = PostDeferred("busy", 60)
        live.take(live.incident(station="Central"))
        live.think()
        while deliver(FLEET_ACTOR, live.office, "worker"):
            pass
        assert live.states(BLUE) == ["due"]
        live.platform.of_handle.clear()
        live.clock.step(hours=2)
        live.work()
        assert len(live.platform.reposts(BLUE)) == 1, "it is urgent and still true"

    def test_it_is_audited(self, out: Stage) -> None:
        out.go(out.incident("1"))
        back(out, hours=HOURS)
        [row] = [row for row in out.audit() if row.act.startswith("caught up")]
        assert (row.subject, row.detail) == (f"x:{GREEN}", "1 withdrawn, 1 in a digest")

    def test_an_incident_of_it_that_is_taken_back_takes_it_down_and_the_rest_is_said_again(self, out: Stage) -> None:
        out.go(out.incident("1"), out.incident("2", station="Upper Lock"))
        back(out, hours=HOURS)
        assert sum("2 reports to police" in text for text in seen(out)) == 1
        take_back(out)
        out.work()
        after = seen(out)
        assert not any("Harbour" in text for text in after)
        assert sum("Upper Lock" in text for text in after) == 1
        assert any(text.startswith(WRONG) for text in after)
        assert sum("Upper Lock" in text for text in out.texts(GREEN)) == 1


class TestOrder:
    def test_what_takes_back_goes_first_then_urgent_then_service_then_the_digest(self, live: Stage) -> None:
        live.office.batch = 1
        live.go(live.incident("wrong", station="Lantern Hill"))
        [wrong] = live.platform.record
        pause(OFFICER, live.fleet.store, live.house.know, live.clock, f"x:{GREEN}", removals_too=True)
        live.go(live.incident("old"))
        live.clock.step(hours=HOURS - 2)
        alert(live, "slow", hours=9)
        live.go(live.incident("new", station="Quarry End"))
        retract(REVIEWER, live.fleet.store, live.house.know, live.clock, reference(live), Because.ERROR)
        back(live, hours=2)
        assert wrong.id not in [row.id for row in live.platform.record]
        taken_back, urgent, service, digest = seen(live)
        assert taken_back.startswith(WRONG)
        assert "Quarry End" in urgent
        assert "Alert slow" in service
        assert "Harbour" in digest

    def test_strictly_inside_a_notice(self, out: Stage) -> None:
        """Its parts follow one another, whatever else is more urgent meanwhile."""
        alert(out, "slow", hours=9)
        out.go(out.incident("1"))
        back(out, minutes=5)
        urgent, service = seen(out)
        assert "Harbour" in urgent
        assert "Alert slow" in service

    def test_what_is_past_its_life_says_so(self, out: Stage) -> None:
        out.go(out.incident("1"))
        back(out, hours=49)
        assert out.states(GREEN) == ["expired", "delivered"], "the second is the digest that tells of it"
        notice = notice_of(out)
        with out.fleet.store.begin() as tx:
            [late] = [one for one in tx.outbox.of_notice(notice) if one.key.account == f"x:{GREEN}"]
        assert late.why == "it was not delivered in its time; after an outage: it stands in the digest after the outage"


def notice_of(stage: Stage) -> NoticeId:
    named = reference(stage)
    with stage.fleet.store.begin() as tx:
        found = tx.notices.by_reference(named)
    assert found is not None
    return found.id


@pytest.fixture
def short(tmp_path: Path) -> Iterator[Stage]:
    """Notices live for some hours, as the policy has it, and Green's account on X is paused."""
    with on_stage(tmp_path) as stage:
        stage.connect()
        pause(OFFICER, stage.fleet.store, stage.house.know, stage.clock, f"x:{GREEN}")
        yield stage


def expires(stage: Stage, *incidents: Incident) -> None:
    """They come in, and their time passes while the account is out."""
    stage.go(*incidents)
    stage.clock.step(hours=25)
    stage.work()
    stage.think()
    stage.work()


class TestOutlived:
    def test_what_expired_meanwhile_stands_in_the_same_digest_as_the_rest(self, short: Stage) -> None:
        expires(short, short.incident("1"), short.incident("2", station="Upper Lock"))
        short.go(short.incident("3", station="Quarry End", offence_code="THF"))
        short.clock.step(hours=2)
        short.go(short.incident("4", station="Fish Market"))
        back(short, hours=2)
        assert short.states(GREEN)[:2] == ["expired", "expired"]
        digest = [text for text in seen(short) if "Harbour" in text]
        assert len(digest) == 1
        assert "Upper Lock" in digest[0]
        assert "caught up after an outage" in [row.act for row in short.audit()]

    def test_where_all_of_it_expired_it_is_said_all_the_same_and_once(self, short: Stage) -> None:
        expires(short, short.incident("1"), short.incident("2", station="Upper Lock"))
        assert seen(short) == []
        back(short, hours=1)
        digest = seen(short)
        assert " ".join(digest).count("2 reports to police") == 1
        for _ in range(2):
            short.clock.step(hours=2)
            short.think()
            short.work()
        assert seen(short) == digest

    def test_nothing_is_told_while_the_account_is_still_out(self, short: Stage) -> None:
        expires(short, short.incident("1"))
        short.clock.step(hours=3)
        short.think()
        assert len(short.fates()) == 1, "the incident, and no digest"

    def test_nothing_of_a_person_nor_of_what_was_taken_back(self, short: Stage) -> None:
        short.go(short.incident("2", station="Upper Lock"), short.incident("3", station="Quarry End"))
        taken = reference(short, 1)
        expires(short, short.incident("1", state=State.WANTED, person=Person(name="Pat Example", age=40)))
        retract(REVIEWER, short.fleet.store, short.house.know, short.clock, taken, Because.ERROR)
        back(short, hours=1)
        said = " ".join(seen(short))
        assert "Quarry End" in said
        assert "Upper Lock" not in said
        assert "Pat" not in said

    def test_what_expired_days_ago_is_told_nowhere(self, short: Stage) -> None:
        expires(short, short.incident("1"))
        back(short, hours=60)
        assert seen(short) == []

    def test_what_a_spent_budget_held_makes_no_digest_while_it_is_spent(self, tmp_path: Path) -> None:
        with on_stage(tmp_path, x="{limit: 280, price_post: 1.0, budget: 0}") as stage:
            stage.connect()
            expires(stage, stage.incident("1", offence_code="THF"))
            expires(stage)
            assert stage.states(GREEN) == ["expired"]
            before = len(stage.fates())
            stage.think()
            assert len(stage.fates()) == before
