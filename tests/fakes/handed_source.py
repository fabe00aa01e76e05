"""A source that gives what a test hands it, batch by batch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from core.domain.policy import MayAssert
from core.ports.source import BadRow, Batch, GoodRow


class HandedSource:
    """The port Source over a list; the cursor is how many rows were given. `trouble` is raised after them."""

    def __init__(
        self,
        name: str = "handed",
        *,
        batch: int = 2,
        from_start: bool = True,
        may: MayAssert | None = None,
        trouble: Exception | None = None,
        every_seconds: float = 3600,
    ) -> None:
        self.name = name
        self.may_assert = may or MayAssert()
        self.every_seconds = every_seconds
        self.from_start = from_start
        self.silent_after_seconds: float | None = None
        self.rows: list[GoodRow | BadRow] = []
        self.trouble = trouble
        self._batch = batch

    def hand(self, *rows: GoodRow | BadRow) -> None:
        self.rows.extend(rows)

    def pull(self, cursor: str | None) -> Iterator[Batch]:
        start = int(cursor or 0)
        while start < len(self.rows):
            some: Sequence[GoodRow | BadRow] = self.rows[start : start + self._batch]
            start += len(some)
            yield Batch(rows=tuple(some), cursor=str(start), more=start < len(self.rows))
        if self.trouble is not None:
            raise self.trouble

    def count_only(self, cursor: str | None) -> tuple[int, str | None]:
        if self.trouble is not None:
            raise self.trouble
        return len(self.rows) - int(cursor or 0), str(len(self.rows))
