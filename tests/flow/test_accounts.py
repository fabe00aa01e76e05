"""Whose account it is: a dead login, other credentials, practice; each holds up nobody else."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.domain.accounts import AccountState
from core.domain.lines import AccountMode
from core.flow.connect import WrongIdentity
from core.flow.workers import work_once
from core.ports.channel import LoginNeeded, PostDeferred
from tests.flow.stage import BLUE, GREEN, RED, Stage, everything_said_once, on_stage, two_notices


def account_state(stage: Stage, handle: str) -> AccountState:
    with stage.fleet.store.begin() as tx:
        return tx.accounts.get(next(a.id for a in stage.house.know.accounts.values() if a.id == f"x:{handle}")).state


class TestAccounts:
    def test_a_dead_login_holds_only_its_own_account(self, live: Stage) -> None:
        live.platform.of_handle[GREEN] = LoginNeeded("the token is dead")
        two_notices(live)
        live.work()
        assert account_state(live, GREEN) is AccountState.NEEDS_LOGIN
        assert live.platform.calls.count(GREEN) == 1
        assert (len(live.platform.texts(RED)), len(live.platform.reposts(BLUE))) == (1, 1)
        del live.platform.of_handle[GREEN]
        live.connect(GREEN)
        live.work()
        everything_said_once(live)

    def test_after_a_dead_login_other_credentials_are_compared_anew(self, live: Stage) -> None:
        live.go(live.incident("1"))
        live.platform.of_handle[GREEN] = LoginNeeded("the token is dead")
        live.go(live.incident("2", station="Upper Lock"))
        del live.platform.of_handle[GREEN]
        live.connect(GREEN)
        live.platform.identities[GREEN] = "Stranger"
        live.work()
        assert live.platform.texts("Stranger") == []
        assert account_state(live, GREEN) is AccountState.WRONG_IDENTITY

    def test_before_its_first_post_a_process_refuses_other_credentials(self, live: Stage) -> None:
        live.platform.identities[GREEN] = "Stranger"
        two_notices(live)
        live.work()
        assert live.platform.texts("Stranger") == []
        assert account_state(live, GREEN) is AccountState.WRONG_IDENTITY
        assert len(live.platform.texts(RED)) == 1
        assert len([row for row in live.audit() if row.act == "account wrong-identity"]) == 1

    def test_other_credentials_can_not_be_connected(self, live: Stage) -> None:
        live.platform.identities[GREEN] = "Stranger"
        with pytest.raises(WrongIdentity, match="Stranger"):
            live.connect(GREEN)

    def test_an_account_that_was_never_connected_posts_nothing(self, tmp_path: Path) -> None:
        with on_stage(tmp_path) as stage:
            stage.go(stage.incident())
            assert stage.platform.calls == []
            assert account_state(stage, GREEN) is AccountState.NEEDS_LOGIN
            stage.connect(GREEN)
            stage.work()
            assert len(stage.platform.texts(GREEN)) == 1

    def test_what_was_owed_live_is_not_sent_once_the_account_practises(self, live: Stage) -> None:
        two_notices(live)
        practising = {
            name: account.model_copy(update={"mode": AccountMode.PRACTICE})
            if account.channel == "x" and account.handle == GREEN
            else account
            for name, account in live.office.know.accounts.items()
        }
        as_it_was = live.office.know.accounts.copy()
        live.office.know.accounts.update(practising)
        while work_once(live.office, "worker"):
            pass
        assert live.platform.texts(GREEN) == []
        assert len(live.platform.texts(RED)) == 1
        live.office.know.accounts.update(as_it_was)
        live.work()
        everything_said_once(live)

    def test_a_platform_that_can_not_say_who_it_is_now_is_asked_again(self, live: Stage) -> None:
        live.platform.who[RED] = PostDeferred("later", 5)
        live.take(live.incident(station="Central"))
        live.think()
        while work_once(live.office, "worker"):
            pass
        assert live.platform.calls == []
        live.platform.who.clear()
        live.work()
        assert len(live.platform.record) == 2

    def test_who_am_i_that_breaks_stops_no_other_account(self, live: Stage) -> None:
        live.platform.who[GREEN] = RuntimeError("an SDK's own")
        two_notices(live)
        while work_once(live.office, "worker"):
            pass
        assert (len(live.platform.texts(RED)), len(live.platform.reposts(BLUE))) == (1, 1)
        assert live.platform.texts(GREEN) == []
        live.platform.who.clear()
        live.work()
        everything_said_once(live)
