"""A fleet for another city: one command from its feed to a passing check and a demonstration."""

from __future__ import annotations

import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from core.domain.lines import AccountMode
from core.settings.known_channels import KNOWN_CHANNELS
from core.settings.load import load_settings
from tests.cli.conftest import Called, Fleet
from tests.fakes.made_up_gtfs import AGENCY, tables, write_gtfs


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass


@contextmanager
def served(folder: Path) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def feed(example: Fleet) -> Path:
    return write_gtfs(example.folder / "gtfs.zip")


def init(example: Fleet, feed: Path | str, *flags: str) -> Called:
    return example("init", "--gtfs", str(feed), "--name", "baytown", "--into", str(example.folder / "new"), *flags)


@pytest.fixture
def made(example: Fleet, feed: Path, capsys: pytest.CaptureFixture[str]) -> Fleet:
    """The new fleet, to be called."""
    done = init(example, feed)
    assert done.code == 0, done.err
    return Fleet(example.folder / "new", capsys)


def test_it_says_what_it_made_and_what_comes_next(example: Fleet, feed: Path):
    said = init(example, feed).out
    assert f"{AGENCY}: 4 lines, 21 stations, no areas." in said
    assert "routes Green-B Green-C Green-D Green-E" in said
    assert "Every account is in practice" in said
    assert "CHECKLIST.md" in said


def test_the_new_fleet_passes_check_and_runs_its_demonstration(made: Fleet):
    assert made("check").code == 0
    shown = made("demo", "--once")
    assert shown.code == 0, shown.err
    assert "Demonstration. Not the police." in shown.out
    assert "10 records; 4 posted, 2 digest, 2 dropped, 1 ambiguous, 1 held" in shown.out
    assert "Orange Line" in shown.out


def test_every_line_has_its_branches_colours_it_can_be_read_in_and_a_handle_for_every_platform(made: Fleet):
    settings = load_settings(made.config, {})
    lines = {line.id: line for line in settings.lines}
    assert lines["Green"].routes == ("Green-B", "Green-C", "Green-D", "Green-E")  # type: ignore[index]
    assert [line.handle for line in settings.lines] == ["BaytownRed", "BaytownOrange", "BaytownBlue", "BaytownGreen"]
    assert len({line.symbol for line in settings.lines}) == 4
    for line in settings.lines:
        for rules in KNOWN_CHANNELS.values():
            assert rules.fits(rules.whole(line.handle, None))
    assert {a.mode for a in settings.accounts() if a.channel != "local"} == {AccountMode.PRACTICE}
    assert not settings.gazetteer.has_areas
    assert settings.agency.zone == "America/Halifax"


def test_a_record_finds_its_handle_by_station_and_branch(made: Fleet):
    routed = made("route", "--station", "cliff circle", "--train", "Green-C", "--offence", "ROB", "--json").json
    assert routed[0]["lines"] == ["Green"]
    joined = made("stations", "find", "South Stop", "--json").json
    assert joined["lines"] == ["Red"]


def test_what_a_person_must_fill_in_is_marked_and_what_takes_days_is_listed(made: Fleet):
    agency = (made.folder / "agencies/baytown/agency.yaml").read_text("utf-8")
    assert agency.count("FILL IN") >= 3
    todo = (made.folder / "CHECKLIST.md").read_text("utf-8")
    for word in ("public-utility", "Automated", "bio", "symbols", "catalogue sign", "strict"):
        assert word in todo
    lines = made.config.read_text("utf-8")
    assert sum(line.lstrip().startswith("#") for line in lines.splitlines()) > 15


def test_what_is_known_already_is_written_down(example: Fleet, feed: Path):
    done = init(example, feed, "--bureau", "Bay Police", "--emergency", "112", "--tips", "555-0142", "--language", "en")
    assert done.code == 0, done.err
    settings = load_settings(example.folder / "new" / "lines.yaml", {})
    assert (settings.agency.bureau, settings.agency.contacts.emergency) == ("Bay Police", "112")
    assert settings.agency.contacts.tips == "555-0142"
    assert list(settings.catalogues) == ["en"]


def test_a_folder_that_is_there_is_never_touched(example: Fleet, feed: Path):
    there = example.folder / "new"
    there.mkdir()
    (there / "mine.txt").write_text("mine")
    assert "is there already" in init(example, feed).one_line(2)
    assert [found.name for found in there.iterdir()] == ["mine.txt"]


def test_a_feed_that_is_refused_leaves_nothing_behind(example: Fleet):
    bad = write_gtfs(example.folder / "gtfs.zip", {"trips.txt": "route_id,trip_id\n"})
    before = sorted(example.folder.iterdir())
    assert "no train of this feed stops anywhere" in init(example, bad).one_line(2)
    assert sorted(example.folder.iterdir()) == before


@pytest.mark.parametrize(
    ("flags", "why"),
    [
        (("--region", "us-nyy"), "Did you mean `us-ny`?"),
        (("--name", "Bay Town"), "small letters"),
        (("--language", "xx"), "no words to begin with"),
        (("--gtfs", "nowhere.zip"), "nowhere.zip"),
        (("--gtfs", __file__), "neither a GTFS zip nor a table of stations"),
        (("--gtfs", "http://transit.example/gtfs.zip"), "use https"),
    ],
)
def test_a_wrong_call_is_told_in_one_line(example: Fleet, feed: Path, flags: tuple[str, str], why: str):
    called = init(example, feed, *flags)
    assert called.code in (1, 2)
    assert why in called.one_line(called.code)
    assert not (example.folder / "new").exists()


