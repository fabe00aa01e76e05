"""Plants each fault in a copy of the project and shows which test goes red; a fault that stays green is a bug."""

from __future__ import annotations

import argparse
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.sabotage.faults import Fault, FaultError, listed

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 600  # for one fault: a test that hangs on it has not gone red


def main(arguments: list[str]) -> int:
    """Apply the chosen faults; 0 if the named tests are green without them and each fault turned all of its own red."""
    chosen = options(arguments)
    faults = [fault for fault in listed() if not chosen.only or fault.name in chosen.only]
    if chosen.sample is not None and chosen.sample < len(faults):
        faults = drawn(faults, chosen.sample, chosen.seed or newest_commit())
    if chosen.list:
        for fault in faults:
            print(f"{fault.name}: {fault.file} → {', '.join(fault.red)}")
        return 0
    files = tracked()
    with tempfile.TemporaryDirectory(prefix="sabotage-") as folder:
        if trouble := red_without(faults, files, Path(folder)):
            print(trouble)
            return 1
        with ThreadPoolExecutor(max_workers=chosen.jobs) as pool:
            caught = list(pool.map(lambda fault: tried(fault, files, Path(folder)), faults))
    print(f"{len(caught)} faults, {sum(caught)} caught")
    return 0 if all(caught) else 1


def options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python3 -m tests.sabotage", description=__doc__)
    names = [fault.name for fault in listed()]
    parser.add_argument("--list", action="store_true", help="only say which faults there are")
    parser.add_argument("--only", action="append", choices=names, metavar="NAME", help="this fault; again for more")
    parser.add_argument("--sample", type=int, metavar="N", help="only N of them, drawn by the seed")
    parser.add_argument("--seed", metavar="TEXT", help="what draws the sample (the newest commit)")
    parser.add_argument("--jobs", type=int, default=2, help="how many at a time (2)")
    return parser.parse_args(arguments)


def drawn(faults: list[Fault], count: int, seed: str) -> list[Fault]:
    """So many faults, another choice for every commit; the seed is said, so that the same can be drawn again."""
    print(f"{count} of {len(faults)} faults, drawn by --seed {seed}", flush=True)
    chosen = set(random.Random(seed).sample(range(len(faults)), count))
    return [fault for place, fault in enumerate(faults) if place in chosen]


def newest_commit() -> str:
    """The newest commit's short name, or `none` outside a repository."""
    done = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.stdout.strip() or "none"


def tracked() -> list[str]:
    """The project's files as git sees them, new ones too, ignored ones not."""
    command = ["git", "ls-files", "-coz", "--exclude-standard"]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return [name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]


def copied(files: list[str], folder: Path) -> Path:
    """A copy of the project under a folder of its own; what tests have fetched (.cache) is shared, not copied."""
    root = Path(tempfile.mkdtemp(dir=folder)) / ROOT.name
    for name in files:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, root / name)
    if (ROOT / ".cache").is_dir():
        (root / ".cache").symlink_to(ROOT / ".cache")
    return root


def red_without(faults: list[Fault], files: list[str], folder: Path) -> str | None:
    """Why the named tests prove nothing: they are red, or can't run, with no fault planted. None if they are green."""
    tests = sorted({test for fault in faults for test in fault.red})
    if not tests:
        return None
    code, words = pytest(copied(files, folder), tests)
    return None if code == 0 else f"Without any fault these tests are not green:\n{words}"


def tried(fault: Fault, files: list[str], folder: Path) -> bool:
    """Plant one fault, run its tests, say what went red; True if every test it names did."""
    root = copied(files, folder)
    try:
        fault.plant(root)
    except FaultError as error:
        print(f"CAN'T PLANT  {error}", flush=True)
        return False
    code, words = pytest(root, list(fault.red))
    went_red = re.findall(r"^FAILED (\S+)", words, re.MULTILINE)
    green = [test for test in fault.red if not any(is_in(red, test) for red in went_red)]
    if code == 1 and not green:
        print(f"red  {fault.name}: {', '.join(went_red)}", flush=True)
    else:
        why = f"stayed green: {', '.join(green)}" if code in (0, 1) else f"the tests did not run: {words[-800:]}"
        print(f"STAYED GREEN  {fault.name} ({fault.file}): {why}", flush=True)
    shutil.rmtree(root)
    return code == 1 and not green


def is_in(red: str, test: str) -> bool:
    """Whether a failed test is the named one, or one of the file, folder or parametrised test that was named."""
    return red == test or red.startswith((f"{test}::", f"{test}[", f"{test.rstrip('/')}/"))


def pytest(root: Path, tests: list[str]) -> tuple[int, str]:
    """Run tests in a copy; the exit code and what they said. A run that hangs is ended with all it started."""
    command = [sys.executable, "-m", "pytest", "-q", "-rf", "--tb=no", "--no-header", "-p", "no:cacheprovider"]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "400"}
    running = subprocess.Popen(
        [*command, *tests],
        cwd=root,
        env=environment,
        text=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        words, _ = running.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(running.pid, signal.SIGKILL)
        return -1, f"no end within {SECONDS} seconds"
    return running.returncode, words


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except FaultError as error:
        sys.exit(str(error))
