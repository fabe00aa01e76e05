"""Each kind of X's 403 has an end of its own in a fleet: by its words, never by its number."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.domain.deliveries import Delivery, DeliveryState
from core.domain.lines import AccountId
from core.domain.taking_back import Because
from core.flow.retract import retract
from core.flow.settled_by_hand import NotSeen, it_is_up
from core.flow.status import look_at
from core.flow.workers import work_once
from core.ports.channel import PostDeferred, ReplyRefused
from tests.adapters import x_scene
from tests.adapters.x_scene import TEAL, facing
from tests.contract.channels import SAID_AT, saying
from tests.fakes.one_answer import answering
from tests.fakes.x_server import Fault
from tests.flow.stage import GREEN, OFFICER
from tests.flow.sweep_scene import REVIEWER
from tests.flow.test_spending_on_x import OnX, opened

USED_UP = '{"detail": "Usage cap exceeded: Monthly product cap", "status": 403}'


@pytest.fixture
def on_x(tmp_path: Path) -> Iterator[OnX]:
    with opened(tmp_path) as made:
        yield made


@pytest.mark.parametrize(
    ("fault", "delivery", "account", "why"),
    [
        (Fault.DUPLICATE, "unknown", "ready", None),
        (Fault.SUSPENDED, "due", "needs-login", "suspended"),
        (Fault.LOCKED, "due", "needs-login", "locked"),
        (Fault.USAGE_CAP, "due", "ready", None),
        (Fault.NOT_PERMITTED, "refused", "ready", None),
    ],
)
def test_each_kind_of_403_has_its_own_end(on_x: OnX, fault, delivery, account, why):
    on_x.server.misbehave(fault, times=None, method="POST", path="/2/tweets")
    on_x.stage.take(on_x.stage.incident())
    on_x.stage.think()
    while work_once(on_x.stage.office, "worker"):
        pass
    with on_x.stage.fleet.store.begin() as tx:
        record = tx.accounts.get(AccountId(f"x:{GREEN}"))
    assert (on_x.stage.states(GREEN), record.state.value) == ([delivery], account)
    assert why is None or why in (record.why or "")
    assert on_x.server.posts() == ()


def test_a_used_up_plan_waits_until_the_window_that_x_names_opens():
    reset = int(SAID_AT.timestamp()) + 7 * 3600
    named = {"x-app-limit-24hour-remaining": "0", "x-app-limit-24hour-reset": str(reset)}
    for headers, seconds in ((named, 7 * 3600), ({}, 3600)):
        with answering(403, USED_UP, headers) as server, pytest.raises(PostDeferred) as raised:
            facing(server.url).publish(TEAL, saying("hello 7K3M9X2"))
        assert raised.value.seconds == seconds


def test_an_answer_that_x_does_not_allow_is_told_apart_from_any_other_refusal():
    with x_scene.opened() as scene:
        first = scene.channel.publish(TEAL, saying("first 7K3M9X2"))
        scene.server.misbehave(Fault.REPLY_NOT_ALLOWED, method="POST")
        with pytest.raises(ReplyRefused):
            scene.channel.publish(TEAL, saying("second 7K3M9X2", reply_to=first))
        assert scene.texts() == ["first 7K3M9X2"]


def test_a_duplicate_that_is_not_there_is_put_before_a_person_after_three_tries(on_x: OnX):
    on_x.server.misbehave(Fault.DUPLICATE, times=None, method="POST", path="/2/tweets")
    on_x.stage.go(on_x.stage.incident())
    assert on_x.stage.states(GREEN) == ["waiting"]
    tries = [one for one in on_x.server.requests if (one.method, one.path) == ("POST", "/2/tweets")]
    assert len(tries) == 3
    status = look_at(on_x.stage.fleet.store, on_x.stage.clock, ())
    assert status.sentence.startswith("Act: 1 post may or may not be up")
    [notice] = {one.reference for one in _deliveries(on_x) if one.state is DeliveryState.WAITING}
    retract(REVIEWER, on_x.stage.fleet.store, on_x.stage.house.know, on_x.stage.clock, notice, Because.EXPIRY)
    on_x.stage.work()
    assert set(on_x.stage.states(GREEN)) == {"withdrawn"}, "looked up once more, and surely not there"


def _deliveries(on_x: OnX) -> list[Delivery]:
    with on_x.stage.fleet.store.begin() as tx:
        return list(tx.outbox.in_states(list(DeliveryState), 100))


def test_a_post_that_may_be_up_is_settled_by_the_link_that_a_browser_shows(on_x: OnX):
    stage = on_x.stage
    on_x.server.misbehave(Fault.DUPLICATE, times=None, method="POST", path="/2/tweets")
    stage.go(stage.incident())
    [owed] = [one for one in _deliveries(on_x) if one.state is DeliveryState.WAITING]
    green = on_x.server.site.world.by_name(GREEN)
    assert green is not None
    assert owed.post is not None
    other = on_x.server.site.world.publish(green, "Good morning", None, ())
    post = on_x.server.site.world.publish(green, owed.post.text, None, ())
    account = AccountId(f"x:{GREEN}")
    with pytest.raises(NotSeen, match="does not say what"):
        it_is_up(OFFICER, stage.office, owed.reference, account, other.id)
    it_is_up(OFFICER, stage.office, owed.reference, account, f"https://twitter.com/{GREEN}/status/{post.id}?s=20")
    retract(REVIEWER, stage.fleet.store, stage.house.know, stage.clock, owed.reference, Because.ERROR)
    stage.work()
    standing = [one.id for one in on_x.server.live(GREEN)]
    assert post.id not in standing
    assert other.id in standing
