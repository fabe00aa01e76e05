"""What becomes of old news, as a table."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.domain.alerts import ServiceAlert
from core.domain.incidents import Facts, State
from core.domain.lines import LineId
from core.domain.log import AlertEntry, DigestEntry, EntryBody, IncidentEntry
from core.domain.notices import Kind, Urgency
from core.domain.places import AtStation, Place
from core.domain.policy import Policy
from core.rules.catching_up import Backlogged, Then, after_outage

NOW = datetime(2030, 1, 8, 12, 0, tzinfo=UTC)
GREEN = LineId("Green")


def incident(hours: float, *, closed: bool = False, **changes: Any) -> IncidentEntry:
    """Known for so many hours."""
    at = NOW - timedelta(hours=hours)
    facts = Facts(
        source="desk",
        occurred_from=at,
        occurred_to=None,
        occurred_about=False,
        known_at=at,
        offence_code="X1",
        offence_known=True,
        offence_family="robbery",
        place=Place(train="Green"),
        state=State.REPORTED,
        state_since=None,
        release_not_before=None,
        about_person=False,
        has_free_text=False,
    )
    placed = AtStation(lines=(GREEN,), why="made up")
    return IncidentEntry(facts=facts.model_copy(update=changes), placement=placed, closed=closed)


def alert(until: float | None, *, over: bool = False) -> AlertEntry:
    """True for so many hours from now; None = open."""
    ends = None if until is None else NOW + timedelta(hours=until)
    words = {"en": "Made-up delays."}
    told = ServiceAlert(
        agency="made-up", id="1", source="s", known_at=NOW, lines=(GREEN,), header=words, active_to=ends, over=over
    )
    return AlertEntry(alert=told)


DIGEST = DigestEntry(line=GREEN, day="2030-01-07", items=())
WANTED: dict[str, Any] = {"state": State.WANTED, "about_person": True}
CASES: dict[str, tuple[EntryBody, dict[str, Any], Then]] = {
    "fresh-urgent": (incident(2), {}, Then.GOES),
    "old-urgent": (incident(30), {}, Then.INTO_DIGEST),
    "fresh-routine": (incident(2), {"urgency": Urgency.ROUTINE, "kind": Kind.ARREST}, Then.INTO_DIGEST),
    "not-the-newest": (incident(2), {"newest": False}, Then.WITHDRAWN),
    "closed": (incident(2, closed=True), {}, Then.WITHDRAWN),
    "fresh-wanted": (incident(2, **WANTED), {"kind": Kind.WANTED}, Then.GOES),
    "old-wanted": (incident(90, **WANTED), {"kind": Kind.WANTED}, Then.WITHDRAWN),
    "approved-routine": (incident(2), {"urgency": Urgency.ROUTINE, "kind": Kind.ARREST, "approved": True}, Then.GOES),
    "approved-and-old": (incident(90), {"urgency": Urgency.ROUTINE, "approved": True}, Then.WITHDRAWN),
    "begun": (incident(30), {"began_here": True}, Then.GOES),
    "correction": (incident(90), {"takes_back": True, "kind": Kind.CORRECTION}, Then.GOES),
    "alert-open": (alert(None), {"urgency": Urgency.SERVICE}, Then.GOES),
    "alert-on": (alert(1), {"urgency": Urgency.SERVICE}, Then.GOES),
    "alert-past": (alert(0), {"urgency": Urgency.SERVICE}, Then.WITHDRAWN),
    "alert-over": (alert(None, over=True), {"urgency": Urgency.SERVICE}, Then.WITHDRAWN),
    "all-clear-where-nothing-stands": (alert(None, over=True), {"kind": Kind.ALL_CLEAR}, Then.WITHDRAWN),
    "all-clear-where-it-stands": (
        alert(None, over=True),
        {"kind": Kind.ALL_CLEAR, "began_here": True},
        Then.GOES,
    ),
    "digest": (DIGEST, {"urgency": Urgency.ROUTINE, "kind": Kind.DIGEST}, Then.INTO_DIGEST),
}


@pytest.mark.parametrize(("body", "changes", "then"), CASES.values(), ids=CASES)
def test_what_becomes_of_it(body: EntryBody, changes: dict[str, Any], then: Then) -> None:
    plain: dict[str, Any] = {
        "kind": Kind.CRIME_ALERT,
        "urgency": Urgency.URGENT,
        "takes_back": False,
        "began_here": False,
        "newest": True,
        "approved": False,
    }
    policy = Policy(name="test", hash="0")
    found, why = after_outage(Backlogged(**{**plain, **changes}, body=body, policy=policy, now=NOW))
    assert (found, bool(why)) == (then, True)


def test_every_answer_is_given():
    assert {then for _, _, then in CASES.values()} == set(Then)
