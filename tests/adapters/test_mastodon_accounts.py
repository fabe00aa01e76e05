"""How the Mastodon channel handles tokens: per account, taken up anew, loaded late, and in no error or log line."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from core.adapters.channels.mastodon import MastodonChannel
from core.ports.channel import LoginNeeded, OutcomeUnknown, PostDeferred, PostRefused
from core.ports.secrets import SecretsBroken
from tests.adapters.mastodon_scene import PLUM, TEAL, TOKEN, Scene, facing, opened
from tests.contract.channels import KeptInMemory, saying
from tests.fakes.mastodon_server import Fault
from tests.fakes.one_answer import answering

SECRET = f"mastodon:{TEAL.handle}:token"


@pytest.fixture
def scene() -> Iterator[Scene]:
    with opened() as ready:
        yield ready


def test_a_missing_secret_is_named_with_what_to_do(scene):
    scene.kept.forget(SECRET)
    with pytest.raises(LoginNeeded, match=rf"{SECRET}.*accounts connect {TEAL.id}"):
        scene.channel.publish(TEAL, saying("hello"))
    assert scene.server.requests == ()


def test_secrets_that_can_not_be_read_need_a_person():
    class Broken(KeptInMemory):
        def get(self, name: str) -> str | None:
            raise SecretsBroken("the secrets can't be read: mend the file")

    with pytest.raises(LoginNeeded, match="mend the file"):
        MastodonChannel(Broken({}), base_url="https://social.example").who_am_i(TEAL)


def test_new_credentials_are_taken_up_without_a_new_start(scene):
    right = scene.kept.get(SECRET) or ""
    scene.kept.put(SECRET, "made-up and wrong")
    with pytest.raises(LoginNeeded, match=f"accounts connect {TEAL.id}"):
        scene.channel.publish(TEAL, saying("hello"))
    scene.kept.put(SECRET, right)
    scene.channel.publish(TEAL, saying("hello"))
    assert scene.texts() == ["hello"]


def test_asking_who_an_account_is_reads_its_credentials_anew(scene):
    assert scene.channel.who_am_i(TEAL).handle == TEAL.handle
    scene.kept.put(SECRET, scene.kept.get(f"mastodon:{PLUM.handle}:token") or "")
    assert scene.channel.who_am_i(TEAL).handle == PLUM.handle


def test_a_token_that_is_a_files_name_stays_a_token(tmp_path):
    (tmp_path / "token").write_text("another token\nhttps://elsewhere.example\n")
    kept = KeptInMemory({SECRET: str(tmp_path / "token")})
    echo = answering(200, lambda headers: json.dumps({"id": "1", "username": headers["Authorization"]}))
    with echo as server:
        me = MastodonChannel(kept, base_url=server.url).who_am_i(TEAL)
    assert me.handle == f"Bearer {tmp_path / 'token'}"


def test_one_account_may_be_used_from_several_threads(scene):
    with ThreadPoolExecutor(8) as pool:
        receipts = list(pool.map(lambda number: scene.channel.publish(TEAL, saying(f"number {number}")), range(24)))
    by_id = {one.id: one.text for one in scene.server.live(TEAL.handle)}
    assert [by_id[receipt.platform_id] for receipt in receipts] == [f"number {number}" for number in range(24)]


def test_no_secret_stands_in_any_error_or_log_line(scene, caplog, capsys):
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
    logged = [f"{record.getMessage()} {record.__dict__}" for record in caplog.records if record.name != "tests"]
    printed = "".join(capsys.readouterr())
    assert len(told) == 5 * (len(Fault) - 1)
    assert [one for one in (*secrets, "Bearer") for words in (*told, *logged, printed) if one in words] == []


def test_a_server_on_the_way_that_echoes_the_request_betrays_nothing(caplog):
    caplog.set_level(logging.DEBUG)
    words = ""
    for status, kind in ((403, OutcomeUnknown), (422, PostRefused), (429, PostDeferred), (500, OutcomeUnknown)):
        echo = answering(status, lambda headers: json.dumps({"error": f"No: {headers}"}))
        with echo as server, pytest.raises(kind) as raised:
            facing(server.url).publish(TEAL, saying("hello"))
        words += _all_of(raised.value)
    assert "[hidden]" in words
    assert TOKEN not in words + caplog.text


def test_loading_the_channel_loads_no_sdk():
    code = (
        "import sys; from core.adapters.channels.mastodon import MastodonChannel; "
        "MastodonChannel(None, base_url='https://social.example'); "
        "print(sorted({'mastodon', 'dateutil', 'decorator'} & set(sys.modules)))"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "url", [None, "", "http://social.example", "ftp://127.0.0.1", "https://name:word@social.example", "social.example"]
)
def test_only_https_or_this_machine_gets_a_token(url):
    with pytest.raises(ValueError):
        MastodonChannel(KeptInMemory({}), base_url=url)


def _all_of(error: BaseException | None) -> str:
    """All words that an error and those behind it hold."""
    words = ""
    while error is not None:
        words += f" {error!s} {error!r}"
        with suppress(TypeError):
            words += f" {vars(error)}"
        error = error.__cause__ or error.__context__
    return words
