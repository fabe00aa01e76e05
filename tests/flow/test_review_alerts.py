"""An agency's alert that a person decides on is reviewed like everything else."""

from __future__ import annotations

from core.domain.alerts import AlertSaying, ServiceAlert
from core.domain.lines import LineId
from core.domain.reviews import ProposalState
from core.domain.staff import FLEET_ACTOR
from core.flow.intake import take_in
from core.ports.source import GoodRow
from tests.flow.reviewing import ANN, waiting, yes
from tests.flow.stage import EVERYTHING, GREEN, Stage


def test_once_approved_it_is_said_under_the_agencys_name(live: Stage) -> None:
    alert = ServiceAlert(
        id="1",
        agency="Example Transit",
        source="made-up",
        known_at=live.clock.now(),
        lines=(LineId("Green"),),
        header={"en": "Green Line trains skip Harbour."},
        description={},
        saying=AlertSaying.HOLD,
        saying_why="made up",
    )
    row = GoodRow(position="made-up:1", record=alert, raw=alert.model_dump_json().encode())
    with live.fleet.store.begin() as tx:
        take_in(FLEET_ACTOR, tx, live.house.know, "made-up", EVERYTHING, [row], live.clock.now())
    live.think()
    proposal = waiting(live)
    assert (proposal.rule, proposal.needed, proposal.about_person) == ("alert-review", 1, False)
    assert yes(live, ANN).state is ProposalState.LEAVING
    live.work()
    [said] = live.platform.texts(GREEN)
    assert "Green Line trains skip Harbour." in said
