"""No order of edits, approvals, records, policies and restarts lets out what nobody approved, by the record outside."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from core.domain.incidents import State
from core.domain.reviews import RejectBecause
from tests.flow.review_machine import EDITS, EVE, REFUSED, ROBBERY, SHELTERED, TAKEN, Reviewing
from tests.flow.review_model import REFUSALS, TRANSITIONS, never_taken
from tests.flow.reviewing import ANN, BOB, CYD, DESK

EXAMPLES, STEPS = 15, 30
ALL_AT_ONCE, NOT_YET = 0, 9
"""A dice at which the fleet thinks or delivers at once; one at which it doesn't."""


def _walk(m: Reviewing) -> list[Callable[[], object]]:
    """Once through all that is rare."""
    return [
        lambda: m.says_yes_in_another_way(ROBBERY, ANN, "no answer"),
        lambda: m.says_yes_in_another_way(ROBBERY, ANN, "answers yes"),
        lambda: m.says_yes_in_another_way(ROBBERY, ANN, "bypass for nothing"),
        lambda: m.says_yes_in_another_way(ROBBERY, ANN, "may not"),
        lambda: m.says_yes_in_another_way(SHELTERED, CYD, "bypass"),
        *[lambda edit=edit, number=number: m.edits(number, CYD, edit) for edit in EDITS for number in m.model],
        lambda: m.edits(ROBBERY, EVE, EDITS[0]),
        lambda: m.says_yes_in_another_way(ROBBERY, CYD, "twice"),
        lambda: m.says_yes_in_another_way(ROBBERY, ANN, "twice"),
        lambda: m.two_say_yes(ROBBERY),
        lambda: m.policy_comes_anew("another", ALL_AT_ONCE),
        lambda: m.time_passes(31, ALL_AT_ONCE),
        lambda: m.looks(ROBBERY, ANN),
        lambda: m.edits(ROBBERY, CYD, EDITS[0]),
        lambda: m.says_yes(ROBBERY, ANN, False),
        lambda: m.policy_comes_anew("as it is", NOT_YET),
        lambda: m.says_yes(ROBBERY, ANN, True),
        lambda: m.two_say_yes(ROBBERY),
        lambda: m.undoes(ROBBERY, ALL_AT_ONCE),
        lambda: m.says_yes_in_another_way(ROBBERY, BOB, "bypass"),
        lambda: m.time_passes(31, ALL_AT_ONCE),
        lambda: m.undoes(ROBBERY, NOT_YET),
        lambda: m.thinks(),
        lambda: m.undoes(ROBBERY, NOT_YET),
        lambda: m.two_say_yes(ROBBERY),
        lambda: m.record_comes_anew(ROBBERY, State.ARRESTED, NOT_YET),
        lambda: m.time_passes(31, ALL_AT_ONCE),
        lambda: m.record_comes_anew(ROBBERY, State.ARRESTED, ALL_AT_ONCE),
        lambda: m.prepares_a_picture("maroon", ALL_AT_ONCE),
        lambda: m.says_yes_in_another_way(ROBBERY, DESK, "twice"),
        lambda: m.time_passes(13 * 3600, NOT_YET),
        lambda: m.says_yes(ROBBERY, ANN, True),
        lambda: m.two_say_yes(ROBBERY),
        lambda: m.record_comes_anew(ROBBERY, State.UNFOUNDED, NOT_YET),
        lambda: m.time_passes(31, ALL_AT_ONCE),
        lambda: m.record_comes_anew(ROBBERY, State.WANTED, NOT_YET),
        lambda: m.thinks(),
        lambda: m.record_comes_anew(ROBBERY, State.UNFOUNDED, NOT_YET),
        lambda: m.delivers(),
        lambda: m.record_comes_anew(SHELTERED, State.REPORTED, ALL_AT_ONCE),
        lambda: m.rejects(SHELTERED, RejectBecause.WORDING, CYD, 0),
        lambda: m.record_comes_anew(SHELTERED, State.SEALED, ALL_AT_ONCE),
        lambda: m.time_passes(31, ALL_AT_ONCE),
    ]


def _walk_of_taking_back(m: Reviewing) -> list[Callable[[], object]]:
    return [
        lambda: m.two_say_yes(ROBBERY),
        lambda: m.restarts(),
        lambda: m.takes_back(ROBBERY, ALL_AT_ONCE),
        lambda: m.time_passes(600, ALL_AT_ONCE),
    ]


def _walk_of_forbidding(m: Reviewing) -> list[Callable[[], object]]:
    """What was owed by itself, and not delivered yet."""
    return [
        lambda: m.policy_comes_anew("another", NOT_YET),
        lambda: m.says_yes(ROBBERY, ANN, True),
        lambda: m.record_comes_anew(ROBBERY, State.UNFOUNDED, NOT_YET),
        lambda: m.delivers(),
    ]


def _walk_of_another_picture(m: Reviewing) -> list[Callable[[], object]]:
    """What was let go without it, or with the one before, and has not left."""
    return [
        lambda: m.thinks(),
        lambda: m.looks(ROBBERY, ANN),
        lambda: m.prepares_a_picture("maroon", ALL_AT_ONCE),
        lambda: m.says_yes(ROBBERY, ANN, False),
        lambda: m.two_say_yes(ROBBERY),
        lambda: m.prepares_a_picture("teal", NOT_YET),
        lambda: m.time_passes(31, ALL_AT_ONCE),
    ]


def test_whatever_happens_in_whatever_order_nothing_goes_out_that_nobody_approved() -> None:
    TAKEN.clear()
    REFUSED.clear()
    for steps in (_walk, _walk_of_taking_back, _walk_of_forbidding, _walk_of_another_picture):
        walked = Reviewing()
        try:
            walked.begin()
            for step in steps(walked):
                step()
                walked.nothing_went_out_that_nobody_approved()
        finally:
            walked.teardown()
    bounds = settings(
        max_examples=EXAMPLES,
        stateful_step_count=STEPS,
        deadline=None,
        derandomize=True,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Reviewing, settings=bounds)
    for title, counted in (("taken", TAKEN), ("refused", REFUSED)):
        print(f"{title}:", ", ".join(f"{name} {count}" for name, count in counted.most_common()))
    assert never_taken(+TAKEN, TRANSITIONS) == []
    assert never_taken(+REFUSED, REFUSALS) == []
