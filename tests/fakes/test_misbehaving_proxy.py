"""The proxy hands calls on unchanged, and goes wrong just as often as it is told to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from tests.fakes.misbehaving_proxy import Answer, Asked, MisbehavingProxy, Mishap, misbehaving
from tests.fakes.one_answer import OneAnswer, answering


@pytest.fixture
def behind() -> Iterator[OneAnswer]:
    with answering(201, '{"made": "up"}', {"X-Own": "kept"}) as server:
        yield server


@pytest.fixture
def proxy(behind: OneAnswer) -> Iterator[MisbehavingProxy]:
    with misbehaving(behind.url) as running:
        yield running


def post(proxy: MisbehavingProxy, path: str = "/statuses?a=1") -> requests.Response:
    return requests.post(proxy.url + path, data=b"words", timeout=20)


def test_without_an_order_the_server_is_heard_and_its_answer_comes_back(proxy, behind):
    said = post(proxy)
    assert (said.status_code, said.json(), said.headers["X-Own"]) == (201, {"made": "up"}, "kept")
    assert behind.asked == ["POST /statuses?a=1"]


@pytest.mark.parametrize(
    ("mishap", "heard"),
    [
        (Mishap.DROP_BEFORE, 0),
        (Mishap.DROP_AFTER, 1),
        (Mishap.CUT_BODY, 1),
        (Mishap.HALF_JSON, 1),
        (Mishap.ANSWER_BEFORE, 0),
        (Mishap.ANSWER_AFTER, 1),
    ],
)
def test_an_order_holds_for_its_calls_and_no_others(proxy, behind, mishap, heard):
    proxy.order(mishap, method="POST", path="statuses", times=2, answer=Answer(503, {}, b"down"))
    assert requests.get(f"{proxy.url}/statuses", timeout=20).status_code == 201
    assert post(proxy, "/other").status_code == 201
    del behind.asked[:]
    for _ in range(2):
        with pytest.raises((requests.RequestException, AssertionError)):
            assert post(proxy).json()["made"] == "up"
    assert len(behind.asked) == 2 * heard
    assert post(proxy).status_code == 201
    assert proxy.asked[-1] == Asked("POST", "/statuses?a=1", None)
    assert proxy.count("statuses") == 4


def test_a_late_answer_comes_after_the_effect(proxy, behind):
    proxy.order(Mishap.LATE_ANSWER)
    with pytest.raises(requests.ReadTimeout):
        requests.post(f"{proxy.url}/statuses", data=b"words", timeout=0.2)
    proxy.until_heard()
    assert behind.asked == ["POST /statuses"]


def test_a_late_effect_comes_after_the_answer_was_given_up(proxy, behind):
    proxy.order(Mishap.LATE_EFFECT)
    with pytest.raises(requests.ConnectionError):
        post(proxy)
    assert behind.asked == []
    proxy.release()
    assert behind.asked == ["POST /statuses?a=1"]


def test_orders_can_be_taken_back(proxy):
    proxy.order(Mishap.DROP_BEFORE, times=-1)
    for _ in range(2):
        with pytest.raises(requests.ConnectionError):
            post(proxy)
    proxy.behave()
    assert post(proxy).status_code == 201
