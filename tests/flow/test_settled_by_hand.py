"""A post that may or may not be up: an operator looked at the account and says which; the platform is asked as well."""

from __future__ import annotations

import pytest

from core.domain.deliveries import DeliveryState
from core.domain.lines import AccountId
from core.domain.staff import Actor, NotAllowed, Role
from core.flow.settled_by_hand import NothingWaits, NotSeen, it_is_absent, it_is_up
from core.flow.status import look_at
from core.ports.channel import LoginNeeded, OutcomeUnknown
from tests.fakes.odd_platform import lost_answer
from tests.flow.stage import BLUE, GREEN, OFFICER, RED, Stage
from tests.flow.test_retract import REVIEWER, reference, take_back, ups

X_GREEN = AccountId(f"x:{GREEN}")


@pytest.fixture
def waits(live: Stage) -> Stage:
    """The post stands, its answer was lost, and looking it up stayed inconclusive for an hour."""
    live.platform.after.append(lost_answer())
    live.platform.incomplete_looks = 1000
    live.go(live.incident())
    assert live.states(GREEN) == ["waiting"]
    return live


@pytest.fixture
def absent(live: Stage) -> Stage:
    """The same of a post that never came to be."""
    live.platform.before.append(lost_answer())
    live.platform.incomplete_looks = 1000
    live.go(live.incident())
    assert live.states(GREEN) == ["waiting"]
    return live


def up(stage: Stage, post: str, account: str = X_GREEN, *, on_my_word: bool = False) -> None:
    it_is_up(OFFICER, stage.office, reference(stage), AccountId(account), post, on_my_word=on_my_word)


def not_there(stage: Stage, *, again: bool, on_my_word: bool = False) -> None:
    it_is_absent(OFFICER, stage.office, reference(stage), X_GREEN, again=again, on_my_word=on_my_word)


def receipts(stage: Stage) -> list[str]:
    """Platform ids of what is proved to stand on the green account."""
    with stage.fleet.store.begin() as tx:
        said = tx.outbox.in_states([DeliveryState.DELIVERED], 100)
    return [one.receipt.platform_id for one in said if one.receipt and one.key.account == X_GREEN]


class TestItIsUp:
    def test_it_has_a_receipt_and_can_be_taken_back(self, waits: Stage) -> None:
        [post] = waits.platform.record
        up(waits, post.id)
        assert (waits.states(GREEN), receipts(waits)) == (["delivered"], [post.id])
        seen = take_back(waits)
        assert ups(seen) == ["removed"]
        assert post.id not in [row.id for row in waits.platform.record]

    def test_the_log_says_who_and_that_the_platform_showed_it(self, waits: Stage) -> None:
        up(waits, waits.platform.record[0].id)
        row = waits.audit()[-1]
        assert (row.actor, row.act, row.subject) == (OFFICER.id, "post settled: it is up", reference(waits))
        assert row.detail == f"{X_GREEN} part 1 (en): post 1, as the platform lists it"

    def test_what_waited_for_it_goes_on(self, live: Stage) -> None:
        live.platform.after.append(lost_answer())
        live.platform.incomplete_looks = 1000
        live.go(live.incident(station="Central"))
        assert (live.states(RED), live.states(BLUE)) == (["waiting"], ["due"])
        up(live, live.platform.record[0].id, f"x:{RED}")
        live.work()
        assert live.platform.reposts(BLUE) == [live.platform.record[0].id]

    def test_a_post_that_the_platform_does_not_show_is_no_proof(self, absent: Stage) -> None:
        with pytest.raises(NotSeen, match="lists no post 77"):
            up(absent, "77")
        assert absent.states(GREEN) == ["waiting"]

    def test_a_post_that_says_something_else_is_no_proof(self, absent: Stage) -> None:
        other = absent.platform.posted_by_hand(GREEN, "Good morning")
        with pytest.raises(NotSeen, match="does not say what"):
            up(absent, other)
        assert absent.states(GREEN) == ["waiting"]

    def test_the_proof_of_another_post_proves_nothing(self, live: Stage) -> None:
        live.go(live.incident("1"))
        first = live.platform.record[0].id
        live.platform.before.append(lost_answer())
        live.platform.incomplete_looks = 1000
        live.go(live.incident("2", offence_code="ASL", station="Harbour"))
        with pytest.raises(NotSeen, match="is the proof of"):
            it_is_up(OFFICER, live.office, reference(live, 2), X_GREEN, first)
        assert live.states(GREEN) == ["delivered", "waiting"]

    @pytest.mark.parametrize("trouble", [OutcomeUnknown("no answer"), LoginNeeded("the token is dead")])
    def test_where_the_platform_does_not_answer_a_word_is_asked_for_and_logged(
        self, waits: Stage, trouble: Exception
    ) -> None:
        post = waits.platform.record[0].id
        waits.platform.list_raises.append(trouble)
        with pytest.raises(NotSeen, match="--on-my-word"):
            up(waits, post)
        up(waits, post, on_my_word=True)
        assert receipts(waits) == [post]
        assert waits.audit()[-1].detail.endswith("by the operator's word")

    def test_where_nothing_can_be_listed_the_word_is_taken(self, waits: Stage) -> None:
        waits.platform.abilities = waits.platform.abilities.model_copy(update={"lists": False})
        up(waits, f"https://example.org/{GREEN}/status/1?s=20")
        assert receipts(waits) == ["1"]
        assert waits.audit()[-1].detail.endswith("by the operator's word")

    def test_a_link_that_holds_no_number_can_not_be_taken_on_ones_word(self, waits: Stage) -> None:
        with pytest.raises(NotSeen, match="the platform's own id"):
            up(waits, "https://example.org/post/abc", on_my_word=True)

    def test_of_an_account_that_is_in_no_lines_yaml_any_more(self, waits: Stage) -> None:
        del waits.office.know.accounts[X_GREEN]
        up(waits, "1")
        assert waits.states(GREEN) == ["delivered"]


