"""What the tests of silences, calm and quiet hours do."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from core.domain.incidents import State
from core.domain.silences import Silence
from core.domain.staff import Actor, Role
from core.flow.review_shown import list_reviews
from core.flow.silences import Asked, add_silence
from tests.flow.reviewing import ANN, WANTED
from tests.flow.stage import Stage

REVIEWER = Actor(id="rue", roles=frozenset({Role.REVIEWER}), via="cli")
ON_GREEN, EVERYTHING = Asked(lines=("Green",)), Asked()


def mute(stage: Stage, asked: Asked = ON_GREEN, hours: float = 2, actor: Actor = REVIEWER, **how: Any) -> Silence:
    """A silence from now on."""
    ends = stage.clock.now() + timedelta(hours=hours)
    return add_silence(
        actor, stage.fleet.store, stage.house.know, stage.clock, asked, ends, how.pop("why", "made up"), **how
    )


def later(stage: Stage, **by: float) -> None:
    """Time goes on, and the fleet does what there is to do."""
    stage.clock.step(**by)
    stage.think()
    stage.work()


def arrest(stage: Stage, number: str = "1", **changes: Any) -> Any:
    """An arrest of which nothing but the place may be said before people approved."""
    state_since = stage.clock.now() - timedelta(minutes=20)
    person = WANTED.model_copy(update={"case_reference": None})
    release = {"purpose": "a made-up purpose"}
    return stage.incident(
        number, **{"state": State.ARRESTED, "state_since": state_since, "person": person, "release": release, **changes}
    )


def waiting_ids(stage: Stage) -> list[str]:
    """Held posts that wait for approval."""
    return [one.id for one in list_reviews(ANN, stage.fleet.store, 9) if one.state.value == "open"]
