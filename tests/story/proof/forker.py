"""A parent that imports everything once and forks one child per life: `python -m tests.story.proof.forker`.

A line of JSON in: a life. Two lines out: the child's number at once, then how it ended (minus nine: by SIGKILL).
"""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import traceback
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from tests.story.proof.life import Life

_ROOT = Path(__file__).resolve().parents[3]
FAILED = 70


class Forker:
    """The parent seen from outside, as a context manager."""

    def __enter__(self) -> Self:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("SUBWAY_FLEET_")}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.story.proof.forker"],
            cwd=_ROOT,
            env=inherited,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate()

    def live(self, life: Life, begun: Callable[[int], None]) -> int:
        """One life to its end; `begun` is told the process's number. How it ended: its exit code, or minus its
        signal."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asdict(life)) + "\n")
        begun(int(self._process.stdout.readline()))
        return int(self._process.stdout.readline())


def main() -> None:
    """Fork until nobody asks any more."""
    from tests.story.proof.life import Life, live

    for line in sys.stdin:
        asked = json.loads(line)
        life = Life(**{**asked, "retract": tuple(asked["retract"])})
        if life.works == "connect":  # the parent's own: what is read and loaded for it, all children have
            print(os.getpid(), flush=True)
            print(live(life), flush=True)
            gc.freeze()
            continue
        child = os.fork()
        if child == 0:
            code = FAILED
            try:
                code = live(life)
            except BaseException:  # noqa: BLE001 - whatever it was, the child ends here
                traceback.print_exc()
            finally:
                sys.stderr.flush()
                os._exit(code)
        print(child, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main()
