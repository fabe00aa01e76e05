"""A store on each database, empty for every test."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from core.adapters.secrets.keyring import SqlKeyring
from core.adapters.storage.sql_store import open_store
from core.ports.store import Store
from tests.contract.channels import STAGED, Stage, staged
from tests.fakes.postgres import Postgres

DATABASES = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]

AUDIT_KEY = b"a made-up key of the tests, 32 b"


@dataclass(frozen=True)
class Place:
    """Where a test's store and keyring are."""

    url: str
    keys: str
    kind: str

    def open(self, busy_seconds: float = 10.0, migrate: bool = True) -> Store:
        keyring = SqlKeyring(self.keys)
        return open_store(self.url, keyring, migrate=migrate, busy_seconds=busy_seconds, audit_key=AUDIT_KEY)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One server for each process of tests."""
    server = Postgres()
    yield server
    server.close()


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A store's file as the migrations leave it."""
    folder = tmp_path_factory.mktemp("empty")
    open_store(f"sqlite:///{folder}/fleet.db", SqlKeyring(f"sqlite:///{folder}/keys.db")).close()
    return (folder / "fleet.db").read_bytes()


@pytest.fixture(params=DATABASES)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """An empty database at the newest schema."""
    keys = f"sqlite:///{tmp_path / 'keys' / 'keys.db'}"
    if request.param == "sqlite":
        (tmp_path / "fleet.db").write_bytes(request.getfixturevalue("empty_store"))
        yield Place(f"sqlite:///{tmp_path / 'fleet.db'}", keys, "sqlite")
        return
    server: Postgres = request.getfixturevalue("postgres")
    url = server.new_database(lambda template: open_store(template, SqlKeyring(keys)).close())
    yield Place(url, keys, "postgres")
    server.drop(url)


@pytest.fixture
def store(place: Place) -> Iterator[Store]:
    opened = place.open()
    yield opened
    opened.close()


@pytest.fixture(params=STAGED)
def stage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stage]:
    """Each channel in turn."""
    with staged(request.param, tmp_path) as ready:
        yield ready
