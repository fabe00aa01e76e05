"""Gives the project a Python of its own: makes .venv from the pins and starts again in it."""

from __future__ import annotations

import os
import re
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
STARTED_AGAIN = "FLEET_STARTED_AGAIN"


@dataclass(frozen=True)
class Place:
    """Where the project's Python stands, and whether it holds what one file of pins asks for.

    A copy of the pins in .venv is the stamp of a finished set-up; the mark `unfinished` means an interrupted one.
    """

    root: Path
    pins: Path

    @property
    def venv(self) -> Path:
        return self.root / ".venv"

    @property
    def python(self) -> Path:
        return self.venv / "bin" / "python"

    @property
    def unfinished(self) -> Path:
        return self.venv / "unfinished"

    @property
    def log(self) -> Path:
        return self.root / ".venv.log"

    def stamp(self, pins: Path) -> Path:
        return self.venv / pins.name

    def is_ours(self) -> bool:
        return self.unfinished.exists() or any(self.venv.glob("pins*.txt"))

    def is_running(self) -> bool:
        return Path(sys.prefix).resolve() == self.venv.resolve()

    def is_ready(self) -> bool:
        stamp = self.stamp(self.pins)
        if self.unfinished.exists() or not (self.python.exists() and stamp.exists()):
            return False
        # A system that moved on to the next Python leaves a .venv whose packages the new one doesn't see.
        seen = not self.is_running() or Path(self.venv, "lib", "python%d.%d" % sys.version_info[:2]).is_dir()
        return seen and stamp.read_bytes() == self.pins.read_bytes()


def ensure(pins: str = "pins.txt", root: Path = ROOT) -> None:
    """Return at once where the pinned packages are; else set them up and start the program again with them.

    Raises SystemExit with one line that says what to do when that can't be done here.
    """
    place = Place(root, root / pins)
    if place.is_running() and place.is_ready():
        return
    if not (place.is_running() and place.is_ours()) and holds(place.pins):
        return
    try:
        if not place.is_ready() or place.is_running():
            set_up(place)
    except KeyboardInterrupt:
        sys.exit("Set-up stopped; the next start does it anew.")
    except OSError as error:
        sys.exit(f"Set-up can't write here: {error}. Put the project where you may write, then start again.")
    start_again(place)


def start_again(place: Place) -> None:
    """Replace this process by the same command under the project's own Python."""
    if os.environ.get(STARTED_AGAIN) == str(os.getpid()):
        sys.exit(f"{place.python} doesn't see {place.venv}: unset PYTHONHOME, then start again.")
    os.environ[STARTED_AGAIN] = str(os.getpid())
    sys.stderr.flush()
    os.execv(place.python, [str(place.python), *sys.orig_argv[1:]])


def pinned(pins: Path) -> set[tuple[str, str]]:
    """Every (name, version) of a file of pins, names as PEP 503 writes them."""
    lines = re.findall(r"^([A-Za-z0-9][\w.-]*)==([^\s;\\]+)", pins.read_text("utf-8"), re.MULTILINE)
    return {(normal(name), version) for name, version in lines}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def holds(pins: Path) -> bool:
    """Whether the running Python (a container's, say) holds every pin; looks at folder names only."""
    found = set()
    for folder in {entry for entry in sys.path if entry and Path(entry).is_dir()}:
        for info in Path(folder).glob("*.dist-info"):
            name, _, version = info.name.removesuffix(".dist-info").rpartition("-")
            found.add((normal(name), version))
    return pinned(pins) <= found


def set_up(place: Place) -> None:
    """Make .venv and install the pins into it, one process at a time; nothing if another just did."""
    with alone(place) as lock:
        if place.is_ready():
            return
        make_venv(place)
        install(place, lock)
        for pins in place.root.glob("pins*.txt"):
            if pinned(pins) <= pinned(place.pins):  # the tests' pins hold the program's as well
                place.stamp(pins).write_bytes(pins.read_bytes())
        place.unfinished.unlink(missing_ok=True)
    say("Set-up is done.")


