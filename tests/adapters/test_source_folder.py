"""Holds that a watched folder gives whole records only, each once, whatever is done to its files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.adapters.sources.folder import FolderSource
from core.ports.source import BadRow, GoodRow, SourceDown
from core.settings.columns_file import load_columns
from tests.fakes.one_pass import told

EXPORT = load_columns(Path(__file__).parents[2] / "agencies/example/columns/incident_export.yaml")
BUREAU = load_columns(Path(__file__).parents[2] / "agencies/example/columns/bureau.yaml")
HEADER = "Report,Day,Hour,Reported day,Offence\n"


def line(number: object, offence: str = "LARCENY") -> str:
    return f"EX-{number},02.11.2026,08:15,02.11.2026,{offence}\n"


class Watched:
    """A folder and the cursor as the fleet would keep it."""

    def __init__(self, folder: Path, columns=EXPORT, **more) -> None:
        self.folder = folder
        self.source = FolderSource("export", folder, columns, "UTC", **more)
        self.cursor: str | None = None
        self.trouble: str | None = None
        self._clock = 1_700_000_000_000_000_000

    def write(self, text: str | bytes, name: str = "a.csv", append: bool = False) -> Path:
        """Write a file; each writing has its own time of change."""
        path = self.folder / name
        with path.open("ab" if append else "wb") as file:
            file.write(text if isinstance(text, bytes) else text.encode())
        self._clock += 1_000_000_000
        os.utime(path, ns=(self._clock, self._clock))
        return path

    def rows(self) -> list[GoodRow | BadRow]:
        """One pass; trouble told at its end is kept in `trouble`."""
        rows: list[GoodRow | BadRow] = []
        self.trouble = None
        try:
            for batch in self.source.pull(self.cursor):
                rows.extend(batch.rows)
                self.cursor = batch.cursor
        except SourceDown as down:
            self.trouble = str(down)
        return rows

    def numbers(self) -> list[str]:
        return [told(row) for row in self.rows()]


@pytest.fixture
def watched(tmp_path):
    return Watched(tmp_path)


def test_a_half_written_line_waits_until_it_is_whole(watched):
    watched.write(HEADER + line(1) + "EX-2,02.11.2026,08")
    assert watched.numbers() == ["EX-1"]
    watched.write(":15,02.11.2026,LARCENY\n", append=True)
    assert watched.numbers() == ["EX-2"]


def test_a_half_written_header_waits(watched):
    watched.write("Report,Day,Ho")
    assert watched.numbers() == []
    watched.write("ur,Reported day,Offence\n" + line(1), append=True)
    assert watched.numbers() == ["EX-1"]


def test_a_half_written_quoted_cell_waits(watched):
    watched.write(HEADER + line(1) + 'EX-2,02.11.2026,08:15,02.11.2026,"FIRST LINE\n')
    assert watched.numbers() == ["EX-1"]
    watched.write('SECOND LINE"\n' + line(3), append=True)
    rows = watched.rows()
    assert [told(row) for row in rows] == ["EX-2", "EX-3"]
    assert rows[0].record.offence_words == "FIRST LINE\nSECOND LINE"
    assert [row.position for row in rows] == ["a.csv:3", "a.csv:5"]


def test_a_last_line_without_an_end_is_read_once_the_file_is_quiet(watched):
    watched.write(HEADER + line(1) + line(2).rstrip())
    assert watched.numbers() == ["EX-1"]
    assert watched.numbers() == ["EX-2"]
    assert watched.numbers() == []
    watched.write("\n" + line(3), append=True)
    assert watched.numbers() == ["EX-3"]


def test_a_done_mark_says_that_the_last_line_is_whole(watched):
    watched.write("", "a.csv.done")
    watched.write(HEADER + line(1).rstrip())
    assert watched.numbers() == ["EX-1"]


def test_a_last_line_that_grows_after_all_is_read_again(watched):
    watched.write(HEADER + "EX-2,02.11.2026,08:15,02.11.2026,LARC")
    assert watched.numbers() == []
    assert watched.numbers() == ["EX-2"]
    watched.write("ENY\n" + line(3), append=True)
    rows = watched.rows()
    assert [told(row) for row in rows] == ["EX-2", "EX-3"]
    assert rows[0].record.offence_words == "LARCENY"


@pytest.mark.parametrize("name", ["a.csv.part", "a.tmp", ".a.csv", "~a.csv", "a.csv.done", "notes.md"])
def test_unfinished_and_hidden_files_are_left_alone(watched, name):
    watched.write(HEADER + line(1), name)
    assert watched.numbers() == []
    assert watched.trouble is None


def test_a_renamed_upload_is_read_whole(watched):
    path = watched.write(HEADER + line(1), "a.csv.part")
    assert watched.numbers() == []
    path.rename(watched.folder / "a.csv")
    assert watched.numbers() == ["EX-1"]


def test_a_file_that_was_replaced_is_read_from_its_start(watched):
    watched.write(HEADER + line(1) + line(2))
    assert watched.numbers() == ["EX-1", "EX-2"]
    watched.write(HEADER + line(7) + line(8) + line(9))
    assert watched.numbers() == ["EX-7", "EX-8", "EX-9"]
    assert watched.trouble is None


def test_a_line_changed_in_place_is_seen(watched):
    watched.write(HEADER + "".join(line(n) for n in range(1000, 1200)))
    assert len(watched.numbers()) == 200
    watched.write(HEADER + "".join(line(n, "ROBBERY" if n == 1100 else "LARCENY") for n in range(1000, 1200)))
    assert len(watched.numbers()) == 200


def test_a_file_that_became_shorter_is_told_once_and_read_again(watched):
    watched.write(HEADER + line(1) + line(2))
    watched.numbers()
    watched.write(HEADER + line(1))
    assert watched.numbers() == ["EX-1"]
    assert watched.trouble is not None
    assert "a.csv: it became shorter" in watched.trouble
    assert watched.numbers() == []
    assert watched.trouble is None


def test_bad_rows_are_set_aside_and_the_rest_goes_on(watched):
    watched.write(
        HEADER.encode()
        + line(1).encode()
        + b"EX-2,02.11.2026\n"
        + b"EX-3,02.11.2026,08:15,02.11.2026,LARCENY,MORE\n"
        + b"EX-4,02.11.2026,08:15,02.11.2026,LARC\x00ENY\n"
        + b"EX-5,02.11.2026,08:15,02.11.2026,LARC\xc9NY\n"
        + b"EX-6,02.11.2026,08:15,02.11.2026," + b"x" * 2_500_000 + b"\n"
        + b'EX-7,02.11.2026,08:15,02.11.2026,"LARC"ENY\n'
        + b"\n"
        + b"EX-8,31.02.2026,08:15,02.11.2026,LARCENY\n"
        + line(9).encode()
    )  # fmt: skip
    rows = watched.rows()
    assert [told(row) for row in rows] == [
        "EX-1",
        "bad: has 2 cells, the header has 5",
        "bad: has 6 cells, the header has 5",
        "bad: holds a NUL byte",
        "bad: is no UTF-8 text",
        "bad: the line is longer than 1000000 bytes",
        "bad: is no CSV",
        "bad: occurred_from: the date can't be read",
        "EX-9",
    ]
    assert rows[-1].position == "a.csv:11"
    assert max(len(row.raw) for row in rows) <= 64_000


def test_a_quote_that_nobody_closes_loses_one_line_only(watched):
    many = "".join(line(n) for n in range(3, 400))
    watched.write(HEADER + line(1) + line(2, '"LARCENY') + many)
    assert watched.numbers() == ["EX-1", "bad: a quote is never closed", *(f"EX-{n}" for n in range(3, 400))]


def test_a_byte_order_mark_and_windows_line_ends_are_read(watched):
    watched.write(b"\xef\xbb\xbf" + (HEADER + line(1) + line(2, '"A, B"')).replace("\n", "\r\n").encode())
    rows = watched.rows()
    assert [told(row) for row in rows] == ["EX-1", "EX-2"]
    assert rows[1].record.offence_words == "A, B"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Day,Hour\n1,2\n", "it lacks the column Report"),
        ("Report,Report\n1,2\n", "its header names a column twice"),
        ("[{}]\n", "it is one JSON list"),
        (b"\xff\xfeR\x00e\x00\n\x00", "its header holds a NUL byte"),
    ],
)
def test_a_file_of_another_kind_is_told_and_the_others_are_read(watched, text, says):
    watched.write(text, "a.csv")
    watched.write(HEADER + line(1), "b.csv")
    assert watched.numbers() == ["EX-1"]
    assert says in watched.trouble
    assert "\n" not in watched.trouble
    assert watched.numbers() == []
    watched.write(HEADER + line(2), "a.csv")
    assert watched.numbers() == ["EX-2"]


def test_what_can_not_be_opened_is_told_after_the_rest(watched):
    (watched.folder / "a.csv").symlink_to(watched.folder / "gone")
    (watched.folder / "b.csv").mkdir()
    os.mkfifo(watched.folder / "c.csv")
    watched.write(HEADER + line(1), "d.csv")
    assert watched.numbers() == ["EX-1"]
    assert [name for name in ("a.csv: no such file", "b.csv: it is no", "c.csv: it is no") if name in watched.trouble]
    assert watched.trouble.count(".csv: ") == 3


def test_a_missing_folder_is_one_line(tmp_path):
    watched = Watched(tmp_path / "nowhere")
    assert watched.rows() == []
    assert watched.trouble == f"{tmp_path / 'nowhere'}: no such file or directory"
    with pytest.raises(SourceDown):
        watched.source.count_only(None)


def test_a_cursor_of_another_kind_of_source_is_told(watched):
    watched.cursor = '{"since": "yesterday"}'
    watched.rows()
    assert "none of a folder" in watched.trouble


def test_batches_are_bounded_and_each_can_be_gone_on_from(tmp_path):
    watched = Watched(tmp_path, batch_rows=10)
    watched.write(HEADER + "".join(line(n) for n in range(25)))
    watched.write(HEADER + "".join(line(n) for n in range(25, 40)), "b.csv")
    batches = list(watched.source.pull(None))
    assert [len(batch.rows) for batch in batches] == [10, 10, 5, 10, 5, 0]
    for stopped in range(len(batches)):
        watched.cursor = batches[stopped].cursor
        read_before = sum(len(batch.rows) for batch in batches[: stopped + 1])
        assert watched.numbers() == [f"EX-{n}" for n in range(read_before, 40)]


def test_files_that_are_gone_are_forgotten(watched):
    path = watched.write(HEADER + line(1))
    watched.rows()
    assert "a.csv" in (watched.cursor or "")
    path.unlink()
    assert watched.numbers() == []
    assert "a.csv" not in (watched.cursor or "")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts=st.lists(st.binary(max_size=120) | st.sampled_from([line(1).encode(), b'"', b"\n", b"\r\n", b"{"])))
@pytest.mark.parametrize(("columns", "head"), [(EXPORT, HEADER.encode()), (BUREAU, b"{}\n"), (EXPORT, b"")])
def test_no_bytes_in_a_file_do_more_than_be_set_aside(tmp_path, columns, head, parts):
    watched = Watched(tmp_path, columns, batch_rows=3)
    watched.write(head + b"".join(parts))
    first = watched.rows()
    rest = watched.rows()
    trouble = watched.trouble
    assert watched.rows() == []
    again = Watched(tmp_path, columns)
    mark = again.write("", "a.csv.done")
    read_at_once = [row.raw for row in again.rows()]
    mark.unlink()
    assert read_at_once == [row.raw for row in first + rest]
    assert again.trouble == trouble
