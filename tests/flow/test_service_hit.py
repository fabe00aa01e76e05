"""What our Alerts feed says of service: nothing by itself, and what the agency says in an alert that is tied to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from core.domain.alerts import AlertTypes, ServiceAlert, ServiceEffect
from core.domain.lines import LineId
from core.domain.published import Published
from core.flow.published import Kept, published
from core.flow.settle_event import settle_event
from core.render.feeds_alerts import as_of
from core.rules.service_hit import hit_by, worst
from tests.fakes.alert_feeds import entity
from tests.flow.stage import OFFICER, Stage
from tests.flow.test_service_alerts import OTHER, Agency
from tests.flow.test_two_voices import POLICE, TYPES, harbour

KEEP, COUNTS = timedelta(days=7), timedelta(hours=12)
ALERT = "Example Transit/7"


@pytest.fixture
def agency(stage: Stage) -> Agency:
    return Agency(stage, TYPES)


@pytest.fixture
def listed(stage: Stage) -> Callable[[], Published]:
    """The incident as the feeds have it; what was read before is kept, as a server does."""
    kept: Kept = {}

    def one() -> Published:
        found = published(stage.fleet.store, stage.house.know, stage.clock.now(), KEEP, COUNTS, kept)
        return found[0]

    return one


def both(agency: Agency, alert_type: str | None = "Delays", **given: Any) -> None:
    """An incident at Harbour, and an alert of the agency about the same place and time."""
    stage = agency.stage
    stage.go(stage.incident(occurred_from=stage.clock.now() - timedelta(minutes=10)))
    agency.minutes(1)
    agency.publish(entity("7", POLICE, stops=[harbour(stage)], alert_type=alert_type, **given), OTHER)


def settle(agency: Agency, *, same: bool = True) -> None:
    agency.stage.clock.step(seconds=70)
    settle_event(OFFICER, agency.stage.fleet.store, agency.stage.house.know, agency.stage.clock, "1", ALERT, same=same)


def test_only_an_officer_s_tie_makes_it_so_and_it_ends_with_the_tie(agency, listed):
    both(agency)
    assert listed().effect is None, "what looks alike is not the same"
    settle(agency)
    assert listed().effect is ServiceEffect.SIGNIFICANT_DELAYS
    assert listed().turned_at == agency.stage.clock.now()
    settle(agency, same=False)
    assert listed().effect is None
    assert as_of([listed()], agency.stage.clock.now()) == agency.stage.clock.now(), "other content, another timestamp"


@pytest.mark.parametrize(
    ("alert_type", "given", "effect"),
    [
        ("Suspended", {}, ServiceEffect.NO_SERVICE),
        ("Station Notice", {}, None),
        (None, {"effect": "DETOUR"}, ServiceEffect.DETOUR),
        (None, {"effect": "ACCESSIBILITY_ISSUE"}, None),
        (None, {"effect": "NO_EFFECT"}, None),
    ],
)
def test_the_effect_is_the_agency_s_own_or_that_of_its_type(agency, listed, alert_type, given, effect):
    both(agency, alert_type, **given)
    settle(agency)
    assert listed().effect is effect


def test_once_the_alert_is_over_service_is_as_it_was(agency, listed):
    both(agency)
    settle(agency)
    agency.minutes(3)
    agency.publish(OTHER)
    agency.minutes(11)
    agency.publish(OTHER)
    assert listed().effect is None
    assert listed().turned_at == agency.stage.clock.now()


def test_an_end_that_the_alert_names_counts_before_the_feed_says_so(agency, listed):
    until = agency.now + 3600
    both(agency, periods=[(agency.now, until)])
    settle(agency)
    assert listed().effect is ServiceEffect.SIGNIFICANT_DELAYS
    agency.minutes(59)
    assert listed().effect is None
    turned = listed().turned_at
    assert turned is not None
    assert int(turned.timestamp()) == until


def test_an_incident_that_is_said_after_the_tie_names_the_alert_and_keeps_its_station(agency, listed):
    stage = agency.stage
    agency.publish(entity("7", POLICE, stops=[harbour(stage)], alert_type="Delays"), OTHER)
    held = stage.incident(occurred_from=stage.clock.now() - timedelta(minutes=10), offence_code="NOBODY KNOWS IT")
    stage.go(held)
    settle(agency)
    stage.go(held.model_copy(update={"offence_code": "ROB", "revision": 2}))
    assert "See also notice" in listed().words["en"].text
    assert listed().stops == (harbour(stage),)
    assert listed().effect is ServiceEffect.SIGNIFICANT_DELAYS


GREEN, RED = LineId("Green"), LineId("Red")


def alert(stage: Stage, **changes: Any) -> ServiceAlert:
    now = stage.clock.now()
    plain = ServiceAlert(
        agency="Example Transit", id="1", source="alerts", lines=(GREEN,), header={"en": "Late."}, known_at=now,
        type="Delays",
    )  # fmt: skip
    return plain.model_copy(update=changes)


@pytest.mark.parametrize(
    ("lines", "stops", "hit"),
    [((GREEN,), ("G1",), True), ((GREEN, RED), ("G1",), False), ((GREEN,), (), False), ((), ("G1",), False)],
    ids=["as the alert", "a line that it does not name", "no station", "no line"],
)
def test_it_leads_nobody_around_what_runs(stage, lines, stops, hit):
    now = stage.clock.now()
    table = {"Delays": ServiceEffect.SIGNIFICANT_DELAYS}
    assert (hit_by(alert(stage), now, table, lines, stops, now).effect is not None) is hit


def test_what_has_not_begun_hits_nothing(stage):
    now = stage.clock.now()
    later = alert(stage, active_from=now + timedelta(hours=1), type="NO_SERVICE")
    assert hit_by(later, now, {}, (GREEN,), ("G1",), now).effect is None
    begun = hit_by(later, now, {}, (GREEN,), ("G1",), now + timedelta(hours=1))
    assert begun == (ServiceEffect.NO_SERVICE, now + timedelta(hours=1))


def test_of_several_the_worst_counts():
    assert worst([None, ServiceEffect.DETOUR, ServiceEffect.NO_SERVICE]) is ServiceEffect.NO_SERVICE
    assert worst([None]) is None


@pytest.mark.parametrize("types", [AlertTypes(), TYPES])
def test_a_table_that_names_no_effect_has_none(types):
    assert types.effects == {}
