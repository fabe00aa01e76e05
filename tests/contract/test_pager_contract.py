"""What every pager promises, and what the webhook's receiver may rely on."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
from collections.abc import Callable, Iterator

import pytest

from core.adapters.http import Pace
from core.adapters.pagers.apprise import ApprisePager
from core.adapters.pagers.log import LogPager
from core.adapters.pagers.webhook import LIMITS, SIGNATURE, WebhookPager
from core.ports.pager import Call, CallUrgency, NotRung, Pager
from tests.fakes.receiver import Receiver

TOKEN = "made-up-token-of-the-address"
CALL = Call(
    key="login:x:ExampleGreen",
    what="x:ExampleGreen needs a login",
    why="the credentials are dead — números también",
    to_do="`accounts connect x:ExampleGreen`",
    urgency=CallUrgency.NOW,
)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as made:
        yield made


def quick() -> Pace:
    return Pace(sleep=lambda seconds: None)


def webhook(receiver: Receiver, key: str | None = None) -> WebhookPager:
    return WebhookPager(f"{receiver.url}/hook/{TOKEN}", key, pace=quick())


def over_apprise(receiver: Receiver) -> ApprisePager:
    return ApprisePager(f"json://{receiver.host}/hook/{TOKEN}")


PAGERS: dict[str, Callable[[Receiver], Pager]] = {
    "log": lambda receiver: LogPager(),
    "webhook": webhook,
    "apprise": over_apprise,
}
OVER_THE_NET = ["webhook", "apprise"]


@pytest.mark.parametrize("name", PAGERS)
def test_whoever_is_called_reads_what_why_and_what_to_do(
    name: str, receiver: Receiver, caplog: pytest.LogCaptureFixture
):
    pager = PAGERS[name](receiver)
    pager.ring(CALL)
    assert pager.name == name
    sent = "".join(json.dumps(json.loads(one.body), ensure_ascii=False) for one in receiver.received)
    told = caplog.text if name == "log" else sent
    assert len(receiver.received) == (name != "log")
    for words in (CALL.what, CALL.why, CALL.to_do, CALL.key):
        assert words in told


@pytest.mark.parametrize("name", OVER_THE_NET)
@pytest.mark.parametrize("answer", [400, 404, 500, "cut"])
def test_a_ring_that_was_not_taken_says_so_and_betrays_no_address(
    name: str, answer: int | str, receiver: Receiver, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    receiver.answers.extend([answer] * 9)
    with pytest.raises(NotRung) as told:
        PAGERS[name](receiver).ring(CALL)
    assert TOKEN not in f"{told.value!r} {told.value.__cause__!r}"
    assert TOKEN not in "".join(record.getMessage() for record in caplog.records)
    assert "\n" not in str(told.value)
    assert {one.path.rstrip("/") for one in receiver.received} == {f"/hook/{TOKEN}"}


@pytest.mark.parametrize("name", OVER_THE_NET)
def test_nobody_there_is_not_rung(name: str):
    with Receiver() as gone:
        pager = PAGERS[name](gone)
    with pytest.raises(NotRung):
        pager.ring(CALL)


def test_a_webhook_that_fails_at_first_is_tried_again(receiver: Receiver):
    receiver.answers.extend([503, "cut"])
    webhook(receiver).ring(CALL)
    assert len(receiver.received) == 3 == LIMITS.tries
    assert len({one.headers["idempotency-key"] for one in receiver.received}) == 1


def test_a_webhook_that_says_no_is_not_asked_again(receiver: Receiver):
    receiver.answers.append(403)
    with pytest.raises(NotRung, match="answers 403"):
        webhook(receiver).ring(CALL)
    assert len(receiver.received) == 1


def test_a_webhook_follows_no_redirect(receiver: Receiver):
    """Apprise does, by itself."""
    receiver.answers.append("redirect")
    with pytest.raises(NotRung, match="the webhook"):
        webhook(receiver).ring(CALL)
    assert [one.path for one in receiver.received] == [f"/hook/{TOKEN}"]


def test_a_signed_webhook_proves_where_it_came_from(receiver: Receiver):
    webhook(receiver, "made-up-key").ring(CALL)
    [one] = receiver.received
    expected = hmac.new(b"made-up-key", one.body, hashlib.sha256).hexdigest()
    assert one.headers[SIGNATURE.lower()] == f"sha256={expected}"
    assert json.loads(one.body) == CALL.model_dump(mode="json")


@pytest.mark.parametrize("url", ["http://pager.example/hook", "ftp://pager.example", "nonsense"])
def test_an_address_that_would_send_it_in_clear_is_refused(url: str):
    with pytest.raises(ValueError):
        WebhookPager(url)
