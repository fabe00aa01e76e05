"""Where joined stations may be meant, the policy decides: all their lines say it, or a person is asked."""

from __future__ import annotations

from dataclasses import replace

from core.domain.incidents import State
from core.domain.persons import Person
from core.domain.staff import FLEET_ACTOR
from core.flow.passes import think
from tests.flow.stage import BLUE, GREEN, RED, Stage

TERMINUS = "Great Central Terminus"


def test_by_default_the_lead_says_it_and_the_other_lines_repost_it(stage: Stage) -> None:
    stage.go(stage.incident(station=TERMINUS))
    assert len(stage.texts(GREEN)) == 1
    assert all([post.reposted_from for post in stage.posts(handle)] == [GREEN] for handle in (RED, BLUE))


def test_about_a_person_of_unknown_age_the_place_alone_is_said_whatever_the_policy(stage: Stage) -> None:
    stage.go(stage.incident(station=TERMINUS, state=State.WANTED, person=Person(name="Nobody Inparticular")))
    assert stage.fates() == [("posted", "alone-and-fresh")]
    assert not any("Nobody" in text or "looking for" in text for text in stage.texts(GREEN))


def test_where_the_policy_holds_a_person_is_asked(stage: Stage) -> None:
    know = replace(stage.house.know, policy=stage.house.know.policy.model_copy(update={"complex": "hold"}))
    stage.take(stage.incident("1", station=TERMINUS), stage.incident("2", station="Harbour"))
    think(FLEET_ACTOR, replace(stage.house, know=know))
    assert stage.fates() == [("held", "complex-waits"), ("posted", "alone-and-fresh")]
