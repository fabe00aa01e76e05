"""The steps of the check, in their order: what each runs, which it needs, how it ended."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import sysconfig
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True)
class Step:
    """One heading of the check. `slow` ones are left out by --quick."""

    name: str
    says: str
    command: tuple[str, ...]
    slow: bool = False


def tool(name: str) -> str:
    """A program that the pins installed, wherever the running Python keeps those."""
    return str(Path(sysconfig.get_path("scripts"), name))


PYTEST = (sys.executable, "-m", "pytest", "-n", "2", "--dist", "loadfile", "--no-loadscope-reorder")
STEPS = (
    Step("format", "every file is laid out the same way", (tool("ruff"), "format", "--check", ".")),
    Step("lint", "no known slip", (tool("ruff"), "check", ".")),
    Step("types", "mypy, strict", (sys.executable, "-m", "mypy")),
    Step("imports", "rooms look inwards only", (tool("lint-imports"), "--no-logo")),
    Step("licences", "nothing we depend on binds our users", (sys.executable, "-m", "tests.licences")),
    Step(
        "sabotage",
        "a drawn sample of planted faults, each of which must turn a test red",
        (sys.executable, "-m", "tests.sabotage", "--sample", "16"),
        slow=True,
    ),
    Step("tests", "the promises, with coverage", PYTEST),
)


def main(arguments: list[str]) -> int:
    """Run the chosen steps; 0 if each one was green."""
    chosen = options(arguments)
    rows = []
    for step in STEPS:
        if step.name not in chosen.only if chosen.only else chosen.quick and step.slow:
            continue
        print(f"\n== {step.name}: {step.says}", flush=True)
        began = time.monotonic()
        green = run_tests(chosen) if step.command is PYTEST else run(step.command)
        rows.append((step.name, time.monotonic() - began, green))
    print("\nstep        seconds")
    for name, seconds, green in rows:
        print(f"{name:<10} {seconds:8.1f}  {'ok' if green else 'FAILED'}")
    return 0 if all(green for _, _, green in rows) else 1


def options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="tests/run.py", description=__doc__, epilog="Words after -- go to pytest: --only tests -- -k gate"
    )
    names = [step.name for step in STEPS]
    parser.add_argument("--only", action="append", choices=names, help="run this step; may be given again")
    parser.add_argument("--quick", action="store_true", help="no sabotage, no browser, no coverage")
    parser.add_argument("pytest", nargs="*", help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


def run(command: tuple[str, ...], environment: dict[str, str] | None = None) -> bool:
    done = subprocess.run(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, check=False)
    return done.returncode == 0


def run_tests(chosen: argparse.Namespace) -> bool:
    """pytest, whole with coverage and a browser; in part (--quick, words after --) without the floor."""
    whole = not (chosen.quick or chosen.pytest)
    command = (*PYTEST, *(("--cov", "--cov-report=term") if whole else ()), *chosen.pytest)
    found = None if chosen.quick else browser()
    if found:
        return run(command, {**os.environ, "FLEET_BROWSER": found})
    if whole and os.environ.get("CI"):
        print("No Chromium was found and none could be installed: CI does not go without the browser tests.")
        return False
    print("Without the browser tests: install Chromium (`apt-get install chromium`) to have them run.", flush=True)
    return run((*command, "-m", "not browser"))


def browser() -> str | None:
    """The path of a Chromium: the one that is here, else Debian's where we may install it, else None."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing Debian's Chromium for the browser tests.", flush=True)
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        run(("apt-get", "update", "-qq"), quiet)
        run(("apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"), quiet)
        found = next(filter(None, map(shutil.which, BROWSERS)), None)
    return found
