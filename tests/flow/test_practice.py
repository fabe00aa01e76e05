"""What accounts in practice would have posted: per week, beside the week before, and beside what live accounts said."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from core.domain.lines import AccountId
from core.domain.staff import Actor, NotAllowed, Role
from core.flow.practice import Practised, practice, week
from core.flow.workers import work_once
from tests.flow.stage import BLUE, GREEN, OFFICER, Stage, on_stage


@pytest.fixture
def practising(tmp_path: Path) -> Iterator[Stage]:
    """X practises, the local timeline is live. It is Monday noon."""
    with on_stage(tmp_path, mode="practice") as made:
        yield made


def report(stage: Stage, ago: int = 0, who: Actor = OFFICER) -> dict[AccountId, Practised]:
    know, now = stage.house.know, stage.clock.now()
    rows = practice(who, stage.fleet.store, know, week(know, now, ago), week(know, now, ago + 1))
    return {row.account: row for row in rows}


def green(stage: Stage, ago: int = 0) -> Practised:
    return report(stage, ago)[AccountId(f"x:{GREEN}")]


def test_the_exact_words_that_would_have_gone_out_and_nothing_went(practising: Stage) -> None:
    practising.go(practising.incident())
    practising.clock.step(minutes=1)
    [said] = green(practising).would_have
    assert said.texts == tuple(practising.texts(GREEN))
    assert (said.kind, said.rule) == ("crime alert", "alone-and-fresh")
    assert practising.platform.record == []


def test_a_sister_handle_would_have_reposted(practising: Stage) -> None:
    practising.go(practising.incident(station="Central"))
    practising.clock.step(minutes=1)
    [said] = report(practising)[AccountId(f"x:{BLUE}")].would_have
    assert (said.act.value, said.texts) == ("repost", ())


def test_a_week_is_held_against_the_week_before(practising: Stage) -> None:
    practising.go(practising.incident("1"))
    practising.clock.step(hours=7 * 24)
    practising.go(practising.incident("2", station="Upper Lock"))
    practising.go(practising.incident("3", station="Harbour", offence_code="ASL"))
    practising.clock.step(minutes=1)
    now = {(one.rule, one.kind): (one.now, one.before) for one in green(practising).shifts}
    assert sum(count for count, _ in now.values()) == len(green(practising).would_have)
    assert sum(count for _, count in now.values()) == 1
    assert [one.reference for one in green(practising, ago=1).would_have] != []
    practising.clock.step(hours=7 * 24)
    assert {(one.now, one.before > 0) for one in green(practising).shifts} == {(0, True)}


def test_where_live_accounts_said_the_same_there_is_no_difference(practising: Stage) -> None:
    practising.go(practising.incident())
    practising.clock.step(minutes=1)
    row = green(practising)
    assert row.beside == (f"local:{GREEN}",)
    assert (row.only_here, row.only_live) == ((), ())


def test_what_only_one_of_them_said_is_listed(practising: Stage) -> None:
    practising.take(practising.incident())
    practising.think()
    with practising.fleet.store.begin() as tx:  # the worker came to the local timeline alone
        here = tx.outbox.claim("worker", practising.clock.now(), 30, 20)
        tx.outbox.release("worker")
    assert len(here) == 2
    local = next(one for one in here if one.key.account.startswith("local:"))
    with practising.fleet.store.begin() as tx:
        tx.outbox.claim("worker", practising.clock.now(), 30, 20)
        [other] = [one for one in here if one is not local]
        tx.outbox.postpone(other.id, "worker", 3600, "made up")
        tx.outbox.release("worker")
    work_once(practising.office, "worker")
    practising.clock.step(minutes=1)
    assert [one.reference for one in green(practising).only_live] == [local.reference]
    practising.work()
    assert green(practising).only_live == ()


def test_words_are_for_the_staff_alone(practising: Stage) -> None:
    with pytest.raises(NotAllowed):
        report(practising, who=Actor(id="a partner", roles=frozenset({Role.PARTNER}), via="api"))


def test_a_week_begins_on_monday_by_the_agencys_clocks(practising: Stage) -> None:
    know, now = practising.house.know, practising.clock.now()
    this, last = week(know, now), week(know, now, 1)
    assert (this.since.astimezone(know.zone).weekday(), this.since.astimezone(know.zone).hour) == (0, 0)
    assert (this.until, last.until) == (now, this.since)
    assert last.until - last.since == timedelta(weeks=1)