@contextmanager
def alone(place: Place) -> Iterator[int]:
    """Hold the lock file. The installer inherits it, so that it keeps others out also when its parent is killed."""
    import fcntl

    lock = os.open(place.root / ".venv.lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another start is setting up .venv; waiting for it.")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock
    finally:
        os.close(lock)


def make_venv(place: Place) -> None:
    """A .venv with a working pip: the one that is there, or a new one in place of a half-made one of ours."""
    import shutil
    import subprocess
    from importlib.util import find_spec

    if not place.unfinished.exists() and works(place):
        if place.is_ours():
            place.unfinished.touch()
        return
    if place.venv.exists() and not place.is_ours():
        sys.exit(f"{place.venv} was not made by this set-up and has no pip: move it away, then start again.")
    if not (find_spec("venv") and find_spec("ensurepip")):
        package = "python%d.%d-venv" % sys.version_info[:2]
        sys.exit(f"This Python has no venv: `apt-get install {package}` (Debian, Ubuntu), then start again.")
    say("Setting up .venv beside the program; this happens once.")
    shutil.rmtree(place.venv, ignore_errors=True)
    place.venv.mkdir()
    place.unfinished.touch()
    base = getattr(sys, "_base_executable", sys.executable)
    with place.log.open("w") as log:
        made = subprocess.run([base, "-m", "venv", place.venv], stdout=log, stderr=log)
    if made.returncode:
        sys.exit(f"Python could not make {place.venv}; why stands in {place.log}.")


def works(place: Place) -> bool:
    """Whether .venv holds a Python that is new enough and has pip."""
    import subprocess

    if not place.python.exists():
        return False
    question = "import pip, sys; sys.exit(sys.version_info < (3, 11))"
    asked = subprocess.run([place.python, "-c", question], capture_output=True, stdin=subprocess.DEVNULL)
    return asked.returncode == 0


def install(place: Place, lock: int) -> None:
    """Let pip install the pins, showing how far it is; SystemExit with pip's own reason when it fails."""
    progress, reason = Progress(len(pinned(place.pins))), "it gave none"
    with place.log.open("a") as log, pip(place, lock) as running:
        for line in running.stdout or ():
            log.write(line)
            progress.read(line)
            reason = line.removeprefix("ERROR: ").strip() if line.startswith("ERROR:") else reason
    progress.end()
    if running.returncode:
        sys.exit(
            f"pip could not install the packages ({reason[:160]}). Look at the network and the proxy, "
            f"then start again; the whole log is {place.log}."
        )


def pip(place: Place, lock: int) -> subprocess.Popen[str]:
    """Start pip on the pins, its words going to a pipe."""
    import subprocess

    options = ["--no-input", "--progress-bar=off", "--require-hashes", f"--requirement={place.pins}"]
    return subprocess.Popen(
        [str(place.python), "-m", "pip", "install", *options],
        env={**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_USER": "0"},
        text=True,
        pass_fds=(lock,),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


class Progress:
    """How many packages pip has fetched: a bar on a terminal, a line now and then elsewhere."""

    def __init__(self, total: int) -> None:
        self.total, self.done, self.bar = total, 0, sys.stderr.isatty()

    def read(self, line: str) -> None:
        """Take one line of pip's output."""
        if line.startswith(("Collecting ", "Requirement already satisfied")):
            self.done = min(self.done + 1, self.total)
            self.show(f"fetching packages: {self.done} of {self.total}", often=True)
        elif line.startswith("Installing collected"):
            self.show(f"fetched; installing {self.total} packages")

    def show(self, words: str, often: bool = False) -> None:
        if self.bar:
            full = 30 * self.done // max(self.total, 1)
            sys.stderr.write(f"\r[{'#' * full:<30}] {words:<44}")
            sys.stderr.flush()
        elif not often or self.done % 10 == 0:
            say(words)

    def end(self) -> None:
        if self.bar:
            sys.stderr.write("\n")


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)