class TestItIsAbsent:
    def test_it_is_due_again_and_said_once(self, absent: Stage) -> None:
        not_there(absent, again=True)
        absent.work()
        assert len(absent.platform.texts(GREEN)) == 1
        assert absent.states(GREEN) == ["delivered"]

    def test_or_left_unsaid(self, absent: Stage) -> None:
        not_there(absent, again=False)
        absent.work()
        assert absent.states(GREEN) == ["refused"]
        assert absent.audit()[-1].act == "post settled: it is absent"

    def test_an_operator_who_overlooked_it_makes_no_double(self, waits: Stage) -> None:
        with pytest.raises(NotSeen, match=r"post 1 looks like it: .* --up 1"):
            not_there(waits, again=True)
        waits.work()
        assert len(waits.platform.texts(GREEN)) == 1

    def test_a_post_of_the_same_reference_that_has_its_proof_is_not_taken_for_it(self, live: Stage) -> None:
        live.go(live.incident())
        live.platform.before.append(lost_answer())
        live.platform.incomplete_looks = 1000
        live.go(live.incident(offence_code="ASL"))
        assert live.states(GREEN) == ["delivered", "waiting"]
        not_there(live, again=True)
        live.work()
        assert len(live.platform.texts(GREEN)) == 2

    def test_what_it_cost_is_given_back(self, absent: Stage) -> None:
        for name, account in list(absent.office.know.accounts.items()):
            absent.office.know.accounts[name] = account.model_copy(update={"price_post": 1.0})
        not_there(absent, again=False)
        with absent.fleet.store.begin() as tx:
            assert [one.micros for one in tx.limits.spent(absent.house.know.month(absent.clock.now()))] in ([], [0])


class TestWhoAndWhat:
    def test_only_an_operator_may(self, waits: Stage) -> None:
        for actor in (REVIEWER, Actor(id="an officer", roles=frozenset({Role.OFFICER}), via="cli")):
            with pytest.raises(NotAllowed):
                it_is_up(actor, waits.office, reference(waits), X_GREEN, "1")
            with pytest.raises(NotAllowed):
                it_is_absent(actor, waits.office, reference(waits), X_GREEN, again=True)

    def test_what_does_not_wait_is_not_settled(self, live: Stage) -> None:
        live.go(live.incident())
        with pytest.raises(NothingWaits):
            up(live, "1")
        with pytest.raises(NothingWaits):
            not_there(live, again=True)

    def test_status_names_the_command(self, waits: Stage) -> None:
        seen = look_at(waits.fleet.store, waits.clock, ())
        assert f"`incident settle {reference(waits)} {X_GREEN} --up POST` or `--absent`" in seen.sentence

    def test_nothing_waits_any_more_in_status(self, waits: Stage) -> None:
        up(waits, "1")
        assert look_at(waits.fleet.store, waits.clock, ()).well


def test_what_was_taken_back_while_it_waited_comes_down(live: Stage) -> None:
    live.platform.after.append(lost_answer())
    live.platform.incomplete_looks = 100_000
    live.go(live.incident())
    seen = take_back(live)
    assert ups(seen) == ["may still be up"]
    assert f"incident settle {reference(live)} {X_GREEN}" in str(seen.taken)
    up(live, "1")
    live.work()
    assert [row.id for row in live.platform.record if row.id == "1"] == []
