"""One of several slots that play rounds side by side, each with servers of its own: mostly a round waits."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.story.proof.rounds import Played

_ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Waits:
    """In seconds: how far X's reads lag behind, and how far apart two looks for a post lie."""

    read_lag: float = 0.1
    grace: float = 0.3


class Slot:
    """A slot seen from outside; it is over when its rounds are, or when this process ends."""

    def __init__(self, *, seed: int, rounds: range, pds: str | None, store: str | None, waits: Waits) -> None:
        asked = {
            "seed": seed,
            "first": rounds.start,
            "end": rounds.stop,
            "step": rounds.step,
            "pds": pds,
            "store": store,
            **asdict(waits),
        }
        # Measured line by line, lives that do the same thing thousands of times would take twice as long.
        unmeasured = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_PROCESS")}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.story.proof.slot", json.dumps(asked)],
            cwd=_ROOT,
            env=unmeasured,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def rounds(self) -> Iterator[Played]:
        """Each round when it was played. Raises RuntimeError when the slot ended by itself."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            yield Played.of_json(json.loads(line))
        if self._process.wait() != 0:
            raise RuntimeError(f"a slot of the proof ended with {self._process.returncode}")

    def end(self) -> None:
        """Whatever it is at."""
        self._process.kill()
        self._process.communicate()


def main() -> None:
    """Play the rounds that the argument names, a line of JSON each."""
    from tests.fakes.pds import RunningPds
    from tests.story.proof.forker import Forker
    from tests.story.proof.platforms import OnBluesky, OnMastodon, OnX, Platform
    from tests.story.proof.rooms import InDatabase
    from tests.story.proof.rounds import Stage

    asked = json.loads(sys.argv[1])
    with tempfile.TemporaryDirectory(prefix="proof-") as folder, ExitStack() as stack:
        forker = stack.enter_context(Forker())
        platforms: list[Platform] = [OnX(stack, asked["read_lag"]), OnMastodon(stack)]
        if asked["pds"] is not None:
            platforms.append(OnBluesky(stack, RunningPds(asked["pds"]), f"s{asked['first']}"))
        store = None if asked["store"] is None else InDatabase(asked["store"])
        stage = Stage(Path(folder), platforms, forker, asked["grace"], store)
        for number in range(asked["first"], asked["end"], asked["step"]):
            print(json.dumps(stage.play(asked["seed"], number).as_json()), flush=True)
            if os.getppid() == 1:  # whoever wanted to know is gone
                return


if __name__ == "__main__":
    main()
