"""One event, two voices: offered as one, never held for it; once an officer ties them the later answers the earlier."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from core.domain.alerts import AlertTypes
from core.domain.staff import NotAllowed
from core.flow.settle_event import offered_events, settle_event
from tests.fakes.alert_feeds import entity
from tests.flow.stage import GREEN, OFFICER, Stage
from tests.flow.test_service_alerts import OTHER, PARTNER, Agency

POLICE = "Green Line trains skip Harbour while police look into something."
TYPES = AlertTypes(police_patterns=(r"\bpolice\b",))


@pytest.fixture
def agency(stage: Stage) -> Agency:
    return Agency(stage, TYPES)


def harbour(stage: Stage) -> str:
    """The id by which the made-up gazetteer knows the station."""
    return next(one.id for one in stage.house.know.gazetteer.stations if one.name == "Harbour")


def offers(stage: Stage) -> list[tuple[str, bool | None]]:
    return [(one.alert.key, one.same) for one in offered_events(OFFICER, stage.fleet.store)]


def reference(text: str) -> str:
    found = re.search(r"Ref (\w{7})", text)
    assert found is not None
    return found[1]


def settle(stage: Stage, one: str, other: str, *, same: bool = True) -> None:
    settle_event(OFFICER, stage.fleet.store, stage.house.know, stage.clock, one, other, same=same)


def said_so(stage: Stage, agency: Agency, **changes: Any) -> None:
    given: dict[str, Any] = {"stops": [harbour(stage)], **changes}
    agency.publish(entity("lmm:alert:1:2", POLICE, **given), OTHER)


def test_an_alert_where_police_are_is_offered_with_the_incident_and_neither_waits(agency):
    stage = agency.stage
    stage.go(stage.incident(occurred_from=stage.clock.now() - timedelta(minutes=10)))
    said_so(stage, agency)
    assert offers(stage) == [("Example Transit/lmm:alert:1", None)]
    assert [fate for fate, _ in stage.fates()] == ["posted"] * 3
    with stage.fleet.store.begin() as tx:
        assert [row.role for row in tx.waiting(9)] == ["officer"]


def test_whichever_comes_first_they_are_offered_once(agency):
    stage = agency.stage
    said_so(stage, agency)
    stage.go(stage.incident(occurred_from=stage.clock.now() - timedelta(minutes=10)))
    agency.minutes(2)
    agency.publish(entity("lmm:alert:1:3", POLICE + " Still.", stops=[harbour(stage)]), OTHER)
    assert len(offers(stage)) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"stops": ["nowhere"]},
        {"routes": ["Blue"]},
        {"words": "Green Line trains are delayed at Harbour."},
    ],
    ids=["elsewhere", "another line", "no police in it"],
)
def test_what_only_looks_alike_is_not_offered(agency, changes):
    stage = agency.stage
    stage.go(stage.incident(occurred_from=stage.clock.now() - timedelta(minutes=10)))
    words = changes.pop("words", POLICE)
    agency.publish(entity("1", words, **{"stops": [harbour(stage)], **changes}), OTHER)
    assert offers(stage) == []


def test_another_time_is_another_event(agency):
    stage = agency.stage
    stage.go(stage.incident(occurred_from=stage.clock.now() - timedelta(hours=5)))
    said_so(stage, agency)
    assert offers(stage) == []


def test_once_tied_the_later_answers_the_earlier_in_its_thread(agency):
    stage = agency.stage
    said_so(stage, agency)
    held = stage.incident(occurred_from=stage.clock.now() - timedelta(minutes=10), offence_code="NOBODY KNOWS IT")
    stage.go(held)
    settle(stage, "Example Transit/lmm:alert:1", "1")
    stage.go(held.model_copy(update={"offence_code": "ROB", "revision": 2}))
    first, answer = stage.posts(GREEN)
    assert answer.reply_to == first.id
    assert f"See also notice {reference(first.text)}." in answer.text, "for whoever sees the answer alone"
    assert reference(first.text) != reference(answer.text), "two notices still"
    agency.minutes(3)
    agency.publish(
        entity("lmm:alert:1:9", "Green Line trains stop at Harbour again, police say.", stops=[harbour(stage)]), OTHER
    )
    assert stage.posts(GREEN)[-1].reply_to == first.id, "the earlier goes on in its own thread"


def test_what_stands_already_names_the_other_at_its_next_word(agency):
    stage = agency.stage
    stage.go(stage.incident(occurred_from=stage.clock.now() - timedelta(minutes=10)))
    said_so(stage, agency)
    settle(stage, "1", "Example Transit/lmm:alert:1")
    assert len(stage.texts(GREEN)) == 2, "tying says nothing by itself"
    agency.minutes(3)
    agency.publish(entity("lmm:alert:1:9", "Trains stop at Harbour again, police say.", stops=[harbour(stage)]), OTHER)
    incident, _, update = stage.texts(GREEN)
    assert f"See also notice {reference(incident)}." in update


def test_kept_apart_they_are_never_offered_again_and_say_nothing_of_each_other(agency):
    stage = agency.stage
    stage.go(stage.incident(occurred_from=stage.clock.now() - timedelta(minutes=10)))
    said_so(stage, agency)
    settle(stage, "1", "Example Transit/lmm:alert:1", same=False)
    agency.minutes(3)
    agency.publish(entity("lmm:alert:1:9", "Trains stop at Harbour again, police say.", stops=[harbour(stage)]), OTHER)
    assert offers(stage) == []
    assert not any("See also" in text for text in stage.texts(GREEN))


def test_of_a_sheltered_offence_nothing_is_offered_for_the_alert_would_say_where(agency):
    stage = agency.stage
    sheltered = next(one.code for one in stage.house.know.offences if one.sheltered)
    stage.go(stage.incident(occurred_from=stage.clock.now() - timedelta(minutes=10), offence_code=sheltered))
    said_so(stage, agency)
    assert offers(stage) == []


def test_only_what_was_offered_is_tied_and_only_by_an_officer(agency):
    stage = agency.stage
    stage.go(stage.incident(occurred_from=stage.clock.now() - timedelta(hours=5)))
    said_so(stage, agency)
    with pytest.raises(KeyError):
        settle(stage, "1", "Example Transit/lmm:alert:1")
    with pytest.raises(NotAllowed):
        settle_event(PARTNER, stage.fleet.store, stage.house.know, stage.clock, "1", "1", same=True)
