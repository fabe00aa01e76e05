"""A feed that is broken, or meant to do harm, is one clear line; a large honest one is read."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from core.adapters.gazetteer.publication import read_publication
from tests.fakes.made_up_gtfs import tables, write_gtfs


def refused(path: Path) -> str:
    with pytest.raises(ValueError, match=r".") as said:
        read_publication(str(path))
    assert "\n" not in str(said.value)
    assert len(str(said.value)) < 300
    return str(said.value)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"stops.txt": None, "trips.txt": None}, "without trips.txt, stops.txt"),
        ({"routes.txt": ""}, "routes.txt is without the column route_id, route_type"),
        ({"routes.txt": "route_id,route_type\n39,3\n"}, "nothing in this feed runs on rails"),
        (
            {"routes.txt": tables()["routes.txt"] + "Red,1,,Red Line,1,DA291C,FFFFFF\n"},
            "route_id Red stands there twice",
        ),
        ({"stops.txt": tables()["stops.txt"] * 2}, "stands there twice"),
        ({"stops.txt": "stop_id,stop_name\nx,X\n"}, "does not stand in stops.txt"),
        ({"stops.txt": tables()["stops.txt"].replace("10.0000", "north")}, "stop_lat 'north' is no number"),
        ({"stops.txt": tables()["stops.txt"].replace("10.0000", "910.0")}, "latitude"),
        ({"stops.txt": tables()["stops.txt"].replace("10.0000", "nan")}, "latitude"),
        ({"trips.txt": "route_id,trip_id\n\x00,\x00\n" + "x" * 200_000}, "field larger than field limit"),
    ],
)
def test_a_broken_table_is_told(tmp_path: Path, changed: dict[str, str | None], why: str):
    assert why in refused(write_gtfs(tmp_path / "feed.zip", changed))


def test_what_is_no_zip_or_only_begins_like_one_is_refused(tmp_path: Path):
    path = tmp_path / "feed.zip"
    path.write_bytes(b"PK\x03\x04 not really")
    assert "feed.zip" in refused(path)
    whole = write_gtfs(path).read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert "feed.zip" in refused(path)
    middle = whole.index(b"stop_times.txt") + 40
    path.write_bytes(whole[:middle] + bytes(60) + whole[middle + 60 :])
    assert "feed.zip" in refused(path)


def test_another_encoding_is_told(tmp_path: Path):
    path = tmp_path / "feed.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in tables().items():
            archive.writestr(name, text.replace("Ale Wharf", "Äle Wharf").encode("latin-1"))
    assert "utf-8" in refused(path)


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path):
    path = write_gtfs(tmp_path / "feed.zip", {"stop_times.txt": None})
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("stop_times.txt", "w") as table:
        for _ in range(60):
            table.write(bytes(1_000_000))
    assert "no real table" in refused(path)


def test_a_zip_of_thousands_of_files_is_refused(tmp_path: Path):
    path = write_gtfs(tmp_path / "feed.zip")
    with zipfile.ZipFile(path, "a") as archive:
        for number in range(2_100):
            archive.writestr(f"{number}.txt", "")
    assert "files" in refused(path)


def test_a_path_in_the_zip_leads_nowhere(tmp_path: Path):
    path = tmp_path / "in" / "feed.zip"
    path.parent.mkdir()
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in tables().items():
            archive.writestr(f"../../{name}", text)
        archive.writestr("../../evil.txt", "made up")
    assert len(read_publication(str(path)).stations) == 21
    assert {found.name for found in tmp_path.rglob("*")} == {"in", "feed.zip"}


def test_of_two_tables_of_one_name_the_outer_one_counts(tmp_path: Path):
    path = tmp_path / "feed.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("old/stops.txt", "stop_id,stop_name\nx,X\n")
        for name, text in tables().items():
            archive.writestr(name, text)
    assert len(read_publication(str(path)).stations) == 21


def test_a_hundred_thousand_stop_times_are_read(tmp_path: Path):
    text = io.StringIO()
    text.write(tables()["stop_times.txt"])
    for number in range(100_000):
        text.write(f"Red-1,{number % 24:02}:{number % 60:02}:00,06:00:00,alewharf-Red,{number}\n")
    found = read_publication(str(write_gtfs(tmp_path / "feed.zip", {"stop_times.txt": text.getvalue()})))
    assert len(found.stations) == 21


def test_a_name_of_several_lines_is_one_line_and_a_nameless_stop_is_called_by_its_id(tmp_path: Path):
    stops = tables()["stops.txt"].replace("place-alewharf,Ale Wharf", 'place-alewharf,"Ale\n\tWharf"')
    stops = stops.replace("place-oakgrave,Oak Grave", "place-oakgrave,")
    found = {
        one.id: one.name for one in read_publication(str(write_gtfs(tmp_path / "f.zip", {"stops.txt": stops}))).stations
    }
    assert (found["place-alewharf"], found["place-oakgrave"]) == ("Ale Wharf", "place-oakgrave")


@pytest.mark.parametrize("address", ["http://transit.example/gtfs.zip", "https://name:word@transit.example/gtfs.zip"])
def test_an_address_that_may_not_be_asked_is_refused(address: str):
    with pytest.raises(ValueError, match=r"https|password"):
        read_publication(address)
