"""Promises of every source: it begins where its cursor says, a bad row stops nothing, and trouble harms no cursor."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from core.adapters.http import Pace
from core.adapters.sources.folder import FolderSource
from core.adapters.sources.http_json import HttpJsonSource, Since
from core.adapters.sources.paging import NextLink, Numbered, Offset, Paging
from core.adapters.sources.socrata import SocrataSource
from core.ports.source import Source, SourceDown
from core.settings.columns_file import load_columns
from tests.fakes import one_pass
from tests.fakes.http_records import Asked, RecordServer, serving

BUREAU = load_columns(Path(__file__).parents[2] / "agencies/example/columns/bureau.yaml")
FIELDS = ("authority", "number", "occurred_from", "known_at", ":id", ":updated_at")
BATCH = 3
NO_PAUSE = Pace(sleep=lambda seconds: None)


def record(number: int) -> dict[str, str]:
    plain = {field: value for field, value in one_pass.record(number).items() if field in FIELDS}
    return {**plain, ":id": f"row-{number:04}", ":updated_at": f"2026-11-02T09:{number:02}:00.000Z"}


class FolderStand:
    """A folder whose one file grows; down = the folder is gone."""

    gives_single_rows = True

    def __init__(self, folder: Path, ending: str) -> None:
        self._folder = folder / "watched"
        self._folder.mkdir()
        self._file = self._folder / f"export.{ending}"
        if ending == "csv":
            self._file.write_text(",".join(FIELDS) + "\n")

    def source(self) -> Source:
        return FolderSource("stand", self._folder, BUREAU, "UTC", batch_rows=BATCH)

    def add(self, given: Mapping[str, str]) -> None:
        with self._file.open("a", newline="") as file:
            if self._file.suffix == ".csv":
                csv.DictWriter(file, FIELDS).writerow(given)
            else:
                file.write(json.dumps(given) + "\n")

    def bytes_written(self) -> int:
        return self._file.stat().st_size

    def fail(self) -> None:
        self._folder.rename(self._folder.with_name("away"))

    def mend(self) -> None:
        self._folder.with_name("away").rename(self._folder)


class HttpStand:
    """An endpoint; down = every question is answered with 503."""

    def __init__(self, server: RecordServer, paging: Paging, records: str, since: bool) -> None:
        self._server = server
        self._how: dict[str, Any] = {"paging": paging, "records": records}
        if since:
            self._how["since"] = Since(":updated_at", "since")
        self.gives_single_rows = since

    def source(self) -> Source:
        return HttpJsonSource("stand", self._server.url, BUREAU, "UTC", batch_rows=BATCH, pace=NO_PAUSE, **self._how)

    def add(self, given: Mapping[str, str]) -> None:
        self._server.records.append(dict(given))

    def asked(self) -> list[Asked]:
        return self._server.asked

    def asks_from_cursor(self, asked: Asked) -> bool:
        """By its own record: a value from which on, a mark of the last answer, or (paged) all pages again."""
        if self.gives_single_rows:
            return asked.params["since"] == "2026-11-02T09:08:00.000Z"
        return ("if-none-match" in asked.headers) == (self._how["paging"] is None)

    def fail(self) -> None:
        self._server.always = "503"

    def mend(self) -> None:
        self._server.always = ""


class SocrataStand(HttpStand):
    """A dataset on an open-data site."""

    def __init__(self, server: RecordServer) -> None:
        super().__init__(server, None, "", since=False)
        self.gives_single_rows = True

    def asks_from_cursor(self, asked: Asked) -> bool:
        """By the time of change of the last row."""
        return asked.params["$where"] == "(:updated_at > '2026-11-02T09:08:00.000Z')"

    def source(self) -> Source:
        site = self._server.url.removesuffix("/records")
        return SocrataSource("stand", site, "abcd-1234", BUREAU, "UTC", batch_rows=BATCH, page_size=4, pace=NO_PAUSE)


Stand = FolderStand | HttpStand
ENDPOINTS: dict[str, tuple[str, Paging, str, bool]] = {
    "http list": ("list", None, "", False),
    "http since": ("list", None, "", True),
    "http next": ("next", NextLink(), "result.items", False),
    "http next since": ("next", NextLink(), "result.items", True),
    "http page": ("page", Numbered(size=4), "items", False),
    "http offset": ("offset", Offset(size=4), "", False),
}


@contextmanager
def standing(kind: str, folder: Path) -> Iterator[Stand]:
    if kind.startswith("folder"):
        yield FolderStand(folder, kind.split()[1])
    elif kind == "socrata":
        with serving(manner="socrata") as server:
            yield SocrataStand(server)
    else:
        manner, paging, records, since = ENDPOINTS[kind]
        with serving(manner=manner, page_size=4, etags=True, since_field=":updated_at") as server:
            yield HttpStand(server, paging, records, since)


@pytest.fixture(params=["folder csv", "folder jsonl", *ENDPOINTS, "socrata"])
def stand(request, tmp_path):
    with standing(request.param, tmp_path) as ready:
        for number in range(1, 9):
            ready.add(record(number))
        yield ready


def pull(source: Source, cursor: str | None) -> tuple[list[str], str | None]:
    """A pass that must not fail."""
    rows, behind, trouble = one_pass.pull(source, cursor)
    if trouble is not None:
        raise SourceDown(trouble)
    return rows, behind


ALL = [f"EX-{number}" for number in range(1, 9)]


def test_from_the_very_start_every_record_comes_once_and_in_order(stand):
    assert pull(stand.source(), None)[0] == ALL


def test_the_same_cursor_again_brings_nothing_new(stand):
    _, cursor = pull(stand.source(), None)
    rows, after = pull(stand.source(), cursor)
    assert rows == []
    assert pull(stand.source(), after) == ([], after)


def test_the_other_side_was_asked_from_the_cursor_on(stand):
    if isinstance(stand, FolderStand):
        _, cursor = pull(stand.source(), None)
        assert f'"offset":{stand.bytes_written()}' in str(cursor)
        return
    _, cursor = pull(stand.source(), None)
    before = len(stand.asked())
    pull(stand.source(), cursor)
    assert before > 0
    assert stand.asks_from_cursor(stand.asked()[before])


def test_a_record_that_is_added_comes_with_the_next_pass(stand):
    _, cursor = pull(stand.source(), None)
    stand.add(record(9))
    rows, cursor = pull(stand.source(), cursor)
    assert rows[-1] == "EX-9"
    assert not stand.gives_single_rows or rows == ["EX-9"]
    assert pull(stand.source(), cursor)[0] == []


def test_a_pass_that_stops_after_any_batch_loses_nothing(stand):
    batches = list(stand.source().pull(None))
    for stopped in range(len(batches)):
        given = [one_pass.told(row) for batch in batches[: stopped + 1] for row in batch.rows]
        rest = pull(stand.source(), batches[stopped].cursor)[0]
        assert sorted({*given, *rest}) == ALL


def test_batches_are_bounded_and_the_last_one_says_so(stand):
    batches = list(stand.source().pull(None))
    assert max(len(batch.rows) for batch in batches) <= BATCH
    assert [batch.more for batch in batches] == [*[True] * (len(batches) - 1), False]


def test_a_bad_row_does_not_stop_the_rest(stand):
    stand.add({**record(9), "known_at": "Obviously Madeup"})
    stand.add(record(10))
    rows, cursor = pull(stand.source(), None)
    assert rows == [*ALL, "bad: known_at: the date can't be read", "EX-10"]
    assert pull(stand.source(), cursor)[0] == []


def test_every_row_says_where_it_stood_and_keeps_its_raw_bytes(stand):
    stand.add({**record(9), "known_at": "Obviously Madeup"})
    rows = [row for batch in stand.source().pull(None) for row in batch.rows]
    assert len({row.position for row in rows}) == len(rows)
    assert all(f"EX-{number}".encode() in row.raw for number, row in enumerate(rows, start=1))


def test_a_source_that_is_down_says_so_and_goes_on_from_its_cursor_later(stand):
    _, cursor = pull(stand.source(), None)
    stand.add(record(9))
    stand.fail()
    with pytest.raises(SourceDown) as down:
        pull(stand.source(), cursor)
    assert "\n" not in str(down.value)
    with pytest.raises(SourceDown):
        stand.source().count_only(None)
    stand.mend()
    assert pull(stand.source(), cursor)[0][-1] == "EX-9"


def test_older_records_can_be_counted_without_being_given(stand):
    count, cursor = stand.source().count_only(None)
    assert count == len(ALL)
    assert pull(stand.source(), cursor)[0] == []
    stand.add(record(9))
    assert pull(stand.source(), cursor)[0][-1] == "EX-9"


def test_a_cursor_that_is_none_is_refused(stand):
    with pytest.raises(SourceDown):
        pull(stand.source(), "no cursor")
