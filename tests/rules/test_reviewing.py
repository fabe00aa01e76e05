"""Which holds a person's yes answers, and which it never does."""

from __future__ import annotations

import re

import pytest

from core.rules import persons
from core.rules.reviewing import BY_APPROVAL, PERSON_GOES_ON, may_be_approved
from core.settings.load import SHIPPED

NOT_BY_APPROVAL = {
    "must-come-down": "it is taken back",
    "from-the-future": "its time comes, or a revision",
    "release-not-yet": "its time comes",
    "person-not-released": "its time comes",
    "alert-not-yet": "its time comes",
    "unknown-offence": "it has no words",
    "maybe-same": "an officer merges or splits",
}


def holds() -> set[str]:
    """Every hold that the gate's rules can give, by the name that stands in their source."""
    found = set()
    for file in (SHIPPED.parent / "core" / "rules").glob("*.py"):
        found |= set(re.findall(r'\b_?hold\(\s*"([a-z-]+)"', file.read_text("utf-8")))
    return found


@pytest.mark.parametrize("rule", sorted(holds()))
def test_every_hold_is_answered_by_people_or_by_something_else(rule: str) -> None:
    assert may_be_approved(rule) != (rule in NOT_BY_APPROVAL)


def test_what_people_may_let_go_is_a_rule_that_there_is() -> None:
    assert len(holds()) > 10
    named_once = {"agency-share", "alert-names-somebody"}  # in the alerts' rules
    assert holds() >= BY_APPROVAL - named_once
    assert set(NOT_BY_APPROVAL) <= holds()


@pytest.mark.parametrize("rule", [one.id for one in persons.PERSON_RULES if not one.id.startswith("about-person-")])
def test_no_rule_that_says_no_about_a_person_is_cut_by_an_approval(rule: str) -> None:
    assert not may_be_approved(rule)


def test_the_person_never_goes_on_where_the_whole_record_waits() -> None:
    assert not PERSON_GOES_ON & (set(NOT_BY_APPROVAL) | {"state-never", "closed", "retracted", "offence-never"})
