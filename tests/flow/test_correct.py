"""What stands is corrected without being removed, wherever it stood, by the platform's own record."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from core.domain.deliveries import DeliveryState
from core.domain.staff import FLEET_ACTOR, Actor, NotAllowed, Role
from core.flow.correct import CantCorrect, Corrected, Right, correct
from core.flow.deliver import deliver
from core.flow.pause import pause, resume
from core.ports.channel import PostRefused
from core.rules.which_line_answers import CantTell
from tests.fakes.odd_platform import lost_answer
from tests.flow.stage import BLUE, GREEN, OFFICER, RED, Stage
from tests.flow.test_retract import REVIEWER, reference, take_back

ANEW = "Correction of our earlier notice:"


def put_right(stage: Stage, seq: int = 1, actor: Actor = REVIEWER, **right: object) -> Corrected:
    """Correct, and let the fleet do what there is to do."""
    know, named = stage.house.know, reference(stage, seq)
    done = correct(actor, stage.fleet.store, know, stage.clock, named, Right(**right))  # type: ignore[arg-type]
    stage.think()
    stage.work()
    return done


class TestWhatStands:
    def test_the_lead_answers_its_first_post_with_what_is_right_now(self, live: Stage) -> None:
        live.go(live.incident())
        put_right(live, station="Upper Lock")
        first, second = [row for row in live.platform.record if row.handle == GREEN]
        assert "Harbour" in first.text
        assert second.text.startswith(ANEW)
        assert "Upper Lock" in second.text
        assert "Harbour" not in second.text
        assert second.reply_to == first.id
        assert f"Ref {reference(live)}" in second.text

    def test_sisters_repeat_it_and_the_right_lines_handle_hears_of_it(self, live: Stage) -> None:
        live.go(live.incident(station="Central"))
        put_right(live, station="Museum")
        [_, said] = [row for row in live.platform.record if row.handle == RED]
        assert said.text.startswith(ANEW)
        assert [len(live.platform.reposts(handle)) for handle in (RED, BLUE)] == [0, 2]
        assert live.platform.reposts(BLUE)[-1] == said.id

    def test_a_line_that_had_not_said_it_repeats_the_correction(self, live: Stage) -> None:
        live.go(live.incident())
        put_right(live, station="Central")
        [_, said] = [row for row in live.platform.record if row.handle == GREEN]
        assert "Central" in said.text
        assert [live.platform.reposts(handle) for handle in (RED, BLUE)] == [[said.id], [said.id]]

    def test_time_and_offence(self, live: Stage) -> None:
        live.go(live.incident())
        put_right(live, occurred=live.clock.now() - timedelta(hours=3), offence_code="ASL")
        said = live.platform.texts(GREEN)[-1]
        assert said.startswith(ANEW)
        assert "assault" in said.lower()
        assert "Harbour" in said

    def test_again_it_says_the_last_and_each_once(self, live: Stage) -> None:
        live.go(live.incident())
        put_right(live, station="Upper Lock")
        put_right(live, station="Quarry End")
        assert ["Harbour" in live.platform.texts(GREEN)[0], len(live.platform.texts(GREEN))] == [True, 3]
        assert "Quarry End" in live.platform.texts(GREEN)[-1]

    def test_what_is_said_so_already_is_not_said_again(self, live: Stage) -> None:
        live.go(live.incident())
        put_right(live, station="Upper Lock")
        rights: tuple[dict[str, Any], ...] = ({"station": "Upper Lock"}, {"offence_code": "ROB"})
        for right in rights:
            with pytest.raises(CantCorrect, match="says so already"):
                put_right(live, **right)
        assert len(live.platform.texts(GREEN)) == 2
        assert live.audit()[-1].act == "notice corrected"

    def test_each_has_its_own_number_and_one_that_is_still_owed_gives_way_to_the_next(self, live: Stage) -> None:
        live.go(live.incident())
        know, named = live.house.know, reference(live)
        correct(REVIEWER, live.fleet.store, know, live.clock, named, Right(station="Upper Lock"))
        put_right(live, station="Quarry End")
        assert [text.split("Ref ")[1] for text in live.platform.texts(GREEN)] == [named, f"{named}, update 2"]
        assert "Quarry End" in live.platform.texts(GREEN)[-1]

    def test_no_pause_stops_it(self, live: Stage) -> None:
        live.go(live.incident())
        pause(OFFICER, live.fleet.store, live.house.know, live.clock, "all")
        put_right(live, station="Upper Lock")
        assert live.platform.texts(GREEN)[-1].startswith(ANEW)

    def test_a_later_record_that_names_the_wrong_place_still_does_not_move_it_back(self, live: Stage) -> None:
        live.go(live.incident())
        put_right(live, station="Upper Lock")
        live.go(live.incident(offence_code="ASL"))
        update = live.platform.texts(GREEN)[-1]
        assert "Upper Lock" in update
        assert "Harbour" not in update

    def test_the_same_record_again_says_nothing(self, live: Stage) -> None:
        record = live.incident()
        live.go(record)
        put_right(live, station="Upper Lock")
        live.go(record)
        assert len(live.platform.texts(GREEN)) == 2

    def test_taken_back_the_correction_goes_too(self, live: Stage) -> None:
        live.go(live.incident())
        put_right(live, station="Upper Lock")
        seen = take_back(live)
        assert (seen.gone, seen.settled) == (True, True)
        assert not any("Upper Lock" in text or "Harbour" in text for text in live.platform.texts(GREEN))
        assert len(seen.taken) == len([one for one in seen.taken if one.platform_id]) == 4, "X and local, two each"

    def test_taken_back_before_the_correction_went_it_never_goes(self, live: Stage) -> None:
        live.go(live.incident(station="Central"))
        know, named = live.house.know, reference(live)
        correct(REVIEWER, live.fleet.store, know, live.clock, named, Right(offence_code="ASL"))
        take_back(live)
        live.work()
        assert [row for row in live.platform.record if "Assault" in row.text] == []
        assert [len(live.platform.texts(RED)), len(live.platform.reposts(BLUE))] == [1, 1], "only that it was wrong"

    def test_an_attempt_whose_end_was_not_seen_is_looked_up_first(self, live: Stage) -> None:
        live.platform.after.append(lost_answer())
        live.take(live.incident())
        live.think()
        deliver(FLEET_ACTOR, live.office, "worker")
        put_right(live, station="Upper Lock")
        first, second = live.platform.record
        assert second.reply_to == first.id

    def test_what_surely_never_arrived_is_not_corrected(self, live: Stage) -> None:
        live.platform.before.append(lost_answer())
        live.take(live.incident())
        live.think()
        deliver(FLEET_ACTOR, live.office, "worker")
        put_right(live, station="Upper Lock")
        assert live.platform.record == [], "there was no earlier notice of which it could be a correction"
        assert live.texts(GREEN)[-1].startswith(ANEW)

    def test_where_it_was_owed_and_nothing_stands_the_right_words_go_as_a_first_post(self, live: Stage) -> None:
        pause(OFFICER, live.fleet.store, live.house.know, live.clock, f"x:{GREEN}")
        live.go(live.incident())
        assert (len(live.texts(GREEN)), live.platform.record) == (1, [])
        resume(OFFICER, live.fleet.store, live.house.know, live.clock, f"x:{GREEN}")
        put_right(live, station="Upper Lock")
        [said] = live.platform.texts(GREEN)
        assert not said.startswith(ANEW)
        assert "Upper Lock" in said
        assert live.texts(GREEN)[-1].startswith(ANEW)

    def test_it_is_audited_without_words(self, live: Stage) -> None:
        live.go(live.incident())
        put_right(live, station="Upper Lock")
        [row] = [row for row in live.audit() if row.act == "notice corrected"]
        assert (row.actor, row.subject, row.detail) == ("made-up-reviewer", reference(live), "station")


class TestDigest:
    def test_the_digest_comes_down_and_is_said_again_with_what_is_right(self, live: Stage) -> None:
        live.take(live.incident("1", offence_code="THF"), live.incident("2", offence_code="THF", station="Upper Lock"))
        live.think()
        live.clock.step(hours=12)
        live.think()
        live.work()
        [digest] = live.platform.texts(GREEN)
        done = put_right(live, station="Quarry End")
        assert (done.digests, done.owed) == (1, ())
        after = live.platform.texts(GREEN)
        assert digest not in after
        assert sum("Quarry End" in text and "Upper Lock" in text for text in after) == 1
        assert not any("Harbour" in text for text in after)
        take_back(live)
        live.work()
        assert not any("Quarry End" in text for text in live.platform.texts(GREEN))
        assert sum("Upper Lock" in text for text in live.platform.texts(GREEN)) == 1


class TestRefused:
    @pytest.mark.parametrize("role", [Role.PARTNER, Role.AUDITOR])
    def test_others_may_not(self, live: Stage, role: Role) -> None:
        live.go(live.incident())
        with pytest.raises(NotAllowed):
            put_right(live, actor=Actor(id="another", roles=frozenset({role}), via="cli"), station="Upper Lock")

    def test_nothing_given_a_wrong_station_or_code_changes_nothing(self, live: Stage) -> None:
        live.go(live.incident())
        with pytest.raises(CantCorrect):
            put_right(live)
        with pytest.raises(CantTell):
            put_right(live, station="Nowhere Known")
        with pytest.raises(CantCorrect):
            put_right(live, offence_code="NO-SUCH")
        live.think()
        live.work()
        assert len(live.platform.record) == 1
        assert len(live.fates()) == 1

    def test_what_was_taken_back_is_not_corrected(self, live: Stage) -> None:
        live.go(live.incident())
        take_back(live)
        with pytest.raises(CantCorrect):
            put_right(live, station="Upper Lock")

    def test_a_first_post_that_was_refused_is_no_standing_notice(self, live: Stage) -> None:
        live.platform.of_handle[GREEN] = PostRefused("no words today")
        live.go(live.incident())
        put_right(live, station="Upper Lock")
        assert live.platform.record == []
        assert DeliveryState.REFUSED.value in live.states(GREEN)
