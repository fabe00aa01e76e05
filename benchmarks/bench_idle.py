"""How long a prepared post waits in an idle fleet until the platform's first sight of it: no polling pause.

    python -m benchmarks.bench_idle [POSTS]

One handle on a loopback X in this process, whose record of requests gives the time. The fleet is idle before each.
"""

from __future__ import annotations

import queue
import statistics
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from core.flow.workers import Workers
from tests.fakes.wide_fleet import handles, owed_on, wide_fleet
from tests.fakes.x_server import Limits, XServer


def main(posts: int) -> None:
    """Prints the median and the slowest."""
    waited = []
    with XServer(limits=Limits.none()) as x, tempfile.TemporaryDirectory() as folder:
        [name] = handles(1)
        with wide_fleet(Path(folder), x, [x.add_account(name)], workers=4) as fleet:
            done: queue.Queue[object] = queue.Queue()
            seen: queue.Queue[float] = queue.Queue()
            office = replace(fleet.office, said=lambda delivery, outcome: done.put(outcome))
            workers = Workers(office, fleet.wakeups, 4)
            workers.start()
            for number in range(posts + 1):
                with fleet.store.begin() as tx:
                    now = fleet.clock.now()
                    owed = owed_on(name, number, now, f"{number}: a made-up notice")
                    tx.outbox.add([owed], now)
                x.site.watch = lambda moment: seen.put(perf_counter()) if moment == "asked" else None
                began = perf_counter()
                workers.ring()
                first = seen.get(timeout=60)
                done.get(timeout=60)
                x.site.watch = lambda moment: None
                while not seen.empty():
                    seen.get()
                if number:  # the first one asks who the account is
                    waited.append(1000 * (first - began))
            workers.stop()
    median, slowest = statistics.median(waited), max(waited)
    print(
        f"{posts} posts, each in an idle fleet: on the wire after {median:.1f} ms (median), {slowest:.1f} ms (slowest)"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50)
