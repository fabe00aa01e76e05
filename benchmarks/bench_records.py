"""Cost a record and memory for 1k, 10k and 100k made-up incidents, from file to timeline.

Run: python -m benchmarks.bench_records [SIZE ...]
Each size is its own process, so that its peak memory is its own. Incidents are spread over a year, two hours apart
at a hundred a day and more the larger the size; about one in ten is posted, the rest meets every other fate.
"""

from __future__ import annotations

import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SIZES = (1_000, 10_000, 100_000)


def made_up(count: int, stations: list[str], codes: list[str], seed: int = 7) -> Iterator[str]:
    """JSON Lines of made-up incidents in the bureau's own form."""
    chance = random.Random(seed)
    start = datetime(2025, 1, 1, tzinfo=UTC)
    step = timedelta(days=365) / count
    for number in range(count):
        happened = start + number * step
        yield json.dumps(
            {
                "authority": "benchmark",
                "number": f"B{number:06d}",
                "occurred_from": happened.isoformat(),
                "known_at": (happened + timedelta(hours=chance.choice([1, 100, 100, 100]))).isoformat(),
                "offence_code": chance.choice(codes),
                "place": {"station": chance.choice(stations)},
            }
        )


def one(size: int) -> dict[str, float]:
    """Replay one size in this process."""
    from bots.fleet import fleet as make_bots
    from core.flow.replay import Replayed, replay_rows
    from core.flow.workers import drain
    from core.wiring import Wiring

    wiring = Wiring(make_bots, {})
    settings = wiring.settings(ROOT / "agencies" / "example" / "lines.yaml")
    stations = [station.name for station in settings.gazetteer.stations]
    codes = [offence.code for offence in settings.offences]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "records.jsonl"
        with file.open("w") as out:
            out.writelines(f"{line}\n" for line in made_up(size, stations, codes))
        with wiring.scratch(settings, Path(folder) / "scratch", record_clock=True) as opened:
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            began = time.perf_counter()
            done = Replayed()
            delivering = 0.0

            def deliver() -> None:
                nonlocal delivering
                since = time.perf_counter()
                drain(opened.office, 60.0)
                delivering += time.perf_counter() - since

            replay_rows(opened.house, wiring.rows(settings, file, "bureau", lambda size: None), done, deliver)
            done.finish(opened.house)
            deliver()
            took = time.perf_counter() - began
            posted = len(opened.timeline.last_said())
            with opened.store.begin() as tx:
                counts = tx.outbox.counts()
    deliveries = sum(row.count for row in counts)
    assert sum(done.fates.values()) == done.rows == size, "a row without a fate"
    return {
        "records": size,
        "ruled_us_a_record": round((took - delivering) / size * 1e6, 1),
        "delivered_us_a_delivery": round(delivering / max(deliveries, 1) * 1e6, 1),
        "deliveries": deliveries,
        "handles": posted,
        "memory_before_mb": round(before / 1024, 1),
        "memory_peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    }


def main(sizes: list[int]) -> None:
    """Print one row a size."""
    for size in sizes:
        ran = subprocess.run(
            [sys.executable, "-m", "benchmarks.bench_records", "--one", str(size)],
            check=True,
            capture_output=True,
            text=True,
            cwd=ROOT,
        )
        print(ran.stdout.strip(), flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(one(int(sys.argv[2]))))
    else:
        main([int(size) for size in sys.argv[1:]] or list(SIZES))
