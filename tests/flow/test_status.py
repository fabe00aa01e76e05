"""The first sentence of status: what a woken person should do, one for each trouble."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from core.domain.incidents import State
from core.domain.persons import Person
from core.domain.places import Place
from core.domain.staff import FLEET_ACTOR
from core.flow.deliver import deliver
from core.flow.pull import pull
from core.flow.status import WAITING_SEEN, look_at
from core.ports.channel import LoginNeeded
from core.ports.source import SourceDown
from tests.fakes.handed_source import HandedSource
from tests.fakes.odd_platform import lost_answer
from tests.flow.stage import GREEN, Stage, good, on_stage
from tests.flow.test_cleared import said


def sentence(stage: Stage, *sources: HandedSource) -> str:
    return look_at(stage.fleet.store, stage.clock, sources).sentence


def test_all_is_well(live: Stage) -> None:
    live.go(live.incident())
    status = look_at(live.fleet.store, live.clock, ())
    assert status.well
    assert status.sentence == "All is well: 0 posts in the queue, nothing waits for a person; you can go back to sleep."
    assert {delivery.key.account for delivery in status.receipts} == {f"x:{GREEN}", f"local:{GREEN}"}


PAT = Person(name="Pat Example", age=40, case_reference="CASE-1")
"""Made up. Somebody wanted waits for reviewers."""


def test_what_waits_for_a_person_wakes_nobody(live: Stage) -> None:
    live.go(live.incident(state=State.WANTED, person=PAT))
    assert sentence(live).endswith("1 wait for the reviewer; you can go back to sleep.")


def test_where_more_may_wait_than_were_read_it_says_so(live: Stage) -> None:
    live.go(live.incident("first", state=State.WANTED, person=PAT))
    assert "1 wait for the reviewer" in sentence(live)
    for number in range(WAITING_SEEN):
        live.take(live.incident(str(number), state=State.WANTED, person=PAT))
    live.think()
    assert " or more wait for the reviewer" in sentence(live)


def test_the_queue_is_counted(live: Stage) -> None:
    live.take(live.incident())
    live.think()
    assert sentence(live).startswith("All is well: 2 posts in the queue")


def logged_out(live: Stage) -> None:
    live.platform.of_handle[GREEN] = LoginNeeded("the token is dead")
    live.go(live.incident())


def wrong_identity(live: Stage) -> None:
    live.platform.identities[GREEN] = "Stranger"
    live.go(live.incident())


def must_come_down(live: Stage) -> None:
    live.go(live.incident())
    live.go(live.incident(place=Place(station="Harbour", on_network=False)))


@pytest.mark.parametrize(
    ("trouble", "says"),
    [
        (logged_out, "Act: x:ExampleGreen needs a login: `accounts connect x:ExampleGreen`."),
        (
            wrong_identity,
            f"Act: x:{GREEN} has somebody else's credentials: the credentials are those of Stranger, not of {GREEN}.",
        ),
        (must_come_down, "Act: 1 notices stand that may not be said any more: take them down now (`retract`)."),
    ],
)
def test_each_trouble_says_what_to_do(live: Stage, trouble: Callable[[Stage], None], says: str) -> None:
    trouble(live)
    assert sentence(live) == says


def test_the_worst_comes_first_and_the_rest_is_counted(live: Stage) -> None:
    must_come_down(live)
    live.platform.of_handle[GREEN] = LoginNeeded("the token is dead")
    live.go(live.incident("2", station="Upper Lock"))
    assert sentence(live).startswith("Act: 1 notices stand that may not be said")
    assert sentence(live).endswith("(1 more below)")


def test_a_source_that_is_down_and_up_again(live: Stage) -> None:
    source = HandedSource(trouble=SourceDown("no answer from the records system"))
    pull(FLEET_ACTOR, live.fleet.store, live.house.know, live.clock, source)
    says = "Act: source handed is down (no answer from the records system): mend it or take it out of lines.yaml."
    assert sentence(live, source) == says
    source.trouble = None
    source.hand(good(live.incident()))
    pull(FLEET_ACTOR, live.fleet.store, live.house.know, live.clock, source)
    assert sentence(live, source).startswith("All is well")


def test_a_source_that_is_silent_too_long(live: Stage) -> None:
    source = HandedSource()
    source.silent_after_seconds = 3600
    source.hand(good(live.incident()))
    pull(FLEET_ACTOR, live.fleet.store, live.house.know, live.clock, source)
    live.clock.step(minutes=59)
    assert sentence(live, source).startswith("All is well")
    live.clock.step(minutes=2)
    pull(FLEET_ACTOR, live.fleet.store, live.house.know, live.clock, source)
    assert sentence(live, source) == "Act: source handed has been silent too long: ask whoever feeds it."


def test_an_account_that_was_never_connected(tmp_path: Path) -> None:
    with on_stage(tmp_path) as stage:
        stage.take(stage.incident())
        stage.think()
        deliver(FLEET_ACTOR, stage.office, "worker")
        assert sentence(stage) == "Act: x:ExampleGreen needs a login: `accounts connect x:ExampleGreen`."


def test_an_unknown_that_is_still_looked_up_wakes_nobody(live: Stage) -> None:
    live.platform.after.append(lost_answer())
    live.take(live.incident())
    live.think()
    deliver(FLEET_ACTOR, live.office, "worker")
    live.clock.step(seconds=timedelta(minutes=1).total_seconds())
    assert sentence(live).startswith("All is well: 1 posts in the queue")


def test_no_status_holds_the_words_about_a_person(live: Stage) -> None:
    said(live, "1", "Harbour")
    seen = look_at(live.fleet.store, live.clock, (), receipts=50, know=live.house.know)
    assert len(seen.receipts) > 1
    assert any(one.post is not None for one in seen.receipts), "the place's words stay"
    assert "Pat" not in seen.model_dump_json()
