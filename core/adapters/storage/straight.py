"""Statements that every post needs, handed straight to SQLite's driver.

It answers them in a tenth of the time that SQLAlchemy takes to ask.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.types import TypeEngine

Statement = Select[Any] | UpdateBase
_Cell = Callable[[Any], Any] | None
_DIALECT = SQLiteDialect_pysqlite()


class Straight:
    """One statement, compiled once for each set of names that it is executed with.

    On PostgreSQL it goes SQLAlchemy's way, which sees when a connection is lost; `elsewhere` is its form there. Raises
    the driver's own errors on SQLite, SQLAlchemy's there.
    """

    def __init__(self, statement: Statement, elsewhere: Statement | None = None) -> None:
        self._statement = statement
        self._elsewhere = statement if elsewhere is None else elsewhere
        self._ready: dict[tuple[str, ...], _Ready] = {}

    def ask(self, connection: Connection, values: Mapping[str, Any]) -> Sequence[Any]:
        """The rows, their cells by name."""
        if connection.dialect.name == "sqlite":
            return self._of(values).rows(connection, values)
        return connection.execute(self._elsewhere, values).all()

    def one(self, connection: Connection, values: Mapping[str, Any]) -> Any | None:
        """The only row; None where there is none."""
        return next(iter(self.ask(connection, values)), None)

    def tell(self, connection: Connection, values: Mapping[str, Any]) -> None:
        """For what answers nothing."""
        if connection.dialect.name == "sqlite":
            self._of(values).run(connection, values).close()
        else:
            connection.execute(self._elsewhere, values)

    def _of(self, values: Mapping[str, Any]) -> _Ready:
        names = tuple(values)
        if names not in self._ready:
            self._ready[names] = _Ready(self._statement, names)
        return self._ready[names]


class _Ready:
    """A statement as the driver takes it: its text, how each value is written and each cell read."""

    def __init__(self, statement: Statement, names: Sequence[str]) -> None:
        columns = None if isinstance(statement, Select) else list(names)
        made = statement.compile(dialect=_DIALECT, column_keys=columns)
        types = {name: bound.type for bound, name in made.bind_names.items()}
        places: Sequence[str] = made.positiontup or ()
        self._text = str(made)
        self._given = [(name, made.params.get(name), _writing(types[name])) for name in places]
        answered = list(statement.exported_columns) if _answers(statement) else []
        self._row: Any = namedtuple("Row", [str(column.key) for column in answered])  # type: ignore[misc]
        self._reading = [_reading(column.type) for column in answered]

    def run(self, connection: Connection, values: Mapping[str, Any]) -> Any:
        """The driver's cursor."""
        given = []
        for name, otherwise, writing in self._given:
            value = values.get(name, otherwise)
            given.append(value if writing is None else writing(value))
        driver: Any = connection.connection.dbapi_connection
        return driver.execute(self._text, given)

    def rows(self, connection: Connection, values: Mapping[str, Any]) -> Sequence[Any]:
        """All rows."""
        found = self.run(connection, values).fetchall()
        return [
            self._row._make(
                cell if reading is None else reading(cell) for reading, cell in zip(self._reading, one, strict=True)
            )
            for one in found
        ]


def _answers(statement: Statement) -> bool:
    return isinstance(statement, Select) or bool(statement._returning)


def _writing(kind: TypeEngine[Any]) -> _Cell:
    return kind.dialect_impl(_DIALECT).bind_processor(_DIALECT)


def _reading(kind: TypeEngine[Any]) -> _Cell:
    return kind.dialect_impl(_DIALECT).result_processor(_DIALECT, None)
