"""From a log entry to what stands on a handle: the gate's rules, leads and reposts, updates, digests."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from core.domain.incidents import State
from core.domain.places import Place
from core.domain.taking_back import Because
from core.flow.incidents import close_incident
from core.flow.retract import retract
from core.flow.twins import settle_twins
from core.flow.workers import work_once
from core.ports.channel import PostDeferred
from tests.flow.stage import BLUE, GREEN, OFFICER, RED, Stage, on_stage


class TestTheSameEventByTwoRoads:
    def test_the_second_is_offered_and_waits(self, stage: Stage) -> None:
        stage.go(stage.incident("NIGHT-1"))
        stage.go(stage.incident("MORNING-1", source="export"))
        assert stage.fates() == [("posted", "alone-and-fresh"), ("held", "maybe-same")]
        assert len(stage.texts(GREEN)) == 1
        with stage.fleet.store.begin() as tx:
            assert [row.why for row in tx.waiting(10) if row.role == "officer"] == ["whether they are the same"]

    @pytest.mark.parametrize(("taken_back", "asked"), [("2", 0), ("1", 1)], ids=["the second", "the first"])
    def test_what_was_taken_back_is_asked_about_no_more(self, stage: Stage, taken_back: str, asked: int) -> None:
        stage.go(stage.incident("1"))
        stage.go(stage.incident("2"))
        retract(OFFICER, stage.fleet.store, stage.house.know, stage.clock, taken_back, Because.ERROR)
        stage.go(stage.incident("2", offence_code="ASL"))
        with stage.fleet.store.begin() as tx:
            assert len([row for row in tx.waiting(10) if row.why == "whether they are the same"]) == asked
            assert len(tx.twins.open_offers()) == asked

    def test_merged_it_is_said_once(self, stage: Stage) -> None:
        stage.go(stage.incident("1"))
        stage.go(stage.incident("2"))
        settle_twins(OFFICER, stage.fleet.store, stage.house.know, stage.clock, "2", "1", same=True)
        stage.go()
        assert stage.fates() == [("posted", "alone-and-fresh"), ("already known", "merged")]
        assert len(stage.texts(GREEN)) == 1
        assert [row.actor for row in stage.audit() if row.act == "incident merged"] == [OFFICER.id]

    def test_split_the_second_goes_on_to_post(self, stage: Stage) -> None:
        stage.go(stage.incident("1"))
        stage.go(stage.incident("2"))
        settle_twins(OFFICER, stage.fleet.store, stage.house.know, stage.clock, "2", "1", same=False)
        stage.go()
        assert len(stage.texts(GREEN)) == 2
        assert all("update" not in text for text in stage.texts(GREEN))
        stage.go(stage.incident("2", offence_code="ASL"))
        assert len(stage.texts(GREEN)) == 3, "split once is split for good"

    def test_another_systems_number_makes_it_the_same(self, stage: Stage) -> None:
        stage.go(stage.incident("1", also_known_as=("CALL-9",)))
        far = stage.clock.now() - timedelta(hours=9)
        stage.go(stage.incident("CALL-9", station="Museum", occurred_from=far, offence_code="ASL"))
        assert stage.fates()[-1] == ("held", "maybe-same")

    @pytest.mark.parametrize("changes", [{"station": "Museum"}, {"offence_code": "ASL"}, {"hours": 2}])
    def test_another_place_kind_or_time_is_another_event(self, stage: Stage, changes: dict) -> None:
        stage.go(stage.incident("1"))
        if hours := changes.pop("hours", 0):
            changes["occurred_from"] = stage.clock.now() - timedelta(hours=1 + hours)
        stage.go(stage.incident("2", **changes))
        assert stage.fates()[-1] == ("posted", "alone-and-fresh")


class TestWhatTheGateKeepsBack:
    @pytest.mark.parametrize(
        ("changes", "fate"),
        [
            ({"state": State.UNFOUNDED}, ("dropped", "state-never")),
            ({"station": "12 Street"}, ("ambiguous", "ambiguous-place")),
            ({"offence_code": "NO-SUCH"}, ("held", "unknown-offence")),
            ({"offence_code": "SEX"}, ("held", "sex-offence-waits")),
            ({"offence_code": "FAR"}, ("dropped", "offence-never")),
            ({"days": 3}, ("dropped", "too-old")),
            ({"days": -1}, ("held", "from-the-future")),
        ],
    )
    def test_makes_no_post_and_names_its_rule(self, stage: Stage, changes: dict, fate: tuple[str, str]) -> None:
        if days := changes.pop("days", 0):
            changes["occurred_from"] = changes["known_at"] = stage.clock.now() - timedelta(days=days)
        stage.go(stage.incident(**changes))
        assert stage.fates() == [fate]
        assert [stage.posts(handle) for handle in (GREEN, RED, BLUE)] == [[], [], []]
        waits = fate[0] in ("held", "ambiguous")
        with stage.fleet.store.begin() as tx:
            assert len(tx.waiting(10)) == waits

    def test_each_ruling_stands_in_the_audit_log_with_its_rule(self, stage: Stage) -> None:
        stage.go(stage.incident())
        ruled = [(row.actor, row.act, row.detail.split()[0]) for row in stage.audit() if row.act.startswith("ruled")]
        assert ruled == [("fleet", "ruled posted", "alone-and-fresh")]


class TestDailyLimitAndDigest:
    def test_what_is_over_the_limit_stands_in_one_evening_digest(self, tmp_path: Path) -> None:
        with on_stage(tmp_path, mode="off", daily_limit=1) as stage:
            for number, station in enumerate(("Harbour", "Fish Market", "Upper Lock")):
                stage.go(stage.incident(str(number), station=station))
            assert [fate for fate, _ in stage.fates()] == ["posted", "digest", "digest"]
            assert len(stage.texts(GREEN)) == 1
            stage.clock.step(hours=5, minutes=59)
            assert stage.think() == (0, 0)
            stage.clock.step(minutes=1)
            assert stage.think() == (1, 1)
            stage.work()
            digest = stage.texts(GREEN)[1]
            assert "Fish Market" in digest
            assert "Upper Lock" in digest
            assert "Harbour" not in digest
            stage.clock.step(hours=1)
            assert stage.think() == (0, 0)
            stage.clock.step(days=1)
            assert stage.think() == (0, 0)
            stage.work()
            assert len(stage.texts(GREEN)) == 2

    def test_an_incident_held_at_first_counts_once_it_is_said(self, tmp_path: Path) -> None:
        with on_stage(tmp_path, mode="off", daily_limit=2) as stage:
            stage.go(stage.incident("1"))
            stage.go(stage.incident("2"))
            settle_twins(OFFICER, stage.fleet.store, stage.house.know, stage.clock, "2", "1", same=False)
            stage.go()
            stage.go(stage.incident("3", station="Upper Lock"))
            assert stage.fates()[-1] == ("digest", "daily-limit")

    def test_a_correction_of_what_was_not_sent_yet_keeps_its_place(self, tmp_path: Path) -> None:
        with on_stage(tmp_path, mode="off", daily_limit=1) as stage:
            stage.take(stage.incident())
            stage.think()
            stage.take(stage.incident(offence_code="ASL"))
            stage.think()
            stage.work()
            assert [text[:7] for text in stage.texts(GREEN)] == ["Assault"]

    def test_a_changed_record_changes_the_digest_that_was_not_said_yet(self, stage: Stage) -> None:
        stage.go(stage.incident(offence_code="THF"))
        stage.go(stage.incident(offence_code="VND"))
        stage.clock.step(hours=7)
        stage.go()
        (digest,) = stage.texts(GREEN)
        assert "roperty damage" in digest
        assert "heft" not in digest

    @pytest.mark.parametrize("state", [State.UNFOUNDED, State.SEALED])
    def test_what_may_not_be_said_any_more_leaves_the_digest(self, stage: Stage, state: State) -> None:
        stage.go(stage.incident(offence_code="THF"))
        stage.go(stage.incident(offence_code="THF", state=state))
        stage.clock.step(hours=7)
        stage.go()
        assert stage.texts(GREEN) == []

    def test_what_a_digest_said_is_not_said_again_for_nothing(self, stage: Stage) -> None:
        record = stage.incident(offence_code="THF")
        stage.go(record)
        stage.clock.step(hours=7)
        stage.go()
        stage.go(record.model_copy(update={"free_text": "typed more"}))
        stage.clock.step(hours=15)
        stage.go()
        assert len(stage.texts(GREEN)) == 1
        assert ("dropped", "nothing-new") in stage.fates()

    def test_what_a_digest_said_and_may_not_stand_takes_the_digest_down(self, stage: Stage) -> None:
        stage.go(stage.incident(offence_code="THF"))
        stage.clock.step(hours=7)
        stage.go()
        assert len(stage.texts(GREEN)) == 1
        stage.go(stage.incident(offence_code="THF", state=State.UNFOUNDED))
        assert stage.fates()[-1] == ("dropped", "retracted")
        assert not any("Harbour" in text for text in stage.texts(GREEN))


class TestUpdates:
    def test_an_update_answers_the_first_post_and_says_which_it_is(self, stage: Stage) -> None:
        stage.go(stage.incident())
        stage.go(stage.incident(offence_code="ASL"))
        stage.go(stage.incident(offence_code="ROB", station="Fish Market"))
        first, second, third = stage.posts(GREEN)
        assert (second.reply_to, third.reply_to) == (first.id, first.id)
        assert second.text.endswith(f"Ref {first.reference}, update 2")
        assert third.text.endswith(f"Ref {first.reference}, update 3")

    def test_a_change_that_no_rider_would_notice_is_not_said(self, stage: Stage) -> None:
        record = stage.incident()
        stage.go(record)
        stage.go(record.model_copy(update={"free_text": "typed more"}))
        assert len(stage.texts(GREEN)) == 1
        assert stage.fates()[-1] == ("dropped", "nothing-new")

    def test_a_newer_revision_takes_the_place_of_what_was_not_sent(self, stage: Stage) -> None:
        stage.take(stage.incident())
        stage.think()
        stage.take(stage.incident(offence_code="ASL"))
        stage.think()
        stage.work()
        (text,) = stage.texts(GREEN)
        assert text.startswith("Assault")
        assert "update" not in text, "nobody saw a first"

    def test_a_newer_revision_withdraws_even_while_it_is_held(self, stage: Stage) -> None:
        stage.take(stage.incident())
        stage.think()
        stage.take(stage.incident(offence_code="SEX"))
        stage.think()
        stage.work()
        assert stage.texts(GREEN) == []
        assert stage.states(GREEN, "local") == ["withdrawn"]

    @pytest.mark.parametrize("place", [Place(station="12 Street"), Place(station="Harbour", on_network=False)])
    def test_a_newer_revision_of_unclear_place_withdraws_what_was_not_sent(self, stage: Stage, place: Place) -> None:
        stage.take(stage.incident())
        stage.think()
        stage.go(stage.incident(place=place))
        assert stage.texts(GREEN) == []

    def test_what_proves_to_be_off_the_network_must_come_down(self, stage: Stage) -> None:
        stage.go(stage.incident())
        stage.go(stage.incident(place=Place(station="Harbour", on_network=False)))
        assert stage.fates()[-1] == ("held", "must-come-down")

    def test_who_said_it_on_the_wrong_line_says_the_correction_too(self, stage: Stage) -> None:
        stage.go(stage.incident(station="Harbour"))
        stage.go(stage.incident(station="Old Mill"))
        first, second = stage.posts(GREEN)
        assert "Old Mill" in second.text
        assert second.reply_to == first.id
        assert [post.reposted_from for post in stage.posts(RED)] == [GREEN]

    def test_closed_nothing_more_is_said(self, stage: Stage) -> None:
        stage.take(stage.incident())
        stage.think()
        close_incident(OFFICER, stage.fleet.store, stage.house.know, stage.clock, "1")
        stage.go()
        assert stage.texts(GREEN) == []
        assert stage.fates() == [("posted", "alone-and-fresh"), ("dropped", "closed")]


class TestLeadAndSisters:
    def test_one_handle_says_it_and_the_others_repost_it(self, stage: Stage) -> None:
        stage.go(stage.incident(station="Central"))
        (said,) = stage.posts(RED)
        (repeated,) = stage.posts(BLUE)
        assert said.reposted_from is None
        assert (repeated.reposted_from, repeated.text) == (RED, said.text)
        assert stage.posts(GREEN) == []

    def test_the_named_trains_line_leads(self, stage: Stage) -> None:
        stage.go(stage.incident(place=Place(station="Central", train="Blue")))
        assert [post.reposted_from for post in stage.posts(BLUE)] == [None]

    def test_sisters_wait_for_the_leads_receipt(self, live: Stage) -> None:
        live.platform.of_handle[RED] = PostDeferred("later", 3600)
        live.take(live.incident(station="Central"))
        live.think()
        live.time_passes(60)
        assert live.platform.record == []
        del live.platform.of_handle[RED]
        live.work()
        assert len(live.platform.texts(RED)) == 1
        assert live.platform.reposts(BLUE) == [live.platform.record[0].id]

    def test_what_is_still_to_be_reposted_outlives_a_change_that_says_nothing_new(self, live: Stage) -> None:
        live.platform.of_handle[BLUE] = PostDeferred("later", 600)
        record = live.incident(station="Central")
        live.take(record)
        live.think()
        while work_once(live.office, "worker"):
            pass
        assert len(live.platform.record) == 1
        live.take(record.model_copy(update={"free_text": "typed more"}))
        live.think()
        live.platform.of_handle.clear()
        live.work()
        assert live.platform.reposts(BLUE) == ["1"]


class TestWhoMayCarryTheWords:
    def test_a_draft_catalogue_never_reaches_a_live_account(self, tmp_path: Path) -> None:
        with on_stage(tmp_path, signed=False) as stage:
            stage.connect()
            stage.go(stage.incident())
            assert stage.platform.calls == []
            assert len(stage.texts(GREEN)) == 1, "the local timeline shows drafts"

    def test_a_practice_account_goes_every_step_and_sends_nothing(self, tmp_path: Path) -> None:
        with on_stage(tmp_path, mode="practice") as stage:
            stage.go(stage.incident(station="Central"))
            assert stage.platform.calls == []
            assert stage.states(RED) == ["practised"]
            assert stage.states(BLUE) == ["practised"]

    def test_one_entry_that_has_no_words_stops_no_other(self, stage: Stage) -> None:
        know = stage.house.know
        speechless = replace(know, voice=replace(know.voice, catalogues={}))
        wordless = replace(stage, house=replace(stage.house, know=speechless))
        wordless.take(stage.incident("1"))
        wordless.think()
        assert stage.fates() == [("held", "no-words")]
        stage.go(stage.incident("2", station="Upper Lock"))
        assert len(stage.texts(GREEN)) == 1
