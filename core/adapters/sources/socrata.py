"""A dataset on a Socrata open-data site (SODA 2.1): in order of change, so that a pass can stop and go on anywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from pydantic import Field, ValidationError

from core.adapters.http import HttpDown, HttpReader, Limits, Pace, checked_url
from core.adapters.sources.json_rows import digest, document_of, inside, read_item, records_of
from core.adapters.sources.mapping import RowReader
from core.domain.columns import ColumnMap
from core.domain.lines import Frozen
from core.domain.policy import MayAssert
from core.ports.source import Batch, SourceDown

_DATASET = re.compile(r"[a-z0-9]{4}-[a-z0-9]{4}")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT[0-9:.]{1,20}Z?")
UPDATED = ":updated_at"
ORDER = ":updated_at,:id"
"""Two rows may share a time of change: the row's id makes the order stable (dev.socrata.com/docs/paging, 2026-11)."""


class SocrataCursor(Frozen):
    """Up to which time of change was read. `given` counts the rows of just that time that a broken pass gave already;
    None when the pass came to its end."""

    version: int = Field(default=1, ge=1, le=1)
    updated: str | None = None
    given: int | None = Field(default=None, ge=0)

    @classmethod
    def read(cls, cursor: str | None) -> SocrataCursor:
        """The cursor as it was given back. Raises SourceDown when it is not one of a dataset."""
        try:
            read = cls() if cursor is None else cls.model_validate_json(cursor)
        except ValidationError:
            raise SourceDown("the kept cursor is none of a dataset: was the source's kind changed?") from None
        if read.updated is not None and not _TIME.fullmatch(read.updated):
            raise SourceDown("the kept cursor holds no time of change")
        return read

    def text(self) -> str:
        """As it is kept."""
        return self.model_dump_json(exclude_defaults=True)

    def condition(self) -> str | None:
        """What a row must meet to be new: changed later, or, inside a broken pass, at that time too."""
        if self.updated is None:
            return None
        return f"{UPDATED} {'>' if self.given is None else '>='} '{self.updated}'"

    def behind(self, times: Sequence[str]) -> SocrataCursor:
        """Behind rows with these times of change, in their order."""
        newest = times[-1]
        same = len(times) - times.index(newest)
        if newest == self.updated and self.given is not None:
            same += self.given
        return SocrataCursor(updated=newest, given=same)


class SocrataSource:
    """Rows of one dataset that meet `where`, in order of their change; a row changed meanwhile moves to the end.

    `app_token` goes into a header and is never told. Raises ValueError for an address that must not be asked or for a
    dataset's id of another form.
    """

    def __init__(
        self,
        name: str,
        url: str,
        dataset: str,
        columns: ColumnMap,
        zone: str,
        *,
        may_assert: MayAssert | None = None,
        every_seconds: float = 3600.0,
        silent_after_seconds: float | None = None,
        from_start: bool = False,
        where: str | None = None,
        page_size: int = 1000,
        app_token: str | None = None,
        limits: Limits | None = None,
        pace: Pace | None = None,
        batch_rows: int = 500,
    ) -> None:
        if not _DATASET.fullmatch(dataset):
            raise ValueError("a dataset's id has the form abcd-1234")
        self.name = name
        self.may_assert = may_assert or MayAssert()
        self.every_seconds = every_seconds
        self.silent_after_seconds = silent_after_seconds
        self.from_start = from_start
        self._url = f"{checked_url(url).rstrip('/')}/resource/{dataset}.json"
        self._where = where
        self._page_size = page_size
        self._batch_rows = batch_rows
        self._rows = RowReader(columns, name, zone)
        self._http = HttpReader(limits, {"X-App-Token": app_token} if app_token else None, pace=pace)

    def pull(self, cursor: str | None) -> Iterator[Batch]:
        """Rows changed since the cursor. Raises SourceDown, after the pages that were good."""
        now = SocrataCursor.read(cursor)
        last_page = ""
        while True:
            items = self._page(now)
            mark = digest(items)
            if items and mark == last_page:
                raise SourceDown("gives the same page again")
            last_page = mark
            for start in range(0, len(items), self._batch_rows):
                part = items[start : start + self._batch_rows]
                now = now.behind([_updated(item) for item in part])
                rows = tuple(read_item(item, f"{self.name}: {_row_id(item)}", self._rows) for item in part)
                yield Batch(rows=rows, cursor=now.text(), more=True)
            if len(items) < self._page_size:
                break
        yield Batch(rows=(), cursor=now.model_copy(update={"given": None}).text())

    def count_only(self, cursor: str | None) -> tuple[int, str | None]:
        """How many rows changed since the cursor, counted by the site, and the cursor behind them."""
        before = SocrataCursor.read(cursor)
        query = {"$select": f"count(*) AS number, max({UPDATED}) AS newest"}
        found = self._ask({**query, **self._conditions(before)})
        row = found[0] if found else None
        number, newest = inside(row, "number"), inside(row, "newest")
        if not str(number).isdigit():
            raise SourceDown("does not count its rows")
        if newest is None:
            return 0, before.text()
        count = max(0, int(str(number)) - (before.given or 0))
        return count, SocrataCursor(updated=_checked(newest)).text()

    def _page(self, now: SocrataCursor) -> Sequence[object]:
        query = {"$select": ":*,*", "$order": ORDER, "$limit": str(self._page_size), "$offset": str(now.given or 0)}
        return self._ask({**query, **self._conditions(now)})

    def _conditions(self, now: SocrataCursor) -> dict[str, str]:
        both = [f"({condition})" for condition in (self._where, now.condition()) if condition]
        return {"$where": " AND ".join(both)} if both else {}

    def _ask(self, query: Mapping[str, str]) -> Sequence[object]:
        try:
            return records_of(document_of(self._http.get(self._url, query).body), "")
        except HttpDown as down:
            raise SourceDown(str(down)) from None


def _updated(item: object) -> str:
    return _checked(item.get(UPDATED) if isinstance(item, Mapping) else None)


def _checked(value: object) -> str:
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        raise SourceDown("gives rows without their time of change")
    return value


def _row_id(item: object) -> str:
    row_id = item.get(":id") if isinstance(item, Mapping) else None
    return row_id if isinstance(row_id, str) and len(row_id) < 60 and row_id.isprintable() else "a row"
