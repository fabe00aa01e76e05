"""Clocks are set, lines.yaml is rewritten, accounts get stuck: nothing is said twice, and all can come down."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from core.domain.lines import AccountId
from core.domain.taking_back import Up
from core.flow.pause import pause
from core.flow.queue_left import left_in_queue
from core.flow.renamed import NotRenamed, Renamed, rename_account
from core.flow.status import look_at
from tests.flow.stage import BLUE, GREEN, OFFICER, RED, Stage, on_stage
from tests.flow.sweep_scene import swept
from tests.flow.test_retract import take_back, ups


def no_text_twice(stage: Stage) -> None:
    said = [row.text for row in stage.platform.record if row.repost_of is None]
    assert len(said) == len(set(said))
    again = [(row.handle, row.repost_of) for row in stage.platform.record if row.repost_of is not None]
    assert len(again) == len(set(again))


@contextmanager
def rewritten(folder: Path, before: Stage, *changes: tuple[str, str], **how: Any) -> Iterator[Stage]:
    """The fleet started anew on the same store and platform, with another lines.yaml."""
    with on_stage(folder, **how) as stage:
        pass
    text = (folder / "lines.yaml").read_text("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (folder / "lines.yaml").write_text(text, "utf-8")
    with on_stage(folder, rewrite=False, **how) as stage:
        stage.platform.record, stage.platform.taken = before.platform.record, before.platform.taken
        stage.clock.step(seconds=(before.clock.now() - stage.clock.now()).total_seconds())
        yield stage


class TestClocks:
    @pytest.mark.parametrize("hours", [-1, 1, -25, 25])
    def test_a_clock_that_is_set_says_nothing_twice_and_loses_nothing(self, live: Stage, hours: float) -> None:
        live.go(live.incident("1"), live.incident("2", offence_code="THF"))
        live.take(live.incident("3", station="Central"))
        live.think()
        live.clock.step(hours=hours)
        for _ in range(3):
            live.think()
            live.work()
        live.go(live.incident("4", station="Upper Lock"))
        live.clock.step(hours=-hours)
        live.think()
        live.work()
        no_text_twice(live)
        assert any("Harbour" in text for text in live.platform.texts(GREEN))
        assert any("Central" in text for text in live.platform.texts(RED))

    def test_the_evenings_digest_is_said_once_though_the_clock_goes_back_over_its_hour(self, live: Stage) -> None:
        live.go(live.incident("2", offence_code="THF"), live.incident("3", offence_code="THF", station="Upper Lock"))
        for hours in (12, -3, 3, 1):
            live.clock.step(hours=hours)
            live.think()
            live.work()
        no_text_twice(live)
        assert " ".join(live.platform.texts(GREEN)).count("2 reports to police") == 1


class TestBudgetOfNothing:
    def test_urgent_goes_routine_waits_and_taking_back_goes(self, tmp_path: Path) -> None:
        with on_stage(tmp_path, x="{limit: 280, price_post: 1.0, budget: 0}") as stage:
            stage.connect()
            stage.go(stage.incident("1"), stage.incident("2", offence_code="THF", station="Upper Lock"))
            stage.clock.step(hours=12)
            stage.think()
            stage.work()
            assert ["Harbour" in text for text in stage.platform.texts(GREEN)] == [True]
            seen = look_at(stage.fleet.store, stage.clock, (), know=stage.house.know)
            assert "budget" in seen.sentence
            [left] = left_in_queue(stage.fleet.store, stage.house.know, stage.clock)
            assert left.why.startswith("held: ")
            assert ups(take_back(stage)) == ["removed"]


class TestTakingBackWhereNothingElseGoes:
    @pytest.mark.parametrize("how", ["locked", "paused", "account paused"])
    def test_it_goes(self, live: Stage, how: str) -> None:
        swept(live, 0)
        live.clock.step(hours=1)
        live.go(live.incident())
        if how == "locked":
            live.platform.posted_by_hand(GREEN, "Buy made-up coins")
            assert swept(live).foreign == 1
        else:
            what = "all" if how == "paused" else f"x:{GREEN}"
            pause(OFFICER, live.fleet.store, live.house.know, live.clock, what)
        seen = take_back(live)
        assert (ups(seen), seen.gone, seen.settled) == (["removed"], True, True)
        assert not any("Harbour" in text for text in live.platform.texts(GREEN))


class TestLanguages:
    @pytest.mark.parametrize(("before", "after"), [("en", "es"), ("en, es", "es"), ("es", "en, es")])
    def test_what_was_said_in_other_languages_is_updated_and_comes_down(
        self, tmp_path: Path, before: str, after: str
    ) -> None:
        with on_stage(tmp_path, languages=before) as first:
            first.connect()
            first.go(first.incident(station="Central"))
            assert first.platform.texts(RED) != []
        with rewritten(tmp_path, first, languages=after) as stage:
            stage.go(stage.incident(station="Central", offence_code="ASL"))
            no_text_twice(stage)
            assert len(stage.platform.texts(RED)) > len(before.split(", "))
            seen = take_back(stage)
            assert set(ups(seen)) == {"removed"}
            assert not any("Central" in row.text for row in stage.platform.record)
            assert stage.platform.texts(RED) != [], "a correction stands in its place"


class TestAccounts:
    def test_one_that_was_taken_out_is_listed_as_out_of_reach_and_harms_no_other(self, tmp_path: Path) -> None:
        with on_stage(tmp_path) as first:
            first.connect()
            first.go(first.incident(station="Central"))
        gone = ("handle: ExampleRed}", "handle: ExampleRed, accounts: {x: {mode: off}}}")
        with rewritten(tmp_path, first, gone) as stage:
            seen = take_back(stage)
            assert sorted(ups(seen)) == ["out of reach", "removed"]
            assert seen.settled
            stage.go(stage.incident("3", station="Central", occurred_from=stage.clock.now() - timedelta(hours=4)))
            assert ["Central" in text for text in stage.platform.texts(BLUE)] == [True]
            [left] = left_in_queue(stage.fleet.store, stage.house.know, stage.clock)
            assert (left.account, left.expires) == (f"x:{RED}", True)


NEW = "ExampleRuby"


class TestRenamed:
    """Red's handle was changed on the platform; the account is the same."""

    @contextmanager
    def renamed(self, folder: Path) -> Iterator[Stage]:
        with on_stage(folder) as first:
            first.connect()
            first.go(first.incident(station="Central"))
        with rewritten(folder, first, ("handle: ExampleRed}", f"handle: {NEW}}}")) as stage:
            stage.platform.record = [
                replace(row, handle=NEW) if row.handle == RED else row for row in stage.platform.record
            ]
            stage.platform.ids[NEW] = f"id-{RED}"
            yield stage

    def rename(self, stage: Stage, old: str = f"x:{RED}", new: str = f"x:{NEW}") -> Renamed:
        account = stage.house.know.accounts[AccountId(new)]
        know = stage.house.know
        return rename_account(OFFICER, stage.fleet.store, know, stage.clock, stage.platform, AccountId(old), account)

    def test_until_it_is_said_so_the_old_posts_are_out_of_reach_and_it_names_the_command(self, tmp_path: Path) -> None:
        with self.renamed(tmp_path) as stage:
            seen = take_back(stage)
            [why] = [one.why for one in seen.taken if one.up is Up.OUT_OF_REACH and one.account == f"x:{RED}"]
            assert why is not None
            assert "`accounts rename`" in why
            self.rename(stage)
            assert set(ups(take_back(stage))) == {"removed"}, "what was owed already goes on too"
            assert not any("Central" in text for text in stage.platform.texts(NEW))

    def test_what_it_said_is_updated_there_and_comes_down(self, tmp_path: Path) -> None:
        with self.renamed(tmp_path) as stage:
            done = self.rename(stage)
            assert (done.platform_id, done.deliveries) == (f"id-{RED}", 1)
            stage.go(stage.incident(station="Central", offence_code="ASL"))
            first, update = [row for row in stage.platform.record if row.handle == NEW]
            assert update.reply_to == first.id
            no_text_twice(stage)
            assert set(ups(take_back(stage))) == {"removed"}
            [row] = [row for row in stage.audit() if row.act == "account renamed"]
            assert (row.actor, row.subject) == (OFFICER.id, f"x:{NEW}")

    def test_another_account_takes_nothing_over(self, tmp_path: Path) -> None:
        with self.renamed(tmp_path) as stage:
            del stage.platform.ids[NEW]
            with pytest.raises(NotRenamed, match="is another account"):
                self.rename(stage)
            with pytest.raises(NotRenamed, match=r"stands in lines\.yaml still"):
                self.rename(stage, old=f"x:{BLUE}")
            with pytest.raises(NotRenamed, match="was ever connected"):
                self.rename(stage, old="x:Nobody")
