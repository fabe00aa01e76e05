"""What is set about the agency's voice fits its table, and its table has words in every language."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from core.domain.alerts import AlertSaying, AlertTypes
from core.render.compose_service import type_message
from core.settings.load import SHIPPED, load_settings
from core.settings.mistakes import SettingsWrong
from tests.fakes.example_fleet import write_fleet


@pytest.mark.parametrize("agency", ["nyc", "example"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_each_kind_of_alert_that_may_be_said_has_words(agency: str, language: str) -> None:
    table = AlertTypes.model_validate(yaml.safe_load((SHIPPED / agency / "alert_types.yaml").read_text("utf-8")))
    messages = (SHIPPED / agency / "messages" / f"{language}.ftl").read_text("utf-8")
    may_be_said = [kind for kind, saying in table.types.items() if saying is not AlertSaying.NEVER]
    assert may_be_said
    assert [kind for kind in may_be_said if f"\n{type_message(kind)} = " not in messages] == []


def test_a_line_asks_for_what_the_table_gives_to_those_who_ask(tmp_path: Path) -> None:
    settings = load_settings(write_fleet(tmp_path, also="elevator"), {})
    assert {line.also for line in settings.lines} == {("elevator",)}
    with pytest.raises(SettingsWrong, match="`elevators` is no kind of alert that lines may ask for"):
        write_fleet(tmp_path, also="elevators")


def test_a_line_of_its_own_share_and_its_own_wishes(tmp_path: Path) -> None:
    path = write_fleet(tmp_path, also="elevator", policy="agency_share: 9")
    own = "handle: ExampleRed, also: [], policy: {agency_share: 3}}"
    path.write_text(path.read_text("utf-8").replace("handle: ExampleRed}", own), encoding="utf-8")
    settings = load_settings(path, {})
    assert {str(line.id): (line.also, line.agency_share) for line in settings.lines} == {
        "Green": (("elevator",), None),
        "Red": ((), 3),
        "Blue": (("elevator",), None),
    }
    assert settings.policy.agency_share == 9
