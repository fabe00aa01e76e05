"""Patterns in recorded complaints: what the rule would have put before people, each with its reason."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from bots.fleet import fleet as make_bots
from core.flow.patterns import sightings
from core.flow.replay import Replayed, replay_rows
from core.rules.patterns import find_series
from core.wiring import Wiring

ROOT = Path(__file__).resolve().parents[2]


def test_each_draft_has_its_reason(recorded: Path, tmp_path: Path) -> None:
    wiring = Wiring(make_bots, {})
    settings = wiring.settings(ROOT / "lines.yaml")
    with wiring.scratch(settings, tmp_path, record_clock=True) as fleet:
        for file in sorted((recorded / "nypd").glob("complaints_transit_*.csv")):
            replay_rows(fleet.house, wiring.rows(settings, file, None, lambda _: None), Replayed())
        with fleet.store.begin() as tx:
            first = min(entry.occurred_at for entry in tx.log.after(0, 1000) if entry.occurred_at is not None)
            seen = list(sightings(tx, fleet.know, tx.patterns.candidates(first)))
        policy = fleet.know.policy
    assert len(seen) > 50
    for loose in (policy, policy.model_copy(update={"pattern_incidents": 2, "pattern_chance": 1.0})):
        reasons = {
            (one.line, one.sightings): one.why(loose)
            for now in sorted({one.at for one in seen})
            for one in find_series(seen, loose, now + timedelta(seconds=1))
        }
        print(f"at least {loose.pattern_incidents}: {len(reasons)} drafts of {len(seen)} sightings")
        for (line, series), why in sorted(reasons.items(), key=lambda item: item[0][0]):
            print(f"  {line}: {why}")
            assert len({one.subject for one in series}) >= loose.pattern_incidents
            assert max(one.stop for one in series) - min(one.stop for one in series) <= loose.pattern_stations
    assert reasons, "with two alike the recorded rows hold some"
