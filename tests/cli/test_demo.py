"""The demonstration shows who says what and why the rest was kept back, and leaves nothing behind."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.cli.conftest import ROOT, Fleet

CITY = ROOT / "lines.yaml"


def test_the_demonstration_shows_every_kind_of_fate(example: Fleet):
    shown = example("demo", "--once")
    assert shown.code == 0, shown.err
    assert shown.out.splitlines()[0] == "Demonstration. Not the police."
    for fate in (
        "@ExampleGreen [en]",
        "@ExampleGreen [es]",
        "reposted from @ExampleGreen by @ExampleRed, @ExampleBlue",
        "service notice of Example Transit for Red",
        "kept for the evening's digest",
        "(rule daily-limit)",
        "held for a person",
        "(rule about-person-wanted)",
        "(rule sex-offence-waits)",
        "waits for an officer",
        "not said: Old news",
        "(rule offence-never)",
        "The evening comes",
    ):
        assert fate in " ".join(shown.out.split())
    assert shown.out.index("The evening comes") < shown.out.index("Pickpocketing at Bell Tower Square")
    assert "That was all: 12 records" in shown.out
    assert "Nobody Inparticular" not in shown.out
    assert shown.err == ""


def test_the_demonstration_of_the_city_that_ships(example: Fleet):
    example.config.unlink()
    example.config.symlink_to(CITY)
    shown = example("demo", "--once")
    assert shown.code == 0, shown.err
    for fate in (" by @", "held for a person", "waits for an officer", "not said", "The evening comes"):
        assert fate in shown.out


def test_it_keeps_nothing(example: Fleet, tmp_path):
    room = tmp_path / "room"
    room.mkdir()
    shown = example.outside("demo", "--once", TMPDIR=str(room))
    assert shown.code == 0, shown.err
    assert list(room.iterdir()) == []
    assert not example.state.exists()


@contextmanager
def shown_by(example: Fleet, *more: str) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """A demonstration in a process of its own, read up to its end; ended whatever happens."""
    call = [sys.executable, "-u", str(ROOT / "run_fleet.py"), "-c", str(example.config), "demo", "--pace", "0", *more]
    around = {**os.environ, **example.environ}
    with subprocess.Popen(
        call, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True, env=around
    ) as process:
        try:
            assert process.stdout is not None
            lines: list[str] = []
            for line in process.stdout:
                lines.append(line)
                if "stay up at" in line:
                    break
            yield process, lines
        finally:
            process.kill()


def url_in(lines: list[str]) -> str:
    return next(word for line in lines for word in line.split() if word.startswith("http")).rstrip(";")


@pytest.mark.parametrize("ends", [signal.SIGINT, signal.SIGTERM])
def test_the_timelines_stay_up_until_somebody_ends_them(example: Fleet, ends: signal.Signals):
    with shown_by(example, "--port", "0") as (process, lines):
        with urllib.request.urlopen(url_in(lines)) as answer:
            page = answer.read().decode()
        assert "Demonstration. Not the police." in page
        process.send_signal(ends)
        assert process.stdout is not None
        rest = process.stdout.read()
        assert process.wait() == 0
        assert "nothing of it is kept" in rest
        assert "Traceback" not in rest


def test_a_taken_port_is_no_reason_to_show_nothing(example: Fleet):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        example.bend(("port: 8421", f"port: {port}"))
        with shown_by(example) as (process, lines):
            assert any(f"Port {port} is taken" in line for line in lines)
            assert not url_in(lines).endswith(f":{port}")
            process.send_signal(signal.SIGINT)
            assert process.wait() == 0


def test_a_demonstration_is_in_each_agency_that_ships():
    shipped = [path.parent for path in (ROOT / "agencies").glob("*/agency.yaml")]
    assert len(shipped) >= 2
    assert [folder.name for folder in shipped if not (folder / "demo.yaml").exists()] == []


@pytest.mark.parametrize("call", [["--help"], ["--version"], ["nonsense"], ["demo", "--help"], ["lines"]])
def test_what_is_not_needed_is_not_imported(example: Fleet, call: list[str]):
    """Each heavy part is imported only by the command that uses it, so that help is there at once."""
    told = (
        "import sys, json\n"
        "from run_fleet import start\n"
        "sys.argv = ['run_fleet.py', *sys.argv[1:]]\n"
        "start()\n"
        "print(json.dumps(sorted(sys.modules)), file=sys.stderr)\n"
    )
    words = ["-c", str(example.config), *call] if call == ["lines"] else call
    asked = subprocess.run(
        [sys.executable, "-c", told, *words],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, **example.environ, "TMPDIR": tempfile.gettempdir()},
        check=True,
    )
    loaded = {name.split(".")[0] for name in json.loads(asked.stderr.splitlines()[-1])}
    heavy = {"tweepy", "requests", "fastapi", "uvicorn", "sqlalchemy", "alembic", "apscheduler", "jinja2"}
    assert loaded & heavy == set()
    assert "click" in loaded
