"""A keyring: one key per owner, made at need, destroyed for good."""

from __future__ import annotations

import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.adapters.secrets.keyring import SqlKeyring
from core.ports.secrets import KeyDestroyed, SecretsBroken
from tests.contract.conftest import DATABASES
from tests.fakes.postgres import Postgres


@pytest.fixture(params=DATABASES)
def ring_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/ring/keys.db"
        return
    server: Postgres = request.getfixturevalue("postgres")
    url = server.empty_database()
    yield url
    server.drop(url)


@pytest.fixture
def ring(ring_url: str) -> Iterator[SqlKeyring]:
    opened = SqlKeyring(ring_url)
    yield opened
    opened.close()


def test_each_owner_has_one_key_of_its_own(ring: SqlKeyring, ring_url: str):
    one, two = ring.key("one"), ring.key("two")
    assert (len(one), len(two)) == (32, 32)
    assert one != two
    assert ring.key("one") == ring.existing("one") == one
    again = SqlKeyring(ring_url)
    assert again.key("one") == one
    again.close()


def test_no_key_is_made_by_asking_whether_there_is_one(ring: SqlKeyring):
    assert ring.existing("one") is None
    assert ring.existing("one") is None


def test_a_destroyed_key_never_comes_back(ring: SqlKeyring):
    ring.key("one")
    for _ in range(2):
        ring.destroy("one")
    assert ring.existing("one") is None
    with pytest.raises(KeyDestroyed):
        ring.key("one")


def test_an_owner_may_be_shut_out_before_it_had_a_key(ring: SqlKeyring):
    ring.destroy("one")
    with pytest.raises(KeyDestroyed):
        ring.key("one")


def test_keeping_loses_no_key(ring: SqlKeyring):
    one = ring.key("one")
    for _ in range(2):
        ring.keep()
    assert ring.key("one") == one


def test_two_that_want_a_key_at_once_get_the_same(ring: SqlKeyring, ring_url: str):
    other = SqlKeyring(ring_url)
    start = threading.Barrier(4)
    got: list[tuple[str, bytes]] = []

    def ask(asked: SqlKeyring) -> None:
        start.wait()
        got.extend((owner, asked.key(owner)) for owner in map(str, range(20)))

    threads = [threading.Thread(target=ask, args=(asked,)) for asked in (ring, other, ring, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    other.close()
    assert len(got) == 80
    assert len(set(got)) == 20


def test_no_byte_of_a_destroyed_key_stays_in_the_files(tmp_path: Path):
    ring = SqlKeyring(f"sqlite:///{tmp_path}/keys.db")
    keys = {f"owner {number}": ring.key(f"owner {number}") for number in range(400)}
    gone = {owner: key for number, (owner, key) in enumerate(keys.items()) if number % 7 == 0}
    for owner in gone:
        ring.destroy(owner)
    left = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert [owner for owner, key in keys.items() if (key in left) == (owner in gone)] == []
    ring.close()


def test_the_file_is_its_owners_alone(tmp_path: Path):
    ring = SqlKeyring(f"sqlite:///{tmp_path}/keys.db")
    ring.key("one")
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}
    ring.close()


def test_a_file_that_others_can_read_is_refused(tmp_path: Path):
    (tmp_path / "keys.db").touch(mode=0o644)
    with pytest.raises(SecretsBroken, match="chmod 600"):
        SqlKeyring(f"sqlite:///{tmp_path}/keys.db")


def test_a_file_that_is_no_keyring(tmp_path: Path):
    (tmp_path / "keys.db").write_bytes(b"made-up words, not a database. " * 99)
    (tmp_path / "keys.db").chmod(0o600)
    with pytest.raises(SecretsBroken, match="not a database"):
        SqlKeyring(f"sqlite:///{tmp_path}/keys.db")


def test_a_place_that_can_hold_no_keyring(tmp_path: Path):
    (tmp_path / "file").write_text("made up")
    with pytest.raises(SecretsBroken, match="can't be opened"):
        SqlKeyring(f"sqlite:///{tmp_path}/file/keys.db")
