"""The agency's real alerts from delays to all clear, on the real lines' handles: killed at drawn steps, said once each.

The recorded files hold each alert in one state only: no alert stands in two of them but planned work. So its states are
derived here, by taking away and putting together what was recorded; no word is made up:

- 376854 (A, a bridge) begins without its description, then has it; then it stands for what the feed itself tells half
  a minute later as 376883 (A and Rockaway shuttle, the same bridge), whose words and routes it takes, as Severe Delays;
  then its period is over.
- 376882 (R, whose description names E and F) begins without its description, then has it, then informs E and F too, and
  stays.
- 267678, of the feed of 2026, stands beside them with ranks that change, then is gone.

Around them stands the whole feed of 2024. All times are moved alike, so that its own time is the test's. The ends of
four delays, minutes away, are put off: a slow machine would see them pass.
"""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.fakes.alert_feeds import as_json, as_protobuf
from tests.recorded.fleet_on_x import ROOT, shipped_fleet_on
from tests.recorded.golden_threads import MERCURY, Riders, sorted_threads, threads_on_record
from tests.story.crash import open_x, utc_now
from tests.story.fed_again import FEEDINGS, read_until_quiet
from tests.story.proof.forker import Forker
from tests.story.proof.life import QUIET, Life

HOUR = 3600
BRIDGE, GROWN, BRAKES, MECHANICAL = (f"lmm:alert:{number}" for number in (376854, 376883, 376882, 267678))
SOON_OVER = [f"lmm:alert:{number}" for number in (376854, 376880, 376881, 267678)]
Entities = dict[str, dict[str, Any]]


class Recorded:
    """The recorded alerts at the test's time, by id without rank; `ranks` is the agency's own table."""

    def __init__(self, folder: Path) -> None:
        feed = json.loads((folder / "mta_subway_alerts_2024-10-20.json").read_bytes())
        later = json.loads((folder / "mta_subway_alerts_2026-09-16.excerpt3.json").read_bytes())
        self.now = int(utc_now().timestamp())
        self.header = feed["header"]
        self.ranks = {
            name: int(rank) for rank, name in json.loads((folder / "status_ranks.json").read_bytes())["rank"].items()
        }
        self.entities: Entities = {one["id"]: one for one in self._moved(feed)}
        self.entities[MECHANICAL] = next(self._moved(later))
        for soon in SOON_OVER:
            self.entities[soon]["alert"]["active_period"][0]["end"] += 2 * HOUR
        self.grown = self.entities.pop(GROWN)

    def _moved(self, feed: Mapping[str, Any]) -> Any:
        by = self.now - feed["header"]["timestamp"]
        for entity in feed["entity"]:
            for period in entity["alert"]["active_period"]:
                period.update({name: moment + by for name, moment in period.items() if moment})
            yield entity

    def snapshots(self) -> list[Entities]:
        """Delays; an update; an escalation; the all-clear."""
        whole = self.entities
        delays = copy.deepcopy(whole)
        for short in (BRIDGE, BRAKES):
            del delays[short]["alert"]["description_text"]
        grown = copy.deepcopy(whole)
        bridge = grown[BRIDGE]["alert"]
        del bridge["description_text"]
        bridge |= {name: self.grown["alert"][name] for name in ("header_text", "informed_entity")}
        bridge[MERCURY] |= {"alert_type": "Severe Delays"}
        others = [{"agency_id": "MTASBWY", "route_id": route} for route in ("E", "F")]
        grown[BRAKES]["alert"]["informed_entity"] += others
        over = copy.deepcopy(grown)
        over[BRIDGE]["alert"]["active_period"][0]["end"] = self.now - 1
        del over[MECHANICAL]
        return [delays, whole, grown, over]

    def fed(self, snapshot: Entities, chance: random.Random, form: str, backwards: bool) -> bytes:
        """One feeding: the feed's time is now, ids bear their type's rank or, where nothing else may change, any."""
        entities = [{**one, "id": self._ranked(name, one, chance)} for name, one in snapshot.items()]
        header = {**self.header, "timestamp": int(utc_now().timestamp())}
        document = {"header": header, "entity": entities[::-1] if backwards else entities}
        return as_json(document) if form == "json" else as_protobuf(document)

    def _ranked(self, name: str, entity: Mapping[str, Any], chance: random.Random) -> str:
        if not name.startswith("lmm:alert:"):
            return name
        rank = chance.randint(1, 35) if name == MECHANICAL else self.ranks[entity["alert"][MERCURY]["alert_type"]]
        return f"{name}:{rank}"


def golden(recorded: Recorded, riders: Riders, usually_before: int) -> list[Any]:
    """What must stand, thread by thread."""
    delays, whole, grown, _ = ({key: one["alert"] for key, one in shot.items()} for shot in recorded.snapshots())
    told = {key: alert for key, alert in delays.items() if riders.told_now(alert, recorded.now, usually_before)}
    upcoming = {key for key, one in told.items() if all(p.get("start", 0) > recorded.now for p in one["active_period"])}
    threads = {key: [riders.said(alert, upcoming=key in upcoming)] for key, alert in told.items()}
    for chain in (BRIDGE, BRAKES):
        lead = threads[chain][0].handle
        threads[chain] += [riders.said(whole[chain], lead=lead), riders.said(grown[chain], lead=lead)]
    threads[BRIDGE].append(riders.said(grown[BRIDGE], over=True))
    threads[MECHANICAL].append(riders.said(whole[MECHANICAL], over=True))
    assert len(threads[BRIDGE]) == 4
    assert len(threads) > 25
    return sorted_threads(map(tuple, threads.values()))


LONGER = 20


@pytest.mark.parametrize(("form", "backwards"), [("json", False), ("protobuf", True)])
def test_real_alerts_are_said_once_each_in_order_on_the_right_handles(
    recorded: Path, tmp_path: Path, form: str, backwards: bool
) -> None:
    chance, killed = random.Random(f"real alerts {form}"), 0
    feed = Recorded(recorded / "alerts" / "mta")
    types = yaml.safe_load((ROOT / "agencies/nyc/alert_types.yaml").read_text("utf-8"))["types"]
    with open_x() as x, Forker() as forker:
        fleet = shipped_fleet_on(tmp_path, x, ["MTASBWY"])
        config = str(fleet.config)
        assert forker.live(Life(config, fleet.environ, works="connect"), lambda _pid: None) == QUIET
        for number, snapshot in enumerate(feed.snapshots()):
            for feeding in range(FEEDINGS):
                fleet.feed.write_bytes(feed.fed(snapshot, chance, form, backwards))
                latest = 60 if number == feeding == 0 else 12
                killed += read_until_quiet(forker, config, fleet.environ, chance, latest)
        wanted = golden(feed, Riders("MTA", fleet.lines, types), HOUR)
        for _ in range(LONGER):  # what is gone is over a second later: a quick machine has fed it all by then
            stands = sorted_threads(threads_on_record(x.posts()).values())
            if stands == wanted:
                break
            fleet.feed.write_bytes(feed.fed(feed.snapshots()[-1], chance, form, backwards))
            killed += read_until_quiet(forker, config, fleet.environ, chance)
    print(f"{killed} killed, {len(stands)} threads, {sum(map(len, stands))} wordings")
    assert killed >= 3
    assert stands == wanted
