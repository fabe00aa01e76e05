"""An alert of the agency's own feed that names somebody: what it is about is said, its words wait for people."""

from __future__ import annotations

import pytest

from core.domain.alerts import AlertSaying, ServiceAlert
from core.domain.lines import LineId
from core.domain.log import AlertEntry
from core.domain.reviews import ProposalState
from core.domain.staff import FLEET_ACTOR
from core.flow.intake import take_in
from core.flow.review_shown import list_reviews
from core.ports.source import GoodRow
from tests.flow.reviewing import ANN, BOB, waiting, yes
from tests.flow.stage import EVERYTHING, GREEN, Stage

NAMING = "Police seek John Example, 24, at Harbour."


def alert(stage: Stage, header: str = NAMING, **changes: object) -> tuple[str, str | None]:
    """Take this alert in, think and deliver; the fate of its entry."""
    now = stage.clock.now()
    words = {"header": {"en": header}, "description": {"en": "The Green Line waits."}} if header else {"header": {}}
    given = {"id": "1", "agency": "Example Transit", "source": "alerts", "known_at": now, "type": "Delays"}
    one = ServiceAlert.model_validate(given | {"lines": (LineId("Green"),)} | words | changes)
    row = GoodRow(position="alerts:1", record=one, raw=one.model_dump_json().encode())
    with stage.fleet.store.begin() as tx:
        take_in(FLEET_ACTOR, tx, stage.house.know, "alerts", EVERYTHING, [row], now)
    stage.think()
    stage.work()
    return stage.fates()[-1]


def proposals(stage: Stage) -> int:
    return len(list_reviews(ANN, stage.fleet.store, 9, ended=True))


def test_what_it_is_about_is_said_without_the_agencys_words(live: Stage) -> None:
    assert alert(live) == ("posted", "agency-voice")
    [said] = live.platform.texts(GREEN)
    assert said.startswith("Example Transit")
    assert "Green" in said
    assert "Example, 24" not in said
    assert "waits" not in said
    assert (waiting(live).rule, waiting(live).needed) == ("alert-names-somebody", 2)


def test_once_two_people_approved_it_the_agencys_words_follow(live: Stage) -> None:
    alert(live)
    first = waiting(live)
    yes(live, ANN)
    assert len(live.platform.texts(GREEN)) == 1
    assert yes(live, BOB, waiting(live)).state is ProposalState.LEAVING
    live.work()
    said = live.platform.texts(GREEN)[-1]
    assert NAMING in said
    assert first.reference in said


def test_its_end_is_said_without_the_words_and_nobody_is_asked(live: Stage) -> None:
    alert(live)
    yes(live, ANN)
    yes(live, BOB, waiting(live))
    live.work()
    live.clock.step(minutes=5)
    assert alert(live, "", over=True) == ("posted", "alert-ended")
    said = live.platform.texts(GREEN)[-1]
    assert "clear" in said.lower()
    assert "John" not in said
    assert proposals(live) == 1


def test_while_it_waits_its_next_form_without_the_name_is_said_in_full(live: Stage) -> None:
    alert(live)
    live.clock.step(minutes=5)
    assert alert(live, "Green Line trains run again.") == ("posted", "agency-voice")
    assert "Green Line trains run again." in live.platform.texts(GREEN)[-1]
    assert list_reviews(ANN, live.fleet.store, 9) == []


def test_the_same_words_with_another_end_are_not_asked_about_twice(live: Stage) -> None:
    alert(live)
    yes(live, ANN)
    yes(live, BOB, waiting(live))
    live.work()
    live.clock.step(minutes=5)
    assert alert(live, stops=("somewhere",)) == ("dropped", "nothing-new")
    assert proposals(live) == 1


@pytest.mark.parametrize("names", [True, False])
def test_what_waits_as_a_whole_waits_as_a_whole(live: Stage, names: bool) -> None:
    held = {"saying": AlertSaying.HOLD, "saying_why": "made up"}
    assert alert(live, NAMING if names else "Trains are late.", **held) == ("held", "alert-review")
    assert live.platform.texts(GREEN) == []
    assert waiting(live).rule == "alert-review"


@pytest.mark.parametrize("held", [True, False])
def test_its_words_lie_in_the_vault_alone_and_go_with_its_key(live: Stage, held: bool) -> None:
    hold = {"saying": AlertSaying.HOLD, "saying_why": "made up"} if held else {}
    alert(live, **hold)
    files = [path for path in live.fleet.settings.state_dir.rglob("*") if path.is_file()]
    assert files
    assert not any(b"John Example" in path.read_bytes() for path in files)
    with live.fleet.store.begin() as tx:
        [entry] = tx.log.after(0, 9)
        assert isinstance(entry.body, AlertEntry)
        assert entry.body.alert.header == {"en": NAMING}
        tx.vault.erase(entry.subject.key)
        [entry] = tx.log.after(0, 9)
        assert isinstance(entry.body, AlertEntry)
        assert entry.body.alert.header == {}
