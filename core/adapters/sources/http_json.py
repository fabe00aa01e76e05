"""An HTTP endpoint that answers JSON: page by page, and only what is new since the last pass."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pydantic import Field, ValidationError

from core.adapters.http import Answer, HttpDown, HttpReader, Limits, Pace, checked_url
from core.adapters.sources.json_rows import digest, document_of, inside, read_item, records_of
from core.adapters.sources.mapping import RowReader
from core.adapters.sources.paging import Paging, Question, first_question, next_question
from core.domain.columns import ColumnMap
from core.domain.lines import Frozen
from core.domain.policy import MayAssert
from core.ports.source import Batch, SourceDown

MOST_PAGES = 10_000
MOST_AT_EDGE = 5_000
"""Digests of records kept that share the newest value: an endpoint that answers "from" gives them once more."""


@dataclass(frozen=True, slots=True)
class Since:
    """The field of a record that grows, and the query parameter that asks for records from a value on."""

    field: str
    parameter: str


class HttpCursor(Frozen):
    """What is kept between passes: by what an unchanged answer is known, or up to which value was read."""

    version: int = Field(default=1, ge=1, le=1)
    etag: str | None = None
    modified: str | None = None
    pages: tuple[str, ...] = ()
    since: str | None = None
    edge: tuple[str, ...] = ()

    @classmethod
    def read(cls, cursor: str | None) -> HttpCursor:
        """The cursor as it was given back. Raises SourceDown when it is not one of an endpoint."""
        try:
            return cls() if cursor is None else cls.model_validate_json(cursor)
        except ValidationError:
            raise SourceDown("the kept cursor is none of an endpoint: was the source's kind changed?") from None

    def text(self) -> str:
        """As it is kept."""
        return self.model_dump_json(exclude_defaults=True)


@dataclass(frozen=True, slots=True)
class _Page:
    number: int
    items: Sequence[object]
    mark: str
    answer: Answer


class HttpJsonSource:
    """Without `since`, a page that is the same as last time brings nothing; one that changed is given whole, and intake
    knows what it had. With `since`, the cursor moves at the end of a pass only, for records may come in any order.

    `headers` are sent with every question and never told. Raises ValueError for an address that must not be asked.
    """

    def __init__(
        self,
        name: str,
        url: str,
        columns: ColumnMap,
        zone: str,
        *,
        may_assert: MayAssert | None = None,
        every_seconds: float = 60.0,
        silent_after_seconds: float | None = None,
        from_start: bool = False,
        records: str = "",
        paging: Paging = None,
        since: Since | None = None,
        headers: Mapping[str, str] | None = None,
        limits: Limits | None = None,
        pace: Pace | None = None,
        batch_rows: int = 500,
    ) -> None:
        self.name = name
        self.may_assert = may_assert or MayAssert()
        self.every_seconds = every_seconds
        self.silent_after_seconds = silent_after_seconds
        self.from_start = from_start
        self._url = checked_url(url)
        self._records = records
        self._paging = paging
        self._since = since
        self._batch_rows = batch_rows
        self._rows = RowReader(columns, name, zone)
        self._http = HttpReader(limits, headers, pace=pace)

    def pull(self, cursor: str | None) -> Iterator[Batch]:
        """New rows since the cursor, page by page. Raises SourceDown, after the pages that were good."""
        before = HttpCursor.read(cursor)
        try:
            yield from self._pull_pages(before) if self._since is None else self._pull_since(before, self._since)
        except HttpDown as down:
            raise SourceDown(str(down)) from None

    def count_only(self, cursor: str | None) -> tuple[int, str | None]:
        """How many rows a pass would give, and the cursor behind them."""
        count = 0
        for batch in self.pull(cursor):
            count, cursor = count + len(batch.rows), batch.cursor
        return count, cursor

    def _pull_pages(self, before: HttpCursor) -> Iterator[Batch]:
        now, last = before, 0
        for page in self._pages({}, before):
            last = page.number
            marks = (*now.pages[: last - 1], page.mark, *now.pages[last:])
            known = last <= len(before.pages) and before.pages[last - 1] == page.mark
            behind = now.model_copy(update={"pages": marks})
            yield from self._batches(page.number, () if known else page.items, now, behind)
            now = behind
            if self._paging is None:
                marks_of_answer = {"etag": page.answer.headers.get("etag")}
                marks_of_answer["modified"] = page.answer.headers.get("last-modified")
                now = now.model_copy(update=marks_of_answer)
        if last:
            now = now.model_copy(update={"pages": now.pages[:last]})
        yield Batch(rows=(), cursor=now.text())

    def _pull_since(self, before: HttpCursor, since: Since) -> Iterator[Batch]:
        known, edge, timeless = frozenset(before.edge), list(before.edge), list[str]()
        newest = before.since
        for page in self._pages({} if newest is None else {since.parameter: str(before.since)}, None):
            fresh = []
            for item in page.items:
                mark = digest(item)
                if mark in known:
                    continue
                fresh.append(item)
                value = _value(item, since.field)
                if value is not None and (newest is None or _order(value, newest) > 0):
                    newest, edge = value, []
                if value is None:
                    timeless.append(mark)
                elif value == newest:
                    edge.append(mark)
            yield from self._batches(page.number, fresh, before, before)
        now = before.model_copy(update={"since": newest, "edge": (*timeless, *edge)[-MOST_AT_EDGE:]})
        yield Batch(rows=(), cursor=now.text())

    def _batches(self, page: int, items: Sequence[object], before: HttpCursor, behind: HttpCursor) -> Iterator[Batch]:
        """A page's rows in bounded batches; only the last one has the cursor behind the page."""
        for start in range(0, len(items), self._batch_rows):
            part = items[start : start + self._batch_rows]
            rows = (
                read_item(item, f"{self.name}: page {page}, record {start + number}", self._rows)
                for number, item in enumerate(part, start=1)
            )
            is_last = start + self._batch_rows >= len(items)
            yield Batch(rows=tuple(rows), cursor=(behind if is_last else before).text(), more=True)

    def _pages(self, params: Mapping[str, str], conditional: HttpCursor | None) -> Iterator[_Page]:
        """All pages; none when the answer did not change. Raises HttpDown, SourceDown."""
        question: Question | None = first_question(self._paging, self._url, params)
        seen: set[str] = set()
        while question is not None:
            answer = self._http.get(question.url, question.params, self._conditions(conditional))
            if answer.status == 304:
                return
            document = document_of(answer.body)
            items = records_of(document, self._records)
            mark = digest(items)
            if items and mark in seen:
                raise SourceDown(f"gives the same page again (page {question.number})")
            seen.add(mark)
            yield _Page(question.number, items, mark, answer)
            question = next_question(self._paging, question, document, answer.headers, len(items))
            if question is not None and question.number > MOST_PAGES:
                raise SourceDown(f"gives more than {MOST_PAGES} pages")

    def _conditions(self, cursor: HttpCursor | None) -> dict[str, str]:
        """RFC 9110, 13.1: only for an answer of one page, else a new second page would be missed."""
        if cursor is None or self._paging is not None:
            return {}
        given = {"If-None-Match": cursor.etag, "If-Modified-Since": cursor.modified}
        return {name: value for name, value in given.items() if value is not None}


def _value(item: object, field: str) -> str | None:
    value = inside(item, field)
    return str(value) if isinstance(value, str | int) and value != "" else None


def _order(value: str, other: str) -> int:
    """Running numbers by size, all else as text, which is right for ISO times of one form."""
    numbers = value.isascii() and value.isdigit() and other.isascii() and other.isdigit()
    one, two = (value.zfill(len(other)), other.zfill(len(value))) if numbers else (value, other)
    return (one > two) - (one < two)
