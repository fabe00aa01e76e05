"""How long after the last approval, undo window off, what was approved is on the wire.

    python -m benchmarks.bench_approved [NOTICES]

One handle on a loopback X in this process. Each record is about a made-up person: its place goes out at once, then two
reviewers approve the rest; measured is from the second yes to the platform's first sight of it.
"""

from __future__ import annotations

import queue
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bots.fleet import fleet as make_bots
from core.cli.workshop import OpenFleet
from core.domain.deliveries import DeliveryState
from core.domain.incidents import Incident, State
from core.domain.persons import Person
from core.domain.places import Place
from core.domain.policy import MayAssert
from core.domain.reviews import Proposal, ProposalState
from core.domain.staff import FLEET_ACTOR, Actor, Role
from core.flow.connect import connect
from core.flow.intake import take_in
from core.flow.passes import think
from core.flow.review_shown import list_reviews
from core.flow.reviews import approve
from core.flow.workers import Workers
from core.ports.source import GoodRow
from core.wiring import Wiring
from tests.fakes.example_fleet import write_fleet
from tests.fakes.x_server import Limits, XServer

HANDLES = ("ExampleGreen", "ExampleRed", "ExampleBlue")
MAY = MayAssert(states=frozenset({"reported", "wanted"}), persons=True)
STATIONS = ("Fish Market", "Upper Lock", "Lantern Hill", "Quarry End")
REVIEWERS = [Actor(id=name, roles=frozenset({Role.REVIEWER}), via="cli") for name in ("ann", "bob")]


def main(notices: int) -> None:
    """Prints the median and the slowest."""
    waited = []
    with (
        XServer(limits=Limits.none()) as x,
        tempfile.TemporaryDirectory() as folder,
        _fleet(Path(folder), x) as fleet,
    ):
        seen: queue.Queue[float] = queue.Queue()
        workers = Workers(fleet.office, fleet.wakeups, 4)
        workers.start()
        for number in range(notices + 1):
            proposal = _held(fleet, number, workers)
            _yes(fleet, REVIEWERS[0], proposal)
            x.site.watch = lambda moment: seen.put(perf_counter()) if moment == "asked" else None
            began = perf_counter()
            _yes(fleet, REVIEWERS[1], proposal)
            workers.ring()
            first = seen.get(timeout=60)
            x.site.watch = lambda moment: None
            _quiet(fleet)
            while not seen.empty():
                seen.get()
            if number:  # the first one asks who the account is
                waited.append(1000 * (first - began))
        workers.stop()
    median, slowest = statistics.median(waited), max(waited)
    print(f"{notices} notices approved: on the wire after {median:.1f} ms (median), {slowest:.1f} ms (slowest)")


@contextmanager
def _fleet(folder: Path, x: XServer) -> Iterator[OpenFleet]:
    """The example fleet on this X, connected, without undo window and brakes."""
    on_x, free = f"{{limit: 280, base_url: '{x.url}'}}", "posts_per_hour: 10000, fleet_posts_per_hour: 10000"
    path = write_fleet(
        folder, x=on_x, local="practice", daily_limit=1000, policy="undo_window: 0s", delivery=f"{{{free}}}"
    )
    environ = {
        "SUBWAY_FLEET_SECRET_X_APP_KEY": x.consumer_key,
        "SUBWAY_FLEET_SECRET_X_APP_SECRET": x.consumer_secret,
    }
    for one in [x.add_account(handle) for handle in HANDLES]:
        environ[f"SUBWAY_FLEET_SECRET_X_{one.username.upper()}_TOKEN"] = one.token
        environ[f"SUBWAY_FLEET_SECRET_X_{one.username.upper()}_TOKEN_SECRET"] = one.secret
    wiring = Wiring(make_bots, environ)
    with wiring.open(wiring.settings(path)) as fleet:
        chief = Actor(id="made-up-chief", roles=frozenset({Role.OPERATOR}), via="cli")
        for account in fleet.know.accounts.values():
            if account.channel == "x":
                connect(chief, fleet.store, fleet.clock, fleet.channels["x"], account)
        yield fleet


def _held(fleet: OpenFleet, number: int, workers: Workers) -> Proposal:
    """A record about a person; its place is said before this returns."""
    now = fleet.clock.now()
    record = Incident(
        authority="Example Transit Police",
        number=f"MADE-UP-{number}",
        source="made-up",
        occurred_from=now - timedelta(hours=1, minutes=40 * number % 600),
        known_at=now,
        offence_code="ROB",
        place=Place(station=STATIONS[number % len(STATIONS)]),
        state=State.WANTED,
        state_since=now,
        person=Person(name="Pat Example", age=40, case_reference=f"CASE-{number}"),
    )
    row = GoodRow(position=str(number), record=record, raw=record.model_dump_json().encode())
    with fleet.store.begin() as tx:
        take_in(FLEET_ACTOR, tx, fleet.know, "made-up", MAY, [row], now)
    think(FLEET_ACTOR, fleet.house)
    workers.ring()
    _quiet(fleet)
    [open_one] = [p for p in list_reviews(REVIEWERS[0], fleet.store, 500) if p.state is ProposalState.OPEN]
    return open_one


def _yes(fleet: OpenFleet, who: Actor, proposal: Proposal) -> None:
    answers = dict.fromkeys(proposal.questions, "no")
    approve(who, fleet.store, fleet.know, fleet.clock, proposal.id, shown_hash=proposal.hash, answers=answers)


def _quiet(fleet: OpenFleet) -> None:
    """Until everything owed is delivered."""
    owed = [DeliveryState.DUE, DeliveryState.ATTEMPTING, DeliveryState.UNKNOWN]
    while True:
        with fleet.store.begin() as tx:
            if not tx.outbox.in_states(owed, 1):
                return


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 30)
