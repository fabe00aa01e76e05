"""A pattern that was said counts an incident that may not be counted any more: it comes down, or is corrected."""

from __future__ import annotations

from typing import Any

import pytest

from core.domain.incidents import Incident, State
from core.domain.notices import Kind
from core.domain.persons import Person
from core.domain.policy import MayAssert
from core.flow.review_shown import list_reviews
from core.flow.seal import seal
from core.flow.twins import settle_twins
from tests.flow.reviewing import ANN, replaced, shown_texts, waiting, yes
from tests.flow.stage import GREEN, OFFICER, Stage
from tests.flow.test_patterns import STOPS, series

EVERYTHING = MayAssert(states=frozenset(one.value for one in State), persons=True, pictures=True)
FIVE = (*STOPS, "Harbour")


def said(
    stage: Stage, stops: tuple[str, ...] = FIVE, made: list[Incident] | None = None, **changes: Any
) -> list[Incident]:
    """A series whose pattern was approved and stands; the records behind it."""
    made = made or series(stage, stops, **changes)
    stage.take(*made, may=EVERYTHING)
    stage.think()
    stage.work()
    mine = [one for one in list_reviews(ANN, stage.fleet.store, 20) if one.rule == "pattern-waits"]
    yes(stage, ANN, mine[0])
    stage.work()
    assert stands(stage)
    return made


def stands(stage: Stage) -> bool:
    return any("belong together" in text for text in stage.platform.texts(GREEN))


def becomes(stage: Stage, record: Incident, state: State) -> None:
    stage.take(replaced(record, state=state, state_since=stage.clock.now()), may=EVERYTHING)
    stage.think()
    stage.work()


@pytest.mark.parametrize("state", [State.UNFOUNDED, State.SEALED])
def test_one_that_never_was_takes_it_down_at_once(live: Stage, state: State) -> None:
    made = said(live)
    becomes(live, made[0], state)
    assert not stands(live)
    assert live.platform.texts(GREEN)[-1].startswith("We withdraw our notice")


def test_one_that_an_order_seals_takes_it_down_at_once(live: Stage) -> None:
    said(live)
    seal(ANN, live.fleet.store, live.house.know, live.clock, "p0", "SO-2026-17")
    live.think()
    live.work()
    assert not stands(live)


@pytest.mark.parametrize("state", [State.EXONERATED, State.ACQUITTED, State.DISMISSED])
def test_one_that_was_cleared_is_counted_no_more_and_the_correction_waits(live: Stage, state: State) -> None:
    made = said(live)
    live.clock.step(days=5)
    becomes(live, made[0], state)
    assert stands(live)
    correction = waiting(live)
    assert (correction.rule, correction.kind) == ("pattern-waits", Kind.CORRECTION)
    [text, *_] = shown_texts(live, f"x:{GREEN}")
    assert text.startswith("Correction of our earlier notice: 4 reports to police")
    yes(live, ANN, correction)
    live.work()
    assert text in live.platform.texts(GREEN)


def test_with_too_few_left_there_is_no_pattern(live: Stage) -> None:
    made = said(live, STOPS)
    becomes(live, made[0], State.ACQUITTED)
    assert not stands(live)


def test_what_one_offender_tied_together_falls_with_whoever_was_cleared(live: Stage) -> None:
    stations = [one.name for one in live.house.know.gazetteer.stations if "Green" in one.lines]
    apart = (stations[0], stations[0], stations[0], stations[-1], stations[-1])
    made = said(live, apart, person=Person(ref="REF-77"), state=State.ARRESTED)
    becomes(live, made[0], State.ACQUITTED)
    assert not stands(live)


def test_two_that_were_one_are_counted_once(live: Stage) -> None:
    made = series(live, FIVE)
    said(live, made=[*made[:-1], replaced(made[-1], also_known_as=(made[0].number,))])
    settle_twins(OFFICER, live.fleet.store, live.house.know, live.clock, made[-1].number, made[0].number, same=True)
    live.think()
    assert stands(live)
    assert waiting(live).kind is Kind.CORRECTION
    assert "4 reports" in shown_texts(live, f"x:{GREEN}")[0]


def test_a_second_one_that_was_cleared_takes_the_first_ones_correction_along(live: Stage) -> None:
    made = said(live, (*FIVE, "Harbour"))
    becomes(live, made[0], State.ACQUITTED)
    first = waiting(live)
    becomes(live, made[1], State.DISMISSED)
    assert waiting(live).id != first.id
    assert "4 reports" in shown_texts(live, f"x:{GREEN}")[0]


def test_a_draft_that_still_waits_falls_at_once(live: Stage) -> None:
    made = series(live)
    live.go(*made)
    assert waiting(live).rule == "pattern-waits"
    becomes(live, made[0], State.ACQUITTED)
    assert list_reviews(ANN, live.fleet.store, 9) == []
    assert ("dropped", "pattern-shaken") in live.fates()
