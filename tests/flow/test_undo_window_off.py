"""With the undo window off, what two people approved is due at once; with it, only after it."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.domain.incidents import State
from core.domain.persons import Person
from core.domain.staff import Actor, Role
from core.flow.review_shown import list_reviews
from core.flow.reviews import approve
from core.flow.workers import work_once
from tests.flow.stage import GREEN, on_stage

ANN = Actor(id="ann", roles=frozenset({Role.REVIEWER}), via="cli")
BOB = Actor(id="bob", roles=frozenset({Role.REVIEWER}), via="cli")
PAT = Person(name="Pat Example", age=40, case_reference="CASE-1")


@pytest.mark.parametrize(("window", "said"), [("0s", 3), ("30s", 1)])
def test_it_leaves_at_once_where_there_is_no_window(tmp_path: Path, window: str, said: int) -> None:
    with on_stage(tmp_path, policy=f"undo_window: {window}") as stage:
        stage.connect()
        stage.go(stage.incident(state=State.WANTED, person=PAT))
        [proposal] = list_reviews(ANN, stage.fleet.store, 9)
        for who in (ANN, BOB):
            approve(
                who,
                stage.fleet.store,
                stage.house.know,
                stage.clock,
                proposal.id,
                shown_hash=proposal.hash,
                answers=dict.fromkeys(proposal.questions, "no"),
            )
        while work_once(stage.office, "worker"):
            pass
        assert len(stage.platform.texts(GREEN)) == said
