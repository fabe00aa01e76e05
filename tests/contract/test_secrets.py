"""Secrets in a file: kept whole, overridden by the environment, never shown by mistake."""

from __future__ import annotations

import base64
import json
import stat
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from core.adapters.secrets.kept import KEY_VARIABLE, EncryptedSecrets, FileSecrets
from core.ports.secrets import Secrets, SecretsBroken

KEY = base64.b64encode(bytes(range(32))).decode()
SECRET = "a made-up secret — ¿sí?"
Opener = Callable[..., Secrets]


@pytest.fixture(params=[FileSecrets, EncryptedSecrets])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Opener:
    def open_them(environment: Mapping[str, str] | None = None) -> Secrets:
        kept: Secrets = request.param(tmp_path / "keep" / "secrets", {KEY_VARIABLE: KEY, **(environment or {})})
        return kept

    return open_them


def test_a_secret_is_kept_replaced_and_forgotten(opened: Opener):
    secrets = opened()
    assert (secrets.get("x:Example"), secrets.names()) == (None, [])
    secrets.put("x:Example", "first")
    secrets.put("x:Example", SECRET)
    secrets.put("another", "2")
    assert (opened().get("x:Example"), opened().names()) == (SECRET, ["another", "x:Example"])
    secrets.forget("x:Example")
    secrets.forget("x:Example")
    assert (opened().get("x:Example"), opened().names()) == (None, ["another"])


def test_the_environment_goes_before_the_file(opened: Opener):
    opened().put("x:Example-Line", "in the file")
    secrets = opened({"SUBWAY_FLEET_SECRET_X_EXAMPLE_LINE": "in the environment"})
    assert secrets.get("x:Example-Line") == "in the environment"
    assert opened().get("x:Example-Line") == "in the file"


def test_the_file_is_its_owners_alone_and_nothing_else_is_left(opened: Opener, tmp_path: Path):
    opened().put("one", SECRET)
    files = list((tmp_path / "keep").iterdir())
    assert sorted(path.name for path in files) == [".secrets.lock", "secrets"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


def test_a_file_that_others_can_read_is_refused(opened: Opener, tmp_path: Path):
    secrets = opened()
    secrets.put("one", SECRET)
    (tmp_path / "keep" / "secrets").chmod(0o640)
    for use in (lambda: secrets.get("one"), lambda: secrets.put("two", "2"), secrets.names):
        with pytest.raises(SecretsBroken, match="chmod 600") as broken:
            use()
        assert SECRET not in str(broken.value)


def test_side_by_side_no_secret_is_lost(opened: Opener):
    start = threading.Barrier(4)

    def put(name: str) -> None:
        secrets = opened()
        start.wait()
        for number in range(5):
            secrets.put(f"{name}-{number}", "made up")

    threads = [threading.Thread(target=put, args=(f"w{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(opened().names()) == 20


def test_a_place_that_can_hold_no_secrets(opened: Opener, tmp_path: Path):
    (tmp_path / "keep").write_text("made up")
    with pytest.raises(SecretsBroken, match="can't be written"):
        opened().put("one", SECRET)
    with pytest.raises(SecretsBroken, match="can't be read"):
        opened().get("one")


@pytest.mark.parametrize("content", [b"{half a do", b"[1]", b'{"one": 1}', b"\xff\xfe"])
def test_a_broken_file_is_told_and_left_as_it_is(tmp_path: Path, content: bytes):
    path = tmp_path / "secrets"
    path.write_bytes(content)
    path.chmod(0o600)
    for use in (lambda: FileSecrets(path, {}).get("one"), lambda: FileSecrets(path, {}).put("one", "2")):
        with pytest.raises(SecretsBroken, match="restore it or remove it"):
            use()
    assert path.read_bytes() == content


def test_encrypted_no_name_or_secret_is_readable_and_another_key_opens_nothing(tmp_path: Path):
    path = tmp_path / "secrets"
    EncryptedSecrets(path, {KEY_VARIABLE: KEY}).put("x:Example", "a made-up secret")
    content = path.read_bytes()
    assert b"Example" not in content
    assert b"made-up" not in content
    other = base64.urlsafe_b64encode(bytes(range(1, 33))).decode()
    with pytest.raises(SecretsBroken, match=KEY_VARIABLE):
        EncryptedSecrets(path, {KEY_VARIABLE: other}).get("x:Example")
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(SecretsBroken, match=KEY_VARIABLE):
        EncryptedSecrets(path, {KEY_VARIABLE: KEY}).get("x:Example")


@pytest.mark.parametrize("key", ["", "too short", "not base 64!", base64.b64encode(bytes(31)).decode()])
def test_a_key_of_another_shape_is_told_with_the_way_to_make_one(tmp_path: Path, key: str):
    with pytest.raises(SecretsBroken, match="openssl rand -base64 32") as broken:
        EncryptedSecrets(tmp_path / "secrets", {KEY_VARIABLE: key})
    assert not key or key not in str(broken.value)


def test_in_clear_it_is_plain_json(tmp_path: Path):
    FileSecrets(tmp_path / "secrets", {}).put("one", "2")
    assert json.loads((tmp_path / "secrets").read_text()) == {"one": "2"}
