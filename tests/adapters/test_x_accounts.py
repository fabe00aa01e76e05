"""How the X channel handles credentials: per account, taken up anew, loaded late, and in no error or log line."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from core.adapters.channels.x import XChannel
from core.ports.channel import LoginNeeded, OutcomeUnknown, PostDeferred, PostRefused
from core.ports.secrets import SecretsBroken
from tests.adapters.x_scene import MADE_UP, PLUM, TEAL, Scene, facing, opened
from tests.contract.channels import KeptInMemory, saying
from tests.fakes.one_answer import answering
from tests.fakes.x_server import Fault


@pytest.fixture
def scene() -> Iterator[Scene]:
    with opened() as ready:
        yield ready


def test_a_missing_secret_is_named_with_what_to_do(scene):
    scene.kept.forget("x:TealLineTest:token_secret")
    with pytest.raises(LoginNeeded, match=r"x:TealLineTest:token_secret.*accounts connect x:TealLineTest"):
        scene.channel.publish(TEAL, saying("hello"))
    assert scene.server.requests == ()


def test_secrets_that_can_not_be_read_need_a_person():
    class Broken(KeptInMemory):
        def get(self, name: str) -> str | None:
            raise SecretsBroken("the secrets can't be read: mend the file")

    with pytest.raises(LoginNeeded, match="mend the file"):
        XChannel(Broken({})).who_am_i(TEAL)


def test_new_credentials_are_taken_up_without_a_new_start(scene):
    right = scene.kept.get("x:TealLineTest:token_secret") or ""
    scene.kept.put("x:TealLineTest:token_secret", "made-up and wrong")
    with pytest.raises(LoginNeeded, match="accounts connect x:TealLineTest"):
        scene.channel.publish(TEAL, saying("hello"))
    scene.kept.put("x:TealLineTest:token_secret", right)
    scene.channel.publish(TEAL, saying("hello"))
    assert scene.texts() == ["hello"]


def test_asking_who_an_account_is_reads_its_credentials_anew(scene):
    assert scene.channel.who_am_i(TEAL).handle == TEAL.handle
    for name in ("token", "token_secret"):
        scene.kept.put(f"x:{TEAL.handle}:{name}", scene.kept.get(f"x:{PLUM.handle}:{name}") or "")
    assert scene.channel.who_am_i(TEAL).handle == PLUM.handle


def test_one_account_may_be_used_from_several_threads(scene):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: scene.channel.publish(TEAL, saying(f"number {number}")), range(24)))
    assert sorted(scene.texts()) == sorted(f"number {number}" for number in range(24))


def test_no_secret_stands_in_any_error_or_log_line(scene, caplog):
    caplog.set_level(logging.DEBUG)
    target = scene.channel.publish(PLUM, saying("in full"))
    secrets = [scene.kept.get(name) or "" for name in scene.kept.names()]
    told: list[str] = []
    for fault in [one for one in Fault if one is not Fault.ANSWER_LATE]:
        for act in (
            lambda fault=fault: scene.channel.publish(TEAL, saying(f"meets {fault.value}")),
            lambda: scene.channel.repost(TEAL, target),
            lambda: scene.look("absent"),
            lambda: scene.channel.remove(TEAL, target),
            lambda: scene.channel.who_am_i(TEAL),
        ):
            scene.server.misbehave(fault)
            with pytest.raises((PostRefused, PostDeferred, OutcomeUnknown, LoginNeeded)) as raised:
                act()
            told.append(_all_of(raised.value))
    logged = [f"{record.getMessage()} {record.__dict__}" for record in caplog.records]
    assert len(told) == 5 * (len(Fault) - 1)
    assert [secret for secret in (*secrets, "oauth_", "OAuth ") for words in (*told, *logged) if secret in words] == []


def test_a_server_on_the_way_that_echoes_the_request_betrays_nothing(caplog):
    caplog.set_level(logging.DEBUG)
    echo = answering(403, lambda headers: json.dumps({"detail": f"No: {headers}"}))
    with echo as server, pytest.raises(OutcomeUnknown) as raised:
        facing(server.url).publish(TEAL, saying("hello"))
    plain = answering(400, json.dumps({"detail": f"No: {list(MADE_UP.values())}"}))
    with plain as server, pytest.raises(PostRefused) as refused:
        facing(server.url).publish(TEAL, saying("hello"))
    words = _all_of(raised.value) + _all_of(refused.value) + caplog.text
    assert "[hidden]" in words
    assert [one for one in (*MADE_UP.values(), "4711", "oauth_token=") if one in words] == []


def test_loading_the_channel_loads_no_sdk():
    code = (
        "import sys; from core.adapters.channels.x import XChannel; XChannel(None); "
        "print(sorted({'tweepy', 'requests', 'oauthlib', 'regex'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("url", ["http://x.example", "ftp://127.0.0.1", "https://name:word@x.example", "x.example"])
def test_only_https_or_this_machine_gets_signed_requests(url):
    with pytest.raises(ValueError):
        XChannel(KeptInMemory({}), base_url=url)


def _all_of(error: BaseException | None) -> str:
    """All words that an error and those behind it hold."""
    words = ""
    while error is not None:
        words += f" {error!s} {error!r}"
        with suppress(TypeError):
            words += f" {vars(error)}"
        error = error.__cause__ or error.__context__
    return words
