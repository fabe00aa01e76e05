"""Starts a made-up program on fresh, half-made and broken machines, with a package of its own and no network."""

from __future__ import annotations

import ast
import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT

PROGRAM = """\
import sys
from deploy.setup_here import ensure
ensure()
import little_rail
print(little_rail.VERSION, sys.prefix, *sys.argv[1:])
sys.exit(7)
"""


class Machine:
    """A folder with the program, its pins and a shelf of packages in place of a network."""

    def __init__(self, root: Path) -> None:
        self.root, self.shelf, self.seen = root / "project", root / "shelf", root / "seen"
        shutil.copytree(ROOT / "deploy", self.root / "deploy", ignore=shutil.ignore_patterns("__pycache__"))
        (self.root / "program.py").write_text(PROGRAM)
        self.shelf.mkdir()
        self.pin("1.0")

    @property
    def venv(self) -> Path:
        return self.root / ".venv"

    def pin(self, version: str) -> None:
        """Put a package on the shelf and its hash among the pins."""
        wheel, info = self.shelf / f"little_rail-{version}-py3-none-any.whl", f"little_rail-{version}.dist-info"
        with zipfile.ZipFile(wheel, "w") as parcel:
            parcel.writestr("little_rail.py", f"VERSION = {version!r}\n")
            parcel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: little-rail\nVersion: {version}\n")
            parcel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            parcel.writestr(f"{info}/RECORD", f"little_rail.py,,\n{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n")
        digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
        (self.root / "pins.txt").write_text(f"little-rail=={version} \\\n    --hash=sha256:{digest}\n")

    def start(self, *arguments: str, path: Path | None = None) -> subprocess.Popen[str]:
        """Start the program under the Python that runs this test, which doesn't hold its package."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "PYTHON"))}
        pip = {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.shelf)}
        return subprocess.Popen(
            [sys.executable, "program.py", *arguments],
            cwd=self.root,
            env={**kept, **pip, **({"PYTHONPATH": str(path)} if path else {})},
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def run(self, *arguments: str, path: Path | None = None) -> tuple[int, str, str]:
        """Exit code, output and errors of one start."""
        with self.start(*arguments, path=path) as program:
            said, complained = program.communicate()
        return program.returncode, said.strip(), complained.strip()


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


def test_the_first_start_sets_up_the_second_says_nothing_and_new_pins_are_fetched(machine):
    code, said, told = machine.run("demo", "--once")
    assert (code, said) == (7, f"1.0 {machine.venv} demo --once")
    assert "installing 1 packages" in told
    assert machine.run("demo") == (7, f"1.0 {machine.venv} demo", "")
    machine.pin("2.0")
    assert machine.run()[:2] == (7, f"2.0 {machine.venv}")


def test_a_half_made_python_is_made_anew(machine):
    (machine.venv / "bin").mkdir(parents=True)
    (machine.venv / "bin" / "python").symlink_to(sys.executable)
    shutil.copy(machine.root / "pins.txt", machine.venv)
    for name in ("unfinished", "left-over"):
        (machine.venv / name).touch()
    assert machine.run()[:2] == (7, f"1.0 {machine.venv}")
    assert not (machine.venv / "left-over").exists()


def test_a_failing_pip_is_one_line_and_what_it_left_counts_as_half_made(machine):
    shutil.rmtree(machine.shelf)
    code, said, told = machine.run()
    assert (code, said) == (1, "")
    assert told.splitlines()[-1].startswith("pip could not install the packages (No matching distribution")
    assert str(machine.root / ".venv.log") in told
    assert (machine.venv / "unfinished").exists()


def test_two_starts_at_once_share_one_set_up(machine):
    with machine.start("one") as first, machine.start("two") as second:
        told = [program.communicate() for program in (first, second)]
    assert [said.strip() for said, _ in told] == [f"1.0 {machine.venv} one", f"1.0 {machine.venv} two"]
    assert sum(complained.count("installing") for _, complained in told) == 1


def test_a_python_that_holds_the_pins_is_used_as_it_is(machine):
    with zipfile.ZipFile(next(machine.shelf.iterdir())) as parcel:
        parcel.extractall(machine.seen)
    code, said, told = machine.run(path=machine.seen)
    assert (code, said, told) == (7, f"1.0 {sys.prefix}", "")
    assert not machine.venv.exists()


@pytest.mark.parametrize("missing", ["venv", "ensurepip"])
def test_a_python_without_venv_says_which_package_brings_it(machine, missing):
    machine.seen.mkdir()
    (machine.seen / "sitecustomize.py").write_text(f"import sys\nsys.modules[{missing!r}] = None\n")
    code, _, told = machine.run(path=machine.seen)
    assert code == 1
    assert told.splitlines() == [told]
    assert "apt-get install python3." in told
    assert not machine.venv.exists()


def test_a_strangers_venv_without_pip_is_named_and_left_alone(machine):
    machine.venv.mkdir()
    (machine.venv / "theirs").touch()
    code, _, told = machine.run()
    assert (code, len(told.splitlines())) == (1, 1)
    assert "move it away" in told
    assert (machine.venv / "theirs").exists()


def test_a_place_where_nothing_can_be_written_is_one_line(machine):
    (machine.root / ".venv.lock").mkdir()  # root may write anywhere, but no one opens a folder as a file
    code, _, told = machine.run()
    assert (code, len(told.splitlines())) == (1, 1)
    assert "Put the project where you may write" in told


@pytest.mark.parametrize("name", ["run_fleet.py", "tests/run.py", "deploy/__init__.py"])
def test_what_is_read_first_parses_on_an_old_python(name):
    assert ast.parse((ROOT / name).read_text("utf-8"), feature_version=(3, 4))


def test_a_python_that_is_too_old_is_told_so_in_one_line():
    text = (ROOT / "deploy/__init__.py").read_text("utf-8").replace("< (3, 11)", "< (99, 0)")
    with pytest.raises(SystemExit, match=r"^This needs Python 3\.11 or newer, and this one is 3\.\d+: .*$"):
        exec(compile(text, "deploy", "exec"), {})
