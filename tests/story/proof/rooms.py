"""Where a proof's fleet keeps its rows: a file beside it, or a database of a PostgreSQL; put back for each round."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import create_engine, make_url, text


class Rooms(Protocol):
    """One store. `keep` remembers how it is, `put_back` makes it so again."""

    url: str

    def keep(self) -> None: ...

    def put_back(self) -> None: ...

    def ask(self, query: str) -> Sequence[Any]:
        """Rows, for figures alone: no verdict rests on them."""


class InFile:
    """SQLite, in the state folder: it is put back with it."""

    def __init__(self, file: Path) -> None:
        self.url = f"sqlite:///{file}"

    def keep(self) -> None:
        pass

    def put_back(self) -> None:
        pass

    def ask(self, query: str) -> Sequence[Any]:
        return _rows(self.url, query)


class InDatabase:
    """A database of a running PostgreSQL, with a copy of how it was at first."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._name = str(make_url(url).database)
        self._house = make_url(url).set(database="postgres")

    def keep(self) -> None:
        self._say(f"CREATE DATABASE {self._name}_first TEMPLATE {self._name}")

    def put_back(self) -> None:
        self._say(
            f"DROP DATABASE {self._name} WITH (FORCE)", f"CREATE DATABASE {self._name} TEMPLATE {self._name}_first"
        )

    def ask(self, query: str) -> Sequence[Any]:
        return _rows(self.url, query)

    def _say(self, *statements: str) -> None:
        engine = create_engine(self._house, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)
        engine.dispose()


def _rows(url: str, query: str) -> Sequence[Any]:
    engine = create_engine(url)
    with engine.connect() as connection:
        rows = connection.execute(text(query)).all()
    engine.dispose()
    return rows