def test_a_feed_is_fetched_from_its_address(example: Fleet, feed: Path):
    with served(feed.parent) as address:
        done = init(example, f"{address}/gtfs.zip?key=made-up-secret")
        gone = example("init", "--gtfs", f"{address}/none.zip", "--name", "other", "--into", str(example.folder / "o"))
    assert done.code == 0, done.err
    assert "answers 404" in gone.one_line(2)
    written = "".join(file.read_text("utf-8") for file in (example.folder / "new").rglob("*") if file.is_file())
    assert "made-up-secret" not in written


HEAD = "route_id,route_short_name,route_long_name,route_type,route_color,route_text_color"
NASTY = [
    ("L:1/x", "1", "Line {one}: \"A\" # 'b'", "00FF00", "00FF00"),
    ("Ünter Grund", "U1", "", "", ""),
    ("no", "", "No", "FFFF00", "FFFFFF"),
    ("NO!", "", "The Very Long Name of a Line That Goes Round the Whole Made-Up Bay and Back", "101010", "111111"),
    ("7", "7", "", "B933AD", "FFFFFF"),
]
"""Route id, short name, long name, colour, text colour: as some feed will have them."""


def test_whatever_a_feed_calls_its_lines_the_result_passes(example: Fleet, capsys: pytest.CaptureFixture[str]):
    routes = "".join(f'"{i}",{s},"{n.replace(chr(34), chr(34) * 2)}",1,{c},{t}\n' for i, s, n, c, t in NASTY)
    stops = "".join(f'"s {n}","Stop, {n} {{x}} [A] # é",1{n}.0,2.0\n' for n in range(len(NASTY)))
    feed = write_gtfs(
        example.folder / "gtfs.zip",
        {
            "agency.txt": 'agency_name,agency_timezone\n"Made ""Up"": {x} # é",\n',
            "routes.txt": f"{HEAD}\n{routes}",
            "trips.txt": "route_id,trip_id\n" + "".join(f'"{row[0]}",t{n}\n' for n, row in enumerate(NASTY)),
            "stops.txt": f"stop_id,stop_name,stop_lat,stop_lon\n{stops}",
            "stop_times.txt": "trip_id,stop_id\n" + "".join(f't{n},"s {n}"\n' for n in range(len(NASTY))),
            "transfers.txt": None,
        },
    )
    done = init(example, feed, "--noun", "tram")
    assert done.code == 0, done.err
    new = Fleet(example.folder / "new", capsys)
    assert new("check").code == 0
    assert new("demo", "--once").code == 0
    lines = load_settings(new.config, {}).lines
    assert len(lines) == len(NASTY)
    assert len({line.handle.lower() for line in lines}) == len(NASTY)
    assert yaml.safe_load(new.config.read_text("utf-8"))["version"] == 1


def test_lines_are_called_as_riders_call_them_where_the_feed_numbers_them(example: Fleet):
    feed = write_gtfs(
        example.folder / "gtfs.zip",
        {
            "routes.txt": (
                "route_id,route_short_name,route_long_name,route_type,route_color\n"
                "BAY:C01371,1,Metro 1,1,FFCD00\nBAY:C01372,2,Metro 2,1,003CA6\nBAY:C01373,3B,Metro 3B,1,6EC4E8\n"
            ),
            "trips.txt": "route_id,trip_id\nBAY:C01371,a\nBAY:C01372,b\nBAY:C01373,c\n",
            "stop_times.txt": "trip_id,stop_id\na,place-alewharf\nb,place-alewharf\nc,place-oakgrave\n",
            "transfers.txt": None,
        },
    )
    made = init(example, feed, "--json").json
    assert [(line["id"], line["symbol"], line["name"]) for line in made["lines"]] == [
        ("1", "1", "Metro 1"),
        ("2", "2", "Metro 2"),
        ("3B", "3B", "Metro 3B"),
    ]
    assert [line["handle"] for line in made["lines"]] == ["Baytown1", "Baytown2", "Baytown3B"]
    assert made["noun"] == "metro"


def test_a_hundred_lines_have_a_hundred_handles(example: Fleet, capsys: pytest.CaptureFixture[str]):
    many = range(100)
    feed = write_gtfs(
        example.folder / "gtfs.zip",
        {
            "routes.txt": "route_id,route_long_name,route_type\n" + "".join(f"R{n},Riverside {n},1\n" for n in many),
            "trips.txt": "route_id,trip_id\n" + "".join(f"R{n},t{n}\n" for n in many),
            "stop_times.txt": "trip_id,stop_id\n" + "".join(f"t{n},place-alewharf\n" for n in many),
            "transfers.txt": None,
        },
    )
    assert init(example, feed).code == 0
    handles = {line.handle for line in load_settings(example.folder / "new" / "lines.yaml", {}).lines}
    assert len(handles) == 100
    assert Fleet(example.folder / "new", capsys)("demo", "--once").code == 0


def test_areas_of_a_feed_are_areas_of_the_fleet(example: Fleet):
    stops = tables()["stops.txt"].splitlines()
    text = "\n".join([f"{stops[0]},municipality", *(f"{row},North Shore" for row in stops[1:])])
    assert init(example, write_gtfs(example.folder / "gtfs.zip", {"stops.txt": text})).code == 0
    settings = load_settings(example.folder / "new" / "lines.yaml", {})
    assert settings.agency.areas == {"NORTH SHORE": "North Shore"}
    assert settings.gazetteer.has_areas


def test_the_zip_in_a_folder_of_its_own_is_read(example: Fleet):
    path = example.folder / "gtfs.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in tables().items():
            archive.writestr(f"feed/{name}", "\ufeff" + text.replace("\n", "\r\n"))
    assert init(example, path).code == 0


def test_nothing_goes_live_with_a_number_that_nobody_filled_in(made: Fleet):
    made.bend(("x: {mode: practice}", "x: {mode: live}"))
    assert "x:BaytownRed is live, but contacts.emergency is still to be filled in" in made("check").err
