"""What mutes a notice for a while: every row of the book holds, and nothing stops what takes back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from core.domain.lines import LineId
from core.domain.notices import Kind, Speaker, Urgency
from core.domain.rulings import Verdict
from core.domain.silences import MUTING, Calm, Inhibition, Inhibitor, Matchers, OfTypes, Silence, Spoken
from core.rules.muting import MUTE_RULES, MuteCase, mute
from core.rules.stages import STAGES, stage_of
from core.settings.quiet_shapes import read_quiet_hours

NOW = datetime(2030, 1, 7, 12, 0, tzinfo=UTC)
BOOK: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "book" / "muting.yaml").read_text("utf-8"))
ROBBERY: dict[str, Any] = {
    "lines": ["Green"],
    "kinds": ["crime alert"],
    "urgency": "urgent",
    "speaker": "bureau",
    "family": "robbery",
    "stations": ["harbour"],
    "alert_type": None,
}
BIGGER = Inhibition(source=OfTypes(types=("Suspended",)), target=OfTypes(types=("Delays",)))


def in_minutes(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def spoken(changes: dict[str, Any]) -> Spoken:
    says = ROBBERY | changes
    return Spoken.model_validate(says | {"urgency": Urgency[says["urgency"].upper()]})


def silence(number: int, row: dict[str, Any]) -> Silence:
    starts, ends, ended = row.pop("starts_in", -60), row.pop("ends_in", 60), row.pop("ended", False)
    return Silence(
        id=number,
        matchers=Matchers.model_validate(row),
        starts=in_minutes(starts),
        ends=in_minutes(ends),
        by="ana",
        at=NOW,
        ended_at=NOW if ended else None,
    )


def standing(row: dict[str, Any]) -> Inhibitor:
    until = in_minutes(row["ends_in"]) if "ends_in" in row else None
    return Inhibitor(subject="alert:EX/1", type=row["type"], lines=row["lines"], until=until)


def the_case(row: dict[str, Any]) -> MuteCase:
    calms = [
        Calm(line=one.get("line"), until=in_minutes(one.get("ends_in", 60)), by="ana", at=NOW)
        for one in row.get("calms", ())
    ]
    return MuteCase(
        spoken=spoken(row.get("notice", {})),
        now=NOW,
        zone=ZoneInfo("Europe/Lisbon"),
        silences=[silence(number, dict(one)) for number, one in enumerate(row.get("silences", ()), start=1)],
        inhibitions=[BIGGER],
        inhibitors=[standing(one) for one in row.get("standing", ())],
        calms=calms,
        quiet_hours=read_quiet_hours(row.get("quiet", "none")),
    )


@pytest.mark.parametrize("row", BOOK, ids=lambda row: row["case"])
def test_the_rule_book_about_what_is_muted(row: dict[str, Any]) -> None:
    ruling = mute(the_case(row))
    assert ("none" if ruling is None else ruling.rule) == row["answer"]
    if ruling is not None:
        assert ruling.verdict is Verdict.HOLD
        assert ruling.held_by
        assert "until" in ruling.why or "stands" in ruling.why


def test_every_rule_has_a_row() -> None:
    assert {row["answer"] for row in BOOK} - {"none"} == {rule.id for rule in MUTE_RULES} == MUTING


@given(st.sampled_from([Kind.CORRECTION, Kind.WITHDRAWAL]), st.sampled_from(list(Speaker)), st.booleans())
def test_nothing_mutes_what_takes_back(kind: Kind, speaker: Speaker, alert: bool) -> None:
    everything = {
        "notice": {"kinds": [kind.value], "urgency": "taking_back", "speaker": speaker.value}
        | ({"alert_type": "Delays"} if alert else {}),
        "silences": [{}, {"lines": ["Green"]}],
        "standing": [{"type": "Suspended", "lines": ["Green"]}],
        "calms": [{}, {"line": "Green"}],
        "quiet": "00:00-23:59, service 00:00-23:59",
    }
    assert mute(the_case(everything)) is None


@given(st.lists(st.integers(1, 500), min_size=1, max_size=4))
def test_it_waits_for_the_last_of_several_silences(ends: list[int]) -> None:
    ruling = mute(the_case({"silences": [{"ends_in": one} for one in ends]}))
    assert ruling is not None
    assert ruling.until == in_minutes(max(ends))


def test_a_silence_that_would_end_before_it_starts_can_not_be() -> None:
    with pytest.raises(ValueError, match="ends after it starts"):
        silence(1, {"starts_in": 5, "ends_in": 5})


def test_the_stages_of_the_gate_stand_in_their_order_and_every_rule_in_one() -> None:
    assert [stage.name for stage in STAGES] == ["silence", "inhibition", "repetition", "policy", "lint"]
    rules = [rule for stage in STAGES for rule in stage.rules]
    assert len(rules) == len(set(rules))
    assert stage_of("silenced") == "silence"
    assert stage_of("nothing-new") == "repetition"
    assert stage_of("quiet-hours") == "policy"
    assert stage_of("lint-link") == "lint"
    assert all(stage_of(LineId(rule.id)) for rule in MUTE_RULES)


def test_all_matchers_are_said() -> None:
    several = Matchers(lines=(LineId("Green"), LineId("Red")), kinds=(Kind.SERVICE,), families=("robbery",))
    assert str(several) == "line Green, Red; kind service; family robbery"
    assert str(Matchers()) == "everything"
