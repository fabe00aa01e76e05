"""The proof of delivery: a fleet killed at drawn steps, on three platforms that lose a fifth of their replies.

    python -m benchmarks.crash_proof --rounds 200 --seed 1 [--slots 4] [--store postgresql] [--no-bluesky]

A round feeds three or four incidents to a fleet that is live in two languages on a loopback X, mastodon_mock and a real
PDS. Two or three of its lives end by SIGKILL: at the n-th commit, request or reply, or by the clock. Then it goes on
until all is quiet. The servers' own records are held against what was fed in. 0 when nothing was lost or doubled and
at least 99 of 100 unknown outcomes were settled without a person.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.story.proof.proving import SLOTS, Proof, prove
from tests.story.proof.rounds import Played


def main() -> int:
    """Print the sum; 0 when it is a proof."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="number of the first round: one that failed alone again")
    parser.add_argument("--slots", type=int, default=SLOTS, help="rounds that are played side by side")
    parser.add_argument("--store", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--no-bluesky", action="store_true", help="without the PDS, which needs Node")
    given = parser.parse_args()
    began = perf_counter()
    with ExitStack() as stack:
        proof = prove(
            given.rounds,
            given.seed,
            slots=given.slots,
            first=given.first,
            bluesky=0 if given.no_bluesky else given.slots,
            told=_Teller(given.rounds).tell,
            stores=_stores(given.store, stack),
        )
    _print(proof, perf_counter() - began)
    return 0 if proof.good else 1


def _stores(kind: str, stack: ExitStack) -> Callable[[], str | None]:
    if kind == "sqlite":
        return lambda: None
    from tests.fakes.postgres import Postgres

    server = Postgres()
    stack.callback(server.close)
    return server.empty_database


class _Teller:
    """Tells of what went wrong at once, and every so often how far it is."""

    def __init__(self, rounds: int) -> None:
        self._rounds, self._played = rounds, 0

    def tell(self, played: Played) -> None:
        self._played += 1
        if self._played % 50 == 0:
            print(f"{self._played} of {self._rounds} rounds", file=sys.stderr, flush=True)
        for kind, lines in {**vars(played.verdict), "failed": played.failed}.items():
            for line in lines if isinstance(lines, list) else ():
                print(f"round {played.number}: {kind}: {line}", flush=True)


def _print(proof: Proof, seconds: float) -> None:
    print(f"{proof.rounds} rounds in {seconds:.0f} s: {proof.expected} to stand once, {proof.once} do")
    bad = {"lost": proof.lost, "doubled": proof.twice, "strange": proof.strange, "failed": proof.failed}
    print(", ".join(f"{kind} {len(found)}" for kind, found in bad.items()))
    for name, unknown in sorted(proof.unknown.items()):
        print(f"unknown on {name}: {unknown}, settled without a person {proof.settled(name):.1%}")
    for head, counted in (("lives ended", proof.ended), ("replies lost", proof.faults)):
        for name, times in sorted(counted.items()):
            print(f"{head}, {name}: {times}")


if __name__ == "__main__":
    sys.exit(main())
