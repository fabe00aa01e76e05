"""All rounds of a proof, several side by side, and their sum."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field

from tests.fakes.pds import Pds
from tests.story.proof.rounds import Played
from tests.story.proof.slot import Slot, Waits

SLOTS = 3
ENOUGH_SETTLED = 0.99
BRIEF = Waits()


@dataclass
class Proof:
    """The sum of all rounds."""

    rounds: int = 0
    expected: int = 0
    once: int = 0
    twice: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)
    ended: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    failed: list[str] = field(default_factory=list)

    def add(self, played: Played) -> None:
        """One round more."""
        verdict, here = played.verdict, f"round {played.number}: "
        self.rounds += 1
        self.expected += verdict.expected
        self.once += verdict.once
        self.twice += [here + one for one in verdict.twice]
        self.lost += [here + one for one in verdict.lost]
        self.strange += [here + one for one in verdict.strange]
        self.ended += played.ended
        self.faults += played.lost
        self.unknown += played.unknown
        self.asked += played.asked
        self.failed += [here + one for one in played.failed]

    def settled(self, platform: str) -> float:
        """The share of the unknowns on a platform that was settled without a person; 1 where there was none."""
        unknown = self.unknown[platform]
        return 1.0 if unknown == 0 else 1 - self.asked[platform] / unknown

    @property
    def good(self) -> bool:
        """0 lost, 0 doubled, nothing strange, no life that failed, and hardly an unknown left to a person."""
        platforms = [name for name in self.unknown if name != "local"]
        settled = all(self.settled(name) >= ENOUGH_SETTLED for name in platforms)
        return settled and not (self.twice or self.lost or self.strange or self.failed)


def prove(
    rounds: int,
    seed: int,
    *,
    slots: int = SLOTS,
    first: int = 0,
    bluesky: int = SLOTS,
    waits: Waits = BRIEF,
    stores: Callable[[], str | None] = lambda: None,
    told: Callable[[Played], object] = lambda played: None,
) -> Proof:
    """Play the rounds; so many slots as `bluesky` says have a PDS as well, `stores` gives each slot the address of its
    store (None: SQLite), `told` hears of each round.

    Raises PdsNotReady.
    """
    proof, lock = Proof(), threading.Lock()
    with ExitStack() as stack:
        pds = Pds() if bluesky else None
        if pds is not None:
            stack.callback(pds.close)
        running = [
            Slot(
                seed=seed,
                rounds=range(first + number, first + rounds, slots),
                pds=pds.url if pds is not None and number < bluesky else None,
                store=stores(),
                waits=waits,
            )
            for number in range(min(slots, rounds))
        ]
        for slot in running:
            stack.callback(slot.end)
        troubles: list[BaseException] = []

        def follow(slot: Slot) -> None:
            try:
                for played in slot.rounds():
                    with lock:
                        proof.add(played)
                        told(played)
            except Exception as trouble:  # noqa: BLE001 - told by whoever waits
                troubles.append(trouble)

        threads = [threading.Thread(target=follow, args=(slot,)) for slot in running]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    if troubles:
        raise troubles[0]
    return proof
