"""Each bot reads the log at its own cursor: one bot's trouble, or a line added later, harms no other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from bots.line_bot import LineBot
from core.domain.lines import Line, LineId
from core.domain.log import EntryBody
from core.domain.rulings import Answer
from core.flow.status import look_at
from tests.flow.stage import BLUE, GREEN, RED, Stage, on_stage


@dataclass(frozen=True)
class Stumbling:
    """A line's bot that stumbles over what it is told to."""

    inner: LineBot
    stumbles: Callable[[EntryBody], bool]

    @property
    def line(self) -> Line:
        return self.inner.line

    def answer(self, entry: EntryBody) -> Answer:
        if self.stumbles(entry):
            raise RuntimeError("a made-up fault of this bot")
        return self.inner.answer(entry)


def with_bot(stage: Stage, line: str, stumbles: Callable[[EntryBody], bool]) -> Stage:
    bots = tuple(
        Stumbling(bot, stumbles) if bot.line.id == line and isinstance(bot, LineBot) else bot
        for bot in stage.house.bots
    )
    return replace(stage, house=replace(stage.house, bots=bots))


def cursor(stage: Stage, line: str) -> int:
    with stage.fleet.store.begin() as tx:
        row = tx.bots.row(LineId(line))
        assert row is not None
        return row.cursor


class TestABotInTrouble:
    def test_stays_at_its_entry_and_harms_no_other(self, stage: Stage) -> None:
        stage.go(stage.incident("1", station="Upper Lock"))
        ill = with_bot(stage, "Blue", lambda entry: True)
        ill.go(stage.incident("2", station="Central"), stage.incident("3", station="Old Mill"))
        assert (cursor(stage, "Blue"), cursor(stage, "Red")) == (1, 3)
        assert len(stage.texts(RED)) == 2
        assert stage.posts(BLUE) == []

    def test_says_since_when(self, stage: Stage) -> None:
        ill = with_bot(stage, "Blue", lambda entry: True)
        ill.go(stage.incident())
        began = stage.clock.now()
        stage.clock.step(minutes=5)
        ill.think()
        status = look_at(stage.fleet.store, stage.clock, ())
        (blue,) = [row for row in status.bots if row.line == "Blue"]
        assert (blue.trouble, blue.trouble_since) == ("RuntimeError on entry 1", began)
        assert status.sentence.startswith("Act: bot Blue is in trouble (RuntimeError on entry 1)")

    def test_once_well_its_handle_reposts_what_the_lead_said(self, stage: Stage) -> None:
        with_bot(stage, "Blue", lambda entry: True).go(stage.incident(station="Central"))
        stage.go()
        (said,) = stage.posts(RED)
        assert [(post.reposted_from, post.text) for post in stage.posts(BLUE)] == [(RED, said.text)]
        stage.go()
        assert len(stage.posts(BLUE)) == 1

    def test_once_well_the_lead_stays_although_its_line_comes_first(self, stage: Stage) -> None:
        with_bot(stage, "Red", lambda entry: True).go(stage.incident(station="Central"))
        assert len(stage.texts(BLUE)) == 1
        stage.go()
        assert stage.texts(RED) == []
        assert [post.reposted_from for post in stage.posts(RED)] == [BLUE]

    def test_once_well_what_only_it_could_say_is_said(self, stage: Stage) -> None:
        with_bot(stage, "Green", lambda entry: True).go(stage.incident())
        assert stage.fates() == [("dropped", "no-handle")]
        stage.go()
        assert stage.fates() == [("posted", "alone-and-fresh")]
        assert len(stage.texts(GREEN)) == 1

    def test_once_well_it_leads_where_nobody_led(self, tmp_path: Path) -> None:
        with on_stage(tmp_path) as stage:
            stage.connect()
            lines = dict(stage.house.know.lines)
            blue = lines[LineId("Blue")]
            lines[LineId("Blue")] = blue.model_copy(
                update={"accounts": tuple(account for account in blue.accounts if account.channel != "x")}
            )
            stage.house = replace(stage.house, know=replace(stage.house.know, lines=lines))
            with_bot(stage, "Red", lambda entry: True).go(stage.incident(station="Central"))
            assert stage.platform.record == []
            stage.go()
            assert len(stage.platform.texts(RED)) == 1

    def test_all_in_trouble_nothing_is_lost(self, stage: Stage) -> None:
        ill = stage
        for line in ("Green", "Red", "Blue"):
            ill = with_bot(ill, line, lambda entry: True)
        ill.go(stage.incident("1"), stage.incident("2", station="Central"))
        assert stage.fates() == [("pending", None), ("pending", None)]
        stage.go()
        assert (len(stage.texts(GREEN)), len(stage.texts(RED)), len(stage.posts(BLUE))) == (1, 1, 1)


class TestALineAddedLater:
    def test_starts_at_now_and_says_nothing_old(self, stage: Stage) -> None:
        without = replace(stage, house=replace(stage.house, bots=stage.house.bots[:2]))
        without.go(stage.incident("1", station="Museum"), stage.incident("2", station="Central"))
        assert stage.fates()[0] == ("dropped", "no-handle")
        stage.go()
        assert stage.posts(BLUE) == []
        assert cursor(stage, "Blue") == 2
        stage.go(stage.incident("3", station="Orchard Road"))
        assert len(stage.texts(BLUE)) == 1
