"""How long it takes to take a notice back that stands on nine accounts, to its last proof.

    python -m benchmarks.bench_retraction [ROUNDS]

Three handles on a loopback X, mastodon_mock and a real PDS; everything paused, a budget of nothing, a fifth of the
replies to posts lost, and of each platform the first two replies to removals.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.fakes.pds import Pds
from tests.story.nine_accounts import said_on_nine


def main(rounds: int) -> None:
    """Prints each round and the median."""
    took = []
    with closing(Pds()) as pds:
        for number in range(rounds):
            with (
                tempfile.TemporaryDirectory() as folder,
                said_on_nine(Path(folder), pds, f"r{number}", number) as nine,
            ):
                accounts, posts = len(nine.said_by()), len(nine.standing())
                seen, seconds = nine.take_back()
                lost = sum(sum(platform.lost().values()) for platform in nine.platforms)
                end = "all gone" if seen.gone and seen.settled else "NOT ALL GONE"
                took.append(seconds)
                print(
                    f"{posts} posts on {accounts} accounts: {end} after {seconds:.1f} s; {lost} replies lost",
                    flush=True,
                )
    print(f"median {statistics.median(took):.1f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
