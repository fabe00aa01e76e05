"""Where a line serves few stations, the line alone tells where a sex offence was: a longer one says it, or none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bots.fleet import fleet
from core.domain.incidents import State
from core.domain.lines import LineId
from core.domain.places import AtStation, Place
from core.domain.reviews import Proposal
from core.flow.rehearse import rehearse
from core.flow.review_shown import list_reviews
from core.rules.drafting import sheltered_line
from tests.flow.reviewing import ANN, WANTED
from tests.flow.stage import Stage, on_stage

SHORT, JUST = "sheltered_stations: 6", "sheltered_stations: 5"
"""The Red and the Blue Line serve five stations each, the Green Line eight."""


@contextmanager
def staged(folder: Path, policy: str) -> Iterator[Stage]:
    with on_stage(folder, policy=policy) as stage:
        stage.connect()
        yield stage


def waiting(stage: Stage) -> list[Proposal]:
    return list(list_reviews(ANN, stage.fleet.store, 9))


def test_on_a_line_of_few_stations_nothing_is_said_and_nobody_is_asked_to_say_it(tmp_path: Path) -> None:
    with staged(tmp_path, SHORT) as stage:
        stage.go(stage.incident("1", station="Museum", offence_code="SEX"))
        assert stage.fates() == [("dropped", "line-tells-where")]
        assert waiting(stage) == []


def test_nor_is_anything_of_its_person(tmp_path: Path) -> None:
    with staged(tmp_path, SHORT) as stage:
        stage.go(stage.incident("1", station="Museum", offence_code="SEX", state=State.WANTED, person=WANTED))
        assert stage.fates() == [("dropped", "line-tells-where")]
        assert waiting(stage) == []
        assert stage.platform.record == []


def test_one_station_more_and_a_person_decides(tmp_path: Path) -> None:
    with staged(tmp_path, JUST) as stage:
        stage.go(stage.incident("1", station="Museum", offence_code="SEX"))
        assert stage.fates() == [("held", "sex-offence-waits")]
        assert len(waiting(stage)) == 1


def test_where_a_longer_line_calls_too_that_one_says_it() -> None:
    at = AtStation(station_id="X1", station_name="Example", lines=(LineId("Red"), LineId("Green")), why="made up")
    short = frozenset({LineId("Red")})
    assert sheltered_line(at, short) == "Green"
    assert sheltered_line(at.model_copy(update={"explicit": "Red"}), short) is None, "the record names the train"


def test_nor_is_it_said_of_the_short_line_s_own_train_where_a_longer_one_calls(tmp_path: Path) -> None:
    with staged(tmp_path, SHORT) as stage:
        stage.go(stage.incident("1", place=Place(station="Central", train="Red"), offence_code="SEX"))
        assert stage.fates() == [("dropped", "line-tells-where")]


def test_before_it_is_typed_in_the_preview_says_so(tmp_path: Path) -> None:
    with staged(tmp_path, SHORT) as stage:
        incident = stage.incident("1", station="Museum", offence_code="SEX")
        bots = fleet(stage.house.know.lines.values())
        seen = rehearse(stage.house.know, bots, incident, stage.clock.now())
        assert seen.ruling is not None
        assert seen.ruling.rule == "line-tells-where"
        assert seen.posts == ()


def test_another_offence_there_is_said_as_ever(tmp_path: Path) -> None:
    with staged(tmp_path, SHORT) as stage:
        stage.go(stage.incident("1", station="Museum"))
        assert stage.fates() == [("posted", "alone-and-fresh")]
