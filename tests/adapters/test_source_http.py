"""Holds that an endpoint is asked patiently, within limits, and that what goes wrong is one line without secrets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from core.adapters.http import HttpDown, HttpReader, Limits, Pace, checked_url, same_origin
from core.adapters.sources.http_json import HttpJsonSource, Since
from core.adapters.sources.paging import NextLink, Numbered, Offset
from core.settings.columns_file import load_columns
from tests.fakes.http_records import RecordServer, serving
from tests.fakes.one_pass import pull, record

BUREAU = load_columns(Path(__file__).parents[2] / "agencies/example/columns/bureau.yaml")
TOKEN = "made-up-token-1234"


class Slept:
    """A pace at which nobody waits: pauses are kept, and every look at the clock is `step` later."""

    def __init__(self, step: float = 0.0, chance: float = 1.0) -> None:
        self.pauses: list[float] = []
        self._now = 0.0
        self._step = step
        self.pace = Pace(sleep=self._sleep, chance=lambda: chance, ticks=self._ticks)

    def _sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self._now += seconds

    def _ticks(self) -> float:
        self._now += self._step
        return self._now


@pytest.fixture
def server():
    with serving(records=[record(number) for number in range(1, 6)]) as running:
        yield running


def source(server: RecordServer, slept: Slept | None = None, **more: Any) -> HttpJsonSource:
    pace = (slept or Slept()).pace
    return HttpJsonSource("feed", server.url, BUREAU, "UTC", pace=pace, **more)


ALL = [f"EX-{number}" for number in range(1, 6)]
MANNERS = [
    ("list", {}),
    ("next", {"records": "result.items", "paging": NextLink()}),
    ("link-header", {"paging": NextLink()}),
    ("page", {"records": "items", "paging": Numbered(size=2)}),
    ("offset", {"paging": Offset(size=100)}),
]


@pytest.mark.parametrize(("manner", "how"), MANNERS)
def test_every_manner_of_paging_gives_each_record_once(server, manner, how):
    server.manner = manner
    assert pull(source(server, **how))[0] == ALL


def test_an_unchanged_answer_is_asked_for_by_its_etag_and_not_sent_again(server):
    server.etags = True
    _, cursor, _ = pull(source(server))
    assert pull(source(server), cursor)[0] == []
    assert "if-none-match" not in server.asked[0].headers
    assert server.asked[1].headers["if-none-match"].startswith('"')
    server.records.append(record(6))
    assert "EX-6" in pull(source(server), cursor)[0]


def test_only_what_is_new_is_asked_for_and_what_shares_the_newest_value_comes_once(server):
    feed = source(server, since=Since(field="changed", parameter="since"))
    got, cursor, _ = pull(feed)
    assert got == ALL
    assert pull(feed, cursor)[0] == []
    assert server.asked[-1].params["since"] == "2026-11-02T09:05:00Z"
    server.records.append({**record(5), "number": "EX-5b"})
    server.records.append({**record(4), "number": "older"})
    got, cursor, _ = pull(feed, cursor)
    assert got == ["EX-5b"]
    assert pull(feed, cursor)[0] == []


def test_a_broken_pass_keeps_the_old_value(server):
    server.manner, server.faults = "next", ["", "html"]
    how: dict[str, Any] = {
        "records": "result.items",
        "paging": NextLink(),
        "since": Since(field="changed", parameter="since"),
    }
    got, cursor, trouble = pull(source(server, **how))
    assert (got, "web page" in str(trouble)) == (["EX-1", "EX-2"], True)
    assert pull(source(server, **how), cursor)[0] == ALL


def test_a_packed_answer_is_unpacked(server):
    server.zipped = True
    assert pull(source(server))[0] == ALL
    assert "gzip" in server.asked[0].headers["accept-encoding"]


@pytest.mark.parametrize("fault", ["429", "500", "503", "reset", "cut", "badzip"])
def test_a_passing_trouble_is_tried_again_with_growing_pauses(server, fault):
    server.faults = [fault] * 3
    slept = Slept(chance=1.0)
    assert pull(source(server, slept))[0] == ALL
    assert len(server.asked) == 4
    assert slept.pauses == [0.5, 1.0, 2.0]


def test_pauses_differ_by_chance(server):
    server.faults = ["500", "500"]
    slept = Slept(chance=0.0)
    pull(source(server, slept))
    assert slept.pauses == [0.25, 0.5]


def test_what_the_server_asks_for_is_waited(server):
    server.faults = ["429 Retry-After: 7"]
    slept = Slept()
    assert pull(source(server, slept))[0] == ALL
    assert slept.pauses == [7.0]


def test_a_wait_until_a_far_date_is_given_up(server):
    server.faults = ["429 Retry-After: Sun, 06 Nov 2044 08:49:44 GMT"]
    slept = Slept()
    assert "answers 429, and the time for it is over" in str(pull(source(server, slept))[2])
    assert slept.pauses == []


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ("500", "answers 500 (4 tries)"),
        ("reset", "(4 tries)"),
        ("cut", "breaks off its answer (4 tries)"),
        ("429 Retry-After: 3600", "answers 429, and the time for it is over"),
        ("404", "answers 404"),
        ("401", "answers 401"),
        ("html", "answers with a web page that is no JSON"),
        ("json [{", "answers with something that is no JSON"),
        ("json " + "[" * 50_000, "no JSON"),
        ("json {}", "answers without a list of records"),
        ("json null", "answers without a list of records"),
        ("endless 1000000", "more than 20000000 bytes"),
        ("redirect https://elsewhere.example/records", "redirects to another host"),
        ("redirect http://127.0.0.1:1/records", "redirects to another host"),
        ("redirect //elsewhere.example/", "redirects to another host"),
        ("redirect ", "redirects to another host"),
    ],
)
def test_a_lasting_trouble_is_one_line_and_leaves_the_cursor(server, fault, says):
    server.always = fault
    got, cursor, trouble = pull(source(server, headers={"Authorization": TOKEN}), None)
    assert (got, cursor) == ([], None)
    assert says in str(trouble)
    assert TOKEN not in str(trouble)
    assert "\n" not in str(trouble)


def test_a_redirect_on_the_same_host_is_followed_and_a_circle_is_not(server):
    server.faults = ["redirect /elsewhere"]
    assert pull(source(server))[0] == ALL
    assert server.asked[-1].path == "/elsewhere"
    server.always = "redirect /again"
    assert "redirects in a circle" in str(pull(source(server))[2])


def test_a_drip_does_not_outlast_the_overall_limit(server):
    server.always = "endless 1"
    _, _, trouble = pull(source(server, Slept(step=1.0), limits=Limits(overall=2.5)))
    assert "takes longer than 2.5 s" in str(trouble)
    assert len(server.asked) == 1


def test_a_server_that_says_nothing_is_left(server):
    server.always = "silence"
    _, _, trouble = pull(source(server, limits=Limits(read=0.05, overall=30, tries=2)))
    assert "does not answer in time (2 tries)" in str(trouble)


def test_nobody_there_is_one_line():
    with serving() as gone:
        pass
    assert "can't be reached (4 tries)" in str(pull(source(gone))[2])


@pytest.mark.parametrize(("manner", "how"), [manner for manner in MANNERS if manner[0] != "list"])
def test_a_server_that_gives_the_same_page_for_ever_is_noticed(server, manner, how):
    server.manner, server.faults, server.always = manner, [""], "same-page"
    got, _, trouble = pull(source(server, **how))
    assert got[:2] == ["EX-1", "EX-2"]
    assert "gives the same page again (page 2)" in str(trouble)
    assert len(server.asked) == 2


def test_a_next_page_on_another_host_is_not_asked(server):
    server.always = 'json {"items": [], "next": "https://elsewhere.example/?token=secret-word"}'
    _, _, trouble = pull(source(server, records="items", paging=NextLink(), headers={"Authorization": TOKEN}))
    assert trouble == "names a next page on another host, which is not followed"


def test_pages_before_a_trouble_are_given(server):
    server.manner, server.faults = "page", ["", "404"]
    got, cursor, trouble = pull(source(server, records="items", paging=Numbered(size=2)))
    assert (got, "answers 404" in str(trouble)) == (["EX-1", "EX-2"], True)
    assert pull(source(server, records="items", paging=Numbered(size=2)), cursor)[0] == ["EX-3", "EX-4", "EX-5"]


def test_records_of_any_sort_are_set_aside_and_the_rest_goes_on(server):
    server.records[1:3] = [7, {"number": "\ud800"}, {**record(8), "known_at": "soon"}]
    assert pull(source(server))[0] == [
        "EX-1",
        "bad: is no JSON object",
        "bad: number: holds a broken character",
        "bad: known_at: the date can't be read",
        "EX-4",
        "EX-5",
    ]


def test_batches_are_bounded_and_a_broken_page_is_given_again(server):
    feed = source(server, batch_rows=2)
    batches = list(feed.pull(None))
    assert [len(batch.rows) for batch in batches] == [2, 2, 1, 0]
    assert pull(feed, batches[1].cursor)[0] == ALL
    assert pull(feed, batches[2].cursor)[0] == []


def test_secrets_go_into_headers_and_never_into_an_error(server):
    reader = HttpReader(headers={"Authorization": TOKEN}, hidden=["path-secret"], pace=Slept().pace)
    server.always = "403"
    with pytest.raises(HttpDown) as down:
        reader.get(f"{server.url}/path-secret", {"key": "query-secret"})
    assert server.asked[-1].headers["authorization"] == TOKEN
    assert str(down.value) == f"{server.url}/[hidden]: answers 403"


@pytest.mark.parametrize(
    "url",
    ["http://bureau.example/records", "ftp://bureau.example", "https://name:word@bureau.example", "https://", "x"],
)
def test_an_address_that_must_not_be_asked_is_refused(url):
    with pytest.raises(ValueError) as refused:
        checked_url(url)
    assert "word@" not in str(refused.value)


def test_plain_http_is_for_this_machine_only():
    assert checked_url("http://[::1]:8080/records")
    assert checked_url("http://localhost/records")
    assert not same_origin("https://bureau.example/a", "http://bureau.example/a")
    assert same_origin("http://localhost/a", "https://localhost/b")


@pytest.mark.parametrize("cursor", ["{", '{"files": {}}', '{"updated": "2026"}'])
def test_a_cursor_of_another_kind_is_told(server, cursor):
    assert "kept cursor" in str(pull(source(server), cursor)[2])
